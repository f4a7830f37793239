import type { Collector } from './collector.ts';
import type { RawFacts } from './raw.ts';

const DMI = '/sys/class/dmi/id';

/** Whether the host is a guest, and of what; whether it has guests itself. */
export const virtualization: Collector = {
  name: 'virtual',
  aliases: [
    'virtualization_type',
    'virtualization_role',
    'virtualization_tech_guest',
    'virtualization_tech_host',
  ],
  group: 'virtual',
  files: [
    '/proc/1/cgroup',
    '/proc/self/status',
    '/proc/cpuinfo',
    '/proc/modules',
    '/proc/sysinfo',
    '/sys/hypervisor/type',
    '/proc/xen/capabilities',
    '/sys/devices/virtual/misc/kvm/uevent',
    ...['product_name', 'product_family', 'bios_vendor', 'bios_date', 'sys_vendor'].map(
      file => `${DMI}/${file}`,
    ),
  ],
  commands: {
    virtual: `for path in /.dockerenv /.dockerinit /run/.containerenv /proc/vz /proc/lve /dev/kvm /proc/device-tree/hypervisor /proc/xen; do
  [ -e "$path" ] && echo "$path"; done; :`,
    // The first process of a container was told by whom it was made; only root may read it.
    container: `cat /proc/1/environ 2>/dev/null`,
  },
  collect(raw) {
    const guest = [...new Set(guestOf(raw))];
    const hosts = hostOf(raw);
    const [type = hosts[0]] = guest;
    return {
      virtualization_type: type ?? 'NA',
      virtualization_role: guest.length > 0 ? 'guest' : hosts.length > 0 ? 'host' : 'NA',
      virtualization_tech_guest: guest,
      virtualization_tech_host: hosts,
    };
  },
};

/** What the host is a guest of, the innermost first. */
function* guestOf(raw: RawFacts): Generator<string> {
  const is = (path: string) => raw.has('virtual', path);
  const groups = raw.text('/proc/1/cgroup') ?? '';
  const container = /(?:^|\0)container=([^\0]*)/.exec(raw.output('container'))?.[1];
  if (/\/docker(\/|-[0-9a-f]+\.scope)/.test(groups) || is('/.dockerenv') || is('/.dockerinit'))
    yield* ['docker', 'container'];
  if (/\/(lxc\/|machine\.slice\/machine-lxc)/.test(groups) || container === 'lxc')
    yield* ['lxc', 'container'];
  if (is('/run/.containerenv') || container === 'podman') yield* ['podman', 'container'];
  if (is('/proc/vz') && !is('/proc/lve')) yield 'openvz';
  if (container !== undefined && container !== '') {
    yield* ['container', container];
  }
  const vserver = raw.lines('/proc/self/status')?.some(line => /^VxID:\s*[1-9]/.test(line));
  if (vserver) yield 'linux_vserver';
  yield* machineOf(raw);
}

function* machineOf(raw: RawFacts): Generator<string> {
  const read = (file: string) => raw.line(`${DMI}/${file}`) ?? '';
  const [product, family, bios, vendor] = ['product_name', 'product_family', 'bios_vendor', 'sys_vendor'].map(
    read,
  );
  const cpu = raw.text('/proc/cpuinfo') ?? '';
  if (raw.line('/sys/hypervisor/type') === 'xen' && !isXenHost(raw)) yield 'xen';
  if (/^(KVM|KVM Server|Bochs|AHV)$/.test(product!)) yield 'kvm';
  if (/^(oVirt|oVirt Node)$/.test(product!) || vendor === 'oVirt') yield 'oVirt';
  if (family === 'RHV' || product === 'RHEV Hypervisor') yield 'RHEV';
  if (/^VMware/.test(product!)) yield 'VMware';
  if (/^OpenStack (Compute|Nova)$/.test(product!)) yield 'openstack';
  if (bios === 'Xen') yield 'xen';
  if (bios === 'innotek GmbH' || product === 'VirtualBox') yield 'virtualbox';
  if (/^(Bochs|SeaBIOS|Amazon EC2|DigitalOcean|Hetzner|Linode|Nutanix|Google)/.test(bios!)) yield 'kvm';
  if (/^(QEMU|Amazon EC2|DigitalOcean|Google|Scaleway|Nutanix|KubeVirt|Hetzner|Linode)/.test(vendor!))
    yield 'kvm';
  if (vendor === 'Microsoft Corporation' && product === 'Virtual Machine') yield 'VirtualPC';
  if (/^Parallels/.test(vendor!) || /^Parallels/.test(product!)) yield 'parallels';
  if (/QEMU Virtual CPU|Common KVM processor|Common 32-bit KVM/.test(cpu)) yield 'kvm';
  if (/^vendor_id.*User Mode Linux/m.test(cpu)) yield 'uml';
  if (/^(vendor_id|machine).*PowerVM/m.test(cpu)) yield 'powervm_lx86';
  if (/Control Program.*KVM/.test(raw.text('/proc/sysinfo') ?? '')) yield 'kvm';
}

function hostOf(raw: RawFacts): string[] {
  const modules = new Set((raw.lines('/proc/modules') ?? []).map(line => line.split(' ')[0]));
  const hosts: string[] = [];
  if (isXenHost(raw)) hosts.push('xen');
  if (modules.has('kvm') || raw.has('virtual', '/dev/kvm')) hosts.push('kvm');
  if (modules.has('vboxdrv')) hosts.push('virtualbox');
  return hosts;
}

function isXenHost(raw: RawFacts): boolean {
  return (raw.text('/proc/xen/capabilities') ?? '').includes('control_d');
}
