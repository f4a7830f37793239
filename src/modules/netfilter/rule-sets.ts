import { Failure } from '../failure.ts';
import { BUILT_IN, type Policy, type TableName } from './family.ts';
import { ruleText, ruleWords } from './words.ts';

/** Rules that go by a name: what one task says of a table. */
export interface RuleSet {
  readonly name: string;
  /** Lower ones come first; sets of the same weight go by their names. */
  readonly weight: number;
  /** The lines as they were written, without comments. */
  readonly lines: readonly string[];
  /** The `-A CHAIN …` lines among them as the host prints them. */
  readonly spelt: readonly string[];
}

/** What the lines of a set say. */
export interface Statements {
  readonly rules: readonly { readonly chain: string; readonly rule: string }[];
  readonly policies: ReadonlyMap<string, Policy>;
  readonly chains: readonly string[];
}

/** The text of a task as lines that count. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

/** Throws Failure for a line that is no rule, policy or chain of this table. */
export function readLines(lines: readonly string[], table: TableName): Statements {
  const rules: { chain: string; rule: string }[] = [];
  const policies = new Map<string, Policy>();
  const chains: string[] = [];
  for (const line of lines) {
    const words = ruleWords(line);
    const at = words.findIndex(word => word === '-t' || word === '--table');
    if (at !== -1) {
      if (words[at + 1] !== table) throw wrong(line, `this set is for the table ${table}`);
      words.splice(at, 2);
    }
    const [command = '', name = '', ...rest] = words;
    const declared = /^:(\S+)$/.exec(command);
    if (command === '-A' || command === '--append') {
      if (name === '') throw wrong(line, 'it names no chain');
      rules.push({ chain: name, rule: ruleText(rest) });
    } else if (command === '-P' || command === '--policy') {
      policies.set(name, policyOf(line, name, rest[0], table));
    } else if (command === '-N' || command === '--new-chain') {
      chains.push(name);
    } else if (declared) {
      if (name === '-') chains.push(declared[1]!);
      else policies.set(declared[1]!, policyOf(line, declared[1]!, name, table));
    } else if (command !== 'COMMIT' && command !== `*${table}`) {
      throw wrong(line, 'a line is -A CHAIN …, -P CHAIN POLICY or -N CHAIN; the order is given by weights');
    }
  }
  return { rules, policies, chains };
}

function policyOf(line: string, chain: string, policy: string | undefined, table: TableName): Policy {
  if (!BUILT_IN[table].includes(chain)) throw wrong(line, `only ${BUILT_IN[table].join(', ')} have a policy`);
  if (policy === 'ACCEPT' || policy === 'DROP') return policy;
  throw wrong(line, 'a policy is ACCEPT or DROP');
}

function wrong(line: string, why: string): Failure {
  return new Failure(
    `rules: "${line}" cannot be part of a set: ${why}`,
    {},
    'see the lines that iptables-save prints',
  );
}
