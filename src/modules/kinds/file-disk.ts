import { TransferFailed } from '../../connection/types.ts';
import { type ShellText, sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { gathered } from '../host/gather.ts';
import type { Kind } from '../kind.ts';
import { parseDigests, parseHeads } from './file-disk-output.ts';
import { parseStat, STAT_FORMAT } from './file-stat-output.ts';
import type { FileState } from './file-state.ts';

/**
 * What really stands at a path, whatever a check run foresees. Only the kind `file` asks for it; all paths
 * asked for in one turn cost one `stat` (and a `readlink` for each link among them).
 */
export const fileOnDisk: Kind<string, FileState> = onlyRead('file on disk', path => path, gathered(statAll));

/** The first bytes of a regular file; `whole` when that is all of it. null: no regular file is there. */
export interface Head {
  readonly bytes: Buffer;
  readonly whole: boolean;
}

/** Files up to this many bytes are read in the same turn in which they are looked at. */
export const HEAD_SIZE = 64 * 1024;

export const headOnDisk: Kind<string, Head | null> = onlyRead(
  'head on disk',
  path => path,
  gathered(headAll),
);

/** A whole file; null when there is none. Ask for the head first: it refuses what cannot be read to its end. */
export const bytesOnDisk: Kind<string, Buffer | null> = onlyRead('bytes on disk', path => path, fetchBytes);

export interface DigestId {
  readonly path: string;
  readonly algorithm: Algorithm;
}
export type Algorithm = (typeof ALGORITHMS)[number];
export const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

/** Lower-case hexadecimal; null: no regular file is there. */
export const digestOnDisk: Kind<DigestId, string | null> = onlyRead(
  'digest on disk',
  ({ path, algorithm }) => `${algorithm} ${path}`,
  gathered(digestAll),
);

/** Everything below a folder, without following links; empty when there is no folder. */
export const treeOnDisk: Kind<string, ReadonlyMap<string, FileState>> = onlyRead(
  'tree on disk',
  path => path,
  readTree,
);

function onlyRead<Id, State>(
  name: string,
  key: (id: Id) => string,
  read: (host: Reader, id: Id) => Promise<State>,
): Kind<Id, State> {
  const apply = () => Promise.reject(new Error(`${name} is only for reading`));
  return { name, key, read, compare: () => [], apply };
}

async function statAll(host: Reader, paths: readonly string[]): Promise<(FileState | Error)[]> {
  const { stdout, stderr } = await host.ask(sh`
stat -c ${STAT_FORMAT} -- ${paths}
for p in ${paths}; do
  [ -L "$p" ] || continue
  t=$(readlink -n -- "$p"; echo .) r=
  [ -e "$p" ] && r=$(readlink -f -- "$p"; echo .)
  printf 'link\\n%s\\000%s\\000%s\\000' "$p" "$t" "$r"
done`);
  return parseStat(paths, stdout.toString('utf8'), stderr.toString('utf8'));
}

/** Only regular files are opened: reading from a pipe or a device could last for ever. */
function regularOnly(paths: readonly string[], then: ShellText): ShellText {
  return sh`
set --
for p in ${paths}; do [ -f "$p" ] && set -- "$@" "$p"; done
[ $# -eq 0 ] || ${then}`;
}

async function headAll(host: Reader, paths: readonly string[]): Promise<(Head | null | Error)[]> {
  const { stdout, stderr } = await host.ask(
    regularOnly(paths, sh`{ printf '%s\\000' $# "$@"; head -v -c ${HEAD_SIZE + 1} -- "$@"; }`),
  );
  const answers = parseHeads(paths, stdout, stderr.toString('utf8'), HEAD_SIZE);
  if (answers) return answers;
  // Contents that look like head's own lines: each file by itself cannot be mistaken.
  return Promise.all(paths.map(async path => (await headAll(host, [path]))[0]!));
}

async function digestAll(host: Reader, ids: readonly DigestId[]): Promise<(string | null | Error)[]> {
  const answers = new Map<DigestId, string | null | Error>();
  await Promise.all(
    ALGORITHMS.map(async algorithm => {
      const same = ids.filter(id => id.algorithm === algorithm);
      if (same.length === 0) return;
      const paths = same.map(id => id.path);
      const { stdout, stderr } = await host.ask(
        regularOnly(paths, sh`{ printf '%s\\000' $# "$@"; ${`${algorithm}sum`} -- "$@"; }`),
      );
      const digests = parseDigests(paths, stdout.toString('utf8'), stderr.toString('utf8'));
      same.forEach((id, i) => {
        answers.set(id, digests[i]!);
      });
    }),
  );
  return ids.map(id => answers.get(id)!);
}

async function fetchBytes(host: Reader, path: string): Promise<Buffer | null> {
  try {
    return await host.fetch(path);
  } catch (error) {
    if (error instanceof TransferFailed) throw new Failure(error.message);
    throw error;
  }
}

async function readTree(host: Reader, folder: string): Promise<ReadonlyMap<string, FileState>> {
  const { stdout, stderr, status } = await host.ask(sh`
[ -d ${folder} ] || exit 0
cd -P ${folder} && find . ! -name . -exec printf '%s\\000' '{}' +`);
  if (status !== 0) {
    throw new Failure(`cannot look at all of ${folder}: ${stderr.toString('utf8').trim().split('\n', 1)[0]}`);
  }
  const paths = stdout
    .toString('utf8')
    .split('\0')
    .slice(0, -1)
    .map(path => folder + path.slice(1));
  const states = await Promise.all(
    paths.map(async path => [path, await host.look(fileOnDisk, path)] as const),
  );
  return new Map(states.filter(([, state]) => state.type !== 'absent'));
}
