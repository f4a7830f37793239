import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { itemsOf } from '../python/sequences.ts';
import { pythonType, Tuple, Undefined } from '../python/values.ts';
import { candidates, type Kind } from './controller-files.ts';
import type { Asked, LookupTable } from './lookup.ts';
import { Options } from './options.ts';

const OPTIONS = ['files', 'paths', 'skip'];

/** The first file there is of those that are named, as an absolute path. */
export const firstFoundLookup: LookupTable = {
  first_found: { run: firstFound, options: OPTIONS, takesUndefined: true },
};

function firstFound({ terms, options, engine }: Asked): readonly unknown[] {
  for (const value of options.values()) if (value instanceof Undefined) value.fail();
  // What `with_first_found` passes: in which folders a task with this module has its files, and that names
  // which nobody has defined are left out.
  const kind = options.get(WITH) as Kind | undefined;
  const wish: Wish = { names: [], options };
  if (terms.length === 0) addNames(wish, options.get('files') ?? [], options);
  else addTerms(wish, terms, kind !== undefined);
  for (const name of wish.names) {
    for (const path of candidates(name, kind ?? 'files', engine)) if (existsSync(path)) return [path];
  }
  if (new Options(wish.options as ReadonlyMap<string, unknown>).flag('skip', false)) return [];
  throw new Fault(`no file was found by first_found: ${wish.names.join(', ')}`);
}

export const WITH = 'tsible_with';

interface Wish {
  readonly names: string[];
  /** Those that the last term had, where it was a mapping: Ansible forgets the others. */
  options: ReadonlyMap<unknown, unknown>;
}

function addTerms(wish: Wish, terms: readonly unknown[], leaveOut: boolean): void {
  for (const term of terms) {
    if (term instanceof Undefined) {
      if (!leaveOut) term.fail();
    } else if (term instanceof Map) {
      wish.options = term;
      addNames(wish, term.get('files') ?? [], term);
    } else if (typeof term === 'string') addNames(wish, term, wish.options);
    else if (Array.isArray(term) || term instanceof Tuple) addTerms(wish, itemsOf(term)!, leaveOut);
    else throw new Fault(`first_found needs names of files, lists or mappings, not ${pythonType(term)}`);
  }
}

function addNames({ names }: Wish, files: unknown, options: ReadonlyMap<unknown, unknown>): void {
  const paths = split(options.get('paths') ?? [], /[,:;]/);
  const all = split(files, /[,;]/);
  if (paths.length === 0) names.push(...all);
  for (const path of paths) names.push(...all.map(file => join(path, file)));
}

function split(value: unknown, separator: RegExp): string[] {
  if (value instanceof Undefined) value.fail();
  if (Array.isArray(value)) return value.flatMap(one => split(one, separator));
  return toText(value).split(separator);
}
