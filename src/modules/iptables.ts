import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import type { Reader } from './host/access.ts';
import { type Target, target } from './kind.ts';
import { type LiveTable, liveTable, ruleSpelling, ruleThere, type TableId } from './kinds/netfilter.ts';
import { BUILT_IN, type Family, type Policy, TABLES } from './netfilter/family.ts';
import { type RuleArguments, ruleParameters, ruleWordsOf } from './netfilter/rule-arguments.ts';
import { ruleForm } from './netfilter/rule-form.ts';
import { type Table, withChain } from './netfilter/table.ts';
import { ruleText } from './netfilter/words.ts';
import { mutuallyExclusive, requiredIf, t } from './parameters.ts';

/** Single rules, chains and policies of the kernel's packet filter. What it sets does not outlive a reboot. */
export const iptables = stateModule({
  names: ['iptables', 'ansible.builtin.iptables'],
  summary: 'Set or remove a rule of the packet filter',
  parameters: {
    table: t.choice(TABLES)({ default: 'filter', doc: 'The table.' }),
    state: t.choice(['present', 'absent'])({ default: 'present', doc: 'Whether the rule is to be there.' }),
    action: t.choice(['append', 'insert'])({ default: 'append', doc: 'Where a new rule goes.' }),
    rule_num: t.str({ doc: 'Insert it as the rule of this number.' }),
    ip_version: t.choice(['ipv4', 'ipv6', 'both'])({ default: 'ipv4', doc: 'Which of the two filters.' }),
    chain: t.str({ doc: 'The chain.' }),
    flush: t.bool({ default: false, doc: 'Remove all rules of the chain, or of all chains.' }),
    policy: t.choice(['ACCEPT', 'DROP', 'QUEUE', 'RETURN'])({ doc: "The chain's policy." }),
    chain_management: t.bool({
      default: false,
      doc: 'Make the chain when it is missing, remove it when absent.',
    }),
    wait: t.str({ doc: 'Seconds to wait for others who are changing the filter.' }),
    numeric: t.bool({ default: false, doc: 'Accepted: no names are ever looked up here.' }),
    ...ruleParameters,
  },
  constraints: [
    mutuallyExclusive('set_dscp_mark', 'set_dscp_mark_class'),
    mutuallyExclusive('flush', 'policy'),
    requiredIf('jump', 'TEE', ['gateway']),
    requiredIf('jump', 'tee', ['gateway']),
    given => (given.has('policy') && !given.has('chain') ? 'policy needs a chain' : undefined),
    given => (given.has('chain') || given.get('flush') === true ? undefined : 'chain or flush is required'),
    given =>
      (given.has('log_prefix') || given.has('log_level')) && given.has('jump') && given.get('jump') !== 'LOG'
        ? 'log_prefix and log_level go with jump: LOG only'
        : undefined,
  ],
  async probe(host, p) {
    const wait = p.wait === undefined ? undefined : Math.max(1, Math.ceil(Number(p.wait) || 0));
    const families: Family[] = p.ip_version === 'both' ? ['ipv4', 'ipv6'] : [p.ip_version];
    return Promise.all(families.map(family => findRule(host, { family, name: p.table, wait }, p)));
  },
  want(found, p) {
    const words = found[0]!.words;
    return {
      targets: found.map(each => wanted(each, p)),
      result: {
        ip_version: p.ip_version,
        table: p.table,
        chain: p.chain ?? null,
        flush: p.flush,
        rule: words.join(' '),
        state: p.state,
        chain_management: p.chain_management,
      },
    };
  },
});

interface Found {
  readonly id: TableId;
  readonly live: LiveTable;
  readonly words: readonly string[];
  /** Places in the chain that hold the rule. */
  readonly places: readonly number[];
  /** As the host prints it; several when it names several addresses. */
  readonly spelt: readonly string[];
}

type Sought = RuleArguments & { readonly chain: string | undefined; readonly state: 'present' | 'absent' };

async function findRule(host: Reader, id: TableId, p: Sought): Promise<Found> {
  const words = ruleWordsOf(p, id.family);
  const live = await host.look(liveTable, id);
  const written = ruleText(words);
  const rules = (p.chain !== undefined && live.table.chains.get(p.chain)?.rules) || [];
  const form = ruleForm(written, id.family);
  const places = rules.flatMap((rule, index) => (ruleForm(rule, id.family) === form ? [index] : []));
  const found = (at: readonly number[], spelt: readonly string[] = [written]): Found => ({
    id,
    live,
    words,
    places: at,
    spelt,
  });
  if (places.length > 0 || words.length === 0 || p.chain === undefined) return found(places);
  // Extensions have defaults of which only the host knows. What a check run foresees it cannot know.
  const foreseen = live.edits.length > 0;
  const ruleId = { family: id.family, table: id.name, chain: p.chain, words };
  const there = rules.length > 0 && !foreseen && (await host.look(ruleThere, ruleId));
  if (!there && p.state === 'absent' && !foreseen) return found([]);
  if (there && p.state === 'present') return found([mostAlike(rules, form, id.family)]);
  const spelt = (await speltByHost(host, id, live.table, p.chain, written)) ?? [written];
  const exact = rules.flatMap((rule, index) => (spelt.includes(rule) ? [index] : []));
  if (there && exact.length === 0) return found([mostAlike(rules, form, id.family)], spelt);
  // Of a rule that names several addresses all parts must be there.
  return found(spelt.every(rule => rules.includes(rule)) ? exact : [], spelt);
}

