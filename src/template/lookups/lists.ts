import { randomInt } from 'node:crypto';
import { LazyDict } from '../../core/value.ts';
import { dictOf, flatten } from '../filters/sets.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { toText } from '../python/print.ts';
import { itemsOf, iterate } from '../python/sequences.ts';
import { pythonType, Tuple, use } from '../python/values.ts';
import { unwrap } from '../traits.ts';
import { type Asked, arranging, type LookupTable } from './lookup.ts';
import { Options } from './options.ts';

/** Lookups that only arrange what they are given: the `with_…` of older playbooks. */
export const listLookups: LookupTable = {
  items: arranging(({ terms }) => flatten(terms, 1, false)),
  list: arranging(({ terms }) => terms),
  indexed_items: arranging(({ terms }) => flatten(terms, 1, false).map((item, i) => new Tuple([i, item]))),
  dict: arranging(({ terms, engine }) =>
    terms.flatMap(term => {
      if (!(term instanceof Map) && !(term instanceof LazyDict))
        throw new Fault(`the lookup dict expects a mapping, not ${pythonType(term)}`);
      return [...dictOf(term, 'dict')].map(
        ([key, value]) =>
          new Map<unknown, unknown>([
            ['key', key],
            ['value', engine.whole(value)],
          ]),
      );
    }),
  ),
  together: arranging(({ terms }) => {
    const lists = terms.map(term => iterate(term));
    if (lists.length === 0) throw new Fault('with_together requires at least one element in each list');
    return Array.from({ length: Math.max(...lists.map(list => list.length)) }, (_, i) =>
      flatten(
        lists.map(list => (i < list.length ? list[i] : null)),
        1,
        false,
      ),
    );
  }),
  nested: arranging(({ terms }) => {
    if (terms.length === 0) throw new Fault('with_nested requires at least one element in the nested list');
    return nested(terms);
  }),
  subelements: arranging(asked => subelements(asked)),
  random_choice: arranging(({ terms }) => (terms.length === 0 ? [] : [terms[randomInt(terms.length)]])),
};

/** Lookups of this kind that are community.general's by now. */
export const movedLookups: LookupTable = {
  flattened: arranging(({ terms }) => flattened(terms)),
  cartesian: arranging(({ terms }) => {
    if (terms.length === 0) throw new Fault('with_cartesian requires at least one element in each list');
    return cartesian(terms.map(term => (typeof term === 'string' ? [term] : (itemsOf(term) ?? [term]))));
  }),
};

function subelements({ terms }: Asked): readonly unknown[] {
  const [list, ...rest] = terms;
  const [key, flags] = rest.map(unwrap);
  if (terms.length < 2 || terms.length > 3)
    throw new Fault(
      'subelements takes a list, the name of a list in its elements, and maybe a mapping of flags',
    );
  const elements = list instanceof Map ? [...list.values()] : itemsOf(list);
  if (!elements || typeof key !== 'string')
    throw new Fault(
      'subelements takes a list or a mapping first, and then the name of a list in its elements',
    );
  if (list instanceof Map && list.has('skipped') && list.get('skipped') !== false) return [];
  const skip = flags instanceof Map && new Options(flags).flag('skip_missing', false);
  if (flags !== undefined && !(flags instanceof Map))
    throw new Fault('the flags of subelements are a mapping');
  return elements
    .flatMap(element => withSubelements(element, key.split('.'), skip))
    .map(pair => new Tuple(pair));
}

/** An element, without the list at `path`, beside each item of that list. */
function withSubelements(element: unknown, path: readonly string[], skipMissing: boolean): unknown[][] {
  if (!(element instanceof Map))
    throw new Fault(`subelements expects a list of mappings, not of ${pythonType(element)}`);
  if (element.has('skipped') && element.get('skipped') !== false) return [];
  const [key, ...deeper] = path;
  const inner: unknown = element.get(key);
  if (inner === undefined) {
    if (skipMissing) return [];
    const keys = [...element.keys()].map(name => toText(name)).join(', ');
    throw new Fault(`subelements found no key '${key}' in an element with ${keys}`);
  }
  use(inner);
  if (deeper.length > 0) {
    if (!(inner instanceof Map)) {
      if (skipMissing) return [];
      throw new Fault(`the key '${key}' should point to a mapping, not to ${pythonType(inner)}`);
    }
    return withSubelements(inner, deeper, skipMissing).map(([part, item]) => [
      new Map(element).set(key, part),
      item,
    ]);
  }
  if (!Array.isArray(inner))
    throw new Fault(`the key '${key}' should point to a list, not to ${pythonType(inner)}`);
  const rest = new Map(element);
  rest.delete(key);
  return inner.map(item => [rest, item]);
}

/** Of lists only, and not past the word that once stood for what is undefined. */
function flattened(terms: readonly unknown[]): unknown[] {
  const end = terms.findIndex(term => term === 'None' || term === 'null');
  const kept = end === -1 ? terms : terms.slice(0, end);
  return kept.flatMap(term => (Array.isArray(term) ? flattened(term) : [term]));
}

/** With each row made flat once more at the end, as Ansible has it. */
function nested([first, ...rest]: readonly unknown[]): unknown[][] {
  if (rest.length === 0) return cartesian([first]);
  let rows = iterate(first);
  for (const term of rest)
    rows = rows.flatMap(row => iterate(term).map(item => flatten([row, item], 1, false)));
  return rows.map(row => flatten(iterate(row), 1, false));
}

function cartesian(terms: readonly unknown[]): unknown[][] {
  let rows: unknown[][] = [[]];
  for (const term of terms) {
    const items = iterate(term);
    allowList(10 * rows.length * items.length);
    rows = rows.flatMap(row =>
      items.map(item => [
        ...row,
        ...(Array.isArray(item) ? item : item instanceof Tuple ? item.items : [item]),
      ]),
    );
  }
  return rows;
}
