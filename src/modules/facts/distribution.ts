import type { Collector } from './collector.ts';
import type { RawFacts } from './raw.ts';

const FILES = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/debian_version',
  '/etc/redhat-release',
  '/etc/system-release',
  '/etc/alpine-release',
  '/etc/arch-release',
  '/etc/lsb-release',
] as const;

export const distribution: Collector = {
  name: 'distribution',
  aliases: ['os_family', 'distribution_version', 'distribution_release', 'distribution_major_version'],
  minimal: true,
  files: FILES,
  collect(raw) {
    const release = osRelease(raw);
    const id = release.get('ID') ?? '';
    const name = distributionName(id, release.get('NAME') ?? '', raw);
    const version = distributionVersion(id, release, raw);
    const major = version.split('.')[0];
    return {
      distribution: name,
      distribution_version: version || 'NA',
      distribution_major_version: major || 'NA',
      distribution_release: codename(id, release, raw),
      ...(id === 'debian' && version.includes('.') && { distribution_minor_version: version.split('.')[1] }),
      ...fileFacts(id, name, raw),
      os_family: familyOf(name, release.get('ID_LIKE') ?? ''),
    };
  },
};

export const lsb: Collector = {
  name: 'lsb',
  minimal: true,
  files: FILES,
  commands: { lsb: 'command -v lsb_release' },
  collect(raw) {
    const file = assignments(raw.lines('/etc/lsb-release') ?? []);
    const release = osRelease(raw);
    const installed = raw.output('lsb').trim() !== '';
    if (!installed && !file.has('DISTRIB_ID')) return { lsb: {} };
    // What lsb_release prints comes from these same files; starting it costs more than all the rest here.
    const number = file.get('DISTRIB_RELEASE') ?? release.get('VERSION_ID') ?? 'n/a';
    const id =
      file.get('DISTRIB_ID') ?? distributionName(release.get('ID') ?? '', release.get('NAME') ?? '', raw);
    return {
      lsb: {
        id,
        release: number,
        description: file.get('DISTRIB_DESCRIPTION') ?? release.get('PRETTY_NAME') ?? '',
        codename: file.get('DISTRIB_CODENAME') ?? release.get('VERSION_CODENAME') ?? 'n/a',
        major_release: number.split('.')[0],
      },
    };
  },
};

function osRelease(raw: RawFacts): Map<string, string> {
  return assignments(raw.lines('/etc/os-release') ?? raw.lines('/usr/lib/os-release') ?? []);
}

