import type { Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { wantedAttributes } from '../file-attributes.ts';
import { fileResult } from '../file-result.ts';
import type { Target } from '../kind.ts';
import { described, type FileState, fileTarget, type RegularFile } from '../kinds/file.ts';
import type { FileNow } from './now.ts';

/** A second name for the file that `src` names. */
export function wantHardLink(now: FileNow, { force }: { force: boolean }): Wanted {
  const { path, own, source, parent } = now;
  const data = { dest: path, src: source?.text };
  if (!source) {
    if (own.type === 'file' && (own.details?.links ?? 1) > 1) return sameAttributes(now, path, own, []);
    throw new Failure('a new hard link needs src', data);
  }
  const original = source.found.state;
  if (original.type === 'absent') throw new Failure(`there is no ${source.found.path} to link to`, data);
  if (original.type !== 'file') {
    throw new Failure(
      `a hard link cannot lead to ${source.found.path}, which is ${described(original)}`,
      data,
    );
  }
  if (own.type === 'absent' && parent.type !== 'directory') {
    throw new Failure(`cannot make the link ${path}: its folder does not exist`, data);
  }
  if (isSame(own, original, path, source.found.path))
    return sameAttributes(now, path, own as RegularFile, []);
  if (own.type === 'directory') throw new Failure(`${path} should be a hard link and is a directory`, data);
  if (own.type !== 'absent' && own.type !== 'link' && !force) {
    throw new Failure(`${path} should be a hard link and is another file`, data, 'force: true replaces it');
  }
  const linked: RegularFile = { ...original, hardLinkTo: source.found.path };
  return sameAttributes(now, path, linked, [fileTarget(path, own, linked)]);
}

/** The attributes are those of the file itself, whatever name it goes by. */
function sameAttributes(now: FileNow, path: string, its: RegularFile, before: readonly Target[]): Wanted {
  const attributes = wantedAttributes('file', its, now.parent, now.wishes, now.owners);
  const after = { ...its, hardLinkTo: undefined, ...attributes, newTimes: now.times } as RegularFile;
  const result = { dest: path, src: now.source?.text, ...fileResult(after), state: 'hard' };
  return { targets: [...before, fileTarget(path, its, after)], result };
}

function isSame(own: FileState, original: RegularFile, path: string, source: string): boolean {
  if (own.type !== 'file') return false;
  // One that is foreseen has no number yet, but what it was linked to.
  if (own.hardLinkTo === source || original.hardLinkTo === path) return true;
  const [a, b] = [own.details, original.details];
  return a !== undefined && b !== undefined && a.inode === b.inode && a.device === b.device;
}
