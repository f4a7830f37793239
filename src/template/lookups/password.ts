import { createHash, randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Secret } from '../../core/secret.ts';
import type { Engine } from '../compile/engine.ts';
import { hashPassword, randomSalt, saltSize, usualIdent } from '../filters/password-hash.ts';
import { expandUser } from '../filters/paths.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { toText } from '../python/print.ts';
import { PythonRandom } from '../python/random.ts';
import { strip } from '../python/string-methods.ts';
import { playFolder } from './controller-files.ts';
import { type LookupTable, lookup } from './lookup.ts';
import { inlineOptions, Options } from './options.ts';

const OPTIONS = ['length', 'chars', 'encrypt', 'ident', 'seed'];

/** A password that is made once and kept in a file of the controller's. It is a secret, and so is its hash. */
export const passwordLookup: LookupTable = {
  password: lookup(OPTIONS.join(' '), ({ terms, options, engine }) =>
    terms.map(term => new Secret(password(toText(term), options, engine))),
  ),
};

interface Kept {
  readonly password: string;
  readonly salt?: string | undefined;
  readonly ident?: string | undefined;
}

function password(term: string, given: ReadonlyMap<string, unknown>, engine: Engine): string {
  const inline = inlineOptions(term);
  for (const name of inline.options.keys())
    if (!OPTIONS.includes(name)) throw new Fault(`the lookup password does not know '${name}'`);
  if (!term.startsWith(inline.rest))
    throw new Fault('the path of the lookup password stands before its options');
  const options = new Options(new Map<string, unknown>([...given, ...inline.options]));
  const path = resolve(playFolder(engine), expandUser(inline.rest));
  const encrypt = options.text('encrypt');
  const kept = path === NOWHERE ? make(options, encrypt) : withLock(path, () => keep(path, options, encrypt));
  if (!encrypt) return kept.password;
  return hashPassword(encrypt, kept.password, { salt: kept.salt, ident: kept.ident });
}

const NOWHERE = '/dev/null';

/** What the file holds, after it has got what it lacks. */
function keep(path: string, options: Options, encrypt: string | undefined): Kept {
  const before = existsSync(path) ? parse(strip(readFileSync(path, 'utf8'), null, 'right')) : undefined;
  const now = before ? completed(before, options, encrypt) : make(options, encrypt);
  if (before?.salt !== now.salt || before?.ident !== now.ident || !before) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${format(now)}\n`, { mode: 0o600 });
  }
  return now;
}

function make(options: Options, encrypt: string | undefined): Kept {
  const length = options.integer('length') ?? 20;
  allowList(length);
  const from = characters(options);
  if (from === '') throw new Fault('there are no characters to make a password of');
  const seed = options.text('seed');
  const random = seed === undefined ? undefined : new PythonRandom(seed);
  const one = (): string => from[random ? Number(random.below(from.length)) : randomInt(from.length)]!;
  return completed({ password: Array.from({ length }, one).join('') }, options, encrypt);
}

function completed(kept: Kept, options: Options, encrypt: string | undefined): Kept {
  const wished = options.text('ident');
  if (kept.ident && wished && kept.ident !== wished)
    throw new Fault(`the ident ${wished} is not the stored one, ${kept.ident}`);
  if (!encrypt) return kept;
  return {
    password: kept.password,
    salt: kept.salt ?? randomSalt(saltSize(encrypt)),
    ident: kept.ident ?? wished ?? usualIdent(encrypt),
  };
}

function parse(content: string): Kept {
  const [, password, salt, ident] = /^([\s\S]*) salt=([\s\S]*?)(?: ident=([\s\S]*))?$/.exec(content) ?? [];
  return password === undefined ? { password: content } : { password, salt, ident };
}

function format({ password, salt, ident }: Kept): string {
  if (salt === undefined) return password;
  return ident ? `${password} salt=${salt} ident=${ident}` : `${password} salt=${salt}`;
}

/** The file that Ansible takes for the same purpose, so that both can use one folder. */
function withLock<T>(path: string, work: () => T): T {
  const name = `${createHash('sha1').update(path).digest('hex')}.ansible_lockfile`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = join(dirname(path), name);
  const until = Date.now() + PATIENCE;
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx'));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new Fault((error as Error).message);
      if (Date.now() > until)
        throw new Fault(`another program is at the password ${path}`, `if there is none, remove ${lock}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** In milliseconds. */
const PATIENCE = 7000;

const SETS: Readonly<Record<string, string | undefined>> = {
  ascii_letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ascii_lowercase: 'abcdefghijklmnopqrstuvwxyz',
  ascii_uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  printable:
    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\v\f',
  whitespace: ' \t\n\r\v\f',
};

/** A comma parts the names of sets and single characters, and two stand for one. */
function characters(options: Options): string {
  const given = options.value('chars') ?? ['ascii_letters', 'digits', '.,:-_'];
  const names =
    typeof given === 'string'
      ? [...(given.includes(',,') ? [','] : []), ...given.replaceAll(',,', ',').split(',')]
      : (options.list('chars') ?? (given as string[]));
  const all = names.map(name => SETS[toText(name)] ?? toText(name)).join('');
  return all.replaceAll(/['"]/g, '');
}
