import type { Collector } from './collector.ts';

/** The kernel's command line. */
export const commandLine: Collector = {
  name: 'cmdline',
  minimal: true,
  files: ['/proc/cmdline'],
  collect(raw) {
    const last = new Map<string, string | true>();
    const all = new Map<string, string | true | string[]>();
    for (const word of (raw.line('/proc/cmdline') ?? '').match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
      const equals = word.indexOf('=');
      const name = equals === -1 ? word : word.slice(0, equals);
      const value = equals === -1 ? true : word.slice(equals + 1).replaceAll('"', '');
      last.set(name, value);
      const before = all.get(name);
      all.set(
        name,
        before === undefined || value === true || before === true ? value : [before, value].flat(),
      );
    }
    return { cmdline: last, proc_cmdline: all };
  },
};

/** How names are resolved. */
export const dns: Collector = {
  name: 'dns',
  minimal: true,
  files: ['/etc/resolv.conf'],
  collect(raw) {
    const facts: Record<string, unknown> = {};
    for (const line of raw.lines('/etc/resolv.conf') ?? []) {
      if (/^\s*([#;]|$)/.test(line)) continue;
      const [keyword, ...words] = line.trim().split(/\s+/);
      if (keyword === 'nameserver')
        facts.nameservers = [...((facts.nameservers as string[]) ?? []), ...words];
      else if (keyword === 'domain' && words[0] !== undefined) facts.domain = words[0];
      else if (keyword === 'search') facts.search = words;
      else if (keyword === 'sortlist') facts.sortlist = words;
      else if (keyword === 'options') {
        facts.options = Object.fromEntries(
          words.map(word => {
            const [name, value] = word.split(':', 2);
            return [name, value ?? true];
          }),
        );
      }
    }
    return { dns: facts };
  },
};

/** Names by which the host reaches network storage. */
export const storageNames: Collector = {
  name: 'iscsi',
  group: 'network',
  files: ['/etc/iscsi/initiatorname.iscsi', '/etc/nvme/hostnqn', '/sys/class/fc_host/*/port_name'],
  collect(raw) {
    const initiator = (raw.lines('/etc/iscsi/initiatorname.iscsi') ?? []).find(line =>
      line.startsWith('InitiatorName='),
    );
    return {
      iscsi_iqn: initiator?.slice('InitiatorName='.length).trim() ?? '',
      hostnqn: raw.line('/etc/nvme/hostnqn') ?? '',
      fibre_channel_wwn: raw
        .matching(/^\/sys\/class\/fc_host\//)
        .map(({ path }) => raw.line(path)!.replace(/^0x/, '')),
    };
  },
};
