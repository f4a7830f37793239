import { LazyDict } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList, spend } from '../limits.ts';
import { contains, equal, findKey, isHashable, SeenValues, setKey, truth } from '../python/compare.ts';
import { addAll } from '../python/container-methods.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { itemsOf, iterate } from '../python/sequences.ts';
import { setOperation } from '../python/set-order.ts';
import { pythonType, Tuple, Undefined, use } from '../python/values.ts';
import { type FilterTable, opaque, picking } from './filter.ts';

/** Ansible's filters for lists and mappings. */
export const setFilters: FilterTable = {
  union: opaque('a, b', ([a, b]) => {
    const [one, other] = [iterate(a), iterate(b)];
    if (!isSet(one) || !isSet(other)) refuseMixed('union', [a, b]);
    return setOperation('union', one, other) ?? distinct([...one, ...other]);
  }),
  intersect: opaque('a, b', ([a, b]) => {
    if (isEmptyList(a)) return [];
    const items = iterate(a);
    const has = membership(items, b);
    return setOperation('intersection', items, iterate(b)) ?? distinct(items).filter(has);
  }),
  difference: opaque('a, b', ([a, b]) => {
    if (isEmptyList(a)) return [];
    const items = iterate(a);
    const has = membership(items, b);
    return setOperation('difference', items, iterate(b)) ?? distinct(items).filter(item => !has(item));
  }),
  symmetric_difference: opaque('a, b', ([a, b]) => {
    const [one, other] = [iterate(a), iterate(b)];
    if (!isSet(one) || !isSet(other)) refuseMixed('symmetric_difference', [a, b]);
    const [inA, inB] = [seen(one), seen(other)];
    return (
      setOperation('symmetricDifference', one, other) ??
      distinct([...one, ...other]).filter(item => !inA.has(item) || !inB.has(item))
    );
  }),
  flatten: opaque('mylist, levels=None, skip_nulls=True', ([list, levels, skip]) =>
    flatten(iterate(list), levels === null ? Infinity : index(levels), truth(skip)),
  ),
  zip: opaque('a, *rest, strict=False', ([a, rest, strict]) => {
    const lists = [a, ...(rest as unknown[])].map(iterate);
    const lengths = lists.map(list => list.length);
    if (truth(strict) && new Set(lengths).size > 1) throw new Fault('zip() arguments have different lengths');
    allowTuples(Math.min(...lengths));
    return Array.from({ length: Math.min(...lengths) }, (_, i) => new Tuple(lists.map(list => list[i])));
  }),
  zip_longest: opaque('a, *rest, fillvalue=None', ([a, rest, fill]) => {
    const lists = [a, ...(rest as unknown[])].map(iterate);
    allowTuples(Math.max(...lists.map(list => list.length)));
    return Array.from(
      { length: Math.max(...lists.map(list => list.length)) },
      (_, i) => new Tuple(lists.map(list => (i < list.length ? list[i] : fill))),
    );
  }),
  product: opaque('a, *rest, repeat=1', ([a, rest, repeat]) => {
    const lists = [a, ...(rest as unknown[])].map(iterate);
    const times = index(repeat);
    if (times < 0) throw new Fault('repeat cannot be negative');
    return product(Array.from({ length: times }, () => lists).flat());
  }),
  permutations: opaque('iterable, r=None', ([a, length]) => {
    const items = iterate(a);
    return permutations(items, length === null ? items.length : lengthOf(length));
  }),
  combinations: opaque('iterable, r', ([a, length]) => combinations(iterate(a), lengthOf(length))),
  dict2items: opaque("mydict, key_name='key', value_name='value'", ([dict, keyName, valueName], engine) =>
    [...dictOf(dict, 'dict2items')].map(
      ([key, value]) =>
        new Map([
          [keyName, key],
          [valueName, engine.whole(value)],
        ]),
    ),
  ),
  items2dict: opaque("mylist, key_name='key', value_name='value'", ([list, keyName, valueName]) => {
    const dict = new Map<unknown, unknown>();
    if (!Array.isArray(list) && !(list instanceof Tuple))
      throw new Fault(`items2dict requires a list, got ${pythonType(list)} instead`);
    for (const item of iterate(list)) {
      if (!(item instanceof Map) || !item.has(keyName) || !item.has(valueName)) {
        throw new Fault(
          `items2dict requires each dictionary in the list to contain the keys '${toText(keyName)}' and '${toText(valueName)}'`,
        );
      }
      setKey(dict, item.get(keyName), item.get(valueName));
    }
    return dict;
  }),
  combine: opaque("mapping, *more, recursive=False, list_merge='replace'", ([first, more, deep, lists]) => {
    const recursive = truth(deep);
    const listMerge = toText(lists);
    if (!LIST_MERGES.has(listMerge))
      throw new Fault(`list_merge must be one of ${[...LIST_MERGES].join(', ')}, not '${listMerge}'`);
    const given = flatten([first, ...(more as unknown[])], 1, true);
    if (given.length === 1) return given[0];
    const dicts = given.map(term => dictOf(term, 'combine'));
    return dicts.reduce(
      (merged, dict) => merge(merged, dict, recursive, listMerge),
      new Map<unknown, unknown>(),
    );
  }),
  extract: picking('item, container, morekeys=None', ([item, container, more], engine) => {
    const keys = more === null ? [item] : [item, ...(Array.isArray(more) ? more : [more])];
    return keys.reduce((value, key) => engine.reach(value, key, false), container);
  }),
  subelements: opaque('obj, subelements, skip_missing=False', ([value, names, skip], engine) => {
    if (typeof value === 'string')
      throw new Fault('subelements needs a list of mappings, or a mapping of them');
    const elements = value instanceof Map ? [...value.values()] : iterate(value);
    const path = Array.isArray(names) ? names.map(toText) : toText(names).split('.');
    const pairs: Tuple[] = [];
    for (const element of elements) {
      let inner: unknown = element;
      for (const key of path) {
        if (!(inner instanceof Map)) throw new Fault('the key should point to a dictionary');
        inner = engine.reach(inner, key, false);
        if (inner instanceof Undefined) {
          if (!truth(skip)) throw new Fault(`could not find '${key}' key in iterated item`);
          inner = [];
          break;
        }
      }
      if (!Array.isArray(inner)) throw new Fault(`the key '${path.at(-1)}' should point to a list`);
      allowTuples(inner.length);
      for (const item of inner) pairs.push(new Tuple([element, item]));
    }
    return pairs;
  }),
  rekey_on_member: opaque("data, key, duplicates='error'", ([data, key, duplicates], engine) => {
    const dict = new Map<unknown, unknown>();
    if (duplicates !== 'error' && duplicates !== 'overwrite')
      throw new Fault(`duplicates must be error or overwrite, not '${toText(duplicates)}'`);
    if (typeof data === 'string') throw new Fault('rekey_on_member needs a list or a mapping');
    for (const item of data instanceof Map ? [...data.values()] : iterate(data)) {
      const own = engine.reach(item, key, false);
      if (own instanceof Undefined) throw new Fault(`Key ${toText(key)} was not found`);
      if (findKey(dict, own) && duplicates === 'error')
        throw new Fault(`Key ${toText(own)} is not unique, cannot correctly turn into dict`);
      setKey(dict, own, item);
    }
    return dict;
  }),
};

