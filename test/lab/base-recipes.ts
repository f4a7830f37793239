import { SUITE } from './mirrors.ts';
import type { HostKind } from './state.ts';

export interface Recipe {
  /** Options for mmdebstrap, apart from where from and where to. */
  options: string[];
  /** Shell, run on this machine when the packages are in; `$1` is the tree. */
  finish: string;
  /** Paths that must not be there, as shell patterns below the tree. */
  without: string[];
}

/** The password that `opw` logs in and uses sudo with. A space, because passwords may have one. */
export const OPW_PASSWORD = 'correct horse';

const SERVER_PACKAGES = [
  'openssh-server',
  'sudo',
  'systemd',
  'systemd-sysv',
  'dbus',
  'libpam-systemd',
  'iproute2',
  'iptables',
  'iputils-ping',
  'procps',
  'cron',
  'ca-certificates',
];

const PYTHON = ['usr/bin/python*', 'usr/local/bin/python*'];

// Users by hand and with fixed numbers: a host's own layer gives them their keys, by number.
const FINISH_DEBIAN = `
chroot "$1" useradd -m -u 1000 -s /bin/bash ops
chroot "$1" useradd -m -u 1001 -s /bin/bash opw
echo 'opw:${OPW_PASSWORD}' | chroot "$1" chpasswd
printf '%s\\n' 'ops ALL=(ALL:ALL) NOPASSWD: ALL' 'opw ALL=(ALL:ALL) ALL' > "$1/etc/sudoers.d/lab"
chmod 0440 "$1/etc/sudoers.d/lab"

# Each host has its own.
rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/machine-id" "$1/etc/hostname" "$1/etc/resolv.conf"

# Where people look for it.
cat "$1"/etc/apt/sources.list.d/*.list > "$1/etc/apt/sources.list"
rm "$1"/etc/apt/sources.list.d/*.list

# They would take the package manager's lock at a time of their own choosing.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \\
            e2scrub_reap.service fstrim.timer console-getty.service systemd-pstore.service; do
  ln -sf /dev/null "$1/etc/systemd/system/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$1/etc/systemd/system/default.target"

# Before this unit has run, only root may log in: who finds the port open should get in.
mkdir -p "$1/etc/systemd/system/ssh.service.d"
printf '[Unit]\\nAfter=systemd-user-sessions.service\\n' > "$1/etc/systemd/system/ssh.service.d/lab.conf"

# Syncing every file protects from power cuts what is thrown away anyway.
echo force-unsafe-io > "$1/etc/dpkg/dpkg.cfg.d/lab"
echo 'Acquire::Languages "none";' > "$1/etc/apt/apt.conf.d/00lab"

# Last, as it is out of date once anything above changes: saves each host's first apt command 0.6 s.
chroot "$1" apt-cache gencaches --quiet
`;

const FINISH_BUSYBOX = `
mkdir -p "$1/etc/init.d" "$1/etc/dropbear" "$1/proc" "$1/sys" "$1/run" "$1/root" "$1/home/ops" "$1/sbin" \\
         "$1/usr/bin" "$1/usr/sbin" "$1/var/log" "$1/var/run"
chroot "$1" /bin/busybox --install -s
# There is nothing they could manage here, and nobody should be led to think so.
rm -f "$1/usr/bin/dpkg" "$1/usr/bin/dpkg-deb" "$1/bin/rpm" "$1/usr/bin/rpm" "$1/usr/bin/rpm2cpio"
rm -rf "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/lintian" "$1/var/lib/apt" "$1/var/lib/dpkg" \\
       "$1/var/cache/apt" "$1/etc/apt" "$1/usr/share/locale"
chown 1000:1000 "$1/home/ops"
printf '%s\\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1::/:/bin/false \\
  nobody:x:65534:65534::/:/bin/false ops:x:1000:1000::/home/ops:/bin/sh > "$1/etc/passwd"
printf '%s\\n' root:x:0: daemon:x:1: tty:x:5: nogroup:x:65534: ops:x:1000: > "$1/etc/group"
printf '%s\\n' 'root:*:19000::::::' 'daemon:*:19000::::::' 'nobody:*:19000::::::' 'ops:*:19000::::::' \\
  > "$1/etc/shadow"
chmod 0600 "$1/etc/shadow"
echo /bin/sh > "$1/etc/shells"
# systemd-nspawn boots no tree without it.
printf '%s\\n' ID=busybox NAME=BusyBox > "$1/etc/os-release"
echo 'passwd: files
group: files
shadow: files
hosts: files' > "$1/etc/nsswitch.conf"
echo '::sysinit:/etc/init.d/rcS
::respawn:/usr/sbin/dropbear -F -E -s -r /etc/dropbear/host_key
::respawn:/sbin/syslogd -n
::ctrlaltdel:/sbin/reboot' > "$1/etc/inittab"
echo '#!/bin/sh
hostname -F /etc/hostname
ip link set lo up
ip addr add "$(cat /etc/address)" dev host0
ip link set host0 up' > "$1/etc/init.d/rcS"
chmod 0755 "$1/etc/init.d/rcS"
`;

export const RECIPES: Record<HostKind, Recipe> = {
  debian: {
    options: minimalDebian(SERVER_PACKAGES),
    finish: FINISH_DEBIAN,
    without: PYTHON,
  },
  // For the reference: it needs Python on its targets.
  python: {
    options: minimalDebian([...SERVER_PACKAGES, 'python3', 'python3-apt']),
    finish: FINISH_DEBIAN,
    without: [],
  },
  // The smallest targets: one program for everything, no systemd, no sudo, no package manager.
  busybox: {
    options: ['--variant=extract', '--include=busybox-static,dropbear-bin'],
    finish: FINISH_BUSYBOX,
    without: [...PYTHON, 'bin/bash', 'usr/bin/perl', 'usr/bin/sudo', 'lib/systemd', 'usr/bin/apt-get'],
  },
};

function minimalDebian(packages: string[]): string[] {
  // Package lists stay in, so that installing in a host needs no update first.
  return [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    '--skip=cleanup/apt/lists',
    `--aptopt=Acquire::Languages "none"`,
  ];
}

/** What a base is made of, as text: another text is another base. */
export function recipeText(kind: HostKind): string {
  return JSON.stringify([SUITE, RECIPES[kind]]);
}
