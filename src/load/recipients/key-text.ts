import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { type Position, positionAt, Source } from '../../core/position.ts';
import { type Recipient, readRecipient } from '../../vault/recipient.ts';
import { displayPath, expandHome, isFile, readText } from '../files.ts';

/** A public key with what stands behind it in its line, mostly whose it is. */
export interface CommentedKey {
  readonly recipient: Recipient;
  readonly comment: string;
}

/** Whether a text is meant as a public key, rather than as the name of a file or of somebody. */
export function isKeyText(text: string): boolean {
  return /(?:^|\s)(?:ssh-|ecdsa-|sk-|tsible-x25519)\S*\s+\S/.test(text) || /^\s*-----BEGIN/.test(text);
}

/** The key or keys in a text. Throws UserError for anything else. */
export function keysInText(text: string, position: Position | undefined): CommentedKey[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '' && !line.trim().startsWith('#'))
    .map(line => {
      const read = readRecipient(line);
      if ('recipient' in read) return read;
      throw new UserError(read.fault, { position, hint: read.hint });
    });
}

/**
 * The keys in a file: one of a .pub file, those of an authorized_keys file, or of what `ssh-add -L` printed. Keys
 * of types that cannot be used do not matter beside one that can.
 *
 * @param folder what a relative path is relative to
 * @param named where the file is named
 */
export function keysInFile(file: string, folder: string, named: Position | undefined): CommentedKey[] {
  const absolute = path.resolve(folder, expandHome(file));
  const text = isFile(absolute) ? readText(absolute) : null;
  if (text === null) {
    throw new UserError(`there is no key file ${file}`, {
      position: named,
      hint: 'a key is written as text (ssh-ed25519 AAAA…), or named by its file, relative to tsible.yml',
    });
  }
  const source = new Source(displayPath(absolute), text);
  const found: CommentedKey[] = [];
  let first: UserError | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    const position = positionAt(source, offset);
    offset += line.length + 1;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const read = readRecipient(line);
    if ('recipient' in read) found.push(read);
    else first ??= new UserError(read.fault, { position: sparing(position, line), hint: read.hint });
  }
  if (found.length > 0) return found;
  throw first ?? new UserError(`${file} holds no key`, { position: named });
}

/** The line of a private key is not shown. */
function sparing(position: Position, line: string): Position {
  if (!/PRIVATE|secret/i.test(line)) return position;
  return { ...position, source: new Source(position.source.file, position.source.text, true) };
}
