import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/error.ts';
import {
  displayPath,
  distinctRecipients,
  findRulesFile,
  isKeyText,
  keysInText,
  loadRecipientRules,
  type RecipientRule,
  type RecipientRules,
} from '../../load/index.ts';
import type { Recipient } from '../../vault/recipient.ts';
import { warn } from '../error-report.ts';

/** The tsible.yml for a folder, and the rules in it: each looked for and read once. */
const files = new Map<string, string | undefined>();
const read = new Map<string, RecipientRules | undefined>();
const warned = new Set<string>();

/** The rules of the project that a file is in; read once. */
export function rulesAround(file: string): RecipientRules | undefined {
  return rulesOf(dirname(resolve(file)));
}

/** The rules of the project that a folder is in. */
export function rulesOf(folder = process.cwd()): RecipientRules | undefined {
  if (!files.has(folder)) files.set(folder, findRulesFile(folder, { warn: warnOnce }));
  const file = files.get(folder);
  if (file === undefined) return undefined;
  if (!read.has(file)) read.set(file, loadRecipientRules(file, { warn: warnOnce }));
  return read.get(file);
}

function warnOnce(message: string): void {
  if (!warned.has(message)) warn(message);
  warned.add(message);
}

/** The rule for a file: where it stands behind all links, as a search through the project finds it. */
export function ruleFor(file: string): RecipientRule | undefined {
  const place = realPlace(file);
  return rulesAround(place)?.ruleFor(place);
}

/** The rule for a file, with its place for messages. */
export function governing(file: string): { recipients: readonly Recipient[]; where: string } | undefined {
  const rule = ruleFor(file);
  if (!rule) return undefined;
  const { position } = rule;
  const where = position ? `${displayPath(position.source.file)}:${position.line}` : 'tsible.yml';
  return { recipients: rule.recipients, where };
}

/** The keys that words on the command line mean: names, groups and keys as text. */
export function recipientsNamed(words: readonly string[], rules = rulesOf()): Recipient[] {
  const found = words.flatMap(word => {
    if (rules) return rules.keysOf(word);
    if (isKeyText(word)) return keysInText(word, undefined).map(({ recipient }) => recipient);
    throw new UserError(`there is no key with the name "${word}"`, {
      hint: 'no tsible.yml here names keys: write the key itself (ssh-ed25519 AAAA…)',
    });
  });
  return distinctRecipients(found);
}

/** What the project calls a key; for messages, which must not fail over a tsible.yml that is wrong. */
export function nameIfKnown(recipient: Recipient): string | undefined {
  try {
    return rulesOf()?.nameOf(recipient);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function realPlace(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // Nothing is there yet.
    const folder = dirname(resolve(file));
    return folder === file ? file : join(realPlace(folder), basename(file));
  }
}
