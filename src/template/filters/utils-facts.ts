import { Fault } from '../grammar/fault.ts';
import { asList } from '../network/input.ts';
import { compareText, contains, findKey, getKey, setKey, truth } from '../python/compare.ts';
import { sorted } from '../python/container-methods.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { pythonType } from '../python/values.ts';
import { type FilterTable, opaque } from './filter.ts';

type Dict = ReadonlyMap<unknown, unknown>;

/** ansible.utils' filters that bring lists together. */
export const utilsFactFilters: FilterTable = {
  consolidate: opaque(
    'data_sources, fail_missing_match_key=True, fail_missing_match_value=True, fail_duplicate=True',
    ([given, failKey, failValue, failDuplicate]) => {
      const sources = asList(given, 'data_sources').map(sourceOf);
      const faults = [
        ...(truth(failKey) ? sources.flatMap(missingKeys) : []),
        ...(truth(failDuplicate) ? sources.flatMap(duplicates) : []),
      ];
      if (faults.length > 0) throw new Fault(`consolidate: ${faults.join('; ')}`);
      const keyed = sources.map(({ name, matchKey, data }) => ({ name, entries: byKey(data, matchKey) }));
      const all = new Map<unknown, unknown>();
      for (const { entries } of keyed) for (const key of entries.keys()) setKey(all, key, key);
      const keys = sorted([...all.values()]);
      for (const { name, entries } of keyed) {
        const missing = keys.filter(key => !findKey(entries, key));
        if (truth(failValue) && missing.length > 0)
          throw new Fault(
            `consolidate: the source '${toText(name)}' has no entry for ${missing.map(toText).join(', ')}`,
          );
      }
      return new Map(
        keys.map(key => [
          key,
          new Map(keyed.map(({ name, entries }) => [name, getKey(entries, key) ?? new Map()])),
        ]),
      );
    },
  ),
  param_list_compare: opaque('base, target=None', ([base, target]) => {
    if (base === null || target === null) throw new Fault('param_list_compare needs a list and a target');
    return compareParameters(asList(base, 'base').map(nameIn), iterate(target).map(nameIn));
  }),
};

interface Source {
  name: unknown;
  matchKey: unknown;
  data: readonly Dict[];
}

function sourceOf(source: unknown): Source {
  if (!(source instanceof Map)) throw new Fault(`consolidate takes dictionaries, not ${pythonType(source)}`);
  const part = (name: string): unknown => {
    if (!source.has(name)) throw new Fault(`consolidate: a source has no '${name}'`);
    return source.get(name);
  };
  const data = part('data');
  if (!Array.isArray(data) || !data.every(entry => entry instanceof Map))
    throw new Fault("consolidate: the 'data' of a source must be a list of dictionaries");
  return { name: part('name'), matchKey: part('match_key'), data };
}

function missingKeys({ name, matchKey, data }: Source): string[] {
  return data.flatMap((entry, i) =>
    entry.has(matchKey)
      ? []
      : [`entry ${i} of the source '${toText(name)}' has no key '${toText(matchKey)}'`],
  );
}

function duplicates({ name, matchKey, data }: Source): string[] {
  const values = data.filter(entry => entry.has(matchKey)).map(entry => entry.get(matchKey));
  const repeated = values.filter((value, i) => contains(values.slice(0, i), value));
  return repeated.map(value => `the source '${toText(name)}' has '${toText(value)}' more than once`);
}

function byKey(data: readonly Dict[], matchKey: unknown): Map<unknown, unknown> {
  const entries = new Map<unknown, unknown>();
  for (const entry of data) if (entry.has(matchKey)) setKey(entries, entry.get(matchKey), entry);
  return entries;
}

function nameIn(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Fault(`param_list_compare takes lists of names, not of ${pythonType(value)}`);
}

/** What of the base is asked for, by name or with `all` less the `!names`; and what is asked for but not there. */
function compareParameters(base: readonly string[], target: readonly string[]): Dict {
  const refused = new Set(target.filter(name => name.startsWith('!')).map(name => name.slice(1)));
  const asked = target.filter(name => name !== 'all' && !name.startsWith('!'));
  const all = target.includes('all') ? base.filter(name => !refused.has(name)) : [];
  const actionable = new Set([...all, ...asked.filter(name => base.includes(name))]);
  return new Map([
    ['actionable', [...actionable].sort(compareText)],
    ['unsupported', asked.filter(name => !base.includes(name))],
  ]);
}
