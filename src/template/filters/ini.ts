import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { readIni } from '../python/ini.ts';
import { toText } from '../python/print.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';

/** INI files as mappings of sections. */
export const iniFilters: FilterTable = {
  from_ini: filter('obj', ([text]) => {
    if (typeof text !== 'string') throw new Fault(`from_ini takes text, not ${pythonType(text)}`);
    const { sections, defaults } = readIni(text);
    const all = [...sections].map(
      ([name, options]) =>
        [name, new Map([...defaults, ...options])] as [string, ReadonlyMap<string, string>],
    );
    if (defaults.size > 0) all.push(['DEFAULT', defaults]);
    return new Map(all);
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
