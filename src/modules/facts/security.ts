import type { Collector } from './collector.ts';

export const selinux: Collector = {
  name: 'selinux',
  minimal: true,
  files: ['/sys/fs/selinux/enforce', '/sys/fs/selinux/policyvers', '/etc/selinux/config'],
  collect(raw) {
    const enforce = raw.line('/sys/fs/selinux/enforce');
    if (enforce === undefined) return { selinux: { status: 'disabled' }, selinux_python_present: false };
    const setting = (name: string) =>
      (raw.lines('/etc/selinux/config') ?? [])
        .map(line => /^\s*(\w+)\s*=\s*(\S+)/.exec(line))
        .find(match => match?.[1] === name)?.[2] ?? 'unknown';
    return {
      selinux: {
        status: 'enabled',
        policyvers: Number(raw.line('/sys/fs/selinux/policyvers') ?? 0),
        config_mode: setting('SELINUX'),
        mode: enforce === '1' ? 'enforcing' : 'permissive',
        type: setting('SELINUXTYPE'),
      },
      selinux_python_present: false,
    };
  },
};

export const apparmor: Collector = {
  name: 'apparmor',
  minimal: true,
  commands: { apparmor: `[ -d /sys/kernel/security/apparmor ] && echo enabled; :` },
  collect: raw => ({ apparmor: { status: raw.has('apparmor', 'enabled') ? 'enabled' : 'disabled' } }),
};

export const fips: Collector = {
  name: 'fips',
  minimal: true,
  files: ['/proc/sys/crypto/fips_enabled'],
  collect: raw => ({ fips: raw.line('/proc/sys/crypto/fips_enabled') === '1' }),
};

export const capabilities: Collector = {
  name: 'caps',
  aliases: ['system_capabilities', 'system_capabilities_enforced'],
  minimal: true,
  files: ['/proc/self/status', '/proc/sys/kernel/cap_last_cap'],
  collect(raw) {
    const mask = (raw.lines('/proc/self/status') ?? [])
      .find(line => line.startsWith('CapEff:'))
      ?.split(/\s+/)[1];
    if (mask === undefined) return { system_capabilities: [], system_capabilities_enforced: 'NA' };
    const bits = BigInt(`0x${mask}`);
    const last = Number(raw.line('/proc/sys/kernel/cap_last_cap') ?? CAPABILITIES.length - 1);
    const held = CAPABILITIES.filter((_, bit) => bit <= last && (bits >> BigInt(bit)) & 1n);
    // Whoever has them all is not held back by any.
    const all = held.length > last;
    return { system_capabilities: all ? [] : held, system_capabilities_enforced: all ? 'False' : 'True' };
  },
};

/** The kernel's capabilities, by number. */
const CAPABILITIES = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable ' +
  'net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot ' +
  'sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease ' +
  'audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read ' +
  'perfmon bpf checkpoint_restore'
)
  .split(' ')
  .map(name => `cap_${name}`);

export const chroot: Collector = {
  name: 'chroot',
  aliases: ['is_chroot'],
  minimal: true,
  commands: {
    chroot: `[ -e /proc/1/root/. ] && { [ / -ef /proc/1/root/. ] || echo yes; }; [ "$debian_chroot" ] && echo yes; :`,
  },
  collect: raw => ({ is_chroot: raw.has('chroot', 'yes') }),
};

/** The host's public ssh keys. */
export const sshKeys: Collector = {
  name: 'ssh_pub_keys',
  minimal: true,
  files: ['/etc/ssh', '/etc/openssh', '/etc'].flatMap(folder =>
    ['rsa', 'dsa', 'ecdsa', 'ed25519'].map(type => `${folder}/ssh_host_${type}_key.pub`),
  ),
  collect(raw) {
    const facts: Record<string, string> = {};
    for (const folder of ['/etc/ssh', '/etc/openssh', '/etc']) {
      for (const type of ['dsa', 'rsa', 'ecdsa', 'ed25519']) {
        const [kind, key] = raw.line(`${folder}/ssh_host_${type}_key.pub`)?.split(/\s+/) ?? [];
        if (kind === undefined || key === undefined) continue;
        facts[`ssh_host_key_${type}_public`] = key;
        facts[`ssh_host_key_${type}_public_keytype`] = kind;
      }
      if (Object.keys(facts).length > 0) break;
    }
    return facts;
  },
};
