import { didYouMean } from '../../core/error.ts';
import { revealed } from '../../core/secret.ts';
import { withoutPieces } from '../../core/secret-pieces.ts';
import type { Engine } from '../compile/engine.ts';
import { Fault, UndefinedFault } from '../grammar/fault.ts';
import { BUILTIN, Plugins } from '../plugins.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { type CallArguments, hide, Undefined, undefinedArgument } from '../python/values.ts';
import { SECRET, traits, unwrap } from '../traits.ts';
import { generalLookups, utilsLookups } from './collections.ts';
import { configLookup } from './config.ts';
import { csvLookup } from './csv.ts';
import { fileLookups } from './files.ts';
import { firstFoundLookup, WITH } from './first-found.ts';
import { iniLookup } from './ini.ts';
import { listLookups, movedLookups } from './lists.ts';
import type { Lookup } from './lookup.ts';
import { passwordLookup } from './password.ts';
import { processLookups } from './process.ts';
import { sequenceLookup } from './sequence.ts';
import { urlLookup } from './url.ts';
import { variableLookups } from './variables.ts';

const plugins = new Plugins<Lookup>([
  {
    collections: BUILTIN,
    tables: [
      variableLookups,
      configLookup,
      listLookups,
      sequenceLookup,
      fileLookups,
      firstFoundLookup,
      csvLookup,
      iniLookup,
      processLookups,
      passwordLookup,
      urlLookup,
    ],
  },
  // Moved out of Ansible itself.
  { collections: ['community.general', ...BUILTIN], tables: [movedLookups] },
  { collections: ['community.general'], tables: [generalLookups] },
  { collections: ['ansible.utils'], tables: [utilsLookups] },
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
  if (name instanceof Undefined) return name;
  const lookupName = toText(unwrap(name));
  const lookup = findLookup(lookupName);
  if (!lookup) throw new Fault(`there is no lookup '${lookupName}'`, lookupHint(lookupName));
  if (!lookup.takesUndefined) {
    const gone = undefinedArgument({ positional: terms, named });
    if (gone) return gone;
  }
  const options = new Map(named);
  const asList = wantsList || truth(named.get('wantlist') ?? false);
  const errors = unwrap(options.get('errors') ?? 'strict');
  for (const own of OWN_OPTIONS) options.delete(own);
  warnOfUnknown(lookupName, lookup, options, engine);
  let result: readonly unknown[];
  try {
    result = run(lookup, terms, options, engine);
  } catch (thrown) {
    const error = withoutPieces(thrown, [...terms, ...named.values()]);
    if (!(error instanceof Fault) || error instanceof UndefinedFault) throw error;
    if (errors !== 'warn' && errors !== 'ignore') throw error;
    if (errors === 'warn') engine.surroundings.warn(`the lookup ${lookupName} failed: ${error.message}`);
    return asList ? [] : null;
  }
  if (asList || result.length === 0) return result;
  if (result.length === 1) return result[0];
  // What cannot be joined stays the list it is.
  return result.every(item => typeof revealed(item) === 'string')
    ? engine.filter('join', { positional: [result, ','], named: new Map() })
    : result;
}

/** Options of every lookup; the last is taken, and nothing follows from it. */
const OWN_OPTIONS = ['wantlist', 'errors', 'allow_unsafe'];

/** Ansible takes any option, and leaves what it does not know. */
function warnOfUnknown(
  name: string,
  lookup: Lookup,
  options: ReadonlyMap<string, unknown>,
  engine: Engine,
): void {
  for (const option of options.keys()) {
    if (option === WITH || lookup.options.includes(option)) continue;
    const near = didYouMean(option, lookup.options);
    engine.surroundings.warn(`the lookup ${name} has no option '${option}'${near ? `: ${near}` : ''}`);
  }
}

function run(
  lookup: Lookup,
  terms: readonly unknown[],
  options: ReadonlyMap<string, unknown>,
  engine: Engine,
): readonly unknown[] {
  if (lookup.arranges) return lookup.run({ terms, options, engine });
  const hasSecret = [...terms, ...options.values()].some(value => traits(value) & SECRET);
  if (!hasSecret) return lookup.run({ terms, options, engine });
  const opened = new Map([...options].map(([name, value]) => [name, unwrap(value)]));
  return hide(lookup.run({ terms: terms.map(unwrap), options: opened, engine })) as readonly unknown[];
}
