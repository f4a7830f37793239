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

/*
 * Renames are atomic one by one, but not together. So before the first of several, a journal beside the first
 * file names them all. Whoever finds one whose process is gone goes on where that was stopped: what is
 * staged is complete, so the work can always be finished, and each file is the old or the new one all along.
 * Killed before there is a journal, nothing was changed, and what was staged is swept up with the next change.
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

const JOURNAL = /^\.tsible-unfinished-\d+\.json$/;

/** Does the renames of `work` under a journal, where there are several. */
export function withJournal(
  staged: readonly { readonly from: string; readonly to: string; readonly old: Buffer | null }[],
  work: () => void,
): void {
  const [first] = staged;
  if (!first || staged.length === 1) {
    work();
    return;
  }
  const folder = dirname(resolve(first.to));
  const path = join(folder, `.tsible-unfinished-${process.pid}.json`);
  const journal: Journal = {
    pid: process.pid,
    host: hostname(),
    files: staged.map(({ from, to, old }) => ({
      from: relative(folder, resolve(from)),
      to: relative(folder, resolve(to)),
      was: old && hashOf(old),
    })),
  };
  const part = `${path}.part`;
  writeFileSync(part, JSON.stringify(journal), { mode: 0o600, flush: true });
  renameSync(part, path);
  syncFolder(folder);
  try {
    work();
    for (const each of new Set(staged.map(({ to }) => dirname(to)))) syncFolder(each);
  } finally {
    rmSync(path, { force: true });
  }
}

/** Finishes what was interrupted among the files beside these. Throws UserError when somebody is at it right now. */
export function finishInterrupted(paths: readonly string[]): void {
  for (const folder of new Set(paths.map(folderOf))) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (
        name.endsWith('.json.part') &&
        JOURNAL.test(name.slice(0, -5)) &&
        !isAlive(Number(/\d+/.exec(name)![0]))
      ) {
        rmSync(path, { force: true });
      }
      if (JOURNAL.test(name)) finish(path, folder);
    }
  }
}

/** Whether a file's name is that of new content for another one, left behind by a process that is gone. */
export function isStaged(name: string, target: string): boolean {
  const start = `.${target}.tsible-`;
  const pid = name.startsWith(start) ? /^(\d+)-[0-9a-f]{8}$/.exec(name.slice(start.length))?.[1] : undefined;
  return pid !== undefined && !isAlive(Number(pid));
}

export function namesBeside(path: string): string[] {
  return namesIn(dirname(path));
}

function finish(path: string, folder: string): void {
  const journal = readJournal(path);
  const elsewhere = journal.host !== hostname();
  if (elsewhere || isAlive(journal.pid)) {
    throw new UserError(`another tsible (process ${journal.pid} on ${journal.host}) is changing files here`, {
      hint: `if that is not so any more, remove ${path}`,
    });
  }
  const counts = { finished: 0, left: [] as string[] };
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
  const all = journal.files.length;
  warn(`an interrupted change of files was finished: ${counts.finished} of ${all} got their new content now`);
  for (const target of counts.left) warn(`${target} was changed since then and was left as it is`);
}

/**
 * A journal may have come with files of somebody else's. Staged content only ever takes the place of its own
 * neighbour, so it can do no more than bringing that file along.
 */
function readJournal(path: string): Journal {
  try {
    const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    for (const { from, to } of journal.files) {
      const start = join(dirname(to), `.${basename(to)}.tsible-${journal.pid}-`);
      if (!from.startsWith(start) || !/^[0-9a-f]{8}$/.test(from.slice(start.length))) throw new Error(from);
    }
    return journal;
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
