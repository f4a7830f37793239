import { sh } from '../../core/shell.ts';
import type { Reader } from '../host/access.ts';
import { gathered } from '../host/gather.ts';
import type { Kind } from '../kind.ts';

export interface CandidateId {
  readonly name: string;
  readonly defaultRelease: string | undefined;
  /** Of a check run, which leaves apt's own caches as they are. */
  readonly check: boolean;
}

/** Has apt work in memory: by itself it writes its caches anew when they are out of date. */
export const WITHOUT_CACHES = ['-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache='];

/** The version that apt would install; null when there is none. One `apt-cache` for all names of a turn. */
export const aptCandidate: Kind<CandidateId, string | null> = {
  name: 'apt candidate',
  key: ({ name, defaultRelease = '' }) => `${name} ${defaultRelease}`,
  read: gathered(policyOf),
  compare: () => [],
  apply: () => Promise.reject(new Error('candidates are only for reading')),
};

/** Names of all packages that apt knows, also those it could only refer to. */
export const aptNames: Kind<null, readonly string[]> = {
  name: 'apt names',
  key: () => '',
  read: async host =>
    (await host.text(sh`exec apt-cache ${WITHOUT_CACHES} pkgnames`)).split('\n').filter(name => name !== ''),
  compare: () => [],
  apply: () => Promise.reject(new Error('names are only for reading')),
};

async function policyOf(host: Reader, ids: readonly CandidateId[]): Promise<(string | null)[]> {
  const answers = new Map<CandidateId, string | null>();
  const releases = new Set(ids.map(id => id.defaultRelease));
  await Promise.all(
    [...releases].map(async release => {
      const asked = ids.filter(id => id.defaultRelease === release);
      const options = [
        ...(release === undefined ? [] : ['-o', `APT::Default-Release=${release}`]),
        ...(asked.some(id => id.check) ? WITHOUT_CACHES : []),
      ];
      const names = asked.map(id => id.name);
      const text = await host.text(sh`LC_ALL=C exec apt-cache ${options} policy -- ${names}`);
      const found = parsePolicy(text);
      for (const id of asked) answers.set(id, found.get(id.name) ?? null);
    }),
  );
  return ids.map(id => answers.get(id) ?? null);
}

/** Package to candidate, from `apt-cache policy`. */
export function parsePolicy(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    const header = /^(\S+):$/.exec(line);
    if (header) name = header[1]!;
    const candidate = /^ {2}Candidate: (\S+)$/.exec(line);
    if (candidate && candidate[1] !== '(none)') found.set(name, candidate[1]!);
  }
  return found;
}
