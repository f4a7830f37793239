import type { Integer } from '../../core/number.ts';
import { revealed, Secret } from '../../core/secret.ts';
import { Float, LazyDict } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { numeric } from './numbers.ts';
import { Blank, isInteger, OMIT, pythonType, Range, Thing, Tuple, use } from './values.ts';

/** Python's truth. */
export function truth(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    default:
  }
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Range) return value.length > 0;
  if (value instanceof Secret) return truth(value.content);
  if (value instanceof LazyDict) {
    for (const _ of value.keys()) return true;
    return false;
  }
  if (value instanceof Thing) return value.items()?.length !== 0;
  if (value instanceof Blank) return false;
  use(value);
  return true;
}

/** Python's ==. Looks through secrets: whether two are the same is not a secret itself. */
export function equal(left: unknown, right: unknown): boolean {
  const a = open(left);
  const b = open(right);
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string' || a === null || b === null) return false;
  const x = numeric(a);
  if (x !== undefined) {
    const y = numeric(b);
    return y !== undefined && compareNumbers(x, y) === 0;
  }
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  if (a instanceof Tuple) return b instanceof Tuple && sameItems(a.items, b.items);
  if (a instanceof Map) return b instanceof Map && sameDicts(a, b);
  if (a instanceof Range && b instanceof Range) {
    return (
      a.length === b.length &&
      (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)))
    );
  }
  if (a instanceof Thing && b instanceof Thing) return order(a, b) === 0;
  return false;
}

function open(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return value.content;
  return use(value);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  spend(a.length);
  return a.length === b.length && a.every((item, i) => equal(item, b[i]));
}

function sameDicts(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  spend(a.size);
  for (const [key, item] of a) {
    const found = findKey(b, key);
    if (found === undefined || !equal(item, b.get(found.key))) return false;
  }
  return true;
}

/** Which comes first of two numbers; NaN is neither. */
export function compareNumbers(a: Integer | Float, b: Integer | Float): number {
  const x = a instanceof Float ? a.value : a;
  const y = b instanceof Float ? b.value : b;
  // JS compares a number with a bigint exactly.
  return x < y ? -1 : x > y ? 1 : x <= y && x >= y ? 0 : Number.NaN;
}

/** A thing that has an order of its own, such as a date. */
export interface Ordered {
  compareTo(other: Thing): number | undefined;
}

function order(a: Thing, b: Thing): number | undefined {
  return 'compareTo' in a ? (a as unknown as Ordered).compareTo(b) : undefined;
}

/** Negative, zero or positive; NaN when neither; throws for types that Python does not order. */
export function compare(left: unknown, right: unknown, operator = '<'): number {
  const a = open(left);
  const b = open(right);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const x = numeric(a);
  const y = numeric(b);
  if (x !== undefined && y !== undefined) return compareNumbers(x, y);
  const listA = Array.isArray(a) ? a : a instanceof Tuple ? a.items : undefined;
  const listB = Array.isArray(b) ? b : b instanceof Tuple ? b.items : undefined;
  if (listA && listB && Array.isArray(a) === Array.isArray(b)) return compareItems(listA, listB, operator);
  const result = a instanceof Thing && b instanceof Thing ? order(a, b) : undefined;
  if (result !== undefined) return result;
  throw new Fault(
    `'${operator}' not supported between instances of '${pythonType(a)}' and '${pythonType(b)}'`,
  );
}

/** By code point, which differs from JavaScript's order beyond the basic plane. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const highX = x >= 0xd800 && x < 0xe000;
      const highY = y >= 0xd800 && y < 0xe000;
      return highX === highY ? x - y : highX ? 1 : -1;
    }
  }
  return a.length - b.length;
}

function compareItems(a: readonly unknown[], b: readonly unknown[], operator: string): number {
  const length = Math.min(a.length, b.length);
  spend(length);
  for (let i = 0; i < length; i++) if (!equal(a[i], b[i])) return compare(a[i], b[i], operator);
  return a.length - b.length;
}

/** Python's `in`. */
export function contains(container: unknown, item: unknown): boolean {
  const where = open(container);
  if (typeof where === 'string') {
    const part = open(item);
    if (typeof part === 'string') return where.includes(part);
    throw new Fault(`'in <string>' requires string as left operand, not ${pythonType(part)}`);
  }
  if (where instanceof Map) return findKey(where, item) !== undefined;
  if (Array.isArray(where)) spend(where.length);
  if (Array.isArray(where)) return where.some(element => equal(element, item));
  if (where instanceof Tuple) return where.items.some(element => equal(element, item));
  if (where instanceof LazyDict) return where.get(open(item) as never) !== undefined;
  if (where instanceof Range) {
    if (where.length === 0) return false;
    const wanted = numeric(open(item));
    if (wanted === undefined) return false;
    const offset = (Number(wanted instanceof Float ? wanted.value : wanted) - where.start) / where.step;
    return Number.isInteger(offset) && offset >= 0 && offset < where.length;
  }
  const items = where instanceof Thing ? where.items() : undefined;
  if (items) return items.some(element => equal(element, item));
  throw new Fault(`argument of type '${pythonType(where)}' is not iterable`);
}

