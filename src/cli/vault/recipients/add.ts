import { Command, Option } from 'commander';
import { didYouMean, UserError } from '../../../core/error.ts';
import { displayPath, type RecipientRules } from '../../../load/index.ts';
import { identitiesFor } from '../identities.ts';
import { type Added, readAdded } from './added-keys.ts';
import { carryOut, plan, rulesToChange, summary } from './carry-out.ts';
import { addCheckOptions, addRuleOption, type ChangeFlags, isCheck, rulesNamed } from './change-options.ts';
import type { ListChange } from './edit-rules.ts';

interface AddFlags extends ChangeFlags {
  group?: string;
  all?: true;
}

export function addCommand(): Command {
  const command = new Command('add')
    .description('Adds people and machines to a rule in tsible.yml, and seals anew what the rule is for.')
    .argument('<KEY...>', 'names in tsible.yml, key files, keys as text; NAME=KEY gives a name');
  addRuleOption(command, 'the rule for this file (may be repeated)');
  command
    .option('--all', 'all rules')
    .addOption(
      new Option('--group <GROUP>', 'a group of tsible.yml, and so every rule that names it').conflicts([
        'all',
        'rule',
      ]),
    );
  return addCheckOptions(command).action(async (words: string[], flags: AddFlags) => {
    const rules = rulesToChange(isCheck(flags));
    const added = readAll(words, rules);
    const lists = listsFor(added, flags, rules);
    const keys = new Map(added.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key] as const])));
    const planned = await plan(rules, { keys, lists, forget: [] });
    if (!isCheck(flags)) await carryOut(planned, identitiesFor(flags));
    for (const line of described(lists, keys, rules, isCheck(flags))) process.stdout.write(`${line}\n`);
    process.stdout.write(summary(planned, isCheck(flags)));
  });
}

/** Everybody once, however often they are named. */
function readAll(words: readonly string[], rules: RecipientRules): Added[] {
  const all = new Map<string, Added>();
  for (const added of words.map(word => readAdded(word, rules))) {
    const { name, key } = added;
    if (all.has(name) && all.get(name)!.key !== key) {
      throw new UserError(`${name} is the name of two different keys here`, {
        hint: `give each its own: ${name}-desk=…, ${name}-laptop=…`,
      });
    }
    all.set(name, added);
  }
  return [...all.values()];
}

function listsFor(added: readonly Added[], flags: AddFlags, rules: RecipientRules): ListChange[] {
  const names = added.map(({ name }) => name);
  if (flags.group !== undefined) {
    const members = rules.groups.get(flags.group);
    if (!members) {
      throw new UserError(`there is no group "${flags.group}" in ${displayPath(rules.file)}`, {
        hint: didYouMean(flags.group, rules.groups.keys()),
      });
    }
    return [{ list: { group: flags.group }, add: names.filter(name => !members.includes(name)), remove: [] }];
  }
  return chosenRules(flags, rules).map(rule => ({
    list: { rule },
    add: names.filter(name => !rules.rules[rule]!.to.includes(name)),
    remove: [],
  }));
}

function chosenRules({ rule, all }: AddFlags, rules: RecipientRules): number[] {
  if (rule) return rulesNamed(rule, rules);
  if (all || rules.rules.length === 1) return [...rules.rules.keys()];
  throw new UserError(`${displayPath(rules.file)} has ${rules.rules.length} rules`, {
    hint: `say which one with --rule FILE, or --all: ${rules.rules.map(({ files }) => files.join(', ')).join('; ')}`,
  });
}

function described(
  lists: readonly ListChange[],
  keys: ReadonlyMap<string, string>,
  rules: RecipientRules,
  check: boolean,
): string[] {
  const lines = [...keys.keys()].map(
    name => `${displayPath(rules.file)}: ${check ? 'would name' : 'names'} the key of ${name}`,
  );
  for (const { list, add } of lists) {
    if (add.length === 0) continue;
    const where = 'group' in list ? `group ${list.group}` : rules.rules[list.rule]!.files.join(', ');
    lines.push(`${displayPath(rules.file)}: ${check ? 'would add' : 'added'} ${add.join(', ')} (${where})`);
  }
  return lines;
}
