import { Secret } from '../core/secret.ts';
import { LazyDict, Sealed, TemplateText, Unknown } from '../core/value.ts';
import { spend } from './limits.ts';
import { type CallArguments, Omit, Tuple, Undefined } from './python/values.ts';

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

/** Lists and mappings written out in templates that change things. */
const writtenOut = new WeakSet<object>();

export function markWrittenOut(container: object): void {
  writtenOut.add(container);
}

/** Whether a later change must not be seen where this has been put out: Ansible copies these, and no others. */
export function isPutOutAsItIs(container: object): boolean {
  return changing.has(container) || writtenOut.has(container);
}

/** Small containers are looked through faster than they are remembered. */
const WORTH_REMEMBERING = 12;

/** From here on they are remembered all the same: the same list may be in there many times. */
const DEEP = 4;

export function traits(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return ofContainer(value, value, value.length, depth);
  if (value instanceof Map) return ofContainer(value, value.values(), value.size, depth);
  if (value instanceof Tuple)
    return depth < DEEP
      ? ofItems(value.items, depth)
      : ofContainer(value, value.items, WORTH_REMEMBERING, depth);
  if (value instanceof Secret) return SECRET;
  if (value instanceof TemplateText || value instanceof Sealed || value instanceof LazyDict) return RAW;
  if (value instanceof Undefined) return UNDEFINED;
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Omit) return OMITTED;
  return 0;
}

function ofContainer(container: object, items: Iterable<unknown>, size: number, depth: number): number {
  if (size < WORTH_REMEMBERING && depth < DEEP) return ofItems(items, depth);
  const before = known.get(container);
  if (before !== undefined) return before;
  if (depth >= DEEP) spend(1);
  const bits = ofItems(items, depth);
  // Something inside may be changing too, but then it was made by a template, and is small or new.
  if (!changing.has(container)) known.set(container, bits);
  return bits;
}

function ofItems(items: Iterable<unknown>, depth: number): number {
  let bits = 0;
  for (const item of items) if (typeof item === 'object' && item !== null) bits |= traits(item, depth + 1);
  return bits;
}

/** The arguments of a call with every secret in them replaced by what it holds. */
export function openedArguments({ positional, named }: CallArguments): CallArguments {
  return {
    positional: positional.map(unwrap),
    named: new Map([...named].map(([name, value]) => [name, unwrap(value)])),
  };
}

/** A value with every secret in it replaced by what it holds. */
export function unwrap(value: unknown): unknown {
  if (value instanceof Secret) return value.content;
  if ((traits(value) & SECRET) === 0) return value;
  spend(1);
  if (Array.isArray(value)) return value.map(unwrap);
  if (value instanceof Tuple) return value.map(unwrap);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [unwrap(key), unwrap(item)]));
  return value;
}
