import { revealed } from '../../core/secret.ts';
import { Float } from '../../core/value.ts';
import type { Engine } from '../compile/engine.ts';
import { operate } from '../compile/operators.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { compare, equal, refuseUnhashable, SeenValues, truth } from '../python/compare.ts';
import { sorted } from '../python/container-methods.ts';
import { type Arithmetic, index, numeric, toFloat } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { characters, iterate, lengthOf } from '../python/sequences.ts';
import { isInteger, NamedTuple, OMIT, Tuple, Undefined, use } from '../python/values.ts';
import { type FilterTable, filter, opaque, picking } from './filter.ts';
import { indentOf, writeJson } from './json.ts';
import { attributeGetter } from './select.ts';

/** Jinja2's filters for sequences. */
export const listFilters: FilterTable = {
  batch: opaque('value, linecount, fill_with=None', ([value, count, fill]) => {
    const items = iterate(value);
    if (items.length === 0) return [];
    const batches: unknown[][] = [[]];
    for (const item of items) {
      if (equal(batches.at(-1)!.length, count)) batches.push([]);
      batches.at(-1)!.push(item);
    }
    if (fill !== null) {
      const size = index(count);
      allowList(size);
      for (const last = batches.at(-1)!; last.length < size; ) last.push(fill);
    }
    return batches;
  }),
  count: picking('obj', ([value]) => lengthOf(value)),
  length: picking('obj', ([value]) => lengthOf(value)),
  dictsort: opaque(
    "value, case_sensitive=False, by='key', reverse=False",
    ([value, sensitive, by, reverse]) => {
      if (!(value instanceof Map)) throw new Fault('dictsort needs a mapping');
      if (by !== 'key' && by !== 'value') throw new Fault(`You can only sort by either "key" or "value"`);
      const at = by === 'key' ? 0 : 1;
      const pairs = [...value].map(([key, item]) => new Tuple([key, use(item)]));
      return sorted(pairs, truth(reverse), pair => folded((pair as Tuple).items[at], truth(sensitive)));
    },
  ),
  first: picking('seq', ([value]) => {
    const items = iterate(value);
    return items.length > 0 ? items[0] : noItem('first');
  }),
  last: picking('seq', ([value]) => {
    const items = iterate(value);
    return items.length > 0 ? items.at(-1) : noItem('last');
  }),
  groupby: opaque(
    'value, attribute, default=None, case_sensitive=False',
    ([value, attribute, fallback, sensitive], engine) => {
      const pick = attributeGetter(attribute, engine, fallback);
      const key = (item: unknown): unknown => folded(pick(item), truth(sensitive));
      const groups: { key: unknown; grouper: unknown; items: unknown[] }[] = [];
      for (const item of sorted(iterate(value), false, key)) {
        const group = groups.at(-1);
        const own = key(item);
        if (group && equal(group.key, own)) group.items.push(item);
        else groups.push({ key: own, grouper: pick(item), items: [item] });
      }
      return groups.map(
        ({ grouper, items }) => new NamedTuple([grouper, items], ['grouper', 'list'], 'GroupTuple'),
      );
    },
  ),
  // Of a list each element is used, of a tuple none.
  list: picking('value', ([value]) => (Array.isArray(value) ? value.map(use) : [...iterate(value)])),
  max: opaque('value, case_sensitive=False, attribute=None', (args, engine) => extreme(args, engine, 1)),
  min: opaque('value, case_sensitive=False, attribute=None', (args, engine) => extreme(args, engine, -1)),
  reverse: opaque('value', ([value]) => {
    if (typeof value === 'string') return [...characters(value)].reverse().join('');
    return [...iterate(value)].reverse();
  }),
  slice: opaque('value, slices, fill_with=None', ([value, slices, fill]) => {
    const items = iterate(value);
    const count = index(slices);
    if (count === 0) throw new Fault('nothing can be divided into 0 slices');
    const size = Math.floor(items.length / count);
    const longer = items.length % count;
    allowList(10 * count);
    const result: unknown[][] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      const end = at + size + (i < longer ? 1 : 0);
      const part = items.slice(at, end);
      if (fill !== null && i >= longer) part.push(fill);
      result.push(part);
      at = end;
    }
    return result;
  }),
  sort: opaque(
    'value, reverse=False, case_sensitive=False, attribute=None',
    ([value, reverse, sensitive, attribute], engine) => {
      const pickers =
        attribute === null ? [] : sortAttributes(attribute).map(name => attributeGetter(name, engine));
      const key = (item: unknown): unknown => {
        // In a list what cannot be ordered may still be equal.
        if (pickers.length === 0) return isOrdered(item) ? folded(item, truth(sensitive)) : [item];
        return pickers.map(pick => folded(pick(item), truth(sensitive)));
      };
      return sorted(iterate(value), truth(reverse), key);
    },
  ),
  sum: opaque('iterable, attribute=None, start=0', ([value, attribute, start], engine) => {
    const pick = attribute === null ? undefined : attributeGetter(attribute, engine);
    if (typeof start === 'string') throw new Fault('sum cannot add texts', 'join does that');
    const items = iterate(value);
    return addUp(pick ? items.map(pick) : items, start, engine);
  }),
  unique: opaque('value, case_sensitive=None, attribute=None', ([value, sensitive, attribute], engine) => {
    const pick = attribute === null ? undefined : attributeGetter(attribute, engine);
    const seen = new SeenValues();
    return iterate(value).filter(item => {
      const picked = pick ? pick(item) : item;
      if (pick && picked instanceof Undefined)
        throw new Fault(`unique found an element without '${toText(attribute)}'`);
      const own = folded(picked, truth(sensitive));
      if (pick) refuseUnhashable(own);
      return seen.add(own);
    });
  }),
  tojson: filter('value, indent=None', ([value, indent]) =>
    writeJson(value, { indent: indentOf(indent), sortKeys: 'as values', ascii: true, separators: undefined })
      .replaceAll('<', '\\u003c')
      .replaceAll('>', '\\u003e')
      .replaceAll('&', '\\u0026')
      .replaceAll("'", '\\u0027'),
  ),
  items: opaque('value', ([value]) => {
    if (!(value instanceof Map)) throw new Fault('Can only get item pairs from a mapping.');
    return [...value].map(([key, item]) => new Tuple([key, use(item)]));
  }),
};

