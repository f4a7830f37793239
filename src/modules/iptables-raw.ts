import { stateModule } from './define.ts';
import { Failure } from './failure.ts';
import type { Reader } from './host/access.ts';
import { target } from './kind.ts';
import { type LiveTable, liveTable, ruleSpelling } from './kinds/netfilter.ts';
import { type BootUnit, bootUnit, enabledUnit } from './kinds/netfilter-boot.ts';
import { type ManagedId, managedTable, type RuleFiles, ruleFiles } from './kinds/netfilter-managed.ts';
import { isAddress } from './netfilter/addresses.ts';
import { BUILT_IN, type Family, TABLES, type TableName } from './netfilter/family.ts';
import { inOrder, mergeSets } from './netfilter/merge.ts';
import { parseFile, renderFile } from './netfilter/rule-file.ts';
import { ruleForm } from './netfilter/rule-form.ts';
import { linesOf, readLines } from './netfilter/rule-sets.ts';
import { tableText } from './netfilter/table.ts';
import { ruleWords } from './netfilter/words.ts';
import { t } from './parameters.ts';

/** Named sets of packet filter rules, put together by weight, live and after a reboot. */
export const iptablesRaw = stateModule({
  names: ['iptables_raw', 'community.general.iptables_raw', 'ansible.builtin.iptables_raw'],
  summary: 'Keep named sets of packet filter rules',
  parameters: {
    name: t.str({ required: true, doc: 'The name of the set; * with state absent means all.' }),
    rules: t.str({ doc: 'The rules as iptables-save prints them: -A, -P and -N lines.' }),
    table: t.choice([...TABLES, '*'])({
      default: 'filter',
      doc: 'The table; * with state absent means all.',
    }),
    state: t.choice(['present', 'absent'])({ default: 'present', doc: 'Whether the set is to be there.' }),
    weight: t.int({ default: 40, doc: 'Sets with a lower one come first (0-99); rules of no set weigh 90.' }),
    keep_unmanaged: t.bool({ default: true, doc: 'Keep rules that belong to no set.' }),
    ipversion: t.choice(['4', '6'])({ default: '4', doc: 'Which of the two filters.' }),
    backup: t.bool({ default: false, doc: 'Keep a copy of the file that holds the sets.' }),
  },
  constraints: [
    given =>
      given.get('name') === '*' && given.get('state') !== 'absent'
        ? 'name "*" goes with state: absent only'
        : undefined,
    given =>
      given.get('table') === '*' && given.get('name') !== '*'
        ? 'table "*" goes with name "*" only'
        : undefined,
    given =>
      given.get('state') !== 'absent' && !given.has('rules')
        ? 'rules are required unless state is absent'
        : undefined,
    given => {
      const weight = given.get('weight') as number | undefined;
      return weight !== undefined && (weight < 0 || weight > 99) ? 'weight must be from 0 to 99' : undefined;
    },
  ],

  async probe(host, p) {
    const family: Family = p.ipversion === '6' ? 'ipv6' : 'ipv4';
    const names: readonly TableName[] = p.table === '*' ? TABLES : [p.table];
    const lines = p.state === 'present' ? linesOf(p.rules ?? '') : [];
    const [unit, ...tables] = await Promise.all([
      host.look(bootUnit, null),
      ...names.map(name => lookAt(host, { family, name, backup: p.backup }, lines)),
    ]);
    return { unit, tables, lines };
  },

  want({ unit, tables, lines }, p) {
    const targets = tables.map(now => {
      const { id, live, files } = now;
      const before = parseFile(files.file);
      const others = before.filter(({ name }) => name !== p.name && p.name !== '*');
      const set = p.state === 'present' ? [{ name: p.name, weight: p.weight, lines, spelt: now.spelt }] : [];
      const sets = inOrder([...others, ...set]);
      const former = [...before, ...parseFile(files.pending)];
      const table = mergeSets({ live: live.table, sets, former, keepUnmanaged: p.keep_unmanaged });
      const file = renderFile(id.family, id.name, sets);
      const settled = tableText(table) === tableText(live.table);
      // A leftover of a run that was cut short is no difference by itself: the next change replaces it.
      const after = {
        live: settled ? live : { table, edits: replacement(live, tableText(table)) },
        files: { file, pending: null },
      };
      return target(managedTable, id, { live, files }, after);
    });
    const boots = p.state === 'present' && unit.systemd;
    return {
      targets: boots ? [...targets, target(bootUnit, null, unit, enabledUnit(unit))] : targets,
      result: { name: p.name, table: p.table, weight: p.weight, state: p.state, ipversion: p.ipversion },
      warnings: warningsFor(unit, p.state),
    };
  },
});

