import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { index, numeric, toFloat } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { type FilterTable, filter } from './filter.ts';
import { readYaml } from './yaml-read.ts';
import type { Style } from './yaml-text.ts';
import { writeYaml, type YamlOptions } from './yaml-write.ts';

/** YAML, written as PyYAML writes it. */
export const yamlFilters: FilterTable = {
  to_yaml: filter('a, **kw', ([value, named]) =>
    writeYaml(value, yamlOptions(named as Map<string, unknown>, null, 2)),
  ),
  to_nice_yaml: filter('a, indent=4, **kw', ([value, indent, named]) =>
    writeYaml(value, yamlOptions(named as Map<string, unknown>, false, index(indent ?? 2))),
  ),
  from_yaml: filter('data', ([data]) => {
    if (typeof data !== 'string') return data;
    const documents = readYaml(data);
    if (documents.length > 1)
      throw new Fault(
        'from_yaml: expected a single document in the stream, but found another',
        'use from_yaml_all',
      );
    return documents[0] ?? null;
  }),
  from_yaml_all: filter('data', ([data]) => (typeof data === 'string' ? readYaml(data) : (data ?? []))),
};

/** What PyYAML is asked for; the rest of its parameters changes nothing that a file should have. */
const OPTIONS = [
  'default_flow_style',
  'default_style',
  'indent',
  'width',
  'sort_keys',
  'explicit_start',
  'explicit_end',
  'line_break',
  'version',
];

function yamlOptions(named: ReadonlyMap<string, unknown>, flow: boolean | null, indent: number): YamlOptions {
  for (const name of named.keys()) {
    if (!OPTIONS.includes(name))
      throw new Fault(`to_yaml has no parameter '${name}'`, `it has ${OPTIONS.join(', ')}`);
  }
  const flowStyle = named.get('default_flow_style');
  const number = (name: string, fallback: number): number =>
    Math.trunc(toFloat(numeric(named.get(name) ?? fallback) ?? index(named.get(name), `${name} of to_yaml`)));
  return {
    flow: flowStyle === undefined ? flow : flowStyle === null ? null : truth(flowStyle),
    style: styleOf(named.get('default_style')),
    indent: number('indent', indent),
    width: number('width', 80),
    sortKeys: truth(named.get('sort_keys') ?? true),
    explicitStart: truth(named.get('explicit_start') ?? false),
    explicitEnd: truth(named.get('explicit_end') ?? false),
    lineBreak: BREAKS.find(one => one === named.get('line_break')) ?? '\n',
    version: named.get('version') ? iterate(named.get('version')).map(toText).join('.') : undefined,
  };
}

const BREAKS = ['\r', '\n', '\r\n'] as const;

function styleOf(given: unknown): Style | undefined {
  return typeof given === 'string' ? STYLES.get(given) : undefined;
}

const STYLES = new Map<string, Style>([
  ["'", 'single'],
  ['"', 'double'],
  ['|', 'literal'],
  ['>', 'folded'],
]);
