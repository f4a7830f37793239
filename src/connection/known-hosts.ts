import { createHash, createHmac, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One usable line of a known_hosts file. */
interface KnownKey {
  readonly file: string;
  readonly line: number;
  readonly marker: '' | '@revoked' | '@cert-authority';
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** Another key is known for this host: of the same type, or (in `otherTypes`) only of other types. */
  | { readonly kind: 'changed'; readonly file: string; readonly line: number; readonly otherTypes: boolean }
  | { readonly kind: 'revoked'; readonly file: string; readonly line: number };

/** The keys known for one host, from all its known_hosts files. */
export class KnownHost {
  readonly #name: string;
  readonly #keys: readonly KnownKey[];
  /** Lines for the plain name, which vouch for a host on another port but never against it. */
  readonly #portless: readonly KnownKey[];

  private constructor(name: string, keys: readonly KnownKey[], portless: readonly KnownKey[]) {
    this.#name = name;
    this.#keys = keys;
    this.#portless = portless;
  }

  static find(host: string, port: number, files: readonly string[]): KnownHost {
    const name = nameInFile(host, port);
    const all = files.flatMap(linesOf);
    const matching = (wanted: string) => all.filter(line => matchesHost(line.hosts, wanted));
    return new KnownHost(name, matching(name), port === 22 ? [] : matching(host.toLowerCase()));
  }

  /** The host as known_hosts files call it. */
  get name(): string {
    return this.#name;
  }

  /** Types of the keys that are known, to ask the server for one of them. */
  get types(): string[] {
    const plain = [...this.#keys, ...this.#portless].filter(line => line.marker === '');
    return [...new Set(plain.map(line => line.type))];
  }

  /** An authority vouches for it, and no key of its own is known: only a host certificate can prove it. */
  get needsCertificate(): boolean {
    return this.types.length === 0 && this.#keys.some(line => line.marker === '@cert-authority');
  }

  judge(key: Buffer): Verdict {
    const revoked = [...this.#keys, ...this.#portless].find(
      line => line.marker === '@revoked' && line.key.equals(key),
    );
    if (revoked) return { kind: 'revoked', file: revoked.file, line: revoked.line };
    const plain = this.#keys.filter(line => line.marker === '');
    if (plain.some(line => line.key.equals(key))) return { kind: 'known' };
    const portless = this.#portless.filter(line => line.marker === '');
    if (portless.some(line => line.key.equals(key))) return { kind: 'known' };
    const type = keyType(key);
    const old = plain.find(line => line.type === type) ?? plain[0];
    if (old) return { kind: 'changed', file: old.file, line: old.line, otherTypes: old.type !== type };
    return { kind: 'unknown' };
  }
}

/** The name under which a host stands in known_hosts files. */
export function nameInFile(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** A key as its own first field names it: `ssh-ed25519`, `ssh-rsa`, … */
export function keyType(key: Buffer): string {
  if (key.length < 4) return '';
  return key.toString('latin1', 4, Math.min(key.length, 4 + key.readUInt32BE(0), 68));
}

/** As ssh prints it: `SHA256:…` */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Adds a host's key to a file: one append, so that two runs at once cannot mix their lines. A new file is
 * for its owner alone; an existing one keeps its mode. Throws what the file system throws.
 */
export function recordKey(file: string, name: string, key: Buffer, hashed: boolean): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'a+', 0o600);
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(handle, last, 0, 1, size - 1);
    const newline = size > 0 && last[0] !== 0x0a ? '\n' : '';
    writeSync(
      handle,
      `${newline}${hashed ? hashName(name) : name} ${keyType(key)} ${key.toString('base64')}\n`,
    );
  } finally {
    closeSync(handle);
  }
  cache.delete(file);
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

/** Files are read once a run: many hosts share them. */
const cache = new Map<string, readonly KnownKey[]>();

function linesOf(file: string): readonly KnownKey[] {
  let lines = cache.get(file);
  if (!lines) {
    lines = parseKnownHosts(readText(file), file);
    cache.set(file, lines);
  }
  return lines;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // ssh too takes a file that is missing or not readable as an empty one.
    return '';
  }
}

export function parseKnownHosts(text: string, file: string): KnownKey[] {
  const keys: KnownKey[] = [];
  text.split('\n').forEach((content, index) => {
    const fields = content.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]!.startsWith('#')) return;
    const marker = fields[0]!.startsWith('@') ? fields.shift()! : '';
    if (marker !== '' && marker !== '@revoked' && marker !== '@cert-authority') return;
    const [hosts, type, encoded] = fields;
    if (hosts === undefined || type === undefined || encoded === undefined) return;
    const key = Buffer.from(encoded, 'base64');
    // A line whose key is cut short or of another type than it says vouches for nothing.
    if (keyType(key) !== type) return;
    keys.push({ file, line: index + 1, marker, hosts, type, key });
  });
  return keys;
}

/** Whether a line's host field (names, patterns, negations, or one hash) means this host. */
export function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt, hash] = hosts.split('|');
    if (!salt || !hash) return false;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}
