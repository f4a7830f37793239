import { posix } from 'node:path';
import { Failure } from './failure.ts';
import { type AttributeWishes, type Owners, wantedAttributes } from './file-attributes.ts';
import type { Reader } from './host/access.ts';
import { type Directory, described, type FileState, type Found, lookThrough } from './kinds/file.ts';

/** A folder to make, with what stands there now and what it should be. */
export type FolderChange = readonly [path: string, before: FileState, after: Directory];

/** The folders that are missing on the way to a path, and that path itself, outermost first. */
export async function missingFolders(host: Reader, path: string): Promise<readonly Found[]> {
  const paths: string[] = [];
  for (let at = path; at !== '/'; at = posix.dirname(at)) paths.unshift(at);
  const found = await Promise.all(paths.map(at => lookThrough(host, at)));
  const blocked = found.find(({ state }) => state.type !== 'absent' && state.type !== 'directory');
  if (blocked) {
    throw new Failure(`cannot make the folder ${path}: ${blocked.path} is ${described(blocked.state)}`, {
      path,
    });
  }
  return found.filter(({ state }) => state.type === 'absent');
}

/** Missing folders as they should be made, each inside of the one before it. */
export function madeFolders(
  missing: readonly Found[],
  parent: FileState,
  wishes: AttributeWishes,
  owners: Owners,
): FolderChange[] {
  let inside = parent;
  return missing.map(({ path, state }) => {
    const after: Directory = {
      type: 'directory',
      ...wantedAttributes('directory', state, inside, wishes, owners),
    };
    inside = after;
    return [path, state, after];
  });
}
