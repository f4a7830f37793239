import type { TextDifference } from '../kind.ts';
import { BUILT_IN, type Family, type Policy, type TableName } from './family.ts';

/** A chain of a table: its policy (null for one that is not the kernel's own) and its rules, without `-A NAME`. */
export interface Chain {
  readonly policy: Policy | null;
  readonly rules: readonly string[];
}

/** One table of the packet filter. Immutable. */
export interface Table {
  readonly family: Family;
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** The output of iptables-save for one table; a table that the kernel has not made yet is an empty one. */
export function parseTable(family: Family, name: TableName, text: string): Table {
  const chains = new Map<string, { policy: Policy | null; rules: string[] }>();
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) inside = line.slice(1).trim() === name;
    if (!inside) continue;
    const chain = /^:(\S+) (\S+)/.exec(line);
    const rule = /^-A (\S+) ?(.*)$/.exec(line);
    if (chain) chains.set(chain[1]!, { policy: chain[2] === '-' ? null : (chain[2] as Policy), rules: [] });
    else if (rule) chains.get(rule[1]!)?.rules.push(rule[2]!.trimEnd());
  }
  for (const builtIn of BUILT_IN[name]) {
    if (!chains.has(builtIn)) chains.set(builtIn, { policy: 'ACCEPT', rules: [] });
  }
  return { family, name, chains };
}

/** What iptables-restore reads. */
export function tableText(table: Table): string {
  const chains = inOrder(table);
  const heads = chains.map(([name, chain]) => `${headOf(name, chain)} [0:0]`);
  return [
    `*${table.name}`,
    ...heads,
    ...chains.flatMap(([name, chain]) => rulesOf(name, chain)),
    'COMMIT',
    '',
  ].join('\n');
}

/** Chain by chain, so that a change shows only what it is about. */
export function tableDifferences(before: Table, after: Table, header: string): TextDifference[] {
  const names = [...new Set([...before.chains.keys(), ...after.chains.keys()])];
  return names.flatMap(name => {
    const [was, is] = [before, after].map(table => chainText(name, table.chains.get(name)));
    return was === is
      ? []
      : [{ type: 'text', header: `${header} ${name}`, before: was ?? null, after: is ?? null }];
  });
}

function chainText(name: string, chain: Chain | undefined): string | null {
  return chain ? `${[headOf(name, chain), ...rulesOf(name, chain)].join('\n')}\n` : null;
}

function headOf(name: string, { policy }: Chain): string {
  return `:${name} ${policy ?? '-'}`;
}

function rulesOf(name: string, { rules }: Chain): string[] {
  return rules.map(rule => `-A ${name} ${rule}`.trimEnd());
}

/** Built-in chains first, in the kernel's order; that of others is of no meaning, so it is by name. */
function inOrder(table: Table): [string, Chain][] {
  const own = BUILT_IN[table.name];
  const others = [...table.chains.keys()].filter(name => !own.includes(name)).sort();
  return [...own, ...others].map(name => [name, table.chains.get(name)!]);
}

export function withChain(table: Table, name: string, chain: Chain | null): Table {
  const chains = new Map(table.chains);
  if (chain) chains.set(name, chain);
  else chains.delete(name);
  return { ...table, chains };
}
