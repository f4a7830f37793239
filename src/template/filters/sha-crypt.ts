import { createHash } from 'node:crypto';

/** The password hashes `$5$` and `$6$` of crypt(3), by Ulrich Drepper's public specification. */
export function shaCrypt(kind: 'sha256' | 'sha512', password: string, salt: string, rounds: number): string {
  const size = kind === 'sha512' ? 64 : 32;
  const key = Buffer.from(password, 'utf8');
  const pepper = Buffer.from(salt.slice(0, 16), 'utf8');
  const sum = (...parts: Uint8Array[]): Buffer => {
    const hash = createHash(kind);
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const turns = Math.min(Math.max(rounds, 1000), 999_999_999);
  const b = sum(key, pepper, key);
  const start: Uint8Array[] = [key, pepper, repeated(b, key.length)];
  for (let count = key.length; count > 0; count >>= 1) start.push(count & 1 ? b : key);
  let current = sum(...start);
  const p = repeated(sum(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeated(sum(...Array.from({ length: 16 + current[0]! }, () => pepper)), pepper.length);
  for (let i = 0; i < turns; i++) {
    const parts: Uint8Array[] = [i % 2 ? p : current];
    if (i % 3) parts.push(s);
    if (i % 7) parts.push(p);
    parts.push(i % 2 ? current : p);
    current = sum(...parts);
  }
  const named = rounds === 5000 ? '' : `rounds=${turns}$`;
  return `$${kind === 'sha512' ? 6 : 5}$${named}${pepper.toString()}$${encode(current, size)}`;
}

function repeated(bytes: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  for (let i = 0; i < length; i++) result[i] = bytes[i % bytes.length]!;
  return result;
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Bytes in the order crypt shuffles them, in its base 64, low bits first. */
function encode(bytes: Buffer, size: number): string {
  const third = Math.floor(size / 3);
  let text = '';
  let [a, b, c] = [0, third, 2 * third];
  const write = (value: number, count: number): void => {
    for (let i = 0, rest = value; i < count; i++, rest >>= 6) text += ALPHABET[rest & 63];
  };
  for (let i = 0; i < third; i++) {
    write((bytes[a]! << 16) | (bytes[b]! << 8) | bytes[c]!, 4);
    [a, b, c] = size === 64 ? [b + 1, c + 1, a + 1] : [c + 1, a + 1, b + 1];
  }
  if (size === 64) write(bytes[63]!, 2);
  else write((bytes[31]! << 8) | bytes[30]!, 3);
  return text;
}
