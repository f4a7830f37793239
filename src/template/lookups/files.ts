import { existsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Source } from '../../core/position.ts';
import { Secret } from '../../core/secret.ts';
import { TemplateText } from '../../core/value.ts';
import type { Engine } from '../compile/engine.ts';
import { expandUser, glob } from '../filters/paths.ts';
import { flatten } from '../filters/sets.ts';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { characters } from '../python/sequences.ts';
import { hide } from '../python/values.ts';
import type { Asked, LookupTable } from './lookup.ts';

type Kind = 'files' | 'templates' | 'vars';

/** Lookups that read the controller's files. */
export const fileLookups: LookupTable = {
  file: ({ terms, options, engine }) =>
    terms.map(term => {
      const { text, secret } = read(toText(term), 'files', engine, 'file');
      const left = truth(options.get('lstrip') ?? false) ? text.trimStart() : text;
      const content = truth(options.get('rstrip') ?? true) ? left.trimEnd() : left;
      return secret ? new Secret(content) : content;
    }),
  unvault: ({ terms, engine }) =>
    terms.map(term => new Secret(read(toText(term), 'files', engine, 'unvault').text)),
  template: ({ terms, options, engine }) =>
    terms.map(term => {
      const { text, secret, path } = read(toText(term), 'templates', engine, 'template');
      const template = new TemplateText(
        text,
        { source: new Source(path, text, secret), line: 1, column: 1 },
        secret,
      );
      const more = options.get('template_vars');
      const result = engine.renderUserText(
        template,
        more instanceof Map ? (more as ReadonlyMap<string, unknown>) : undefined,
      );
      return secret ? hide(result) : result;
    }),
  fileglob: ({ terms, engine }) =>
    terms.flatMap(term => {
      const pattern = expandUser(toText(term));
      const folder = dirname(pattern);
      const places = isAbsolute(pattern)
        ? [pattern]
        : engine.surroundings.searchPath('files').map(one => join(one, folder, basename(pattern)));
      for (const place of places) {
        const found = glob(place).filter(file => statSync(file).isFile());
        if (found.length > 0) return found;
      }
      return [];
    }),
  first_found: asked => firstFound(asked),
};

function read(
  name: string,
  kind: Kind,
  engine: Engine,
  lookup: string,
): { text: string; secret: boolean; path: string } {
  for (const path of candidates(name, kind, engine)) {
    const found = engine.surroundings.readFile(path);
    if (found) return { ...found, path };
  }
  throw new Fault(
    `the lookup ${lookup} could not find the file '${name}'`,
    `looked in ${searched(name, kind, engine)}`,
  );
}

function searched(name: string, kind: Kind, engine: Engine): string {
  return candidates(name, kind, engine).map(dirname).join(', ');
}

function candidates(name: string, kind: Kind, engine: Engine): string[] {
  const path = expandUser(name);
  return isAbsolute(path) ? [path] : engine.surroundings.searchPath(kind).map(folder => join(folder, path));
}

function firstFound({ terms, options, engine }: Asked): readonly unknown[] {
  const names: string[] = [];
  let skip = truth(options.get('skip') ?? false);
  const add = (files: unknown, paths: unknown): void => {
    const list = split(files);
    const folders = split(paths ?? '');
    if (folders.length === 0) names.push(...list);
    for (const folder of folders) names.push(...list.map(file => join(folder, file)));
  };
  if (options.has('files')) add(options.get('files'), options.get('paths'));
  for (const term of flatten(terms, 1, false)) {
    if (term instanceof Map) {
      add(term.get('files') ?? [], term.get('paths'));
      skip ||= truth(term.get('skip') ?? false);
    } else add(term, options.get('paths'));
  }
  for (const name of names) {
    for (const kind of ['files', 'templates', 'vars'] as const) {
      for (const path of candidates(name, kind, engine)) if (existsSync(path)) return [path];
    }
  }
  if (skip) return [];
  throw new Fault(`no file was found when using first_found: ${names.join(', ')}`);
}

function split(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(split);
  const text = toText(value);
  if (characters(text).length === 0) return [];
  return text.split(/[,;]/).map(part => part.trim());
}
