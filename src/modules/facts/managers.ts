import type { Collector } from './collector.ts';

/** Programs that manage packages; where several are there, the one the family goes by comes first. */
const PACKAGE_MANAGERS: readonly (readonly [path: string, name: string])[] = [
  ['/usr/bin/rpm-ostree', 'atomic_container'],
  ['/usr/bin/dnf5', 'dnf5'],
  ['/usr/bin/dnf', 'dnf'],
  ['/usr/bin/microdnf', 'dnf'],
  ['/usr/bin/yum', 'yum'],
  ['/usr/bin/apt-get', 'apt'],
  ['/usr/bin/zypper', 'zypper'],
  ['/usr/sbin/urpmi', 'urpmi'],
  ['/usr/bin/pacman', 'pacman'],
  ['/bin/opkg', 'opkg'],
  ['/usr/sbin/pkg', 'pkgng'],
  ['/usr/bin/emerge', 'portage'],
  ['/usr/sbin/swupd', 'swupd'],
  ['/usr/bin/xbps-install', 'xbps'],
  ['/sbin/apk', 'apk'],
  ['/usr/bin/apk', 'apk'],
  ['/usr/bin/installp', 'installp'],
  ['/usr/sbin/sorcery', 'sorcery'],
];

/** On these another one may be installed as well, and is not what manages the system. */
const APT_FAMILY = /^(debian|ubuntu|raspbian|linuxmint|kali|devuan|pop|neon)$/;

export const packageManager: Collector = {
  name: 'pkg_mgr',
  minimal: true,
  files: ['/etc/os-release'],
  commands: {
    packages: `for path in ${PACKAGE_MANAGERS.map(([path]) => path).join(' ')} /run/ostree-booted; do
  [ -e "$path" ] && echo "$path"; done; :`,
  },
  collect(raw) {
    const found = PACKAGE_MANAGERS.filter(([path]) => raw.has('packages', path))
      .map(([, name]) => name)
      .filter(name => name !== 'atomic_container' || raw.has('packages', '/run/ostree-booted'));
    const id = (raw.lines('/etc/os-release') ?? []).find(line => line.startsWith('ID='))?.slice(3) ?? '';
    const fitting = APT_FAMILY.test(id.replaceAll('"', '')) ? found.find(name => name === 'apt') : undefined;
    return { pkg_mgr: fitting ?? found[0] ?? 'unknown' };
  },
};

export const serviceManager: Collector = {
  name: 'service_mgr',
  minimal: true,
  files: ['/proc/1/comm'],
  commands: {
    // systemctl alone is no sign: in a container it may be installed and nothing run by it.
    services: `for path in /run/systemd/system /dev/.run/systemd /dev/.systemd /sbin/openrc /sbin/openrc-run /etc/init/ /etc/init.d /sbin/runit-init /usr/bin/runsvdir; do
  [ -e "$path" ] && echo "$path"; done; [ -L /sbin/init ] && ls -l /sbin/init`,
  },
  collect(raw) {
    const first = raw.line('/proc/1/comm') ?? '';
    const is = (path: string) => raw.has('services', path);
    const known: Readonly<Record<string, string>> = {
      procd: 'openwrt_init',
      'runit-init': 'runit',
      runit: 'runit',
      svscan: 'svc',
      'openrc-init': 'openrc',
    };
    const service =
      known[first] ??
      (['/run/systemd/system', '/dev/.run/systemd', '/dev/.systemd'].some(is)
        ? 'systemd'
        : is('/etc/init/')
          ? 'upstart'
          : is('/sbin/openrc') || is('/sbin/openrc-run')
            ? 'openrc'
            : /-> .*systemd/.test(raw.output('services'))
              ? 'systemd'
              : is('/etc/init.d')
                ? 'sysvinit'
                : 'service');
    return { service_mgr: service };
  },
};
