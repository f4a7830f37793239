import { randomInt } from 'node:crypto';
import bcrypt from 'bcryptjs';
import { BoundedMap } from '../../core/bounded-map.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

export interface HashWishes {
  readonly salt?: string | undefined;
  readonly saltSize?: number | undefined;
  readonly rounds?: number | undefined;
  /** Which variant of bcrypt: 2, 2a, 2b or 2y. */
  readonly ident?: string | undefined;
}

/** The hash of a password as /etc/shadow and htpasswd files have it. */
export function hashPassword(kind: string, password: string, wishes: HashWishes): string {
  const scheme = schemeOf(kind);
  if (password.includes('\0')) throw new Fault('a password cannot have a null character in it');
  const rounds = wishes.rounds || scheme.rounds;
  if (rounds !== undefined && !(rounds >= scheme.fewest && rounds <= scheme.most))
    throw new Fault(`${kind} takes from ${scheme.fewest} to ${scheme.most} rounds, not ${rounds}`);
  if (wishes.rounds && scheme.rounds === undefined) throw new Fault(`${kind} takes no number of rounds`);
  // Fifty million steps, or five million rounds of SHA, take some seconds; each round of bcrypt's doubles its time.
  if (rounds !== undefined) spend(scheme === SCHEMES.bcrypt ? 500 * 2 ** rounds : 10 * rounds);
  return scheme.hash(password, saltFor(kind, scheme, wishes), rounds ?? 0, wishes.ident);
}

/** How long a salt Ansible makes for a hash of this kind, for passwords whose salt is kept. */
export function saltSize(kind: string): number {
  return SCHEMES[ALIASES[kind] ?? kind]?.longest ?? 8;
}

/** The variant that is noted beside a password whose salt is kept. */
export function usualIdent(kind: string): string | undefined {
  return schemeOf(kind) === SCHEMES.bcrypt ? '2b' : undefined;
}

export function randomSalt(length: number): string {
  return Array.from({ length }, () => SALT[randomInt(SALT.length)]).join('');
}

interface Scheme {
  /** The size of a salt, which is made as long as it may be. */
  readonly shortest: number;
  readonly longest: number;
  /** What Ansible asks for when the playbook does not say: for SHA far more than crypt's own 5000. */
  readonly rounds?: number;
  readonly fewest: number;
  readonly most: number;
  readonly hash: (password: string, salt: string, rounds: number, ident: string | undefined) => string;
}

const SHA = { shortest: 0, longest: 16, fewest: 1000, most: 999_999_999 };

const SCHEMES: Readonly<Record<string, Scheme | undefined>> = {
  md5_crypt: { shortest: 0, longest: 8, fewest: 0, most: Infinity, hash: md5Crypt },
  sha256_crypt: {
    ...SHA,
    rounds: 535_000,
    hash: (password, salt, rounds) => shaCrypt('sha256', password, salt, rounds),
  },
  sha512_crypt: {
    ...SHA,
    rounds: 656_000,
    hash: (password, salt, rounds) => shaCrypt('sha512', password, salt, rounds),
  },
  bcrypt: { shortest: 22, longest: 22, rounds: 12, fewest: 4, most: 31, hash: bcryptHash },
};

const ALIASES: Readonly<Record<string, string | undefined>> = {
  md5: 'md5_crypt',
  sha256: 'sha256_crypt',
  sha512: 'sha512_crypt',
  blowfish: 'bcrypt',
};

const SALT = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function schemeOf(kind: string): Scheme {
  const scheme = SCHEMES[ALIASES[kind] ?? kind];
  if (scheme) return scheme;
  throw new Fault(
    `there is no password hash '${kind}'`,
    `there are: ${[...Object.keys(ALIASES), ...Object.keys(SCHEMES)].join(', ')}`,
  );
}

function saltFor(kind: string, { shortest, longest }: Scheme, { salt, saltSize: size }: HashWishes): string {
  if (size && (size < shortest || size > longest)) {
    const wanted = shortest === longest ? `${longest}` : `at most ${longest}`;
    throw new Fault(`the salt of ${kind} has ${wanted} characters, not ${size}`);
  }
  if (!salt) return randomSalt(size || longest);
  if (!/^[./0-9A-Za-z]*$/.test(salt)) throw new Fault('a salt may hold only letters, digits, "." and "/"');
  if (salt.length < shortest || salt.length > longest) {
    const wanted = shortest === longest ? `${longest}` : `at most ${longest}`;
    throw new Fault(`the salt of ${kind} has ${wanted} characters, not ${salt.length}`);
  }
  return salt;
}

/** Every host of a play asks for the hash of the same password, and each takes its time on purpose. */
const made = new BoundedMap<string, string>(1000);

function bcryptHash(password: string, salt: string, rounds: number, given: string | undefined): string {
  const ident = /^\$?(2[aby]?)\$?$/.exec(given || '2b')?.[1];
  if (ident === undefined)
    throw new Fault(`there is no variant '${given}' of bcrypt`, 'ident is one of 2, 2a, 2b, 2y');
  const settings = `$${ident}$${String(rounds).padStart(2, '0')}$${salt}`;
  const key = JSON.stringify([password, settings]);
  let hash = made.get(key);
  if (hash === undefined) {
    hash = bcrypt.hashSync(password, settings);
    made.set(key, hash);
  }
  return hash;
}
