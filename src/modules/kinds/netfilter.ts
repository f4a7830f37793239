import { sh, userShell } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { Kind } from '../kind.ts';
import { type Family, programs, type TableName } from '../netfilter/family.ts';
import { parseTable, type Table, tableDifferences } from '../netfilter/table.ts';

export interface TableId {
  readonly family: Family;
  readonly name: TableName;
  /** Seconds to wait for another program that is changing the packet filter. */
  readonly wait?: number | undefined;
}

/** A table as the kernel has it, or would have it after some commands. */
export interface LiveTable {
  readonly table: Table;
  /** Commands (`-A INPUT …`) that lead from what is live to `table`. */
  readonly edits: readonly string[];
}

/**
 * A table of the kernel's packet filter, of which single rules are changed. The commands of one change take
 * effect all at once; what others add meanwhile is left alone.
 */
export const liveTable: Kind<TableId, LiveTable> = {
  name: 'netfilter table',
  key: ({ family, name }) => `${family} ${name}`,
  async read(host, { family, name }) {
    return { table: parseTable(family, name, await saved(host, family, name)), edits: [] };
  },
  compare({ family, name }, before, after) {
    return tableDifferences(before.table, after.table, `${programs(family).command} ${name}`);
  },
  async apply(host, id, before, after) {
    const stdin = commands(id, after.edits.slice(before.edits.length));
    await host.must(restore(id, sh`--noflush`), { stdin });
  },
  async rehearse(host, id, _before, after) {
    // All of them: a chain that an earlier task of this check run makes is not there yet.
    await host.must(restore(id, sh`--noflush --test`), { stdin: commands(id, after.edits) });
  },
};

/** What iptables-save prints for a table. Throws Failure when the host has no such program. */
export async function saved(host: Reader, family: Family, name: TableName): Promise<string> {
  const { save, command } = programs(family);
  const { status, stdout, stderr } = await host.ask(sh`${save} -t ${name}`);
  if (status === 0) return stdout.toString('utf8');
  const said = stderr.toString('utf8').trim();
  if (status === 127) {
    throw new Failure(`there is no ${save} on the host`, { rc: 127 }, 'install the package iptables first');
  }
  throw new Failure(`${command}: the table ${name} cannot be read: ${said}`, { rc: status }, rootHint(said));
}

export function restore(
  { family, wait = 20 }: TableId,
  options: ReturnType<typeof sh>,
): ReturnType<typeof sh> {
  return sh`${userShell(programs(family).restore)} -w ${wait} ${options}`;
}

function commands({ name }: TableId, edits: readonly string[]): string {
  return `*${name}\n${edits.join('\n')}\nCOMMIT\n`;
}

function rootHint(said: string): string | undefined {
  return /permission|root/i.test(said) ? 'it needs root: use become' : undefined;
}

export interface RuleId {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly words: readonly string[];
}

/** Whether the kernel itself knows a rule, however it is written. Never a target. */
export const ruleThere: Kind<RuleId, boolean> = {
  name: 'netfilter rule',
  key: id => JSON.stringify(id),
  async read(host, { family, table, chain, words }) {
    const { command } = programs(family);
    return (await host.ask(sh`${command} -w 20 -t ${table} -C ${chain} ${words}`)).status === 0;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('rules are changed through their table')),
};

export interface SpellingId {
  readonly family: Family;
  readonly table: TableName;
  /** The chains of the table that are not built in: rules may jump there. */
  readonly chains: readonly string[];
  /** `-A CHAIN …` lines. */
  readonly rules: readonly string[];
}

/**
 * How iptables-save prints rules, found out in a network namespace of its own that exists for just this;
 * null where that cannot be done (no such namespaces, or something that is missing in it). Never a target.
 */
export const ruleSpelling: Kind<SpellingId, Table | null> = {
  name: 'netfilter spelling',
  key: id => JSON.stringify(id),
  async read(host, { family, table, chains, rules }) {
    const { restore: load, save } = programs(family);
    const declared = chains.map(name => `:${name} - [0:0]`);
    const stdin = [`*${table}`, ...declared, ...rules, 'COMMIT', ''].join('\n');
    const script = sh`unshare -n sh -c ${`${load} && ${save} -t ${table}`}`;
    const { status, stdout } = await host.ask(script, { stdin });
    return status === 0 ? parseTable(family, table, stdout.toString('utf8')) : null;
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('spelling changes nothing')),
};
