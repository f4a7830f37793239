/** The two protocol families, each with programs of its own. */
export type Family = 'ipv4' | 'ipv6';

export function programs(family: Family): { command: string; save: string; restore: string } {
  const command = family === 'ipv4' ? 'iptables' : 'ip6tables';
  return { command, save: `${command}-save`, restore: `${command}-restore` };
}

export const TABLES = ['filter', 'nat', 'mangle', 'raw', 'security'] as const;
export type TableName = (typeof TABLES)[number];

/** The chains that each table has from the kernel; only these have a policy. */
export const BUILT_IN: Readonly<Record<TableName, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

export type Policy = 'ACCEPT' | 'DROP';