/** Then the other value is never looked at. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function lengthOf(value: unknown): number {
  const length = index(value);
  if (length < 0) throw new Fault('the length cannot be negative');
  return length;
}

export const LIST_MERGES: ReadonlySet<string> = new Set([
  'replace',
  'keep',
  'append',
  'prepend',
  'append_rp',
  'prepend_rp',
]);

export function dictOf(value: unknown, filter: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) {
    for (const item of value.values()) use(item);
    return value;
  }
  if (value instanceof LazyDict) return new Map([...value.keys()].map(key => [key, value.get(key)]));
  if (value instanceof Undefined) value.fail();
  throw new Fault(`${filter} requires a dictionary, got ${pythonType(value)} instead`);
}

/** Whether `b` has an item. Where no sets can be made, Python asks `b` itself, and then its kind matters. */
function membership(items: readonly unknown[], b: unknown): (item: unknown) => boolean {
  const other = iterate(b);
  if (isSet(items) || Array.isArray(b) || b instanceof Tuple) {
    const values = seen(other);
    return item => values.has(item);
  }
  return item => contains(b, item);
}

function isSet(items: readonly unknown[]): boolean {
  return items.every(isHashable);
}

/** Only what Python can join has a union, where it takes the items for no sets. */
export function refuseMixed(name: string, lists: readonly unknown[]): void {
  const kinds = new Set(lists.map(pythonType));
  const [kind] = kinds;
  if (kinds.size > 1 || !['list', 'tuple', 'str'].includes(kind!))
    throw new Fault(`${name} takes lists, not ${[...kinds].join(' and ')}`);
}

