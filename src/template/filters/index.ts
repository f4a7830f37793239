import { didYouMean } from '../../core/error.ts';
import { basicFilters } from './basic.ts';
import { commentFilters } from './comment.ts';
import { dateFilters } from './dates.ts';
import { encodeFilters } from './encode.ts';
import type { Filter } from './filter.ts';
import { jsonFilters } from './json.ts';
import { listFilters } from './lists.ts';
import { numberFilters } from './numbers.ts';
import { pathFilters } from './paths.ts';
import { regexFilters } from './regex.ts';
import { selectFilters } from './select.ts';
import { setFilters } from './sets.ts';
import { textFilters } from './text.ts';
import { urlFilters } from './urls.ts';
import { yamlFilters } from './yaml.ts';

const table = new Map<string, Filter>(
  [
    basicFilters,
    textFilters,
    listFilters,
    selectFilters,
    setFilters,
    regexFilters,
    jsonFilters,
    yamlFilters,
    numberFilters,
    pathFilters,
    encodeFilters,
    dateFilters,
    urlFilters,
    commentFilters,
  ].flatMap(family => Object.entries(family)),
);

for (const [name, original] of [
  ['d', 'default'],
  ['e', 'escape'],
] as const) {
  const filter = table.get(original);
  if (filter) table.set(name, filter);
}

const COLLECTIONS = [
  'ansible.builtin.',
  'ansible.legacy.',
  'community.general.',
  'ansible.utils.',
  'ansible.netcommon.',
  'ansible.posix.',
];

/** The filter of this name, short or with its collection. */
export function findFilter(name: string): Filter | undefined {
  return table.get(name) ?? (name.includes('.') ? table.get(shortName(name)) : undefined);
}

export function shortName(name: string): string {
  const collection = COLLECTIONS.find(one => name.startsWith(one));
  return collection ? name.slice(collection.length) : name;
}

export function filterHint(name: string): string | undefined {
  return didYouMean(shortName(name), table.keys());
}

export function filterNames(): string[] {
  return [...table.keys()];
}