interface Now {
  readonly id: ManagedId;
  readonly live: LiveTable;
  readonly files: RuleFiles;
  /** The rules of the task as the host prints them. */
  readonly spelt: readonly string[];
}

async function lookAt(host: Reader, id: ManagedId, lines: readonly string[]): Promise<Now> {
  const { family, name } = id;
  const { rules, chains } = readLines(lines, name);
  refuseNames(rules);
  const [live, files] = await Promise.all([host.look(liveTable, id), host.look(ruleFiles, id)]);
  const written = rules.map(({ chain, rule }) => `-A ${chain} ${rule}`.trimEnd());
  const stored = parseFile(files.file).find(
    set => set.lines.length === lines.length && set.lines.every((line, index) => line === lines[index]),
  );
  if (stored) return { id, live, files, spelt: stored.spelt };
  const known = new Set(
    [...live.table.chains].flatMap(([chain, each]) =>
      each.rules.map(rule => `${chain} ${ruleForm(rule, family)}`),
    ),
  );
  const allKnown = rules.every(({ chain, rule }) => known.has(`${chain} ${ruleForm(rule, family)}`));
  if (allKnown) return { id, live, files, spelt: printedAs(live, family, rules) };
  const custom = [...new Set([...live.table.chains.keys(), ...chains])].filter(
    each => !BUILT_IN[name].includes(each),
  );
  const table = await host.look(ruleSpelling, { family, table: name, chains: custom.sort(), rules: written });
  // Rules of one chain are printed together; which came first across chains has no meaning.
  const spelt =
    table &&
    [...table.chains].flatMap(([chain, each]) => each.rules.map(rule => `-A ${chain} ${rule}`.trimEnd()));
  return { id, live, files, spelt: spelt ?? written };
}

/** Rules that are live already, in the host's own words. */
function printedAs(
  live: LiveTable,
  family: Family,
  rules: readonly { readonly chain: string; readonly rule: string }[],
): string[] {
  return rules.map(({ chain, rule }) => {
    const form = ruleForm(rule, family);
    const there = live.table.chains.get(chain)!.rules.find(each => ruleForm(each, family) === form)!;
    return `-A ${chain} ${there}`.trimEnd();
  });
}

/** A name is looked up once, when the rule is loaded; at boot there may be nobody to ask. */
function refuseNames(rules: readonly { readonly rule: string }[]): void {
  for (const { rule } of rules) {
    const words = ruleWords(rule);
    words.forEach((word, index) => {
      if (!/^(-s|--source|--src|-d|--destination|--dst)$/.test(word)) return;
      const value = words[index + 1] === '!' ? words[index + 2] : words[index + 1];
      const bad = (value ?? '').split(',').find(each => !isAddress(each));
      if (bad === undefined) return;
      throw new Failure(
        `rules: "${bad}" is a name where an address is needed`,
        {},
        'names cannot be looked up at boot',
      );
    });
  }
}

/** What leads from the live table to the new one, for later tasks of a check run that add to it. */
function replacement(live: LiveTable, text: string): string[] {
  const lines = text.split('\n').slice(1, -2);
  const fresh = lines.filter(line => line.startsWith(':')).map(line => line.slice(1).split(' '));
  return [
    ...live.edits,
    ...[...live.table.chains.keys()].map(name => `-F ${name}`),
    ...fresh.flatMap(([name, policy]) => (policy === '-' ? [] : [`-P ${name} ${policy}`])),
    ...fresh.flatMap(([name, policy]) =>
      policy === '-' && !live.table.chains.has(name!) ? [`-N ${name}`] : [],
    ),
    ...lines.filter(line => line.startsWith('-A')),
  ];
}

function warningsFor(unit: BootUnit, state: string): string[] {
  if (unit.systemd || state === 'absent') return [];
  return ['nothing on this host restores the rules at boot: it has no systemd'];
}
