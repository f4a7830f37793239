import { BUILT_IN, type Family, type Policy } from './family.ts';
import { ruleForm } from './rule-form.ts';
import { type RuleSet, readLines } from './rule-sets.ts';
import type { Chain, Table } from './table.ts';
import { ruleWords } from './words.ts';

/** What comes before and after the rules that nobody's set holds: they weigh 90. */
const UNMANAGED_WEIGHT = 90;

export interface Merge {
  readonly live: Table;
  /** The sets that are to be. */
  readonly sets: readonly RuleSet[];
  /** Those that were, also of a run that was cut short. */
  readonly former: readonly RuleSet[];
  readonly keepUnmanaged: boolean;
}

/** The whole table: all sets by weight, with the rules of others among them. */
export function mergeSets({ live, sets, former, keepUnmanaged }: Merge): Table {
  const { family, name: table } = live;
  const said = sets.map(set => readLines(set.lines, table));
  const formerly = former.map(set => readLines(set.lines, table));
  const managed = new Set(
    [...sets, ...former].flatMap(({ spelt }) => spelt.map(line => lineForm(line, family))),
  );
  const unmanaged = new Map<string, readonly string[]>(
    [...live.chains].map(([name, { rules }]) => [
      name,
      keepUnmanaged ? rules.filter(rule => !managed.has(lineForm(`-A ${name} ${rule}`, family))) : [],
    ]),
  );

  const policies = new Map(said.flatMap(each => [...each.policies]));
  const lapsed = new Set(formerly.flatMap(each => [...each.policies.keys()]));
  const policyOf = (name: string): Policy =>
    policies.get(name) ??
    (keepUnmanaged && !lapsed.has(name) ? (live.chains.get(name)?.policy ?? 'ACCEPT') : 'ACCEPT');

  const own = new Set(said.flatMap(each => each.chains));
  const once = new Set(formerly.flatMap(each => each.chains));
  const wanted = (name: string) =>
    own.has(name) ||
    (keepUnmanaged && (!once.has(name) || unmanaged.get(name)!.length > 0 || isTargetOf(name, unmanaged)));
  const custom = [...new Set([...own, ...live.chains.keys()])].filter(
    name => !BUILT_IN[table].includes(name) && wanted(name),
  );

  const light = sets.filter(({ weight }) => weight <= UNMANAGED_WEIGHT);
  const heavy = sets.filter(({ weight }) => weight > UNMANAGED_WEIGHT);
  const chain = (name: string): Chain => ({
    policy: BUILT_IN[table].includes(name) ? policyOf(name) : null,
    rules: spellAs(live.chains.get(name)?.rules ?? [], family, [
      ...rulesIn(name, light),
      ...(unmanaged.get(name) ?? []),
      ...rulesIn(name, heavy),
    ]),
  });
  return { ...live, chains: new Map([...BUILT_IN[table], ...custom].map(name => [name, chain(name)])) };
}

/** By weight, then by name. */
export function inOrder(sets: readonly RuleSet[]): RuleSet[] {
  return [...sets].sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function rulesIn(chain: string, sets: readonly RuleSet[]): string[] {
  return sets.flatMap(({ spelt }) =>
    spelt.flatMap(line => {
      const [, name, rule] = /^-A (\S+) ?(.*)$/.exec(line)!;
      return name === chain ? [rule!] : [];
    }),
  );
}

/** A rule that is there already is written as it is there, so that only what is different looks different. */
function spellAs(present: readonly string[], family: Family, rules: readonly string[]): string[] {
  const known = new Map(present.map(rule => [ruleForm(rule, family), rule]));
  return rules.map(rule => known.get(ruleForm(rule, family)) ?? rule);
}

function lineForm(line: string, family: Family): string {
  const [, chain, rule] = /^-A (\S+) ?(.*)$/.exec(line)!;
  return `${chain} ${ruleForm(rule!, family)}`;
}

function isTargetOf(chain: string, unmanaged: ReadonlyMap<string, readonly string[]>): boolean {
  return [...unmanaged.values()].some(rules =>
    rules.some(rule => {
      const words = ruleWords(rule);
      return words.some((word, index) => (word === '-j' || word === '-g') && words[index + 1] === chain);
    }),
  );
}
