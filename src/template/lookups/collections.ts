import { randomInt } from 'node:crypto';
import { Fault } from '../grammar/fault.ts';
import { allowText } from '../limits.ts';
import { asInteger } from '../network/input.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { characters } from '../python/sequences.ts';
import { type Asked, type LookupTable, lookup } from './lookup.ts';
import { mergeVariables } from './merge-variables.ts';

/** ansible.utils' lookups: the filters of the same names. */
export const utilsLookups: LookupTable = {
  get_path: { ...lookup('var path', asked => [asFilter('ansible.utils.get_path', asked)]), arranges: true },
  to_paths: {
    ...lookup('var prepend', asked => [asFilter('ansible.utils.to_paths', asked)]),
    arranges: true,
  },
  index_of: lookup('data test value key fail_on_missing', asked => {
    const found = asFilter('ansible.utils.index_of', asked);
    return Array.isArray(found) ? found : [found];
  }),
};

function asFilter(name: string, { terms, options, engine }: Asked): unknown {
  return engine.filter(name, { positional: [...terms], named: new Map(options) });
}

/** community.general's lookups. */
export const generalLookups: LookupTable = {
  merge_variables: { ...lookup('pattern_type initial_value override', mergeVariables), arranges: true },
  random_string: lookup(
    'length upper lower numbers special min_upper min_lower min_numeric min_special override_special override_all ignore_similar_chars similar_chars base64',
    ({ options }) => [randomString(options)],
  ),
};

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

function randomString(options: ReadonlyMap<string, unknown>): string {
  const flag = (name: string, usual: boolean): boolean => truth(options.get(name) ?? usual);
  const number = (name: string, usual: number): number => Number(asInteger(options.get(name) ?? usual, name));
  const text = (name: string): string | undefined =>
    options.get(name) === undefined || options.get(name) === null ? undefined : toText(options.get(name));
  const similar = flag('ignore_similar_chars', false) ? (text('similar_chars') ?? 'il1LoO0') : '';
  const only = (from: string): readonly string[] => characters(from).filter(one => !similar.includes(one));
  const classes = [
    { from: only(UPPER), allowed: flag('upper', true), least: number('min_upper', 0) },
    { from: only(UPPER.toLowerCase()), allowed: flag('lower', true), least: number('min_lower', 0) },
    { from: only(DIGITS), allowed: flag('numbers', true), least: number('min_numeric', 0) },
    {
      from: only(text('override_special') ?? PUNCTUATION),
      allowed: flag('special', true),
      least: number('min_special', 0),
    },
  ];
  const all = text('override_all');
  const chosen = all === undefined ? classes.flatMap(one => pick(one.from, one.least)) : [];
  const usable = all === undefined ? classes.flatMap(one => (one.allowed ? one.from : [])) : characters(all);
  chosen.push(...pick(usable, number('length', 8) - chosen.length));
  const made = shuffled(chosen).join('');
  return flag('base64', false) ? Buffer.from(made, 'utf8').toString('base64') : made;
}

function pick(from: readonly string[], count: number): string[] {
  allowText(count);
  if (count > 0 && from.length === 0) throw new Fault('random_string has no characters to choose from');
  return Array.from({ length: Math.max(0, count) }, () => from[randomInt(from.length)]!);
}

function shuffled(items: readonly string[]): string[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
  }
  return mixed;
}
