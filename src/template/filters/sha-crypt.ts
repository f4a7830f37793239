import * as crypto from 'node:crypto';
import { BoundedMap } from '../../core/bounded-map.ts';

type Kind = 'sha256' | 'sha512';

/** Every host of a play asks for the hash of the same password, and each takes its time on purpose. */
const made = new BoundedMap<string, string>(1000);

/** The password hashes `$5$` and `$6$` of crypt(3), by Ulrich Drepper's public specification. */
export function shaCrypt(kind: Kind, password: string, salt: string, rounds: number): string {
  const key = JSON.stringify([kind, password, salt, rounds]);
  let hash = made.get(key);
  if (hash === undefined) {
    hash = compute(kind, password, salt, rounds);
    made.set(key, hash);
  }
  return hash;
}

function compute(kind: Kind, password: string, salt: string, rounds: number): string {
  const size = kind === 'sha512' ? 64 : 32;
  const key = Buffer.from(password, 'utf8');
  const pepper = Buffer.from(salt.slice(0, 16), 'utf8');
  const sum = (...parts: Uint8Array[]): Buffer => Buffer.from(digest(kind, Buffer.concat(parts)), 'latin1');
  const b = sum(key, pepper, key);
  const start: Uint8Array[] = [key, pepper, repeated(b, key.length)];
  for (let count = key.length; count > 0; count >>= 1) start.push(count & 1 ? b : key);
  const first = sum(...start);
  const p = repeated(sum(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeated(sum(...Array.from({ length: 16 + first[0]! }, () => pepper)), pepper.length);
  const layouts = Array.from({ length: 8 }, (_, shape) => layout(shape, p, s, Buffer.alloc(size)));
  let current = first.toString('latin1');
  for (let i = 0; i < rounds; i++) {
    const { bytes, at } = layouts[(i & 1) | (i % 3 ? SALTED : 0) | (i % 7 ? TWICE : 0)]!;
    bytes.write(current, at, 'latin1');
    current = digest(kind, bytes);
  }
  const named = rounds === 5000 ? '' : `rounds=${rounds}$`;
  const text = encode(Buffer.from(current, 'latin1'), size);
  return `$${kind === 'sha512' ? 6 : 5}$${named}${pepper.toString()}$${text}`;
}

/** A digest as latin1. Node's one-shot form, there since 20.12, takes a third of the time. */
const digest: (kind: Kind, bytes: Buffer) => string = crypto.hash
  ? (kind, bytes) => crypto.hash(kind, bytes, 'binary')
  : (kind, bytes) => crypto.createHash(kind).update(bytes).digest('binary');

const [ODD, SALTED, TWICE] = [1, 2, 4];

/** What a turn digests, with a gap at `at` for what the turn before gave. */
function layout(shape: number, p: Buffer, s: Buffer, gap: Buffer): { bytes: Buffer; at: number } {
  const between = [...(shape & SALTED ? [s] : []), ...(shape & TWICE ? [p] : [])];
  const bytes = Buffer.concat(shape & ODD ? [p, ...between, gap] : [gap, ...between, p]);
  return { bytes, at: shape & ODD ? bytes.length - gap.length : 0 };
}

function repeated(bytes: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  for (let i = 0; i < length; i++) result[i] = bytes[i % bytes.length]!;
  return result;
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Bytes in the order crypt shuffles them, in its base 64. */
function encode(bytes: Buffer, size: number): string {
  const third = Math.floor(size / 3);
  let text = '';
  let [a, b, c] = [0, third, 2 * third];
  for (let i = 0; i < third; i++) {
    text += encodeForCrypt((bytes[a]! << 16) | (bytes[b]! << 8) | bytes[c]!, 4);
    [a, b, c] = size === 64 ? [b + 1, c + 1, a + 1] : [c + 1, a + 1, b + 1];
  }
  if (size === 64) return text + encodeForCrypt(bytes[63]!, 2);
  return text + encodeForCrypt((bytes[31]! << 8) | bytes[30]!, 3);
}

/** A number in crypt's base 64, low bits first. */
export function encodeForCrypt(value: number, count: number): string {
  let text = '';
  for (let i = 0, rest = value; i < count; i++, rest >>= 6) text += ALPHABET[rest & 63];
  return text;
}
