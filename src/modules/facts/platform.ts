import type { Collector } from './collector.ts';

const KERNEL = '/proc/sys/kernel';

/** What is running here: kernel, machine and name. */
export const platform: Collector = {
  name: 'platform',
  aliases: [
    ...['system', 'kernel', 'kernel_version', 'machine', 'architecture', 'hostname', 'nodename', 'fqdn'],
    ...['domain', 'machine_id', 'userspace_bits', 'userspace_architecture'],
  ],
  minimal: true,
  files: [
    `${KERNEL}/ostype`,
    `${KERNEL}/osrelease`,
    `${KERNEL}/version`,
    `${KERNEL}/arch`,
    `${KERNEL}/hostname`,
    '/etc/hosts',
    '/etc/machine-id',
    '/var/lib/dbus/machine-id',
  ],
  commands: {
    machine: `[ -r ${KERNEL}/arch ] || uname -m`,
    // The resolver is asked (and waited for) only for a name that no file here explains.
    fqdn: `read -r name <${KERNEL}/hostname
case $name in *.*) ;; *)
  found=
  while read -r address names; do case " $names " in *[[:space:]]"$name"[[:space:]]*) found=1; break;; esac; done </etc/hosts
  [ "$found" ] || hostname -f 2>/dev/null;;
esac`,
  },
  collect(raw) {
    const nodename = raw.line(`${KERNEL}/hostname`) ?? '';
    const machine = raw.line(`${KERNEL}/arch`) ?? raw.output('machine').trim();
    const fqdn = fullName(nodename, raw.lines('/etc/hosts') ?? [], raw.output('fqdn').trim());
    const bits = /64|s390x|alpha/.test(machine) || machine === 'armv8l' ? '64' : '32';
    const architecture = /^i[3456]86$/.test(machine) ? 'i386' : machine;
    return {
      system: raw.line(`${KERNEL}/ostype`) ?? 'Linux',
      kernel: raw.line(`${KERNEL}/osrelease`),
      kernel_version: raw.line(`${KERNEL}/version`),
      machine,
      architecture,
      userspace_bits: bits,
      userspace_architecture: architecture,
      nodename,
      hostname: nodename.split('.')[0],
      fqdn,
      domain: fqdn.split('.').slice(1).join('.'),
      machine_id: raw.line('/etc/machine-id') ?? raw.line('/var/lib/dbus/machine-id'),
    };
  },
};

/** As `getfqdn` of most systems' libraries finds it: the name itself, or the first with a dot beside it. */
function fullName(nodename: string, hosts: readonly string[], resolved: string): string {
  if (nodename.includes('.')) return nodename;
  for (const line of hosts) {
    const names = line.replace(/#.*/, '').trim().split(/\s+/).slice(1);
    if (names.includes(nodename)) return names.find(name => name.includes('.')) ?? names[0] ?? nodename;
  }
  return resolved || nodename;
}
