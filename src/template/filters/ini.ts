import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { IniFile } from '../python/config-parser.ts';
import { toText } from '../python/print.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter, textIn } from './filter.ts';

/** INI files as mappings of sections. */
export const iniFilters: FilterTable = {
  from_ini: filter('obj', ([text]) => {
    const file = new IniFile(textIn('from_ini', text), {
      caseSensitive: true,
      allowNoValue: false,
      interpolation: false,
    });
    const names =
      file.items('DEFAULT').length > 0 ? [...file.sectionNames(), 'DEFAULT'] : file.sectionNames();
    return new Map(names.map(name => [name, new Map(file.items(name))]));
  }),
  to_ini: filter('obj', ([dict]) => {
    if (!(dict instanceof Map)) throw new Fault(`to_ini takes a dictionary, not ${pythonType(dict)}`);
    if (dict.size === 0) throw new Fault('to_ini takes a dictionary that is not empty');
    const sections = [...dict].map(([name, options]) => section(toText(name), options));
    // The defaults come first, wherever they stand.
    sections.sort((a, b) => Number(b.name === 'DEFAULT') - Number(a.name === 'DEFAULT'));
    return sections.map(({ text }) => text).join('\n');
  }),
};

function section(name: string, options: unknown): { name: string; text: string } {
  if (!(options instanceof Map))
    throw new Fault(`to_ini: the section '${name}' must be a dictionary, not ${pythonType(options)}`);
  const lines = [...options].map(([key, value]) => `${toText(key)} = ${valueText(name, value)}\n`);
  return { name, text: `[${name}]\n${lines.join('')}` };
}

function valueText(name: string, value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\n', '\n\t');
  if (typeof value === 'boolean' || isInteger(value) || value instanceof Float) return toText(value);
  throw new Fault(`to_ini: the section '${name}' has a value of the type ${pythonType(value)}`);
}
