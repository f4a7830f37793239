import { type Family, programs, type TableName } from './family.ts';
import { type RuleSet, readLines } from './rule-sets.ts';

/** Where the sets of a table are kept, and restored from at boot. */
export function rulesFile(family: Family, table: TableName): string {
  return `${RULES_FOLDER}/${family}/${table}.rules`;
}

export const RULES_FOLDER = '/etc/tsible/iptables';

/**
 * One file for a table: what iptables-restore loads at boot, and in comments the sets as they were written.
 * null when there are no sets.
 */
export function renderFile(family: Family, table: TableName, sets: readonly RuleSet[]): string | null {
  if (sets.length === 0) return null;
  const said = sets.map(({ lines }) => readLines(lines, table));
  const policies = new Map(said.flatMap(({ policies }) => [...policies]));
  const chains = [...new Set(said.flatMap(each => each.chains))];
  const body = sets.flatMap(({ name, weight, lines, spelt }) => [
    `# set ${JSON.stringify({ name, weight, lines })}`,
    ...spelt,
  ]);
  return [
    `# Rules of tsible's iptables_raw for ${programs(family).command}; restored at boot. Not for editing.`,
    `*${table}`,
    ...[...policies].map(([chain, policy]) => `:${chain} ${policy} [0:0]`),
    ...chains.map(chain => `:${chain} - [0:0]`),
    ...body,
    'COMMIT',
    '',
  ].join('\n');
}

/** The sets in such a file; a damaged one counts as far as it can be read. */
export function parseFile(text: string | null): RuleSet[] {
  const sets: { name: string; weight: number; lines: string[]; spelt: string[] }[] = [];
  for (const line of (text ?? '').split('\n')) {
    const head = /^# set (\{.*\})$/.exec(line);
    if (head) {
      const set = readHead(head[1]!);
      if (set) sets.push({ ...set, spelt: [] });
    } else if (line.startsWith('-A ')) {
      sets.at(-1)?.spelt.push(line);
    }
  }
  return sets;
}

function readHead(json: string): { name: string; weight: number; lines: string[] } | undefined {
  try {
    const { name, weight, lines } = JSON.parse(json) as Partial<RuleSet>;
    if (typeof name !== 'string' || typeof weight !== 'number' || !Array.isArray(lines)) return undefined;
    return { name, weight, lines: lines.map(String) };
  } catch {
    return undefined;
  }
}