export function seen(items: readonly unknown[]): SeenValues {
  const values = new SeenValues();
  for (const item of items) values.add(item);
  return values;
}

export function distinct(items: readonly unknown[]): unknown[] {
  const values = new SeenValues();
  return items.filter(item => values.add(item));
}

const NULLS = new Set<unknown>([null, 'None', 'null']);

export function flatten(
  items: readonly unknown[],
  levels: number,
  skipNulls: boolean,
  flat: unknown[] = [],
): unknown[] {
  for (const item of items) {
    if (skipNulls && NULLS.has(item)) continue;
    const inner = Array.isArray(item) || item instanceof Tuple ? itemsOf(item) : undefined;
    spend(1);
    if (inner && levels >= 1) flatten(inner, levels - 1, skipNulls, flat);
    else flat.push(use(item));
  }
  return flat;
}

/** A tuple takes the memory of several elements of a list. */
function allowTuples(count: number): void {
  allowList(Math.round(10 * count));
}

function product(lists: readonly (readonly unknown[])[]): Tuple[] {
  let rows: unknown[][] = [[]];
  for (const list of lists) {
    allowTuples(rows.length * list.length);
    rows = rows.flatMap(row => list.map(item => [...row, item]));
  }
  return rows.map(row => new Tuple(row));
}

function permutations(items: readonly unknown[], length: number): Tuple[] {
  if (length === 0) return [new Tuple([])];
  let count = 1;
  for (let i = 0; i < length && count > 0; i++) count *= items.length - i;
  allowTuples(count);
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)], length - 1).map(
      rest => new Tuple([item, ...rest.items]),
    ),
  );
}

function combinations(items: readonly unknown[], length: number): Tuple[] {
  if (length === 0) return [new Tuple([])];
  let count = 1;
  for (let i = 0; i < length && count > 0; i++) count *= (items.length - i) / (i + 1);
  allowTuples(count);
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), length - 1).map(rest => new Tuple([item, ...rest.items])),
  );
}

export function merge(
  under: ReadonlyMap<unknown, unknown>,
  over: ReadonlyMap<unknown, unknown>,
  recursive: boolean,
  lists: string,
): Map<unknown, unknown> {
  spend(10 * (1 + under.size + over.size));
  // Nothing is appended to lists by a mapping that is merged with its like.
  if (equal(under, over)) return new Map(over);
  const merged = new Map<unknown, unknown>();
  addAll(merged, under);
  for (const [key, value] of over) {
    const found = findKey(merged, key);
    const before = found && merged.get(found.key);
    if (recursive && before instanceof Map && value instanceof Map)
      setKey(merged, key, merge(before, value, recursive, lists));
    else if (Array.isArray(before) && Array.isArray(value))
      setKey(merged, key, mergeLists(before, value, lists));
    else setKey(merged, key, value);
  }
  return merged;
}

function mergeLists(under: readonly unknown[], over: readonly unknown[], how: string): readonly unknown[] {
  switch (how) {
    case 'keep':
      return under;
    case 'append':
      return [...under, ...over];
    case 'prepend':
      return [...over, ...under];
    case 'append_rp':
      return [...under.filter(item => !over.some(other => equal(item, other))), ...over];
    case 'prepend_rp':
      return [...over, ...under.filter(item => !over.some(other => equal(item, other)))];
    default:
      return over;
  }
}
