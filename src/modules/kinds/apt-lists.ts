import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Writer } from '../host/access.ts';
import type { Kind } from '../kind.ts';

/** Seconds since 1970, by the host's clock. */
export interface AptLists {
  /** When the package lists were last fetched; 0 when never. */
  readonly updated: number;
  readonly now: number;
}

/** The lists of available packages; wanting others than there are means to fetch them. */
export const aptLists: Kind<null, AptLists> = {
  name: 'apt lists',
  key: () => '',
  async read(host) {
    const text = await host.text(
      sh`stat -c %Y /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists 2>/dev/null; echo now; date +%s`,
    );
    const [times, now] = text.split('now\n');
    // Only some hosts write the stamp, and some others do so when nothing was fetched.
    return { updated: Math.max(0, ...times!.split('\n').map(Number)), now: Number(now) };
  },
  compare: (_id, before, after) =>
    before.updated === after.updated
      ? []
      : [
          {
            type: 'attribute',
            header: 'apt package lists',
            attribute: 'updated',
            before: before.updated === 0 ? null : new Date(before.updated * 1000).toISOString(),
            after: 'now',
          },
        ],
  apply: host => updateLists(host, DEFAULT_UPDATE),
};

export interface UpdateOptions {
  readonly retries: number;
  /** Seconds. */
  readonly longestDelay: number;
  /** Seconds to wait for another process that holds the lock. */
  readonly lockTimeout: number;
  readonly allowUnauthenticated: boolean;
}

const DEFAULT_UPDATE: UpdateOptions = {
  retries: 5,
  longestDelay: 12,
  lockTimeout: 60,
  allowUnauthenticated: false,
};

/** Fetches the lists. A source that cannot be reached is a failure, also where the others could be. */
export async function updateLists(host: Writer, options: UpdateOptions): Promise<void> {
  const settings = [
    ...['-q', '-o', 'APT::Update::Error-Mode=any', '-o', `DPkg::Lock::Timeout=${options.lockTimeout}`],
    ...(options.allowUnauthenticated ? ['--allow-insecure-repositories'] : []),
  ];
  for (let attempt = 0; ; attempt++) {
    // Where nothing is new, nothing is written: by itself, the lists' time would stay that of the last news.
    const { status, stdout, stderr } = await host.ask(
      sh`export LC_ALL=C DEBIAN_FRONTEND=noninteractive
apt-get ${settings} update </dev/null && touch -c /var/lib/apt/lists`,
    );
    if (status === 0) return;
    if (attempt + 1 >= options.retries) {
      const said = stderr.toString('utf8').trim() || stdout.toString('utf8').trim().slice(-2000);
      throw new Failure(`could not update the lists of packages: ${said}`, { rc: status });
    }
    const delay = Math.min(2 ** attempt, options.longestDelay) * 1000 + Math.random() * 1000;
    await new Promise(resolve => setTimeout(resolve, delay));
  }
}
