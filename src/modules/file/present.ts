import type { Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { wantedAttributes } from '../file-attributes.ts';
import { fileResult } from '../file-result.ts';
import { ABSENT, contentOf, described, type FileState, fileTarget, type RegularFile } from '../kinds/file.ts';
import type { FileNow } from './now.ts';

/** `state: file` for what must be there already, and `state: touch`. */
export function wantPresent(now: FileNow): Wanted {
  const { path, state } = now.through;
  const touch = now.state === 'touch';
  if (state.type === 'absent') {
    if (touch) return touchNew(now);
    const hint = 'state: file changes what exists; touch, copy and template make files';
    throw new Failure(`there is no file ${path}`, { path, state: 'absent' }, hint);
  }
  if (!touch && (state.type === 'directory' || state.type === 'link')) {
    throw new Failure(`${path} should be a file and is ${described(state)}`, { path, state: state.type });
  }
  const type = state.type === 'directory' ? 'directory' : 'file';
  const attributes = wantedAttributes(type, state, now.parent, now.wishes, now.owners);
  const after: FileState = { ...state, ...attributes, newTimes: now.times };
  return { targets: [fileTarget(path, state, after)], result: resultOf(now, after) };
}

function touchNew(now: FileNow): Wanted {
  const { path } = now.through;
  if (now.parent.type !== 'directory') {
    throw new Failure(
      `cannot make ${path}: its folder does not exist`,
      { path },
      'make it with state: directory',
    );
  }
  const after: RegularFile = {
    type: 'file',
    size: 0,
    content: contentOf(Buffer.alloc(0)),
    ...wantedAttributes('file', ABSENT, now.parent, now.wishes, now.owners),
    newTimes: now.times,
  };
  return { targets: [fileTarget(path, ABSENT, after)], result: resultOf(now, after) };
}

function resultOf(now: FileNow, after: FileState): Record<string, unknown> {
  return { [now.state === 'touch' ? 'dest' : 'path']: now.through.path, ...fileResult(after) };
}
