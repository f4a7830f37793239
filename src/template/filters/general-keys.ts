import { pythonRegex } from '../../core/python-regex.ts';
import { RegexError } from '../../core/python-regex-reader.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { pythonType, Tuple } from '../python/values.ts';
import { unwrap } from '../traits.ts';
import { type FilterTable, opaque } from './filter.ts';

type Dict = ReadonlyMap<string, unknown>;

/** community.general's filters of the keys of mappings in a list: of each mapping itself, not of what is in it. */
export const generalKeyFilters: FilterTable = {
  keep_keys: opaque("data, target=None, matching_parameter='equal'", ([data, target, how]) => {
    const matches = anyOf(targetsOf(target), how);
    return dictsOf(data).map(dict => new Map([...dict].filter(([key]) => matches(key))));
  }),
  remove_keys: opaque("data, target=None, matching_parameter='equal'", ([data, target, how]) => {
    const matches = anyOf(targetsOf(target), how);
    return dictsOf(data).map(dict => new Map([...dict].filter(([key]) => !matches(key))));
  }),
  replace_keys: opaque("data, target=None, matching_parameter='equal'", ([data, target, how]) => {
    const renames = renamesOf(target).map(({ before, after }) => ({ matches: matcher(before, how), after }));
    const renamed = (key: string): string => renames.find(({ matches }) => matches(key))?.after ?? key;
    return dictsOf(data).map(dict => new Map([...dict].map(([key, value]) => [renamed(key), value])));
  }),
};

function dictsOf(data: unknown): Dict[] {
  if (!Array.isArray(data) && !(data instanceof Tuple))
    throw new Fault(`the filter takes a list of dictionaries, not ${pythonType(data)}`);
  return iterate(data).map(dict => {
    if (!(dict instanceof Map)) throw new Fault(`the list must hold dictionaries, not ${pythonType(dict)}`);
    for (const key of dict.keys())
      if (typeof key !== 'string') throw new Fault(`the keys must be text, not ${pythonType(key)}`);
    return dict;
  });
}

function targetsOf(given: unknown): readonly string[] {
  const target = unwrap(given);
  const targets = typeof target === 'string' ? [target] : target;
  if (!Array.isArray(targets))
    throw new Fault(`the target must be text or a list of texts, not ${pythonType(target)}`);
  if (targets.length === 0) throw new Fault('the target must not be empty');
  return targets.map(text);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Fault(`the target must hold text, not ${pythonType(value)}`);
}

function renamesOf(given: unknown): { before: string; after: string }[] {
  const target = unwrap(given);
  if (!Array.isArray(target)) throw new Fault(`the target must be a list, not ${pythonType(target)}`);
  if (target.length === 0) throw new Fault('the target must not be empty');
  return target.map(item => {
    if (!(item instanceof Map) || !item.has('before') || !item.has('after'))
      throw new Fault("the target must hold dictionaries with the keys 'before' and 'after'");
    return { before: text(item.get('before')), after: text(item.get('after')) };
  });
}

function anyOf(targets: readonly string[], how: unknown): (key: string) => boolean {
  if (how === 'regex' && targets.length > 1) throw new Fault('matching_parameter=regex takes one target');
  const matchers = targets.map(target => matcher(target, how));
  return key => matchers.some(matches => matches(key));
}

function matcher(target: string, how: unknown): (key: string) => boolean {
  const make = MATCHERS.get(toText(how));
  if (make) return make(target);
  throw new Fault(
    `matching_parameter must be one of ${[...MATCHERS.keys()].join(', ')}, not '${toText(how)}'`,
  );
}

type MakeMatcher = (target: string) => (key: string) => boolean;

/** Ways to match a key that ansible.utils and community.general have in common. */
export const KEY_MATCHERS: readonly (readonly [string, MakeMatcher])[] = [
  ['starts_with', target => key => key.startsWith(target)],
  ['ends_with', target => key => key.endsWith(target)],
  ['regex', matchesAtStart],
];

const MATCHERS: ReadonlyMap<string, MakeMatcher> = new Map([
  ['equal', target => key => key === target],
  ...KEY_MATCHERS,
]);

export function matchesAtStart(pattern: string): (key: string) => boolean {
  try {
    const { source, flags } = pythonRegex(pattern);
    const regex = new RegExp(source, flags.replace('g', 'y'));
    return key => {
      regex.lastIndex = 0;
      return regex.test(key);
    };
  } catch (error) {
    if (error instanceof RegexError) throw new Fault(error.message);
    throw error;
  }
}
