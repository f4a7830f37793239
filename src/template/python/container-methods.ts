import { LazyDict } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { compare, equal, findKey, getKey, setKey } from './compare.ts';
import { methods } from './methods.ts';
import { index } from './numbers.ts';
import { toRepr } from './print.ts';
import { iterate } from './sequences.ts';
import { type Callable, type Range, Tuple, use } from './values.ts';

/** Sorts a copy as Python does: stable, and with Python's errors for what cannot be compared. */
export function sorted(
  items: readonly unknown[],
  reverse = false,
  key: (item: unknown) => unknown = item => item,
): unknown[] {
  const keyed = items.map(item => ({ item, key: key(item) }));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

function position(items: readonly unknown[], wanted: unknown, start: unknown, end: unknown): number {
  const from = start === null ? 0 : index(start);
  const begin = from < 0 ? Math.max(0, from + items.length) : from;
  const stop = end === null ? items.length : index(end);
  for (let i = begin; i < Math.min(items.length, stop < 0 ? stop + items.length : stop); i++) {
    if (equal(items[i], wanted)) return i;
  }
  throw new Fault(`${toRepr(wanted)} is not in the list`);
}

function count(items: readonly unknown[], wanted: unknown): number {
  return items.filter(item => equal(item, wanted)).length;
}

export const tupleMethods = methods<Tuple>([
  ['count', 'value', (self, [value]) => count(self.items, value)],
  [
    'index',
    'value, start=None, stop=None',
    (self, [value, start, stop]) => position(self.items, value, start, stop),
  ],
]);

/** Methods that only look. */
export const listMethods = methods<readonly unknown[]>([
  ['copy', '', self => [...self]],
  ['count', 'value', (self, [value]) => count(self, value)],
  [
    'index',
    'value, start=None, stop=None',
    (self, [value, start, stop]) => position(self, value, start, stop),
  ],
]);

/** Methods that change the list: they get a copy of the template's own, never what was loaded. */
export const listChanges = methods<unknown[]>([
  ['append', 'object', (self, [item]) => nothing(self.push(item))],
  ['clear', '', self => nothing(self.splice(0))],
  ['extend', 'iterable', (self, [items]) => nothing(extend(self, iterate(items)))],
  ['insert', 'index, object', (self, [at, item]) => nothing(self.splice(index(at), 0, item))],
  [
    'pop',
    'index=-1',
    (self, [at]) => {
      const from = index(at) < 0 ? index(at) + self.length : index(at);
      if (self.length === 0) throw new Fault('pop from empty list');
      if (from < 0 || from >= self.length) throw new Fault('pop index out of range');
      return self.splice(from, 1)[0];
    },
  ],
  [
    'remove',
    'value',
    (self, [value]) => {
      const at = self.findIndex(item => equal(item, value));
      if (at === -1) throw new Fault('list.remove(x): x not in list');
      return nothing(self.splice(at, 1));
    },
  ],
  ['reverse', '', self => nothing(self.reverse())],
  [
    'sort',
    'key=None, reverse=False',
    (self, [key, reverse]) => {
      const by =
        key === null
          ? undefined
          : (item: unknown) => (key as Callable).call({ positional: [item], named: new Map() });
      return nothing(self.splice(0, self.length, ...sorted(self, reverse === true, by)));
    },
  ],
]);

function extend(list: unknown[], items: readonly unknown[]): void {
  const { length } = items;
  for (let i = 0; i < length; i++) list.push(use(items[i]));
}

function nothing(_: unknown): null {
  return null;
}

export const dictMethods = methods<ReadonlyMap<unknown, unknown>>([
  ['copy', '', self => new Map(self)],
  [
    'get',
    'key, default=None',
    (self, [key, fallback]) => {
      const found = findKey(self, key);
      return found ? self.get(found.key) : fallback;
    },
  ],
  ['items', '', self => [...self].map(pair => new Tuple(pair))],
  ['keys', '', self => [...self.keys()]],
  ['values', '', self => [...self.values()]],
  [
    'fromkeys',
    'iterable, value=None',
    (_, [keys, value]) => {
      const made = new Map<unknown, unknown>();
      for (const key of iterate(keys)) setKey(made, key, value);
      return made;
    },
  ],
]);

export const dictChanges = methods<Map<unknown, unknown>>([
  ['clear', '', self => nothing(self.clear())],
  [
    'pop',
    'key, *rest',
    (self, [key, rest]) => {
      const found = findKey(self, key);
      if (!found) {
        const [fallback] = rest as unknown[];
        if ((rest as unknown[]).length > 0) return fallback;
        throw new Fault(`no key ${toRepr(key)}`);
      }
      const value = self.get(found.key);
      self.delete(found.key);
      return value;
    },
  ],
  [
    'popitem',
    '',
    self => {
      const last = [...self].at(-1);
      if (!last) throw new Fault('popitem(): dictionary is empty');
      self.delete(last[0]);
      return new Tuple(last);
    },
  ],
  [
    'setdefault',
    'key, default=None',
    (self, [key, fallback]) => {
      if (!findKey(self, key)) setKey(self, key, fallback);
      return getKey(self, key);
    },
  ],
  [
    'update',
    '*others, **named',
    (self, [others, named]) => {
      for (const other of others as unknown[]) addAll(self, other);
      return nothing(addAll(self, named));
    },
  ],
]);

/** dict.update and dict(): from a mapping or from pairs. */
export function addAll(dict: Map<unknown, unknown>, source: unknown): void {
  if (source instanceof Map) for (const [key, value] of source) setKey(dict, key, use(value));
  else if (source instanceof LazyDict) for (const key of source.keys()) setKey(dict, key, source.get(key));
  else {
    for (const pair of iterate(source)) {
      const parts = iterate(pair);
      if (parts.length !== 2)
        throw new Fault(`a pair was expected to fill a dict, found ${parts.length} items`);
      // A list's elements are used when it is gone through, a tuple's are not.
      setKey(dict, parts[0], Array.isArray(pair) ? use(parts[1]) : parts[1]);
    }
  }
}

export const rangeMethods = methods<Range>([
  ['count', 'value', (self, [value]) => count(iterate(self), value)],
  ['index', 'value', (self, [value]) => position(iterate(self), value, null, null)],
]);
