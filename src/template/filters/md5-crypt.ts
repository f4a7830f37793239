import { createHash } from 'node:crypto';
import { encodeForCrypt } from './sha-crypt.ts';

/** The password hash `$1$` of crypt(3), by Poul-Henning Kamp: long broken, but old machines know no other. */
export function md5Crypt(password: string, salt: string): string {
  const key = Buffer.from(password, 'utf8');
  const pepper = Buffer.from(salt, 'utf8');
  const inner = md5(key, pepper, key);
  const start: Uint8Array[] = [key, Buffer.from('$1$'), pepper];
  for (let left = key.length; left > 0; left -= 16) start.push(inner.subarray(0, Math.min(left, 16)));
  for (let count = key.length; count > 0; count >>= 1) start.push(count & 1 ? ZERO : key.subarray(0, 1));
  let sum = md5(...start);
  for (let i = 0; i < 1000; i++) {
    const isOdd = i % 2 === 1;
    sum = md5(isOdd ? key : sum, i % 3 ? pepper : NONE, i % 7 ? key : NONE, isOdd ? sum : key);
  }
  const groups = [
    [0, 6, 12],
    [1, 7, 13],
    [2, 8, 14],
    [3, 9, 15],
    [4, 10, 5],
  ] as const;
  const text = groups.map(([a, b, c]) => encodeForCrypt((sum[a]! << 16) | (sum[b]! << 8) | sum[c]!, 4));
  return `$1$${salt}$${text.join('')}${encodeForCrypt(sum[11]!, 2)}`;
}

const ZERO = Buffer.of(0);
const NONE = Buffer.alloc(0);

function md5(...parts: Uint8Array[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}
