import { Secret } from '../core/secret.ts';
import { LazyDict, Sealed, TemplateText, Unknown } from '../core/value.ts';
import { Omit, Tuple, Undefined } from './python/values.ts';

/** What a value has in it somewhere, as bits. */
export const RAW = 1;
export const SECRET = 2;
export const UNDEFINED = 4;
export const UNKNOWN = 8;
export const OMITTED = 16;

/** Loaded containers are never changed, so what is in them is found once. */
const known = new WeakMap<object, number>();

/** Containers that a template changes: what is in them must be looked for each time. */
const changing = new WeakSet<object>();

export function markChanging(container: object): void {
  changing.add(container);
}

export function isChanging(container: object): boolean {
  return changing.has(container);
}

/** Small containers are looked through faster than they are remembered. */
const WORTH_REMEMBERING = 12;

export function traits(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return ofContainer(value, value, value.length);
  if (value instanceof Map) return ofContainer(value, value.values(), value.size);
  if (value instanceof Tuple) return ofItems(value.items);
  if (value instanceof Secret) return SECRET;
  if (value instanceof TemplateText || value instanceof Sealed || value instanceof LazyDict) return RAW;
  if (value instanceof Undefined) return UNDEFINED;
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Omit) return OMITTED;
  return 0;
}

function ofContainer(container: object, items: Iterable<unknown>, size: number): number {
  if (size < WORTH_REMEMBERING) return ofItems(items);
  const before = known.get(container);
  if (before !== undefined) return before;
  const bits = ofItems(items);
  // Something inside may be changing too, but then it was made by a template, and is small or new.
  if (!changing.has(container)) known.set(container, bits);
  return bits;
}

function ofItems(items: Iterable<unknown>): number {
  let bits = 0;
  for (const item of items) if (typeof item === 'object' && item !== null) bits |= traits(item);
  return bits;
}

/** A value with every secret in it replaced by what it holds. */
export function unwrap(value: unknown): unknown {
  if (value instanceof Secret) return value.content;
  if ((traits(value) & SECRET) === 0) return value;
  if (Array.isArray(value)) return value.map(unwrap);
  if (value instanceof Tuple) return new Tuple(value.items.map(unwrap));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [unwrap(key), unwrap(item)]));
  return value;
}
