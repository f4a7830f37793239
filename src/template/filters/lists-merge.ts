import { Fault } from '../grammar/fault.ts';
import { getKey, setKey, truth } from '../python/compare.ts';
import { sorted } from '../python/container-methods.ts';
import { toText } from '../python/print.ts';
import { pythonType, Tuple } from '../python/values.ts';
import { type FilterTable, opaque } from './filter.ts';
import { LIST_MERGES, merge } from './sets.ts';

type Dict = ReadonlyMap<unknown, unknown>;

/** Lists of mappings merged by what they have under one key. */
export const listsMergeFilters: FilterTable = {
  lists_mergeby: opaque('*terms, **named', ([terms, named]) => {
    const { recursive, listMerge } = optionsOf(named as ReadonlyMap<string, unknown>);
    const given = terms as readonly unknown[];
    const index = given.at(-1);
    if (given.length < 2) throw new Fault('lists_mergeby needs at least one list, and the key to merge by');
    const lists = given.slice(0, -1).flatMap(opened);
    if (lists.length < 2) return lists[0] ?? [];
    const dicts = lists.flatMap(list => list.map(dictIn));
    if (typeof index !== 'string')
      throw new Fault(`lists_mergeby takes the key to merge by as text, not ${pythonType(index)}`);
    const merged = new Map<unknown, Dict>();
    for (const dict of dicts) {
      if (!dict.has(index)) continue;
      const known = getKey(merged, dict.get(index)) as Dict | undefined;
      setKey(merged, dict.get(index), known ? merge(known, dict, recursive, listMerge) : dict);
    }
    return sorted([...merged.values()], false, dict => (dict as Dict).get(index));
  }),
};

function optionsOf(named: ReadonlyMap<string, unknown>): { recursive: boolean; listMerge: string } {
  for (const name of named.keys()) {
    if (name !== 'recursive' && name !== 'list_merge')
      throw new Fault(`the filter lists_mergeby has no parameter '${name}'`);
  }
  const listMerge = toText(named.get('list_merge') ?? 'replace');
  if (!LIST_MERGES.has(listMerge))
    throw new Fault(`list_merge must be one of ${[...LIST_MERGES].join(', ')}, not '${listMerge}'`);
  return { recursive: truth(named.get('recursive') ?? false), listMerge };
}

/** The lists of an argument, which is one or has only lists in it. */
function opened(argument: unknown): (readonly unknown[])[] {
  const items = argument instanceof Tuple ? argument.items : argument;
  if (typeof items === 'string') return [[items]];
  if (!Array.isArray(items))
    throw new Fault(`lists_mergeby takes lists before the key to merge by, not ${pythonType(argument)}`);
  return items.every(Array.isArray) ? items : [items];
}

function dictIn(item: unknown): Dict {
  if (item instanceof Map) return item;
  throw new Fault(`lists_mergeby takes lists of dictionaries, not of ${pythonType(item)}`);
}
