import { Secret } from '../../core/secret.ts';
import { LazyDict, type Value } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { index } from './numbers.ts';
import { pythonType, Range, Thing, Tuple, use } from './values.ts';

/** What iterating over a value gives, all at once; undefined for what cannot be iterated over. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return characters(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map) return [...value.keys()];
  if (value instanceof Tuple) return value.items;
  if (value instanceof Range) return rangeItems(value);
  if (value instanceof LazyDict) return [...value.keys()];
  if (value instanceof Thing) return value.items();
  if (value instanceof Secret) return itemsOf(value.content)?.map(item => new Secret(item as string));
  use(value);
  return undefined;
}

/** What iterating over a value gives, or an error that names its type. */
export function iterate(value: unknown): readonly unknown[] {
  const items = itemsOf(value);
  if (!items) throw new Fault(`'${pythonType(value)}' object is not iterable`);
  return items;
}

function rangeItems(range: Range): readonly unknown[] {
  allowList(range.length);
  return Array.from({ length: range.length }, (_, i) => range.at(i));
}

const ASTRAL = /[\ud800-\udfff]/;

/** Python counts code points, JavaScript halves of them. */
export function characters(text: string): readonly string[] {
  allowList(text.length);
  return ASTRAL.test(text) ? [...text] : text.split('');
}

export function textLength(text: string): number {
  return ASTRAL.test(text) ? [...text].length : text.length;
}

/** Python's len(). */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return textLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof Range) return value.length;
  if (value instanceof LazyDict) return [...value.keys()].length;
  if (value instanceof Secret && typeof value.content === 'string') return textLength(value.content);
  const items = value instanceof Thing ? value.items() : undefined;
  if (items) return items.length;
  use(value);
  throw new Fault(`object of type '${pythonType(value)}' has no len()`);
}

export class SliceOf {
  constructor(
    readonly start: unknown,
    readonly stop: unknown,
    readonly step: unknown,
  ) {}
}

/** `value[start:stop:step]` */
export function slice(value: unknown, bounds: SliceOf): unknown {
  if (typeof value === 'string') {
    if (!ASTRAL.test(value)) {
      const [start, stop, step] = resolve(bounds, value.length);
      if (step === 1) return value.slice(start, Math.max(start, stop));
    }
    return pick(characters(value), bounds).join('');
  }
  if (Array.isArray(value)) return pick(value, bounds);
  if (value instanceof Tuple) return new Tuple(pick(value.items, bounds));
  if (value instanceof Range) {
    const [start, stop, step] = resolve(bounds, value.length);
    return new Range(value.at(start), value.at(stop), value.step * step);
  }
  use(value);
  throw new Fault(`'${pythonType(value)}' object cannot be sliced`);
}

function resolve(bounds: SliceOf, length: number): [number, number, number] {
  const part = (value: unknown, fallback: number): number =>
    value === null ? fallback : index(value, 'slice indices');
  const step = part(bounds.step, 1);
  if (step === 0) throw new Fault('slice step cannot be zero');
  const clamp = (at: number): number => {
    const from = at < 0 ? at + length : at;
    return step > 0 ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1);
  };
  const start = bounds.start === null ? (step > 0 ? 0 : length - 1) : clamp(part(bounds.start, 0));
  const stop = bounds.stop === null ? (step > 0 ? length : -1) : clamp(part(bounds.stop, 0));
  return [start, stop, step];
}

function pick<T>(items: readonly T[], bounds: SliceOf): T[] {
  const [start, stop, step] = resolve(bounds, items.length);
  if (step === 1) return items.slice(start, stop);
  const picked: T[] = [];
  for (let i = start; step > 0 ? i < stop : i > stop; i += step) picked.push(items[i]!);
  return picked;
}

/** The item at an index, counted from the end when negative; undefined when there is none. */
export function itemAt(value: unknown, at: number): unknown {
  if (Array.isArray(value)) return value[at < 0 ? at + value.length : at];
  if (value instanceof Tuple) return value.items[at < 0 ? at + value.items.length : at];
  if (typeof value === 'string') {
    if (!ASTRAL.test(value)) return value[at < 0 ? at + value.length : at];
    const all = characters(value);
    return all[at < 0 ? at + all.length : at];
  }
  if (value instanceof Range) {
    const from = at < 0 ? at + value.length : at;
    return from >= 0 && from < value.length ? value.at(from) : undefined;
  }
  const items = value instanceof Thing ? value.items() : undefined;
  return items?.[at < 0 ? at + items.length : at];
}

/** Pairs of a dict, lazy ones too. */
export function* entriesOf(dict: ReadonlyMap<unknown, unknown> | LazyDict): Generator<[unknown, unknown]> {
  if (dict instanceof LazyDict) {
    for (const key of dict.keys()) yield [key, dict.get(key as Value)];
  } else yield* dict;
}