/** `NAME=value` lines with a shell's quotes. */
export function assignments(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap(line => {
      const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined) return [];
      const inner = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
      return [[name, inner.replace(/\\(["'$`\\])/g, '$1')] as const];
    }),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  raspbian: 'Debian',
  kali: 'Kali',
  linuxmint: 'Linux Mint',
  devuan: 'Devuan',
  pop: 'Pop!_OS',
  rhel: 'RedHat',
  centos: 'CentOS',
  fedora: 'Fedora',
  rocky: 'Rocky',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  amzn: 'Amazon',
  alpine: 'Alpine',
  arch: 'Archlinux',
  archarm: 'Archlinux',
  manjaro: 'Manjaro',
  gentoo: 'Gentoo',
  sles: 'SLES',
  sled: 'SLED',
  sles_sap: 'SLES_SAP',
  void: 'Void',
  openwrt: 'OpenWrt',
  photon: 'VMware Photon OS',
  virtuozzo: 'Virtuozzo',
  slackware: 'Slackware',
  nixos: 'NixOS',
  parrot: 'Parrot',
  neon: 'KDE neon',
  openeuler: 'openEuler',
  'opensuse-leap': 'openSUSE Leap',
  'opensuse-tumbleweed': 'openSUSE Tumbleweed',
  'opensuse-microos': 'openSUSE MicroOS',
};

function distributionName(id: string, name: string, raw: RawFacts): string {
  if (id === 'centos' && /stream/i.test(raw.line('/etc/redhat-release') ?? name)) return 'CentOS';
  if (NAMES[id] !== undefined) return NAMES[id];
  if (name !== '') return name;
  if (id !== '') return id[0]!.toUpperCase() + id.slice(1);
  return raw.line('/etc/debian_version') === undefined ? 'Linux' : 'Debian';
}

function distributionVersion(id: string, release: ReadonlyMap<string, string>, raw: RawFacts): string {
  const said = release.get('VERSION_ID') ?? '';
  // The more precise one is in a file of the distribution's own.
  if (id === 'debian' || id === 'raspbian') return raw.line('/etc/debian_version') ?? said;
  if (id === 'centos')
    return /release (\d+(\.\d+)?)/.exec(raw.line('/etc/redhat-release') ?? '')?.[1] ?? said;
  if (id === 'alpine') return raw.line('/etc/alpine-release') ?? said;
  if (id === 'arch' || id === 'archarm') return 'NA';
  return said;
}

function codename(id: string, release: ReadonlyMap<string, string>, raw: RawFacts): string {
  const named = release.get('VERSION_CODENAME') ?? release.get('UBUNTU_CODENAME');
  if (named) return named;
  const pretty = /\(([^)]+)\)/.exec(release.get('PRETTY_NAME') ?? '')?.[1];
  if (id === 'debian' && pretty) return pretty;
  const redhat = /\(([^)]+)\)/.exec(raw.line('/etc/redhat-release') ?? '')?.[1];
  if (redhat) return redhat;
  if (id.startsWith('opensuse') || id.startsWith('sle'))
    return release.get('VERSION_ID')?.split('.')[1] ?? '0';
  return 'NA';
}

function fileFacts(id: string, name: string, raw: RawFacts): Record<string, unknown> {
  const [path, variety] =
    FAMILIES.RedHat!.includes(name) && raw.lines('/etc/redhat-release')
      ? ['/etc/redhat-release', 'RedHat']
      : id === 'alpine'
        ? ['/etc/alpine-release', 'Alpine']
        : id === 'amzn'
          ? ['/etc/system-release', 'Amazon']
          : FAMILIES.Suse!.includes(name)
            ? ['/etc/os-release', 'SUSE']
            : FAMILIES.Debian!.includes(name)
              ? ['/etc/os-release', 'Debian']
              : ['/etc/os-release', 'NA'];
  return { distribution_file_path: path, distribution_file_variety: variety, distribution_file_parsed: true };
}

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  Debian: [
    ...['Debian', 'Ubuntu', 'Raspbian', 'Neon', 'KDE neon', 'Linux Mint', 'SteamOS', 'Devuan', 'Kali'],
    ...['Cumulus Linux', 'Pop!_OS', 'Parrot', 'Pardus GNU/Linux', 'Uos', 'Deepin', 'OSMC', 'LinuxMint'],
  ],
  RedHat: [
    ...['RedHat', 'RHEL', 'Fedora', 'CentOS', 'Scientific', 'SLC', 'Ascendos', 'CloudLinux', 'PSBM'],
    ...[
      'OracleLinux',
      'OVS',
      'OEL',
      'Amazon',
      'Amazon Linux',
      'Virtuozzo',
      'XenServer',
      'Alibaba',
      'EulerOS',
    ],
    ...[
      'openEuler',
      'AlmaLinux',
      'Rocky',
      'TencentOS',
      'EuroLinux',
      'Kylin Linux Advanced Server',
      'MIRACLE',
    ],
  ],
  Suse: [
    ...['SuSE', 'SLES', 'SLED', 'openSUSE', 'openSUSE Tumbleweed', 'SLES_SAP', 'SUSE_LINUX', 'openSUSE Leap'],
    ...['ALP-Dolomite', 'SL-Micro', 'openSUSE MicroOS'],
  ],
  Archlinux: ['Archlinux', 'Antergos', 'Manjaro'],
  Mandrake: ['Mandrake', 'Mandriva'],
  Gentoo: ['Gentoo', 'Funtoo'],
  Alpine: ['Alpine'],
  Altlinux: ['Altlinux'],
  NixOS: ['NixOS'],
  'VMware Photon OS': ['VMware Photon OS'],
};

function familyOf(name: string, like: string): string {
  const known = Object.entries(FAMILIES).find(([, members]) => members.includes(name));
  if (known) return known[0];
  // A newcomer says itself whom it takes after.
  const words = like.split(/\s+/);
  if (words.includes('debian') || words.includes('ubuntu')) return 'Debian';
  if (words.some(word => ['rhel', 'fedora', 'centos'].includes(word))) return 'RedHat';
  if (words.some(word => word.startsWith('suse') || word.startsWith('opensuse'))) return 'Suse';
  if (words.includes('arch')) return 'Archlinux';
  return name;
}
