import { Secret } from '../../core/secret.ts';
import { Fault } from '../grammar/fault.ts';
import { IniFile } from '../python/config-parser.ts';
import { regex } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { readEncoded } from './controller-files.ts';
import { type Asked, type LookupTable, lookup } from './lookup.ts';
import { inlineOptions, Options } from './options.ts';

const OPTIONS =
  'type file section re encoding default case_sensitive allow_no_value allow_none interpolation';

/** Options of an INI or a properties file. */
export const iniLookup: LookupTable = {
  ini: lookup(OPTIONS, asked => {
    const options = new Map(asked.options);
    return asked.terms.flatMap(term => found(toText(term), options, asked));
  }),
};

/** Options within a term hold for the terms after it as well. */
function found(term: string, all: Map<string, unknown>, { engine }: Asked): readonly unknown[] {
  const inline = inlineOptions(term);
  const key = inline.options.size > 0 ? inline.rest : term;
  if (key === '') throw new Fault(`the lookup ini needs the name of an option first: ${term}`);
  for (const [name, value] of inline.options) {
    if (!OPTIONS.split(' ').includes(name)) throw new Fault(`the lookup ini has no option '${name}'`);
    all.set(name, value);
  }
  const options = new Options(all);
  const type = options.text('type') ?? 'ini';
  if (type !== 'ini' && type !== 'properties') throw new Fault(`type is ini or properties, not '${type}'`);
  const name = options.text('file') ?? 'ansible.ini';
  const { text, secret } = readEncoded(name, options.text('encoding') ?? 'utf-8', engine, 'ini');
  const file = new IniFile(type === 'properties' ? `[properties]\n${text}` : text, {
    caseSensitive: options.flag('case_sensitive', false),
    allowNoValue: options.flag('allow_no_value', options.flag('allow_none', false)),
    interpolation: options.flag('interpolation', true),
  });
  const section = type === 'properties' ? 'properties' : (options.text('section') ?? 'global');
  if (!file.has(section) && section !== 'DEFAULT')
    throw new Fault(`there is no section '${section}' in '${name}'`);
  const values = options.flag('re', false) ? matching(file, section, key) : single(file, section, key, all);
  return secret ? values.map(value => (typeof value === 'string' ? new Secret(value) : value)) : values;
}

function matching(file: IniFile, section: string, key: string): readonly unknown[] {
  const pattern = regex(`(?:${key})`);
  const items = file.items(section);
  return items.filter(([name]) => name.search(pattern) === 0).map(([, value]) => value);
}

function single(
  file: IniFile,
  section: string,
  key: string,
  options: ReadonlyMap<string, unknown>,
): readonly unknown[] {
  const value = file.get(section, key);
  if (value !== undefined) return value === null ? [] : [value];
  const usual = options.has('default') ? options.get('default') : '';
  return usual === null || usual === undefined ? [] : Array.isArray(usual) ? usual : [usual];
}
