import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { compareText, equal } from '../python/compare.ts';
import { regex } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import { unwrap } from '../traits.ts';
import type { Asked } from './lookup.ts';

type Dict = ReadonlyMap<unknown, unknown>;

/** All variables whose names match, merged in the order of their names: one result for each pattern. */
export function mergeVariables({ terms, options, engine }: Asked): unknown[] {
  const kind = toText(unwrap(options.get('pattern_type') ?? 'regex'));
  const how = toText(unwrap(options.get('override') ?? 'error'));
  if (!OVERRIDES.has(how))
    throw new Fault(`merge_variables: override is one of ${[...OVERRIDES].join(', ')}, not '${how}'`);
  if (options.has('groups'))
    throw new Fault('merge_variables merges the variables of one host, not of groups');
  return terms.map(unwrap).map(term => {
    if (typeof term !== 'string')
      throw new Fault(`merge_variables takes patterns as text, not ${pythonType(term)}`);
    const names = [...engine.variableNames()].filter(matcher(kind, term)).sort(compareText);
    const values = names.map(name => ({ name, value: engine.whole(engine.variable(name)) }));
    return merged(options.get('initial_value') ?? null, values, { how, engine });
  });
}

const OVERRIDES = new Set(['error', 'warn', 'ignore']);

function matcher(kind: string, pattern: string): (name: string) => boolean {
  if (kind === 'prefix') return name => name.startsWith(pattern);
  if (kind === 'suffix') return name => name.endsWith(pattern);
  if (kind !== 'regex')
    throw new Fault(`merge_variables: pattern_type is prefix, suffix or regex, not '${kind}'`);
  const compiled = regex(pattern);
  return name => {
    compiled.lastIndex = 0;
    return compiled.test(name);
  };
}

interface Overriding {
  how: string;
  engine: Engine;
}

function merged(
  initial: unknown,
  variables: readonly { name: string; value: unknown }[],
  overriding: Overriding,
): unknown {
  let result = initial;
  for (const { name, value } of variables) {
    if (!Array.isArray(value) && !(value instanceof Map))
      throw new Fault(`merge_variables merges lists and dictionaries; '${name}' is ${pythonType(value)}`);
    if (result === null) result = value;
    else if (Array.isArray(result) && Array.isArray(value)) result = [...result, ...value];
    else if (result instanceof Map && value instanceof Map)
      result = mergedDicts(result, value, name, overriding);
    else
      throw new Fault(`merge_variables: '${name}' is ${pythonType(value)}, others are ${pythonType(result)}`);
  }
  return result;
}

function mergedDicts(under: Dict, over: Dict, path: string, overriding: Overriding): Dict {
  const result = new Map(under);
  for (const [key, value] of over) {
    const before = under.get(key);
    const place = `${path}.${toText(key)}`;
    if (before instanceof Map && value instanceof Map)
      result.set(key, mergedDicts(before, value, place, overriding));
    else if (Array.isArray(before) && Array.isArray(value)) result.set(key, [...before, ...value]);
    else {
      if (under.has(key) && !equal(before, value)) override(place, value, overriding);
      result.set(key, value);
    }
  }
  return result;
}

function override(place: string, value: unknown, { how, engine }: Overriding): void {
  const said = `merge_variables: ${place} is set again, with another value`;
  if (how === 'error' || isContainer(value))
    throw new Fault(said, "override='warn' or 'ignore' lets the last one win");
  if (how === 'warn') engine.surroundings.warn(said);
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Map;
}
