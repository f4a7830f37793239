import { Failure } from '../failure.ts';
import { ABSENT, type FileAttributes, type FileDetails, type FileState } from './file-state.ts';

/** For GNU's and busybox' stat alike. The slash and dot after the name mark its end. */
export const STAT_FORMAT = '%f %u %g %s %h %i %d %b %o %t %T %X %Y %Z|%x|%y|%z|%U|%G|%n/.';

const RECORD =
  /([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (-?\d+) (-?\d+) (-?\d+)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|/y;

interface LinkRecord {
  readonly target: string;
  readonly real: string | null;
}

/**
 * The answers for paths from what `stat` printed for them, in their order, each in a record that ends with
 * the path itself, so that no name can be mistaken; and, behind those, a record for each link.
 */
export function parseStat(paths: readonly string[], stdout: string, stderr: string): (FileState | Error)[] {
  let at = 0;
  const records = paths.map(path => {
    RECORD.lastIndex = at;
    const match = RECORD.exec(stdout);
    const end = `${path}/.\n`;
    if (!match || !stdout.startsWith(end, RECORD.lastIndex)) return null;
    at = RECORD.lastIndex + end.length;
    return match;
  });
  const links = parseLinks(paths, stdout.slice(at));
  if (!links) {
    const error = new Failure('what stat printed cannot be read', { stdout: stdout.slice(at, at + 400) });
    return paths.map(() => error);
  }
  const gone = missing(
    paths.filter((_, i) => records[i] === null),
    stderr,
  );
  return paths.map((path, i) => {
    const record = records[i];
    return record ? fromRecord(record, links.get(path)) : gone(path);
  });
}

function parseLinks(paths: readonly string[], text: string): Map<string, LinkRecord> | null {
  const links = new Map<string, LinkRecord>();
  let at = 0;
  for (const path of paths) {
    const start = `link\n${path}\0`;
    if (!text.startsWith(start, at)) continue;
    const target = text.indexOf('\0', at + start.length);
    const real = text.indexOf('\0', target + 1);
    if (target < 0 || real < 0) return null;
    // readlink -n leaves its newline out, readlink -f does not; the dot kept the shell from trimming either.
    const to = text.slice(at + start.length, target).replace(/\.\n?$/, '');
    const end = text.slice(target + 1, real).replace(/\n?\.$/, '');
    links.set(path, { target: to, real: end || null });
    at = real + 1;
  }
  return at === text.length ? links : null;
}

/** What to say of paths without a record: nothing is there, or they may not be looked at. */
function missing(paths: readonly string[], stderr: string): (path: string) => FileState | Error {
  const isGone = /: (No such file or directory|Not a directory)$/;
  const complaints = stderr.split('\n').filter(line => line !== '');
  const other = complaints.filter(line => !isGone.test(line));
  return path => {
    if (other.length === 0 && complaints.length > 0) return ABSENT;
    const about = complaints.find(line => line.includes(`'${path}':`) || line.includes(` ${path}: `));
    if (about !== undefined && isGone.test(about)) return ABSENT;
    const words = about ?? other[0] ?? (paths.length > 0 ? 'stat printed nothing' : '');
    return new Failure(`cannot look at ${path}: ${words.replace(/^.*: /, '')}`, { path });
  };
}

function fromRecord(record: RegExpExecArray, link: LinkRecord | undefined): FileState {
  const [, rawMode, uid, gid, size, links, inode, device, blocks, blockSize, major, minor] = record;
  const [x, y, z, fullX, fullY, fullZ, user, group] = record.slice(12);
  const raw = Number.parseInt(rawMode!, 16);
  const details: FileDetails = {
    atime: seconds(x!, fullX!),
    mtime: seconds(y!, fullY!),
    ctime: seconds(z!, fullZ!),
    size: Number(size),
    inode: Number(inode),
    device: Number(device),
    links: Number(links),
    blocks: Number(blocks),
    blockSize: Number(blockSize),
    deviceType: [Number.parseInt(major!, 16), Number.parseInt(minor!, 16)],
  };
  const attributes: FileAttributes = {
    mode: raw & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    owner: user === 'UNKNOWN' ? uid! : user!,
    group: group === 'UNKNOWN' ? gid! : group!,
    details,
  };
  switch (raw & 0o170000) {
    case 0o100000:
      return { type: 'file', ...attributes, size: Number(size) };
    case 0o040000:
      return { type: 'directory', ...attributes };
    case 0o120000:
      return { type: 'link', ...attributes, target: link?.target ?? '', real: link?.real ?? null };
    case 0o010000:
      return { type: 'other', what: 'fifo', ...attributes };
    case 0o140000:
      return { type: 'other', what: 'socket', ...attributes };
    case 0o060000:
      return { type: 'other', what: 'block device', ...attributes };
    default:
      return { type: 'other', what: 'character device', ...attributes };
  }
}

/** The fraction stands only in the long form: `2026-01-31 12:00:00.123456789 +0000`. */
function seconds(whole: string, full: string): number {
  const fraction = /\.\d+/.exec(full)?.[0] ?? '';
  return Number(`${whole}${fraction}`);
}
