import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../core/error.ts';
import { warn } from './error-report.ts';
import { finishInterrupted, withJournal } from './replace-journal.ts';
import { cannotWrite, discard, type Staged, stageAll } from './staged-file.ts';

export interface Replacement {
  readonly path: string;
  readonly content: Uint8Array | string;
  /** What the file held when the new content was made from it: nobody else's change is written over. */
  readonly was?: Uint8Array;
}

/**
 * Gives files new contents, all or none of them: each is written beside its target first, and only when all
 * are on disk do they take their places. When the program is killed in between, the next change of one of them
 * finishes the work (see replace-journal.ts). A file that exists keeps owner, mode and attributes and stays the
 * target of links to it; a new one is for its owner only.
 */
export function replaceFiles(replacements: readonly Replacement[]): void {
  finishInterrupted(replacements.map(({ path }) => path));
  const staged = stageAll(replacements);
  try {
    for (const [i, each] of staged.entries()) refuseChanged(each, replacements[i]!.was);
    withJournal(staged, () => putInPlace(staged));
  } finally {
    for (const { from } of staged) discard(from);
  }
  for (const { path, before } of staged) {
    const others = (before?.nlink ?? 1) - 1;
    if (others === 0) continue;
    const names = others === 1 ? 'another name (a hard link)' : `${others} other names (hard links)`;
    warn(`the old content of ${path} is still there under ${names}`);
  }
}

export function replaceFile(path: string, content: Uint8Array | string, was?: Uint8Array): void {
  replaceFiles([{ path, content, ...(was && { was }) }]);
}

/** Writes a result where it was asked for: also into a pipe or a device, which stay what they are. */
export function writeOutput(path: string, content: Uint8Array | string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile() || found.isDirectory()) {
    replaceFile(path, content);
    return;
  }
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Makes the folder that a new file is to be in, and says so: its name may be a slip. Throws UserError. */
export function makeFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      warn(`${folder} does not exist: it was made`);
    }
    accessSync(`${folder}/.`, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Somebody else has changed the file since it was read. */
export class ChangedMeanwhile extends UserError {
  constructor(path: string) {
    super(`${path} was changed by someone else in the meantime; nothing was written`, {
      hint: 'do it again, on what is there now',
    });
  }
}

/** Compares what was read with what was there when the new content was staged, and that with what is there now. */
function refuseChanged({ path, to, old, before }: Staged, was: Uint8Array | undefined): void {
  if (was === undefined) return;
  const now = statSync(to, { throwIfNoEntry: false });
  const untouched =
    now && before && now.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs;
  if (!untouched || !old?.equals(was)) throw new ChangedMeanwhile(path);
}

/** Where one cannot take its place (a file that is a mount, say), those before it get their old content back. */
function putInPlace(staged: readonly Staged[]): void {
  const done: Staged[] = [];
  for (const each of staged) {
    try {
      renameSync(each.from, each.to);
      done.push(each);
    } catch (error) {
      const stuck = done.filter(other => !isRestored(other)).map(({ path }) => path);
      throw cannotWrite(each.path, error, stuck.length > 0 ? `; but ${stuck.join(', ')} was changed` : '');
    }
  }
}

function isRestored({ to, old }: Staged): boolean {
  try {
    if (old === null) rmSync(to, { force: true });
    else for (const { from } of stageAll([{ path: to, content: old }])) renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
