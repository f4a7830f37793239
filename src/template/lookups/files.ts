import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Source } from '../../core/position.ts';
import { Secret } from '../../core/secret.ts';
import { templateVariables } from '../../core/template-variables.ts';
import { TemplateText } from '../../core/value.ts';
import { expandUser, glob } from '../filters/paths.ts';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { strip, text as textOf } from '../python/string-methods.ts';
import type { RenderOptions } from '../types.ts';
import { candidates, readFound } from './controller-files.ts';
import { type Asked, type LookupTable, lookup } from './lookup.ts';
import { Options } from './options.ts';

/** Lookups that read the controller's files. */
export const fileLookups: LookupTable = {
  file: lookup('lstrip rstrip', ({ terms, options: given, engine }) => {
    const options = new Options(given);
    return terms.map(term => {
      const { text, secret } = readFound(textOf(term), 'files', engine, 'file');
      const left = options.flag('lstrip', false) ? strip(text, null, 'left') : text;
      const content = options.flag('rstrip', true) ? strip(left, null, 'right') : left;
      return secret ? new Secret(content) : content;
    });
  }),
  unvault: lookup('', ({ terms, engine }) =>
    terms.map(term => {
      const { text, secret } = readFound(textOf(term), 'files', engine, 'unvault');
      return secret ? new Secret(text) : text;
    }),
  ),
  template: lookup(
    'template_vars trim_blocks variable_start_string variable_end_string comment_start_string ' +
      'comment_end_string convert_data jinja2_native',
    asked => asked.terms.map(term => rendered(textOf(term), asked)),
  ),
  fileglob: lookup('', ({ terms, engine }) =>
    terms.flatMap(term => {
      const pattern = expandUser(toText(term));
      const folder = dirname(pattern);
      const isPlain = folder === '.';
      for (const place of isAbsolute(pattern) ? [folder] : candidates(folder, 'files', engine)) {
        const found = glob(join(place, basename(pattern))).filter(file => statSync(file).isFile());
        // A folder that was named is looked for, and the files are where it is found.
        if (found.length > 0 || (!isPlain && isFolder(place))) return found;
      }
      return [];
    }),
  ),
};

function rendered(name: string, { options: given, engine }: Asked): unknown {
  const options = new Options(given);
  const { text, secret, path } = readFound(name, 'templates', engine, 'template');
  const source = new Source(path, text, secret);
  const template = new TemplateText(text, { source, line: 1, column: 1 }, secret);
  const more = options.value('template_vars') ?? new Map();
  if (!(more instanceof Map)) throw new Fault('template_vars is a mapping');
  const variables = new Map<string, unknown>(
    templateVariables({
      name,
      path,
      modified: statSync(path, { throwIfNoEntry: false })?.mtime ?? new Date(),
    }),
  );
  for (const [key, value] of more) variables.set(toText(key), value);
  return engine.renderUserText(template, variables, delimiters(options));
}

function delimiters(options: Options): RenderOptions {
  const given: [keyof RenderOptions, string | undefined][] = [
    ['variableStart', options.text('variable_start_string')],
    ['variableEnd', options.text('variable_end_string')],
    ['commentStart', options.text('comment_start_string')],
    ['commentEnd', options.text('comment_end_string')],
  ];
  return {
    trimBlocks: options.flag('trim_blocks', true),
    ...Object.fromEntries(given.filter(([, text]) => text !== undefined)),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
