import { readFileSync } from 'node:fs';
import { UserError } from '../../../core/error.ts';
import { Source } from '../../../core/position.ts';
import {
  displayPath,
  loadRecipientRules,
  type RecipientRules,
  readRecipientRules,
} from '../../../load/index.ts';
import type { VaultIdentities } from '../../../vault/identities.ts';
import { sameRecipient } from '../../../vault/recipient.ts';
import { type Replacement, replaceFiles } from '../../replace-files.ts';
import { finishInterrupted } from '../../replace-journal.ts';
import { filesIn } from '../project-files.ts';
import { rulesOf } from '../rules.ts';
import { names } from './difference.ts';
import { changedRules, type RulesChange } from './edit-rules.ts';
import { resealed, type Unlike, unlikeTheRules } from './reseal.ts';

/** A tsible.yml as it will be, and everything that has to be sealed anew then. */
export interface Plan {
  readonly before: RecipientRules;
  readonly after: RecipientRules;
  readonly text: string;
  readonly was: Buffer;
  readonly unlike: readonly Unlike[];
}

export async function plan(before: RecipientRules, change?: RulesChange): Promise<Plan> {
  const was = readFileSync(before.file);
  const text = change ? changedRules(was.toString('utf8'), before, change) : was.toString('utf8');
  const after = readRecipientRules(new Source(displayPath(before.file), text), before.file)!;
  return { before, after, text, was, unlike: await unlikeTheRules(after) };
}

/** Seals anew and writes it all, or nothing. */
export async function carryOut(
  { before, text, was, unlike }: Plan,
  identities: VaultIdentities,
): Promise<void> {
  const replacements: Replacement[] = [];
  for (const each of unlike) replacements.push(await resealed(each, identities));
  // The rules come first: what is sealed anew is never more than what they say.
  if (text !== was.toString('utf8'))
    replacements.unshift({ path: displayPath(before.file), content: text, was });
  replaceFiles(replacements);
}

/** What is, or would be, sealed anew for whom. */
export function summary({ unlike, after }: Plan, check: boolean): string {
  if (unlike.length === 0) return 'every secret is sealed as the rules want it\n';
  const lines = unlike.map(({ found, secrets, rule }) => {
    const some = found.file.kind === 'values' ? ` (${count(secrets.length, found.secrets.length)})` : '';
    return `  ${found.file.path}${some}: ${names(rule.recipients, after)}`;
  });
  return `${check ? 'would be sealed anew, if it can be opened,' : 'sealed anew'} for:\n${lines.join('\n')}\n`;
}

/** What whoever seals will not be able to open afterwards. */
export function lockedOut({ unlike, after }: Plan, identities: VaultIdentities): string {
  const own = identities.keys.all.flatMap(({ recipient }) => recipient ?? []);
  if (own.length === 0) return '';
  const lost = unlike.filter(
    ({ rule }) => !rule.recipients.some(each => own.some(key => sameRecipient(key, each))),
  );
  if (lost.length === 0) return '';
  const files = lost.map(({ found }) => found.file.path).join(', ');
  return `note: your key (${names(own, after)}) is not among the recipients of ${files}: you cannot open this any more\n`;
}

function count(some: number, all: number): string {
  if (some === all) return some === 1 ? '1 value' : `${some} values`;
  return `${some} of ${all} values`;
}

/** The rules here, as they are when a change that was interrupted is finished. Throws UserError where there are none. */
export function rulesToChange(check: boolean): RecipientRules {
  const rules = demanded(rulesOf());
  if (check) return rules;
  finishInterrupted([rules.file, ...filesIn([rules.folder])]);
  return demanded(loadRecipientRules(rules.file));
}

function demanded(rules: RecipientRules | undefined): RecipientRules {
  if (rules && rules.rules.length > 0) return rules;
  throw new UserError('no tsible.yml here says which files are encrypted for whom', {
    hint:
      'for example: vault: {keys: {alice: keys/alice.pub}, recipients: [{files: group_vars/prod/, to: [alice]}]} ' +
      '(see docs/vault.md)',
  });
}