/**
 * The key of a dict that equals `wanted`, as Python finds it: 1, 1.0 and True are the same key. Map knows only
 * identity for what is not a string, so a miss on anything else looks through the keys.
 */
export function findKey(dict: ReadonlyMap<unknown, unknown>, wanted: unknown): { key: unknown } | undefined {
  const key = open(wanted);
  if (dict.has(key)) return { key };
  if (typeof key === 'string' || key === null) return undefined;
  refuseUnhashable(key);
  if (typeof key !== 'object') {
    const other = key === 1 ? true : key === 0 ? false : typeof key === 'boolean' ? Number(key) : key;
    if (other !== key && dict.has(other)) return { key: other };
    if (!hasObjectKeys(dict)) return undefined;
  }
  spend(dict.size);
  for (const candidate of dict.keys()) {
    if (typeof candidate !== 'string' && equal(candidate, key)) return { key: candidate };
  }
  return undefined;
}

/** Which dicts have keys that are objects here (floats, tuples), with the size they had when that was found. */
const objectKeys = new WeakMap<object, { size: number; any: boolean }>();

function hasObjectKeys(dict: ReadonlyMap<unknown, unknown>): boolean {
  const known = objectKeys.get(dict);
  if (known?.size === dict.size) return known.any;
  let any = false;
  for (const key of dict.keys()) any ||= typeof key === 'object' && key !== null;
  objectKeys.set(dict, { size: dict.size, any });
  return any;
}

export function getKey(dict: ReadonlyMap<unknown, unknown>, wanted: unknown): unknown {
  const found = findKey(dict, wanted);
  return found && dict.get(found.key);
}

/** Sets a key as Python does: an equal key that is there keeps its spelling. */
export function setKey(dict: Map<unknown, unknown>, wanted: unknown, value: unknown): void {
  const key = revealed(wanted);
  const found = typeof key === 'string' ? undefined : findKey(dict, key);
  dict.set(found ? found.key : key, value);
  const known = found ? undefined : objectKeys.get(dict);
  if (known?.size === dict.size - 1)
    objectKeys.set(dict, {
      size: dict.size,
      any: known.any || (typeof key === 'object' && key !== null),
    });
}

/** Whether a value equal to this one is in the list before; keeps what `unique`, `union`, … need fast. */
export class SeenValues {
  /** Those of a Python set, which takes no lists and mappings. */
  static ofSet(items: readonly unknown[]): SeenValues {
    const seen = new SeenValues();
    for (const item of items) {
      refuseUnhashable(item);
      seen.add(item);
    }
    return seen;
  }

  private readonly simple = new Set<unknown>();
  private readonly others: unknown[] = [];

  /** True when the value is new. */
  add(value: unknown): boolean {
    const key = simpleKey(value);
    if (key !== undefined) {
      if (this.simple.has(key)) return false;
      this.simple.add(key);
      return true;
    }
    spend(this.others.length);
    if (this.others.some(other => equal(other, value))) return false;
    this.others.push(value);
    return true;
  }

  has(value: unknown): boolean {
    const key = simpleKey(value);
    if (key === undefined) spend(this.others.length);
    return key !== undefined ? this.simple.has(key) : this.others.some(other => equal(other, value));
  }
}

/** Whether a Python set takes it. */
export function isHashable(value: unknown): boolean {
  if (value instanceof Tuple) return value.items.every(isHashable);
  return !Array.isArray(value) && !(value instanceof Map);
}

export function refuseUnhashable(value: unknown): void {
  if (Array.isArray(value) || value instanceof Map)
    throw new Fault(`unhashable type: '${pythonType(value)}'`);
  if (value instanceof Tuple) value.items.forEach(refuseUnhashable);
}

/** Strings and numbers as keys of a Set, so that equal numbers of any type meet. */
function simpleKey(value: unknown): unknown {
  const plain = open(value);
  if (typeof plain === 'string' || plain === null || plain === OMIT) return plain;
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  if (isInteger(plain)) return plain;
  if (plain instanceof Float) return plain.value;
  return undefined;
}
