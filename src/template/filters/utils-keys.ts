import { Fault } from '../grammar/fault.ts';
import { asList, asText } from '../network/input.ts';
import { equal } from '../python/compare.ts';
import { pythonType } from '../python/values.ts';
import { type FilterTable, opaque } from './filter.ts';
import { KEY_MATCHERS } from './general-keys.ts';

type Dict = ReadonlyMap<unknown, unknown>;
type Matcher = (key: unknown) => boolean;

/** ansible.utils' filters of keys, at any depth. */
export const utilsKeyFilters: FilterTable = {
  keep_keys: opaque('data, target, matching_parameter=None', ([data, target, how]) =>
    keep(containerIn('keep_keys', data), keeperOf(asList(target, 'target'), how)),
  ),
  remove_keys: opaque('data, target, matching_parameter=None', ([data, target, how]) =>
    remove(containerIn('remove_keys', data), anyOf(asList(target, 'target'), how)),
  ),
  replace_keys: opaque('data, target, matching_parameter=None', ([data, target, how]) => {
    if (!Array.isArray(target))
      throw new Fault(`replace_keys takes its target as a list, not ${pythonType(target)}`);
    const renames = target.map(item => {
      if (!(item instanceof Map))
        throw new Fault("replace_keys takes dictionaries with 'before' and 'after'");
      return { matches: matcher(item.get('before') ?? null, how), after: item.get('after') ?? null };
    });
    return replace(containerIn('replace_keys', data), renames);
  }),
};

function containerIn(name: string, data: unknown): unknown {
  if (Array.isArray(data) || data instanceof Map) return data;
  throw new Fault(`${name} takes a dictionary or a list, not ${pythonType(data)}`);
}

/** Whether a key's value is kept whole. */
type Keeper = (key: unknown, value: unknown) => boolean;

function keeperOf(targets: readonly unknown[], how: unknown): Keeper {
  const matches = anyOf(targets, how);
  if (how === null) return matches;
  // As in Ansible, a list is gone through even if its key matches the pattern.
  return (key, value) => typeof key === 'string' && !Array.isArray(value) && matches(key);
}

/** What is under a key that matches is kept whole; of the rest, only what leads there and plain list items. */
function keep(data: unknown, keeper: Keeper): unknown {
  if (Array.isArray(data)) return data.map(item => keep(item, keeper));
  if (!(data instanceof Map)) return data;
  const kept = new Map<unknown, unknown>();
  for (const [key, value] of data as Dict) {
    if (keeper(key, value)) kept.set(key, value);
    else {
      const inner = keptInside(value, keeper);
      if (inner !== undefined) kept.set(key, inner);
    }
  }
  return kept;
}

function keptInside(value: unknown, keeper: Keeper): unknown {
  const inner = Array.isArray(value) || value instanceof Map ? keep(value, keeper) : undefined;
  if (inner instanceof Map) return inner.size > 0 ? inner : undefined;
  const items = (inner as readonly unknown[] | undefined)?.filter(item => !isEmptyDict(item)) ?? [];
  return items.length > 0 ? items : undefined;
}

function remove(data: unknown, matches: Matcher): unknown {
  if (Array.isArray(data)) return data.map(item => remove(item, matches)).filter(item => !isEmptyDict(item));
  if (!(data instanceof Map)) return data;
  const rest = [...(data as Dict)].filter(([key]) => !matches(key));
  return new Map(rest.map(([key, value]) => [key, remove(value, matches)]));
}

interface Rename {
  matches: Matcher;
  after: unknown;
}

/** A key with a new name comes last, or where a key of that name is. */
function replace(data: unknown, renames: readonly Rename[]): unknown {
  if (Array.isArray(data)) return data.map(item => replace(item, renames));
  if (!(data instanceof Map)) return data;
  const dict = new Map([...(data as Dict)].map(([key, value]) => [key, replace(value, renames)]));
  for (const { matches, after } of renames) {
    for (const key of [...dict.keys()].filter(matches)) {
      const value = dict.get(key);
      dict.delete(key);
      dict.set(after, value);
    }
  }
  return dict;
}

function isEmptyDict(value: unknown): boolean {
  return value instanceof Map && value.size === 0;
}

function anyOf(targets: readonly unknown[], how: unknown): Matcher {
  const matchers = targets.map(target => matcher(target, how));
  return key => matchers.some(matches => matches(key));
}

function matcher(target: unknown, how: unknown): Matcher {
  if (how === null) return key => equal(key, target);
  const make = MATCHERS.get(asText(how));
  if (!make)
    throw new Fault(
      `matching_parameter must be one of ${[...MATCHERS.keys()].join(', ')}, not '${asText(how)}'`,
    );
  const matches = make(asText(target));
  return key => {
    if (typeof key === 'string') return matches(key);
    throw new Fault(`${asText(how)} compares keys that are text, not ${pythonType(key)}`);
  };
}

const MATCHERS = new Map(KEY_MATCHERS);
