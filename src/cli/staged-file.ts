import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../core/error.ts';
import { warn } from './error-report.ts';
import { isAlive } from './processes.ts';

/** New content that is complete, on disk, beside the file whose place it is to take. */
export interface Staged {
  /** The file as it was named, and as it is called behind all links. */
  readonly path: string;
  readonly to: string;
  readonly from: string;
  /** What was there when this was written; null where the file is new. */
  readonly old: Buffer | null;
  readonly before: Stats | null;
}

interface NewContent {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** Writes new contents beside their targets: all, or none of them. Throws UserError. */
export function stageAll(contents: readonly NewContent[]): Staged[] {
  const staged: Staged[] = [];
  try {
    for (let at = 0; at < contents.length; at += AT_ONCE) {
      const open: Open[] = [];
      try {
        for (const each of contents.slice(at, at + AT_ONCE)) open.push(write(each));
        keepAttributes(open);
        for (const each of open) settle(each);
      } finally {
        for (const { fds } of open) for (const fd of fds) closeSync(fd);
        staged.push(...open);
      }
    }
    return staged;
  } catch (error) {
    for (const { from } of staged) discard(from);
    throw error;
  }
}

/**
 * The process that a file with new content is of, and whether it is gone, which can be known of those of this machine
 * only; undefined for names of anything else.
 */
export function stagedBy(name: string): { readonly pid: number; readonly gone: boolean } | undefined {
  const found = /^\..+\.tsible-(\d+)-([0-9a-f]{4})[0-9a-f]{4}$/.exec(name);
  if (!found) return undefined;
  const pid = Number(found[1]);
  return { pid, gone: found[2] === HERE && !isAlive(pid) };
}

const HERE = createHash('sha256').update(hostname()).digest('hex').slice(0, 4);

function stagedName(target: string): string {
  return `.${target}.tsible-${process.pid}-${HERE}${randomBytes(2).toString('hex')}`;
}

/** Removes a file of ours. What cannot be removed is swept up with the next change, and what went wrong is worth more. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** The error for a file that cannot get its new content. */
export function cannotWrite(path: string, cause: unknown, more = ''): UserError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? message;
  return new UserError(`cannot write ${path}: ${reason}${more || '; nothing was changed'}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'its folder may not be written to',
  EPERM: "it may not be replaced (it is immutable, or somebody else's in a folder with the sticky bit)",
  EBUSY: 'something is mounted there',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'what should be its folder is a file',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'it is a link that leads to itself',
};

/** Each takes two open files. */
const AT_ONCE = 50;

interface Open extends Staged {
  /** The new file, and the old one where there is one. */
  readonly fds: readonly number[];
}

function write({ path, content }: NewContent): Open {
  const fds: number[] = [];
  let from: string | undefined;
  try {
    const to = targetOf(path);
    refuseSpecial(path, statSync(to, { throwIfNoEntry: false }));
    from = join(dirname(to), stagedName(basename(to)));
    fds.push(openSync(from, 'wx', 0o600));
    claim(path, to, from);
    if (statSync(to, { throwIfNoEntry: false })) fds.push(openSync(to, 'r'));
    const [fd, oldFd] = fds;
    const old = oldFd === undefined ? null : readFileSync(oldFd);
    const before = oldFd === undefined ? null : fstatSync(oldFd);
    fchmodSync(fd!, 0o600);
    writeWhole(fd!, typeof content === 'string' ? Buffer.from(content) : content);
    return { path, to, from, old, before, fds };
  } catch (error) {
    for (const fd of fds) closeSync(fd);
    if (from !== undefined && fds.length > 0) discard(from);
    throw error instanceof UserError ? error : cannotWrite(path, error);
  }
}

/** Where a path leads to, also when nothing is there yet. */
function targetOf(path: string): string {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      return realpathSync(at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const link = linkAt(at);
    if (link === undefined) return at;
    at = resolve(dirname(at), link);
  }
  return at;
}

/** As on Linux. */
const MOST_LINKS = 40;

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** A pipe or a device would be gone afterwards. */
function refuseSpecial(path: string, found: Stats | undefined): void {
  if (!found || found.isFile()) return;
  const kind = found.isDirectory()
    ? 'a folder'
    : found.isFIFO()
      ? 'a pipe'
      : found.isSocket()
        ? 'a socket'
        : 'a device';
  throw new UserError(`${path} is ${kind}: it cannot be replaced by a file`);
}

/** What is staged for a file is a claim to it as well: of two programs that come at once, at most one goes on. */
function claim(path: string, to: string, from: string): void {
  for (const name of readdirSync(dirname(to))) {
    const by = name.startsWith(`.${basename(to)}.tsible-`) ? stagedBy(name) : undefined;
    if (!by || by.gone || name === basename(from)) continue;
    const other = join(dirname(to), name);
    throw new UserError(
      `another tsible (process ${by.pid}) is changing ${path} right now; nothing was changed`,
      {
        hint: `do it again when that is done; if there is none, remove ${other}`,
      },
    );
  }
}

/**
 * Access control lists and extended attributes, which Node.js does not know. By open file, so that nobody can put
 * another one in the place of a path; with GNU cp, and where that is not there, without.
 */
function keepAttributes(open: readonly Open[]): void {
  const fds = open.flatMap(({ fds }) => (fds.length === 2 ? fds : []));
  if (process.platform !== 'linux' || fds.length === 0) return;
  const first = 3;
  const copy = 'cp --attributes-only --preserve=mode,xattr "/dev/fd/$((i + 1))" "/dev/fd/$i"';
  const script = `i=${first}; while [ $i -lt ${first + fds.length} ]; do ${copy}; i=$((i + 2)); done`;
  spawnSync('/bin/sh', ['-c', script], { stdio: ['ignore', 'ignore', 'ignore', ...fds] });
}

function settle({ path, before, fds: [fd] }: Open): void {
  try {
    if (before) fchmodSync(fd!, giveBack(fd!, before, path));
    fsyncSync(fd!);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * Someone who may write a file but does not own it becomes the owner of its new content, as with any editor. Its
 * group stays, or else the other group may do no more than everybody.
 *
 * @returns the permissions that it can have
 */
function giveBack(fd: number, { uid, gid, mode }: Stats, path: string): number {
  const now = fstatSync(fd);
  if ((now.uid === uid || mayGive(fd, uid, gid)) && now.gid === gid) return mode & 0o7777;
  if (mayGive(fd, uid, gid)) return mode & 0o7777;
  const plain = mode & 0o777;
  if (mayGive(fd, now.uid, gid)) return plain;
  const safe = (plain & 0o707) | (((plain & 0o007) << 3) & plain);
  if (safe !== plain)
    warn(`${path} could not keep its group (${gid}): that has only the rights of all others now`);
  return safe;
}

function mayGive(fd: number, uid: number, gid: number): boolean {
  try {
    fchownSync(fd, uid, gid);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    return false;
  }
}

function writeWhole(fd: number, content: Uint8Array): void {
  for (let written = 0; written < content.length; ) written += writeSync(fd, content, written);
}
