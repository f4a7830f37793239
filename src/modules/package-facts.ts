import { type ShellText, sh } from '../core/shell.ts';
import { fromJson } from '../core/value.ts';
import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { each, t } from './parameters.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly [more: string]: string | number | null;
}

interface Manager {
  readonly name: string;
  /** Prints all packages, or ends with 127 where there is no such manager. */
  readonly list: ShellText;
  parse(line: string): Package | undefined;
}

const MANAGERS: readonly Manager[] = [
  {
    name: 'apt',
    list: sh`dpkg-query -W -f '\${db:Status-Status}\t\${Package}\t\${Version}\t\${Architecture}\t\${Section}\n'`,
    parse(line) {
      const [status, name, version, arch, category] = line.split('\t');
      if (status !== 'installed' || name === undefined || version === undefined) return undefined;
      return { name, version, arch: arch ?? '', category: category ?? '', origin: '', source: 'apt' };
    },
  },
  {
    name: 'rpm',
    list: sh`rpm -qa --qf '%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\n'`,
    parse(line) {
      const [name, version, release, epoch, arch] = line.split('\t');
      if (name === undefined || version === undefined) return undefined;
      const number = Number(epoch);
      return {
        name,
        version,
        release: release ?? '',
        epoch: Number.isInteger(number) ? number : null,
        arch: arch ?? '',
        source: 'rpm',
      };
    },
  },
  {
    name: 'pacman',
    list: sh`LC_ALL=C pacman -Q`,
    parse(line) {
      const [name, version] = line.split(' ');
      const [, base, release] = /^(.*)-([^-]+)$/.exec(version ?? '') ?? [];
      return name === undefined || base === undefined
        ? undefined
        : { name, version: base, release: release!, source: 'pacman' };
    },
  },
  {
    name: 'apk',
    list: sh`command -v apk >/dev/null || exit 127; apk info -v 2>/dev/null`,
    parse(line) {
      const [, name, version, release] = /^(.+)-([^-]+)-(r\d+)$/.exec(line.trim()) ?? [];
      return name === undefined || version === undefined
        ? undefined
        : { name, version, release: release!, source: 'apk' };
    },
  },
];

/** Which packages are installed, with their versions. */
export const packageFacts = stateModule({
  names: ['package_facts', 'ansible.builtin.package_facts'],
  summary: 'Installed packages as facts',
  readOnly: true,
  factsFrom: 'ansible_facts',
  parameters: {
    manager: t.list(each.str)({
      default: ['auto'],
      doc: 'auto, apt, rpm (dnf, yum, zypper), pacman or apk.',
    }),
    strategy: t.choice(['first', 'all'])({
      default: 'first',
      doc: 'Where several managers are there: which of them.',
    }),
  },
  async probe(host, p) {
    const wanted = chosen(p.manager);
    const answers = await Promise.all(wanted.map(({ list }) => host.ask(list)));
    return wanted.flatMap((manager, index) => {
      const { status, stdout } = answers[index]!;
      return status === 0 ? [{ manager, text: stdout.toString('utf8') }] : [];
    });
  },
  want(found, { strategy, manager }) {
    if (found.length === 0) {
      throw new Failure(
        `Could not detect a supported package manager from the following list: ${manager.join(', ')}`,
      );
    }
    const packages = new Map<string, Package[]>();
    for (const { manager, text } of strategy === 'first' ? found.slice(0, 1) : found) {
      for (const line of text.split('\n')) {
        const parsed = manager.parse(line);
        if (parsed) packages.set(parsed.name, [...(packages.get(parsed.name) ?? []), parsed]);
      }
    }
    return { targets: [], result: { ansible_facts: fromJson({ packages }) } };
  },
});

const ALIASES: Readonly<Record<string, string>> = {
  dnf: 'rpm',
  dnf5: 'rpm',
  yum: 'rpm',
  zypper: 'rpm',
  dpkg: 'apt',
};

function chosen(names: readonly string[]): readonly Manager[] {
  if (names.includes('auto')) return MANAGERS;
  return names.map(name => {
    const manager = MANAGERS.find(each => each.name === (ALIASES[name] ?? name));
    if (manager) return manager;
    throw new Failure(
      `the package manager "${name}" is not supported`,
      {},
      `there are: auto, ${MANAGERS.map(each => each.name).join(', ')}`,
    );
  });
}
