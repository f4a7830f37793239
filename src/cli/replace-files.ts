import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../core/error.ts';
import { finishInterrupted, isStaged, namesBeside, withJournal } from './replace-journal.ts';

export interface Replacement {
  readonly path: string;
  readonly content: Uint8Array | string;
  /** What the file held when the new content was made from it: nobody else's change is written over. */
  readonly was?: Uint8Array;
}

/**
 * Gives files new contents, all or none of them: each is written beside its target first, and only when all
 * are on disk do they take their places. When the program is killed in between, the next change of one of them
 * finishes the work (see replace-journal.ts). A file that exists keeps owner and mode and stays the target of
 * links to it; a new one is for its owner only.
 */
export function replaceFiles(replacements: readonly Replacement[]): void {
  finishInterrupted(replacements.map(({ path }) => path));
  const staged: Staged[] = [];
  try {
    for (const replacement of replacements) staged.push(stage(replacement));
    for (const each of staged) refuseChanged(each);
    withJournal(staged, () => putInPlace(staged));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`cannot write: ${(cause as Error).message}`, { cause });
  } finally {
    for (const { from } of staged) rmSync(from, { force: true });
  }
}

export function replaceFile(path: string, content: Uint8Array | string, was?: Uint8Array): void {
  replaceFiles([{ path, content, ...(was && { was }) }]);
}

interface Staged {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** The old content; null where the file is new. */
  readonly old: Buffer | null;
  readonly was: Uint8Array | undefined;
}

function stage({ path, content, was }: Replacement): Staged {
  const before = statSync(path, { throwIfNoEntry: false });
  const to = before ? realpathSync(path) : path;
  for (const name of namesBeside(to)) {
    if (isStaged(name, basename(to))) rmSync(join(dirname(to), name), { force: true });
  }
  const from = join(dirname(to), `.${basename(to)}.tsible-${process.pid}-${randomBytes(4).toString('hex')}`);
  const fd = openSync(from, 'wx', 0o600);
  try {
    const old = before ? readFileSync(to) : null;
    writeWhole(fd, typeof content === 'string' ? Buffer.from(content) : content);
    if (before) {
      const now = fstatSync(fd);
      if (now.uid !== before.uid || now.gid !== before.gid) chownIfAllowed(fd, before.uid, before.gid);
      fchmodSync(fd, before.mode & 0o7777);
    }
    fsyncSync(fd);
    return { path, from, to, old, was };
  } catch (error) {
    rmSync(from, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function refuseChanged({ path, old, was }: Staged): void {
  if (was === undefined || old?.equals(was)) return;
  throw new ChangedMeanwhile(path);
}

/** Somebody else has changed the file since it was read. */
export class ChangedMeanwhile extends UserError {
  constructor(path: string) {
    super(`${path} was changed by someone else in the meantime; nothing was written`, {
      hint: 'do it again, on what is there now',
    });
  }
}

/** Where one cannot take its place (a file that is a mount, say), those before it get their old content back. */
function putInPlace(staged: readonly Staged[]): void {
  const done: Staged[] = [];
  try {
    for (const each of staged) {
      renameSync(each.from, each.to);
      done.push(each);
    }
  } catch (error) {
    for (const { to, old } of done) {
      if (old === null) rmSync(to, { force: true });
      else renameSync(stage({ path: to, content: old }).from, to);
    }
    throw error;
  }
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
