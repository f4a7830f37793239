import { sh } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { gathered } from '../host/gather.ts';
import type { Kind } from '../kind.ts';

/** A package as dpkg has it. */
export interface DpkgPackage {
  readonly name: string;
  readonly architecture: string;
  /** null: not installed; what is left of it may still be there. */
  readonly version: string | null;
  /** Unpacked or half installed: an installation that was interrupted. */
  readonly unfinished: boolean;
  /** Removed, with its configuration files left. */
  readonly configurationLeft: boolean;
  readonly selection: 'install' | 'hold' | 'deinstall' | 'purge' | 'unknown';
}

/**
 * A package by name, which may end in `:architecture`; null when dpkg has never heard of it. All names asked
 * for in one turn cost one `dpkg-query`.
 */
export const dpkgPackage: Kind<string, DpkgPackage | null> = {
  name: 'dpkg package',
  key: name => name,
  read: gathered(queryAll),
  compare: () => [],
  apply: () => Promise.reject(new Error('packages are changed by apt')),
};

export interface DpkgTable {
  readonly packages: readonly DpkgPackage[];
  /** Names that installed packages provide besides their own. */
  readonly provided: ReadonlySet<string>;
}

/** Everything that is installed, for what one name cannot answer: patterns and virtual packages. */
export const dpkgTable: Kind<null, DpkgTable> = {
  name: 'dpkg table',
  key: () => '',
  read: async host => {
    const text = await host.text(sh`exec dpkg-query -W -f ${`${FORMAT.slice(0, -2)}\\t\${Provides}\\n`}`);
    const lines = text.split('\n').filter(line => line !== '');
    const installed = lines.filter(line => parsePackage(line)?.version);
    return {
      packages: lines.map(parsePackage).filter(found => found !== null),
      provided: new Set(installed.flatMap(line => providedNames(line.split('\t')[5] ?? ''))),
    };
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('packages are changed by apt')),
};

/** dpkg was interrupted in the middle of a change, and refuses another one before it is repaired. */
export const dpkgJournal: Kind<null, boolean> = {
  name: 'dpkg journal',
  key: () => '',
  read: async host => {
    const { status } = await host.ask(
      sh`for f in /var/lib/dpkg/updates/[0-9]*; do [ -e "$f" ] && exit 0; done; exit 1`,
    );
    return status === 0;
  },
  compare: (_id, before, after) =>
    before === after
      ? []
      : [{ type: 'attribute', header: 'dpkg', attribute: 'state', before: 'interrupted', after: 'repaired' }],
  apply: async host => {
    await host.must(sh`export DEBIAN_FRONTEND=noninteractive
exec dpkg --force-confdef --force-confold --configure -a </dev/null`);
  },
};

const FORMAT = '${db:Status-Abbrev}\\t${Package}\\t${Architecture}\\t${Version}\\t${Status}\\n';

async function queryAll(host: Reader, names: readonly string[]): Promise<(DpkgPackage | null)[]> {
  const { status, stdout, stderr } = await host.ask(sh`exec dpkg-query -W -f ${FORMAT} -- ${names}`);
  // 1: some of the names are unknown; what is known was printed.
  if (status > 1) throw new Failure(`dpkg-query failed: ${stderr.toString('utf8').trim()}`);
  const found = stdout
    .toString('utf8')
    .split('\n')
    .map(parsePackage)
    .filter(item => item !== null);
  return names.map(asked => {
    const [name, architecture] = asked.split(':');
    const matching = found.filter(
      item => item.name === name && (architecture === undefined || item.architecture === architecture),
    );
    // The same name in several architectures: one that is installed counts.
    return matching.find(item => item.version !== null) ?? matching[0] ?? null;
  });
}

export function parsePackage(line: string): DpkgPackage | null {
  const [abbreviation, name, architecture, version, status] = line.split('\t');
  if (!abbreviation || !name || status === undefined) return null;
  const current = abbreviation[1];
  const wish = status.split(' ')[0]!;
  // "W" and "t": installed, and waiting for another package's triggers.
  const installed = current === 'i' || current === 'W' || current === 't';
  return {
    name,
    architecture: architecture ?? '',
    version: installed ? (version ?? '') : null,
    unfinished: current === 'U' || current === 'F' || current === 'H' || abbreviation[2] === 'R',
    configurationLeft: current === 'c',
    selection: (['install', 'hold', 'deinstall', 'purge'] as const).find(word => word === wish) ?? 'unknown',
  };
}

function providedNames(field: string): string[] {
  return field
    .split(',')
    .map(item => item.trim().split(/[\s(:]/)[0]!)
    .filter(name => name !== '');
}
