import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { didYouMean, UserError } from '../../../core/error.ts';
import { Source } from '../../../core/position.ts';
import { displayPath, type RecipientRules } from '../../../load/index.ts';
import { type Recipient, sameRecipient } from '../../../vault/recipient.ts';
import { warn } from '../../error-report.ts';
import { identitiesFor } from '../identities.ts';
import { filesIn } from '../project-files.ts';
import { carryOut, lockedOut, type Plan, plan, rulesToChange, summary } from './carry-out.ts';
import { addCheckOptions, addRuleOption, type ChangeFlags, isCheck, rulesNamed } from './change-options.ts';
import { type ListChange, namesOf } from './edit-rules.ts';
import { secretFiles } from './secrets.ts';

export function removeCommand(): Command {
  const command = new Command('remove')
    .description(
      'Removes people and machines from the rules in tsible.yml, and seals anew, with new keys, what they could open.',
    )
    .argument('<NAME...>', 'names in tsible.yml');
  addRuleOption(command, 'only the rule for this file (may be repeated); else they are removed everywhere');
  return addCheckOptions(command).action(async (named: string[], flags: ChangeFlags) => {
    const words = [...new Set(named)];
    const rules = rulesToChange(isCheck(flags));
    const check = isCheck(flags);
    const keys = words.flatMap(word => rules.keysOf(word));
    const lists = flags.rule ? inRules(words, flags.rule, rules) : everywhere(words, rules);
    refuseEmpty(lists, rules);
    const planned = await plan(rules, {
      keys: new Map(),
      lists,
      forget: flags.rule ? [] : words.filter(word => writtenNames(rules).includes(word)),
    });
    if (!flags.rule) refuseOtherWays(words, keys, planned.after);
    const others = await ungoverned(keys, words, planned.after);
    const identities = identitiesFor(flags);
    if (!check) await carryOut(planned, identities);
    process.stdout.write(
      `${displayPath(rules.file)}: ${check ? 'would remove' : 'removed'} ${words.join(', ')}\n` +
        summary(planned, check) +
        (check ? '' : lockedOut(planned, identities)) +
        others +
        (check ? '' : whatStays(words, keys, planned)),
    );
  });
}

function everywhere(words: readonly string[], rules: RecipientRules): ListChange[] {
  const changes: ListChange[] = [
    ...rules.rules.map(({ to }, rule) => ({
      list: { rule },
      add: [],
      remove: words.filter(word => to.includes(word)),
    })),
    ...[...rules.groups].map(([group, members]) => ({
      list: { group },
      add: [],
      remove: words.filter(word => members.includes(word)),
    })),
  ];
  const known = [
    ...rules.rules.flatMap(({ to }) => to),
    ...[...rules.groups.values()].flat(),
    ...writtenNames(rules),
  ];
  for (const word of words) {
    if (known.includes(word)) continue;
    throw new UserError(`no rule in ${displayPath(rules.file)} names "${word}"`, {
      hint: didYouMean(word, known),
    });
  }
  return changes;
}

function inRules(words: readonly string[], named: readonly string[], rules: RecipientRules): ListChange[] {
  return rulesNamed(named, rules).map(rule => {
    const { to, files } = rules.rules[rule]!;
    for (const word of words) {
      if (to.includes(word)) continue;
      const group = to.find(name => rules.groups.get(name)?.includes(word));
      throw new UserError(`the rule for ${files.join(', ')} does not name ${word}`, {
        hint: group && `${word} is in it by the group ${group}`,
      });
    }
    return { list: { rule }, add: [], remove: words };
  });
}

function writtenNames(rules: RecipientRules): readonly string[] {
  return namesOf(new Source(displayPath(rules.file), readFileSync(rules.file, 'utf8')));
}

function refuseEmpty(lists: readonly ListChange[], { rules, groups }: RecipientRules): void {
  for (const { list, remove } of lists) {
    const isGroup = 'group' in list;
    const words = isGroup ? groups.get(list.group)! : rules[list.rule]!.to;
    if (words.some(word => !remove.includes(word))) continue;
    throw new UserError(
      isGroup
        ? `the group ${list.group} would be empty`
        : `nobody could open ${rules[list.rule]!.files.join(', ')} any more`,
      { hint: 'add somebody else first', position: isGroup ? undefined : rules[list.rule]!.position },
    );
  }
}

/** A key may have two names, or stand in a list as it is. */
function refuseOtherWays(words: readonly string[], keys: readonly Recipient[], after: RecipientRules): void {
  for (const { recipients, files, position } of after.rules) {
    const left = recipients.find(each => keys.some(key => sameRecipient(key, each)));
    if (!left) continue;
    throw new UserError(
      `${words.join(', ')} could still open ${files.join(', ')}: the same key is in it under another name`,
      {
        position,
        hint: `it is also called ${after.nameOf(left) ?? 'by the key itself'}: remove that as well`,
      },
    );
  }
}

/** Secrets that no rule is for stay as they are, and that has to be known. */
async function ungoverned(
  keys: readonly Recipient[],
  words: readonly string[],
  after: RecipientRules,
): Promise<string> {
  const found = await secretFiles(
    filesIn([displayPath(after.folder)]),
    () => after,
    fault => warn(`not looked into: ${fault.format()}`),
  );
  const open = found.filter(
    ({ rule, secrets }) => !rule && secrets.some(({ readers }) => isAmong(keys, readers.recipients)),
  );
  if (open.length === 0) return '';
  const files = open.map(({ file }) => file.path).join(', ');
  return `note: no rule is for ${files}, which ${words.join(', ')} can still open\n`;
}

function whatStays(words: readonly string[], keys: readonly Recipient[], { unlike }: Plan): string {
  const theirs = unlike.filter(({ secrets }) =>
    secrets.some(({ readers }) => isAmong(keys, readers.recipients)),
  );
  if (theirs.length === 0) return '';
  const who = words.join(', ');
  return (
    `\nThis does not take back what ${who} could read until now. The old files are in version control's history, in\n` +
    'clones and in backups, and the removed keys still open them. Change the secrets themselves as well:\n' +
    `${theirs.map(({ found }) => `  ${found.file.path}`).join('\n')}\n`
  );
}

function isAmong(keys: readonly Recipient[], recipients: readonly Recipient[]): boolean {
  return recipients.some(each => keys.some(key => sameRecipient(key, each)));
}
