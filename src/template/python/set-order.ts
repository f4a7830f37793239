import { Float } from '../../core/value.ts';
import { equal } from './compare.ts';
import { isInteger } from './values.ts';

/**
 * Python's sets of numbers have an order, which follows from the numbers: ports and ids in people's files stand in
 * it. (The order of texts is another one in each run of Python; ours then is that in which they came.)
 */
export interface SetOrder {
  union: unknown[];
  intersection: unknown[];
  difference: unknown[];
  symmetricDifference: unknown[];
}

/** What the operations on two lists as sets give; undefined where not all elements are numbers. */
export function setOperation(
  kind: keyof SetOrder,
  a: readonly unknown[],
  b: readonly unknown[],
): unknown[] | undefined {
  if (!a.every(isPlainNumber) || !b.every(isPlainNumber)) return undefined;
  return OPERATIONS[kind](setOf(a), setOf(b)).keys();
}

const OPERATIONS: Readonly<Record<keyof SetOrder, (a: PythonSet, b: PythonSet) => PythonSet>> = {
  union(a, b) {
    const all = new PythonSet();
    all.merge(a);
    all.merge(b);
    return all;
  },
  intersection(a, b) {
    const [more, less] = b.used > a.used ? [b, a] : [a, b];
    return setOf(less.keys().filter(key => more.has(key)));
  },
  difference(a, b) {
    if (a.used >> 2 <= b.used) return setOf(a.keys().filter(key => !b.has(key)));
    const rest = new PythonSet();
    rest.merge(a);
    for (const key of b.keys()) rest.discard(key);
    return rest;
  },
  symmetricDifference(a, b) {
    const either = new PythonSet();
    either.merge(b);
    const other = new PythonSet();
    other.merge(a);
    for (const key of other.keys()) if (!either.discard(key)) either.add(key);
    return either;
  },
};

function setOf(keys: readonly unknown[]): PythonSet {
  const set = new PythonSet();
  for (const key of keys) set.add(key);
  return set;
}

function isPlainNumber(value: unknown): boolean {
  return (
    isInteger(value) || typeof value === 'boolean' || (value instanceof Float && Number.isFinite(value.value))
  );
}

const PRIME = (1n << 61n) - 1n;
const WORD = 64;

/** Python's hash of a number: equal numbers of all types have the same. */
export function hashOf(value: unknown): bigint {
  let [top, down] = [0n, 0n];
  if (value instanceof Float) {
    let [whole, shift] = [value.value, 0n];
    while (!Number.isInteger(whole)) [whole, shift] = [whole * 2, shift + 1n];
    [top, down] = [BigInt(whole), shift];
  } else top = BigInt(value as number | bigint | boolean);
  const negative = top < 0n;
  // Halving is turning by one bit, where 2 ** 61 is 1.
  const turned = (negative ? -top : top) << ((61n - (down % 61n)) % 61n);
  const hash = negative ? -(turned % PRIME) : turned % PRIME;
  return hash === -1n ? -2n : hash;
}

interface Entry {
  key: unknown;
  hash: bigint;
  gone: boolean;
}

const NEIGHBOURS = 9;

/** CPython's table of a set: open addressing, a few neighbours first, then on by what is left of the hash. */
class PythonSet {
  private table: (Entry | undefined)[] = new Array(8);
  private filled = 0;
  used = 0;

  keys(): unknown[] {
    return this.entries().map(entry => entry.key);
  }

  has(key: unknown): boolean {
    return this.find(key, hashOf(key)).entry !== undefined;
  }

  add(key: unknown, hash: bigint = hashOf(key)): void {
    const { entry, at } = this.find(key, hash);
    if (entry) return;
    this.table[at] = { key, hash, gone: false };
    this.filled++;
    this.used++;
    if (this.filled * 5 >= (this.table.length - 1) * 3)
      this.resize(this.used > 50_000 ? this.used * 2 : this.used * 4);
  }

  discard(key: unknown): boolean {
    const { entry } = this.find(key, hashOf(key));
    if (!entry) return false;
    entry.gone = true;
    this.used--;
    return true;
  }

  merge(other: PythonSet): void {
    if (other.used === 0) return;
    if ((this.filled + other.used) * 5 >= (this.table.length - 1) * 3)
      this.resize((this.used + other.used) * 2);
    if (this.filled === 0 && this.table.length === other.table.length && other.filled === other.used) {
      this.table = [...other.table.map(entry => entry && { ...entry })];
      this.filled = this.used = other.used;
    } else for (const { key, hash } of other.entries()) this.add(key, hash);
  }

  private entries(): Entry[] {
    return this.table.filter((entry): entry is Entry => entry !== undefined && !entry.gone);
  }

  private resize(least: number): void {
    const entries = this.entries();
    let size = 8;
    while (size <= least) size *= 2;
    this.table = new Array(size);
    for (const entry of entries) this.table[this.find(undefined, entry.hash).at] = entry;
    this.filled = this.used = entries.length;
  }

  /** The entry of a key, or the place where it would go. */
  private find(key: unknown, hash: bigint): { entry?: Entry; at: number } {
    const mask = this.table.length - 1;
    let rest = BigInt.asUintN(WORD, hash);
    let place = Number(rest & BigInt(mask));
    for (;;) {
      const last = place + NEIGHBOURS <= mask ? place + NEIGHBOURS : place;
      for (let at = place; at <= last; at++) {
        const entry = this.table[at];
        if (!entry) return { at };
        if (!entry.gone && entry.hash === hash && key !== undefined && equal(entry.key, key))
          return { entry, at };
      }
      rest >>= 5n;
      place = Number((BigInt(place) * 5n + 1n + rest) & BigInt(mask));
    }
  }
}
