import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { iterate } from '../python/sequences.ts';
import { Tuple } from '../python/values.ts';
import { type Filter, type FilterTable, opaque } from './filter.ts';
import { distinct, refuseMixed, seen } from './sets.ts';

type Items = readonly unknown[];

/** Sets of any number of lists, in the order in which their elements come. */
export const listSetFilters: FilterTable = {
  lists_union: of('lists_union', (a, b) => distinct([...a, ...b]), true),
  lists_intersect: of('lists_intersect', (a, b) => {
    const other = seen(b);
    return distinct(a).filter(item => other.has(item));
  }),
  lists_difference: of('lists_difference', without),
  lists_symmetric_difference: of(
    'lists_symmetric_difference',
    (a, b) => distinct([...without(a, b), ...without(b, a)]),
    true,
  ),
};

function of(name: string, combine: (a: Items, b: Items) => unknown[], isJoined = false): Filter {
  return opaque('*lists, **named', ([lists, named]) => {
    const options = named as ReadonlyMap<string, unknown>;
    for (const option of options.keys()) {
      if (option !== 'flatten') throw new Fault(`the filter ${name} has no parameter '${option}'`);
    }
    const given = lists as Items;
    const all = truth(options.get('flatten') ?? false) ? given.flatMap(opened) : given;
    if (all.length === 0) return [];
    if (all.length === 1) return all[0];
    if (isJoined) refuseMixed(name, all);
    return all.map(iterate).reduce(combine);
  });
}

function without(a: Items, b: Items): unknown[] {
  const other = seen(b);
  return distinct(a).filter(item => !other.has(item));
}

/** A list that has only lists in it stands for those. */
function opened(list: unknown): Items {
  const items = list instanceof Tuple ? list.items : list;
  return Array.isArray(items) && items.every(item => Array.isArray(item) || item instanceof Tuple)
    ? items
    : [list];
}
