import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { type FilterTable, filter } from './filter.ts';
import { readYaml } from './yaml-read.ts';
import { writeYaml } from './yaml-write.ts';

/** YAML, written as PyYAML writes it. */
export const yamlFilters: FilterTable = {
  to_yaml: filter('a, *args, **kw', ([value, , named]) =>
    writeYaml(value, yamlOptions(named as Map<string, unknown>, null, 2)),
  ),
  to_nice_yaml: filter('a, indent=4, *args, **kw', ([value, indent, , named]) =>
    writeYaml(value, yamlOptions(named as Map<string, unknown>, false, index(indent))),
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

function yamlOptions(named: ReadonlyMap<string, unknown>, flow: boolean | null, indent: number) {
  const style = named.get('default_flow_style');
  const known = [
    'default_flow_style',
    'indent',
    'width',
    'sort_keys',
    'allow_unicode',
    'explicit_start',
    'explicit_end',
    'default_style',
    'line_break',
    'version',
    'encoding',
    'canonical',
    'tags',
  ];
  for (const name of named.keys())
    if (!known.includes(name)) throw new Fault(`to_yaml has no parameter '${name}'`);
  return {
    flow: style === undefined ? flow : style === null ? null : truth(style),
    indent: named.has('indent') ? index(named.get('indent')) : indent,
    width: named.has('width') ? Number(toText(named.get('width'))) : 80,
    sortKeys: truth(named.get('sort_keys') ?? true),
    unicode: truth(named.get('allow_unicode') ?? true),
    explicitStart: truth(named.get('explicit_start') ?? false),
    explicitEnd: truth(named.get('explicit_end') ?? false),
  };
}
