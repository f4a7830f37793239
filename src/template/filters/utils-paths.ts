import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { asList, asText } from '../network/input.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { pythonType, Undefined } from '../python/values.ts';
import { type FilterTable, opaque } from './filter.ts';

/** ansible.utils' filters of where things are in data. */
export const utilsPathFilters: FilterTable = {
  get_path: opaque('var, path, wantlist=False', ([data, path, wantsList], engine) => {
    const value = getPath(data, asText(path), engine);
    return truth(wantsList) ? [value] : value;
  }),
  to_paths: opaque('var, prepend=None, wantlist=False', ([data, prepend, wantsList]) => {
    const paths = toPaths(data, prepend);
    return truth(wantsList) ? [paths] : paths;
  }),
  index_of: opaque(
    'data, test, value=None, key=None, fail_on_missing=False, wantlist=False',
    ([data, test, value, key, failOnMissing, wantsList], engine) => {
      const items = asList(data, 'data');
      const wanted = key === null ? items.map(item => ({ item })) : values(items, key, truth(failOnMissing));
      const found = wanted.flatMap((one, at) =>
        one && holds(engine, asText(test), one.item, value) ? [at] : [],
      );
      return found.length === 1 && !truth(wantsList) ? found[0] : found;
    },
  ),
};

/** A step of a path: a name after a dot, or what stands in brackets. */
const STEP = /\s*(?:(?:^|\.)\s*([A-Za-z_]\w*|\d+)|\[\s*(?:(-?\d+)|'([^']*)'|"([^"]*)")\s*\])\s*/y;

/**
 * The value at `a.b[0]['c d']`. Ansible evaluates the path as a template; it may have come from a host, so here it
 * is names and indices and nothing else.
 */
function getPath(data: unknown, path: string, engine: Engine): unknown {
  if (!(data instanceof Map)) throw new Fault(`get_path takes a dictionary, not ${pythonType(data)}`);
  let value: unknown = data;
  STEP.lastIndex = 0;
  do {
    const at = STEP.lastIndex;
    const [, name, index, single, double] = STEP.exec(path) ?? [];
    const step = name ?? single ?? double;
    if (step === undefined && index === undefined)
      throw new Fault(`get_path: '${path}' is wrong at column ${at + 1}`, "a path is written a.b[0]['c d']");
    const isIndex = index !== undefined || (name !== undefined && /^\d/.test(name));
    value = engine.reach(value, isIndex ? Number(index ?? name) : step, false);
    if (value instanceof Undefined) value.fail();
  } while (STEP.lastIndex < path.length);
  return engine.whole(value);
}

function toPaths(data: unknown, prepend: unknown): unknown {
  const start = prepend === null ? '' : asText(prepend);
  if (start === '' && (data instanceof Map || Array.isArray(data)) && isEmpty(data)) return data;
  const paths = new Map<unknown, unknown>();
  const walk = (value: unknown, path: unknown): void => {
    if ((!Array.isArray(value) && !(value instanceof Map)) || isEmpty(value)) {
      paths.set(path, value);
      return;
    }
    const at = asText(path);
    if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, `${at}[${i}]`);
    else for (const [key, item] of value) walk(item, path === '' ? key : at + step(key));
  };
  walk(data, start);
  return paths;
}

function step(key: unknown): string {
  if (typeof key !== 'string') throw new Fault(`to_paths takes keys that are text, not ${pythonType(key)}`);
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`;
}

function isEmpty(container: readonly unknown[] | ReadonlyMap<unknown, unknown>): boolean {
  return (
    (Array.isArray(container) ? container.length : (container as ReadonlyMap<unknown, unknown>).size) === 0
  );
}

function values(
  items: readonly unknown[],
  key: unknown,
  failOnMissing: boolean,
): ({ item: unknown } | undefined)[] {
  return items.map((item, i) => {
    if (!(item instanceof Map))
      throw new Fault(`index_of: with a key, the list must hold dictionaries, not ${pythonType(item)}`);
    if (item.has(key)) return { item: item.get(key) };
    if (failOnMissing) throw new Fault(`index_of: item ${i} has no key '${toText(key)}'`);
    return undefined;
  });
}

function holds(engine: Engine, test: string, item: unknown, value: unknown): boolean {
  const isNegated = test === 'not in';
  const positional = value === null ? [item] : [item, value];
  return engine.test(isNegated ? 'in' : test, { positional, named: new Map() }) !== isNegated;
}
