import { existsSync, statSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { UserError } from '../../../core/error.ts';
import {
  type CommentedKey,
  isKeyText,
  keysInFile,
  keysInText,
  type RecipientRules,
} from '../../../load/index.ts';
import { recipientText, sameRecipient } from '../../../vault/recipient.ts';

/** Somebody to be added to the rules. */
export interface Added {
  readonly name: string;
  /** What `keys` is to have for the name; undefined when the project knows it already. */
  readonly key: string | undefined;
}

/**
 * Reads what stands on the command line for somebody: a name that the project knows, a key file, a key as text, or
 * one of these two with a name before it (`carol=carol.pub`).
 */
export function readAdded(word: string, rules: RecipientRules): Added {
  const named = /^([^\s,:/=]+)=(.+)$/s.exec(word);
  const [given, what] = named ? [named[1], named[2]!] : [undefined, word];
  const isFile = !isKeyText(what) && existsSync(what) && statSync(what).isFile();
  if (!isFile && !isKeyText(what)) {
    if (given !== undefined) throw new UserError(`${what} is neither a key nor a file with one`);
    if (/\/|\.pub$/.test(what)) throw new UserError(`there is no key file ${what}`);
    rules.keysOf(what);
    return { name: what, key: undefined };
  }
  const keys = isFile ? keysInFile(what, process.cwd(), undefined) : keysInText(what, undefined);
  if (keys.length > 1 && !isFile) throw new UserError('this is more than one key');
  const known = keys.map(({ recipient }) => rules.nameOf(recipient));
  if (given === undefined && known[0] !== undefined && known.every(name => name === known[0])) {
    return { name: known[0], key: undefined };
  }
  const name = given ?? (isFile ? nameOfFile(what) : nameInComment(keys[0]!));
  if (name === undefined) {
    throw new UserError('the key has no comment that could be its name', {
      hint: `give it one: NAME=${word}`,
    });
  }
  if (isNamed(name, keys, rules)) return { name, key: undefined };
  return { name, key: isFile ? fileText(what, keys, rules) : lineOf(keys[0]!) };
}

function nameOfFile(path: string): string | undefined {
  const name = basename(path).replace(/\.(pub|txt|keys)$/, '');
  return /^id_|^authorized_keys/.test(name) ? undefined : asName(name);
}

function nameInComment({ comment }: CommentedKey): string | undefined {
  return asName(comment.split('@', 1)[0]!);
}

function asName(text: string): string | undefined {
  return /^[^\s,:/=]+$/.test(text) ? text : undefined;
}

/** Whether the keys have the name already. Throws UserError where it is something else's. */
function isNamed(name: string, keys: readonly CommentedKey[], rules: RecipientRules): boolean {
  const taken = rules.keys.get(name);
  const isGroup = rules.groups.has(name);
  if (!taken && !isGroup) return false;
  if (taken && keys.every(({ recipient }) => taken.some(each => sameRecipient(each, recipient)))) return true;
  throw new UserError(
    isGroup ? `"${name}" is the name of a group` : `"${name}" is already the name of another key`,
    { hint: 'give it another name: NAME=KEY' },
  );
}

/** A file in the project is named; what is elsewhere goes in as it is. */
function fileText(file: string, keys: readonly CommentedKey[], rules: RecipientRules): string {
  const inProject = relative(rules.folder, resolve(file)).replaceAll('\\', '/');
  if (!inProject.startsWith('..')) return inProject;
  if (keys.length === 1) return lineOf(keys[0]!);
  throw new UserError(`${file} holds ${keys.length} keys and is not in the project`, {
    hint: `copy it to ${rules.folder} and name it there`,
  });
}

function lineOf({ recipient, comment }: CommentedKey): string {
  return [recipientText(recipient), comment].filter(text => text !== '').join(' ');
}
