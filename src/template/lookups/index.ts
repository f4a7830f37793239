import { Secret } from '../../core/secret.ts';
import { UnknownValue } from '../../core/value.ts';
import type { Engine } from '../compile/engine.ts';
import { Fault, UndefinedFault } from '../grammar/fault.ts';
import { BUILTIN, Plugins } from '../plugins.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { type CallArguments, hide } from '../python/values.ts';
import { SECRET, traits, unwrap } from '../traits.ts';
import { fileLookups } from './files.ts';
import { listLookups, movedLookups } from './lists.ts';
import type { Lookup } from './lookup.ts';
import { passwordLookup } from './password.ts';
import { processLookups } from './process.ts';
import { urlLookup } from './url.ts';
import { variableLookups } from './variables.ts';

const plugins = new Plugins<Lookup>([
  {
    collections: BUILTIN,
    tables: [variableLookups, listLookups, fileLookups, processLookups, passwordLookup, urlLookup],
  },
  // Moved out of Ansible itself.
  { collections: ['community.general', ...BUILTIN], tables: [movedLookups] },
]);

export function lookupNames(): string[] {
  return plugins.names();
}

export function findLookup(name: string): Lookup | undefined {
  return plugins.find(name);
}

export function lookupHint(name: string): string | undefined {
  return plugins.hint(name);
}

/** `lookup(name, terms…, options…)`; with `wantlist`, or as `query`, the list as it is. */
export function callLookup(
  engine: Engine,
  { positional, named }: CallArguments,
  wantsList: boolean,
): unknown {
  const [name, ...terms] = positional;
  if (name === undefined) throw new Fault('lookup needs the name of a lookup');
  const lookupName = toText(name);
  const lookup = findLookup(lookupName);
  if (!lookup) throw new Fault(`there is no lookup '${lookupName}'`, lookupHint(lookupName));
  const options = new Map(named);
  const asList = options.delete('wantlist') ? truth(named.get('wantlist')) : wantsList;
  const errors = options.has('errors') ? toText(options.get('errors')) : 'strict';
  options.delete('errors');
  let result: readonly unknown[];
  try {
    result = runLookup(lookup, terms, options, engine);
  } catch (error) {
    if (errors === 'strict' || error instanceof UndefinedFault || error instanceof UnknownValue) throw error;
    if (errors === 'warn')
      engine.surroundings.warn(`the lookup ${lookupName} failed: ${(error as Error).message}`);
    return asList ? [] : null;
  }
  if (asList) return result;
  if (result.length === 1) return result[0];
  if (result.every(item => typeof item === 'string')) return result.join(',');
  // What cannot be joined stays the list it is.
  return result.every(item => typeof item === 'string' || item instanceof Secret)
    ? joined(result, engine)
    : result;
}

function runLookup(
  lookup: Lookup,
  terms: readonly unknown[],
  options: ReadonlyMap<string, unknown>,
  engine: Engine,
): readonly unknown[] {
  const hasSecret = terms.some(term => traits(term) & SECRET);
  if (!hasSecret) return lookup({ terms, options, engine });
  return hide(lookup({ terms: terms.map(unwrap), options, engine })) as readonly unknown[];
}

function joined(items: readonly unknown[], engine: Engine): unknown {
  return engine.filter('join', { positional: [items, ','], named: new Map() });
}
