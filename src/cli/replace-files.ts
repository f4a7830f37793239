import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../core/error.ts';

export interface Replacement {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/**
 * Gives files new contents, all or none of them: each is written beside its target first, and only when all
 * are on disk do they take their places. A file that exists keeps owner and mode and stays the target of
 * links to it; a new one is for its owner only.
 */
export function replaceFiles(replacements: readonly Replacement[]): void {
  const staged: { from: string; to: string }[] = [];
  try {
    for (const replacement of replacements) staged.push(stage(replacement));
    while (staged.length > 0) {
      renameSync(staged[0]!.from, staged[0]!.to);
      staged.shift();
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`cannot write: ${(cause as Error).message}`, { cause });
  } finally {
    for (const { from } of staged) rmSync(from, { force: true });
  }
}

export function replaceFile(path: string, content: Uint8Array | string): void {
  replaceFiles([{ path, content }]);
}

function stage({ path, content }: Replacement): { from: string; to: string } {
  const before = statSync(path, { throwIfNoEntry: false });
  const to = before ? realpathSync(path) : path;
  const from = join(dirname(to), `.${basename(to)}.${randomBytes(6).toString('hex')}`);
  const fd = openSync(from, 'wx', 0o600);
  try {
    writeWhole(fd, typeof content === 'string' ? Buffer.from(content) : content);
    if (before) {
      const now = fstatSync(fd);
      if (now.uid !== before.uid || now.gid !== before.gid) chownIfAllowed(fd, before.uid, before.gid);
      fchmodSync(fd, before.mode & 0o7777);
    }
    fsyncSync(fd);
  } catch (error) {
    rmSync(from, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return { from, to };
}

function writeWhole(fd: number, content: Uint8Array): void {
  for (let written = 0; written < content.length; ) written += writeSync(fd, content, written);
}

/** Someone who may write a file but does not own it becomes the owner of its new content, as with any editor. */
function chownIfAllowed(fd: number, uid: number, gid: number): void {
  try {
    fchownSync(fd, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
