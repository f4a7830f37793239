import type { Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { wantedAttributes } from '../file-attributes.ts';
import { resolveMode } from '../file-mode.ts';
import { fileResult } from '../file-result.ts';
import { described, type FileState, filesTarget, type PresentFile } from '../kinds/file.ts';
import { madeFolders } from '../missing-folders.ts';
import type { FileNow } from './now.ts';

type Change = readonly [path: string, before: FileState, after: FileState];

/** A directory, with those above it that are missing: all get the same attributes. */
export function wantDirectory(now: FileNow): Wanted {
  const { through, missing, owners, wishes, times, below } = now;
  const { path, state } = through;
  if (state.type !== 'absent' && state.type !== 'directory') {
    throw new Failure(`${path} should be a directory and is ${described(state)}`, {
      path,
      state: state.type,
    });
  }
  const changes: Change[] = madeFolders(missing, now.parent, wishes, owners);
  let after: FileState = changes.at(-1)?.[2] ?? state;
  if (state.type === 'directory') {
    after = {
      ...state,
      ...wantedAttributes('directory', state, now.parent, wishes, owners),
      newTimes: times,
    };
    changes.push([path, state, after]);
    for (const [child, its] of below ?? []) changes.push([child, its, alike(its as PresentFile, now)]);
  }
  return { targets: [filesTarget(changes)], result: { path, ...fileResult(after) } };
}

/** What is below the directory, with the attributes that were asked for. */
function alike(its: PresentFile, { wishes, owners, times }: FileNow): PresentFile {
  const { owner, group } = owners;
  return {
    ...its,
    ...(owner && { owner: owner.name, uid: owner.id }),
    ...(group && { group: group.name, gid: group.id }),
    // A link has no permissions of its own, and its time cannot be set by every touch.
    ...(wishes.mode !== undefined &&
      its.type !== 'link' && { mode: resolveMode(wishes.mode, its.mode, its.type === 'directory') }),
    ...(its.type !== 'link' && { newTimes: times }),
  };
}