/** Python's sum(): of floats, what each addition loses is kept and added at the end. */
function addUp(items: readonly unknown[], start: unknown, engine: Engine): unknown {
  let total = start;
  let lost = 0;
  for (const item of items) {
    const number = numeric(item);
    if (total instanceof Float && number !== undefined) {
      const [before, added] = [total.value, toFloat(number)];
      total = new Float(before + added);
      if (number instanceof Float)
        lost +=
          Math.abs(before) >= Math.abs(added)
            ? before - (before + added) + added
            : added - (before + added) + before;
    } else total = operate(engine, '+' as Arithmetic, total, item);
  }
  return total instanceof Float && Number.isFinite(lost) ? new Float(total.value + lost) : total;
}

function noItem(which: string): Undefined {
  return new Undefined(which, () => ({ text: `No ${which} item, sequence was empty.` }));
}

function isOrdered(value: unknown): boolean {
  return value !== null && value !== OMIT && !(value instanceof Map);
}

function sortAttributes(attribute: unknown): unknown[] {
  return isInteger(attribute) ? [attribute] : toText(attribute).split(',');
}

/** Text without its case, where that must not count. */
function folded(value: unknown, sensitive: boolean): unknown {
  const plain = revealed(value);
  if (plain instanceof Undefined) plain.fail();
  return typeof plain === 'string' && !sensitive ? plain.toLowerCase() : plain;
}

function extreme([value, sensitive, attribute]: unknown[], engine: Engine, sign: 1 | -1): unknown {
  const items = iterate(value);
  const pick = attribute === null ? undefined : attributeGetter(attribute, engine);
  if (items.length === 0)
    return new Undefined('min', () => ({ text: 'No aggregated item, sequence was empty.' }));
  let best = items[0];
  let bestKey = folded(pick ? pick(best) : best, truth(sensitive));
  for (const item of items.slice(1)) {
    const own = folded(pick ? pick(item) : item, truth(sensitive));
    if (compare(own, bestKey) * sign > 0) [best, bestKey] = [item, own];
  }
  return best;
}
