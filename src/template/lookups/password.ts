import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { Secret } from '../../core/secret.ts';
import type { Engine } from '../compile/engine.ts';
import { expandUser } from '../filters/paths.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import type { LookupTable } from './lookup.ts';

/** A password that is made once and kept in a file of the controller's. It is a secret. */
export const passwordLookup: LookupTable = {
  password: ({ terms, options, engine }) =>
    terms.map(term => new Secret(password(toText(term), options, engine))),
};

const SETS: Readonly<Record<string, string | undefined>> = {
  ascii_letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz',
  ascii_uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

function password(term: string, options: ReadonlyMap<string, unknown>, engine: Engine): string {
  const [name, ...settings] = term.split(' ');
  const given = new Map(
    [...options].map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(toText).join(',') : toText(value),
    ]),
  );
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    if (equals === -1) throw new Fault(`the lookup password does not know '${setting}'`);
    given.set(setting.slice(0, equals), setting.slice(equals + 1));
  }
  if (given.has('encrypt'))
    throw new Fault('the lookup password cannot encrypt', 'use the filter password_hash on its result');
  const length = Number(given.get('length') ?? 20);
  const characters = characterSet(given.get('chars') ?? 'ascii_letters,digits,.,:-_');
  const path = place(expandUser(name!), engine);
  if (path === '/dev/null') return made(length, characters);
  if (existsSync(path))
    return readFileSync(path, 'utf8')
      .split('\n')[0]!
      .replace(/ salt=.*$/, '');
  const text = made(length, characters);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return text;
}

function place(path: string, engine: Engine): string {
  if (isAbsolute(path)) return path;
  const folders = engine.surroundings.searchPath('vars');
  return join(folders.at(-1) ?? '.', path);
}

function characterSet(text: string): string {
  const commas = text.replaceAll(',,', '\0').split(',');
  return commas
    .map(part => part.replaceAll('\0', ','))
    .map(part => SETS[part] ?? part)
    .join('');
}

function made(length: number, characters: string): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