async function speltByHost(
  host: Reader,
  { family, name }: TableId,
  table: Table,
  chain: string,
  rule: string,
): Promise<readonly string[] | undefined> {
  const chains = new Set([...table.chains.keys(), chain].filter(each => !BUILT_IN[name].includes(each)));
  const id = { family, table: name, chains: [...chains].sort(), rules: [`-A ${chain} ${rule}`] };
  return (await host.look(ruleSpelling, id))?.chains.get(chain)?.rules;
}

/** The rule that shares most options with the one that is looked for. */
function mostAlike(rules: readonly string[], form: string, family: Family): number {
  const wanted = form.split(' ');
  const shared = rules.map(rule => {
    const has = new Set(ruleForm(rule, family).split(' '));
    return wanted.filter(word => has.has(word)).length / Math.max(has.size, wanted.length);
  });
  return shared.indexOf(Math.max(...shared));
}

interface Wish {
  readonly chain: string | undefined;
  readonly state: 'present' | 'absent';
  readonly action: 'append' | 'insert';
  readonly rule_num: string | undefined;
  readonly flush: boolean;
  readonly policy: 'ACCEPT' | 'DROP' | 'QUEUE' | 'RETURN' | undefined;
  readonly chain_management: boolean;
}

function wanted(found: Found, p: Wish): Target {
  const { id, live } = found;
  let { table } = live;
  const edits: string[] = [];
  if (p.flush) {
    for (const name of p.chain === undefined ? table.chains.keys() : [existing(table, p.chain)]) {
      const chain = table.chains.get(name)!;
      if (chain.rules.length === 0) continue;
      edits.push(`-F ${name}`);
      table = withChain(table, name, { ...chain, rules: [] });
    }
  } else if (p.policy !== undefined) {
    const chain = table.chains.get(existing(table, p.chain!))!;
    if (chain.policy !== p.policy) edits.push(`-P ${p.chain} ${p.policy}`);
    table = withChain(table, p.chain!, { ...chain, policy: p.policy as Policy });
  } else {
    ({ table } = changeRule(found, table, p, p.chain!, edits));
  }
  return target(liveTable, id, live, { table, edits: [...live.edits, ...edits] });
}

function changeRule(
  { words, places, spelt, id }: Found,
  before: Table,
  p: Wish,
  name: string,
  edits: string[],
): { table: Table } {
  let table = before;
  if (p.state === 'absent') {
    const chain = table.chains.get(name);
    if (!chain) return { table };
    // By the text that the host itself prints, which names just this rule.
    for (const place of places) edits.push(`-D ${name} ${chain.rules[place]}`);
    if (words.length > 0) {
      const rules = chain.rules.filter((_, index) => !places.includes(index));
      return { table: withChain(table, name, { ...chain, rules }) };
    }
    if (!p.chain_management) return { table };
    if (BUILT_IN[id.name].includes(name)) throw new Failure(`the chain ${name} is the kernel's own`);
    edits.push(`-X ${name}`);
    return { table: withChain(table, name, null) };
  }
  if (!table.chains.has(name)) {
    if (!p.chain_management) existing(table, name);
    edits.push(`-N ${name}`);
    table = withChain(table, name, { policy: null, rules: [] });
  }
  if (words.length === 0 || places.length > 0) return { table };
  const chain = table.chains.get(name)!;
  const rules = [...chain.rules];
  if (p.action === 'insert') {
    const number = p.rule_num === undefined ? 1 : Number(p.rule_num);
    if (!Number.isInteger(number) || number < 1)
      throw new Failure(`rule_num ${p.rule_num} is no number of a rule`);
    if (number > rules.length + 1) {
      throw new Failure(`rule_num ${number} is too big: the chain ${name} has ${rules.length} rules`);
    }
    edits.push(`-I ${name} ${number} ${ruleText(words)}`);
    rules.splice(number - 1, 0, ...spelt);
  } else {
    edits.push(`-A ${name} ${ruleText(words)}`);
    rules.push(...spelt);
  }
  return { table: withChain(table, name, { ...chain, rules }) };
}

function existing(table: Table, chain: string): string {
  if (table.chains.has(chain)) return chain;
  throw new Failure(
    `there is no chain ${chain} in the table ${table.name}`,
    {},
    `there are: ${[...table.chains.keys()].join(', ')}; chain_management: true makes one`,
  );
}
