import { flatten } from '../filters/sets.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { percentFormat } from '../python/format.ts';
import { parseInteger } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { Undefined } from '../python/values.ts';
import type { Asked, LookupTable } from './lookup.ts';

/** Lookups that only arrange what they are given: the `with_…` of older playbooks. */
export const listLookups: LookupTable = {
  items: ({ terms }) => flatten(terms, 1, false),
  list: ({ terms }) => terms,
  indexed_items: ({ terms }) => flatten(terms, 1, false).map((item, i) => [i, item]),
  dict: ({ terms, engine }) =>
    (Array.isArray(terms[0]) && terms.length === 1 ? (terms[0] as unknown[]) : terms).flatMap(
      term => engine.filter('dict2items', { positional: [term], named: new Map() }) as unknown[],
    ),
  together: ({ terms }) => {
    const lists = terms.map(term => iterate(term));
    if (lists.length === 0) throw new Fault('with_together requires at least one element in each list');
    return Array.from({ length: Math.max(...lists.map(list => list.length)) }, (_, i) =>
      lists.map(list => list[i] ?? null),
    );
  },
  nested: ({ terms }) => cartesian(terms),
  subelements: ({ terms }) => {
    const [list, key, flags] = terms;
    const skip = flags instanceof Map && flags.get('skip_missing') === true;
    const elements = list instanceof Map ? [...list.values()] : iterate(list);
    return elements.flatMap(element => withSubelements(element, toText(key).split('.'), skip));
  },
  random_choice: ({ terms }) => {
    const items = flatten(terms, 1, false);
    return items.length === 0 ? [] : [items[Math.floor(Math.random() * items.length)]];
  },
  sequence: asked => sequence(asked),
  inventory_hostnames: ({ terms, engine }) => {
    const groups = engine.variable('groups');
    return terms.flatMap(term => {
      const hosts = engine.whole(engine.reach(groups, toText(term), false));
      return hosts instanceof Undefined ? [] : [...iterate(hosts)];
    });
  },
};

/** Lookups of this kind that are community.general's by now. */
export const movedLookups: LookupTable = {
  flattened: ({ terms }) => flatten(terms, Infinity, true),
  cartesian: ({ terms }) => cartesian(terms),
};

/** An element, without the list at `path`, beside each item of that list. */
function withSubelements(element: unknown, path: readonly string[], skipMissing: boolean): unknown[][] {
  if (!(element instanceof Map)) throw new Fault('subelements needs a list of mappings');
  if (element.get('skipped') === true) return [];
  const [key, ...deeper] = path;
  const inner: unknown = element.get(key);
  if (inner === undefined) {
    if (skipMissing) return [];
    throw new Fault(`could not find '${key}' key in iterated item`);
  }
  const rest = new Map(element);
  if (deeper.length > 0) {
    return withSubelements(inner, deeper, skipMissing).map(([part, item]) => [
      new Map(rest).set(key, part),
      item,
    ]);
  }
  if (!Array.isArray(inner)) throw new Fault(`the key '${key}' should point to a list`);
  rest.delete(key);
  return inner.map(item => [rest, item]);
}

function cartesian(terms: readonly unknown[]): unknown[][] {
  let rows: unknown[][] = [[]];
  for (const term of terms) {
    const items = Array.isArray(term) ? term : iterate(term);
    allowList(10 * rows.length * items.length);
    rows = rows.flatMap(row =>
      items.map((item: unknown) => [...row, ...(Array.isArray(item) ? item : [item])]),
    );
  }
  return rows;
}

function sequence({ terms, options }: Asked): string[] {
  const settings =
    terms.length > 0 ? terms.map(term => sequenceTerm(toText(term))) : [new Map<string, string>()];
  return settings.flatMap(parsed => {
    const named = new Map([...[...options].map(([key, value]) => [key, toText(value)] as const), ...parsed]);
    for (const key of named.keys()) {
      if (!['start', 'end', 'count', 'stride', 'format'].includes(key))
        throw new Fault(`the lookup sequence has no option '${key}'`);
    }
    const number = (key: string): number | undefined => {
      const text = named.get(key);
      if (text === undefined) return undefined;
      const value = parseInteger(text, 0);
      if (value === undefined) throw new Fault(`can't parse ${key}=${text} as integer`);
      return Number(value);
    };
    const start = number('start') ?? 1;
    const count = number('count');
    const stride = number('stride') ?? 1;
    let end = number('end');
    if (count !== undefined && end !== undefined)
      throw new Fault("can't specify both count and end in with_sequence");
    if (count !== undefined) end = count === 0 ? undefined : start + count * stride - 1 * Math.sign(stride);
    else if (end === undefined) throw new Fault('must specify count or end in with_sequence');
    if (end === undefined || stride === 0) return [];
    if (stride > 0 && end < start) throw new Fault('to count backwards make stride negative');
    if (stride < 0 && end > start) throw new Fault("to count forward don't make stride negative");
    allowList(10 * Math.ceil(Math.abs((end - start) / stride)));
    const items: string[] = [];
    for (let at = start; stride > 0 ? at <= end : at >= end; at += stride)
      items.push(percentFormat(named.get('format') ?? '%d', at));
    return items;
  });
}

/** `start=1 end=5 format=host%02d`, or the short `2-10/2:host%02d`. */
function sequenceTerm(text: string): Map<string, string> {
  const short = /^(?:(\d+|0x[0-9a-f]+)-)?(\d+|0x[0-9a-f]+)(?:\/([-+]?\d+))?(?::(.+))?$/i.exec(text.trim());
  if (short) {
    const [, start, end, stride, format] = short;
    const parts: [string, string | undefined][] = [
      ['start', start],
      ['end', end],
      ['stride', stride],
      ['format', format],
    ];
    return new Map(parts.filter((part): part is [string, string] => part[1] !== undefined));
  }
  const parsed = new Map<string, string>();
  for (const [, key, quoted, bare] of text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g))
    parsed.set(key!, quoted ?? bare!);
  if (parsed.size === 0) throw new Fault(`unknown error parsing with_sequence arguments: ${text}`);
  return parsed;
}
