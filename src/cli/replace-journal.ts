import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../core/error.ts';
import { warn } from './error-report.ts';
import { isAlive } from './processes.ts';
import { cannotWrite, discard, stagedBy } from './staged-file.ts';

/*
 * Renames are atomic one by one, but not together. So before the first of several, a journal beside the first file
 * names them all, and the folders of the others point to it. Whoever finds one whose process is gone goes on where
 * that was stopped: what is staged is complete, so the work can always be finished, and each file is the old or the
 * new one all along. Killed before there is a journal, nothing was changed, and what was staged is swept up with the
 * next change in the folder.
 */

interface Journal {
  readonly pid: number;
  readonly host: string;
  readonly files: readonly {
    /** Relative to the journal's folder, as is `to`. */
    readonly from: string;
    readonly to: string;
    /** A hash of the old content; null where there was none. */
    readonly was: string | null;
  }[];
}

/** In the other folders: where the journal is, or was, or would have been. */
interface Pointer {
  readonly pid: number;
  readonly host: string;
  readonly journal: string;
}

const JOURNAL = /^\.tsible-unfinished-\d+\.json$/;
const PART = /^\.tsible-unfinished-(\d+)\.json\.part$/;

/** Does the renames of `work` under a journal, where there are several. Throws UserError. */
export function withJournal(
  staged: readonly {
    readonly path: string;
    readonly from: string;
    readonly to: string;
    readonly old: Buffer | null;
  }[],
  work: () => void,
): void {
  if (staged.length < 2) {
    work();
    return;
  }
  const folders = [...new Set(staged.map(({ to }) => dirname(resolve(to))))];
  // What a journal names must not be lost with the power when the journal is not.
  for (const folder of folders) syncFolder(folder);
  const [journal, ...pointers] = folders.map(folder =>
    join(folder, `.tsible-unfinished-${process.pid}.json`),
  );
  const owner = { pid: process.pid, host: hostname() };
  try {
    // The journal comes last and goes first: it alone says whether there is something to finish.
    for (const at of pointers) write(at, { ...owner, journal: relative(dirname(at), journal!) });
    write(journal!, { ...owner, files: entries(staged, dirname(journal!)) });
    work();
    for (const folder of folders) syncFolder(folder);
  } finally {
    for (const each of [journal!, ...pointers]) discard(each);
  }
}

function entries(staged: Parameters<typeof withJournal>[0], folder: string): Journal['files'] {
  return staged.map(({ from, to, old }) => ({
    from: relative(folder, resolve(from)),
    to: relative(folder, resolve(to)),
    was: old && hashOf(old),
  }));
}

function write(path: string, content: Journal | Pointer): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, JSON.stringify(content), { mode: 0o600, flush: true });
    renameSync(part, path);
  } catch (error) {
    discard(part);
    throw cannotWrite(path, error);
  }
  syncFolder(dirname(path));
}

/**
 * Finishes what was interrupted among the files beside these, and removes what is left of it. Throws UserError when
 * somebody is at it right now.
 */
export function finishInterrupted(paths: readonly string[]): void {
  for (const folder of new Set(paths.map(folderOf))) {
    for (const name of namesIn(folder)) if (JOURNAL.test(name)) finish(join(folder, name));
    // What no journal names was never begun.
    for (const name of namesIn(folder)) {
      const part = PART.exec(name)?.[1];
      if (stagedBy(name)?.gone || (part !== undefined && !isAlive(Number(part)))) discard(join(folder, name));
    }
  }
}

function finish(path: string): void {
  const found = read(path);
  if (found.host !== hostname() || isAlive(found.pid)) {
    throw new UserError(`another tsible (process ${found.pid} on ${found.host}) is changing files here`, {
      hint: `if that is not so any more, remove ${path}`,
    });
  }
  if ('files' in found) finishFiles(path, found);
  else {
    const journal = join(dirname(path), found.journal);
    if (existsSync(journal)) finish(journal);
    rmSync(path, { force: true });
  }
}

function finishFiles(path: string, journal: Journal): void {
  const folder = dirname(path);
  const counts = { finished: 0, left: [] as string[] };
  try {
    for (const { from, to, was } of journal.files) {
      const [staged, target] = [join(folder, from), join(folder, to)];
      if (!existsSync(staged)) continue;
      const now = existsSync(target) ? hashOf(readFileSync(target)) : null;
      if (now === was) {
        renameSync(staged, target);
        counts.finished++;
      } else {
        rmSync(staged, { force: true });
        counts.left.push(target);
      }
    }
    rmSync(path, { force: true });
  } catch (cause) {
    throw new UserError(
      `an interrupted change of files here cannot be finished: ${(cause as Error).message}`,
      { hint: `see to that, or remove ${path} to leave the files as they are`, cause },
    );
  }
  const all = journal.files.length;
  // Where nothing was left to do, only the journal was: another folder's told of it, or its process had just done.
  if (counts.finished > 0) {
    warn(
      `an interrupted change of files was finished: ${counts.finished} of ${all} got their new content now`,
    );
  }
  for (const target of counts.left) warn(`${target} was changed since then and was left as it is`);
}

/**
 * A journal may have come with files of somebody else's. Staged content only ever takes the place of its own
 * neighbour, so it can do no more than bringing that file along.
 */
function read(path: string): Journal | Pointer {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Journal | Pointer;
    if ('journal' in found) {
      if (!JOURNAL.test(basename(found.journal)) || resolve(dirname(path), found.journal) === path)
        throw new Error();
      return found;
    }
    for (const { from, to } of found.files) {
      const start = join(dirname(to), `.${basename(to)}.tsible-${found.pid}-`);
      if (!from.startsWith(start) || !/^[0-9a-f]{8}$/.test(from.slice(start.length))) throw new Error(from);
    }
    return found;
  } catch (cause) {
    throw new UserError(`${path} cannot be read as the journal of an interrupted change`, {
      hint: 'if you do not know where it comes from, remove it',
      cause,
    });
  }
}

function folderOf(path: string): string {
  try {
    return dirname(realpathSync(path));
  } catch {
    return dirname(resolve(path));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** So that names, too, survive a loss of power. Some file systems cannot be asked for that. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {}
}
