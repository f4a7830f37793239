import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { Float, LazyDict, type Raw, TemplateText, Unknown, UnknownValue } from '../../src/core/value.ts';
import { references, toRepr } from '../../src/template/index.ts';
import type { Templar } from '../../src/template/types.ts';
import { templarWith } from './surroundings.ts';

/** No template gets at what JavaScript or Python would show of a value's insides, in whichever way it asks. */

const VARIABLES: Record<string, Raw> = {
  text: 'abc',
  int: 7,
  big: 12345678901234567890n,
  float: new Float(2.5),
  yes: true,
  nothing: null,
  list: [1, 'a'],
  dict: new Map<string, Raw>([['a', 1]]),
  secret: new Secret('hidden away'),
  secretNumber: new Secret(42424242),
  unknown: new Unknown('not run'),
  hosts: new LazyDict(
    key => (key === 'web1' ? new Map([['a', 1]]) : undefined),
    () => ['web1'],
  ),
  lazy: new TemplateText('{{ dict }}', undefined),
};

/** How a value of each kind is come by. */
const VALUES = [
  ...Object.keys(VARIABLES),
  'vars',
  '(1, 2)',
  'range(3)',
  'm',
  'loop',
  'ns',
  "cycler('a', 'b')",
  "joiner(', ')",
  'now()',
  '(now() - now())',
  'missing',
  'omit',
  'imported',
  'self',
  'lookup',
  'range',
  'dict',
  'text.upper',
  'list.append',
  "[{'a': 1}] | groupby('a') | first",
  "'a' | string",
  'caller',
  'varargs',
  'kwargs',
];

const NAMES = [
  // JavaScript's.
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'toLocaleString',
  'valueOf',
  'toJSON',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'apply',
  'bind',
  'callee',
  'forEach',
  'push',
  'concat',
  'splice',
  'charCodeAt',
  'padStart',
  'codePointAt',
  'entries',
  'size',
  'reveal',
  'content',
  'toFixed',
  // The engine's own.
  'run',
  'engine',
  'code',
  'home',
  'slots',
  'frame',
  'reason',
  'message',
  'takesUndefined',
  // Python's.
  '__class__',
  '__mro__',
  '__bases__',
  '__subclasses__',
  '__globals__',
  '__init__',
  '__dict__',
  '__code__',
  '__doc__',
  '__module__',
  'func_globals',
  'gi_frame',
];

/** The name stands in the template itself, or in the variable `name`. */
const WAYS: readonly (readonly [string, (value: string, name: string) => string])[] = [
  ['an attribute', (value, name) => `(${value}).${name}`],
  ['an attribute of what is called', (value, name) => `(${value}).${name}('x')`],
  ['a name in a variable', value => `(${value})[name]`],
  ['a call of it', value => `(${value})[name]()`],
  ['the filter attr', value => `(${value}) | attr(name)`],
  ['map', value => `[${value}] | map(attribute=name) | first`],
  ['a way in map', value => `[[${value}]] | map(attribute='0.' ~ name) | first`],
  ['extract', value => `name | extract(${value})`],
  ['the sum of attributes', value => `[${value}] | sum(attribute=name)`],
  ['a format', value => `('{0.' ~ name ~ '}').format(${value})`],
  ['an item in a format', value => `('{0[' ~ name ~ ']}').format(${value})`],
  ['a named format', value => `('{x.' ~ name ~ '}').format(x=${value})`],
  ['a format of a mapping', value => `('{x.' ~ name ~ '}').format_map({'x': ${value}})`],
];

/** Has all the values of VALUES in it. */
function around(expression: string): string {
  return `{% import 'macros.txt' as imported %}{% set ns = namespace(a=1) %}{% macro m(a, b=1) %}${'{{ a }}{{ varargs }}{{ kwargs }}{{ caller() }}'}{% endmacro %}{% block b %}{% endblock %}{% macro inside() %}{{ varargs }}{{ kwargs }}{{ caller() }}{% for _ in [1] %}{{ [${expression}] | string }}{% endfor %}{% endmacro %}{% call inside(1, x=2) %}{% endcall %}`;
}

describe('no way into a value', () => {
  for (const value of VALUES) {
    test(value, () => {
      const reached: string[] = [];
      for (const name of NAMES) {
        const templar = templarWith({ ...VARIABLES, name });
        for (const [title, way] of WAYS) {
          const answer = outcome(templar, around(way(value, name)));
          if (answer !== undefined) reached.push(`${title} ${name} → ${answer}`);
        }
      }
      expect(reached).toEqual([]);
    });
  }
});

/** What a template gives; undefined for an error that users are meant to see. */
function outcome(templar: Templar, template: string): string | undefined {
  try {
    return String(templar.renderText(new TemplateText(template, undefined)));
  } catch (error) {
    if (error instanceof UserError || error instanceof UnknownValue) return undefined;
    return `${error}`;
  }
}

describe('there are no variables, filters, tests, lookups or settings of these names', () => {
  const names = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];
  const uses: readonly (readonly [string, (name: string) => string])[] = [
    ['a variable', name => `{{ ${name} }}`],
    ['a variable of vars', name => `{{ vars.${name} }}{{ vars['${name}'] }}`],
    ['the lookup vars', name => `{{ lookup('vars', '${name}') }}`],
    ['a filter', name => `{{ 1 | ${name} }}`],
    ['a filter for map', name => `{{ [1] | map('${name}') | list }}`],
    ['a test', name => `{{ 1 is ${name} }}`],
    ['a test for select', name => `{{ [1] | select('${name}') | list }}`],
    ['a lookup', name => `{{ lookup('${name}') }}`],
    ['a statement', name => `{% ${name} %}`],
    ['a block', name => `{{ self.${name}() }}`],
    ['an import', name => `{% from 'macros.txt' import ${name} %}{{ ${name}() }}`],
    ['a keyword', name => `{{ [1] | join(${name}=1) }}`],
    ['a style', name => `{{ 'a' | comment('${name}') }}`],
    ['a hash', name => `{{ 'a' | hash('${name}') }}`],
    ['a way of hashing', name => `{{ 'a' | password_hash('${name}') }}`],
    ['a comparison', name => `{{ '1' is version('2', '${name}') }}`],
    ['a kind of version', name => `{{ '1' is version('2', '<', version_type='${name}') }}`],
    ['an encoding', name => `{{ 'a' | b64encode(encoding='${name}') }}`],
    ['a merge of lists', name => `{{ {} | combine({}, list_merge='${name}') }}`],
    ['a part of a URL', name => `{{ 'http://a' | urlsplit('${name}') }}`],
    ['a query', name => `{{ '10.0.0.1' | ansible.utils.ipaddr('${name}') or none.x }}`],
    ['a field of a format', name => `{{ '%(${name})s' % {} }}`],
    ['a named field', name => `{{ '{${name}}'.format() }}`],
    ['a group of a pattern', name => `{{ 'a' | regex_replace('(?P<a>a)', '\\\\g<${name}>') }}`],
    ['a group to search for', name => `{{ 'a' | regex_search('(?P<a>a)', '\\\\g<${name}>') }}`],
    ['a header', name => `#jinja2: ${name}: true\n`],
  ];
  for (const [title, use] of uses)
    test(title, () => {
      const templar = templarWith({});
      expect(names.filter(name => outcome(templar, use(name)) !== undefined)).toEqual([]);
    });
});

describe('these names are names like any other', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{% set NAME = 1 %}{{ NAME }}', '1'],
    ['{% set NAME %}a{% endset %}{{ NAME }}', 'a'],
    ['{% for NAME in [1, 2] %}{{ NAME }}{% endfor %}{{ NAME is defined }}', '12False'],
    ['{% for a, NAME in [(1, 2)] %}{{ NAME }}{% endfor %}', '2'],
    ['{% with NAME = 3 %}{{ NAME }}{% endwith %}', '3'],
    ['{% macro NAME(x) %}<{{ x }}>{% endmacro %}{{ NAME(4) }}{{ NAME.name }}', '<4>NAME'],
    ['{% macro m(NAME=5) %}{{ NAME }}{% endmacro %}{{ m() }}{{ m(NAME=6) }}{{ m(7) }}', '567'],
    ['{% macro m() %}{{ kwargs }}{% endmacro %}{{ m(NAME=1) }}', "{'NAME': 1}"],
    [
      '{% set ns = namespace(NAME=1) %}{{ ns.NAME }}{% set ns.NAME = 2 %}{{ ns.NAME }}{{ ns.other is defined }}',
      '12False',
    ],
    [
      '{% set ns = namespace() %}{% set ns.NAME = 2 %}{{ namespace().NAME is defined }}{{ {}.NAME is defined }}',
      'FalseFalse',
    ],
    ["{{ {'NAME': 1} }}{{ {'NAME': 1}.NAME }}{{ {'NAME': 1}['NAME'] }}", "{'NAME': 1}11"],
    ["{{ 'NAME' in {} }}{{ 'NAME' in {'NAME': 1} }}{{ {}.get('NAME', 'no') }}", 'FalseTrueno'],
    ['{{ dict(NAME=1) }}', "{'NAME': 1}"],
    [
      "{% set d = {} %}{% do d.update({'NAME': {'x': 1}}) %}{{ d.NAME.x }}{{ {}.x is defined }}{{ [].x is defined }}",
      '1FalseFalse',
    ],
    ['{{ (\'{"NAME": {"x": 1}}\' | from_json).NAME }}{{ {}.x is defined }}', "{'x': 1}False"],
    ['{{ (\'{"NAME": 1}\' | from_json) | to_json }}', '{"NAME": 1}'],
    ["{{ ('NAME: {x: 1}' | from_yaml).NAME.x }}{{ {}.x is defined }}", '1False'],
    ["{{ {'NAME': 1} | to_nice_yaml }}", 'NAME: 1\n'],
    [
      "{{ {} | combine({'NAME': {'x': 1}}, recursive=true) }}{{ {}.x is defined }}",
      "{'NAME': {'x': 1}}False",
    ],
    ["{{ {'NAME': 1} | dict2items }}", "[{'key': 'NAME', 'value': 1}]"],
    ["{{ [{'key': 'NAME', 'value': 1}] | items2dict }}", "{'NAME': 1}"],
    ["{{ [{'NAME': 2}, {'NAME': 1}] | sort(attribute='NAME') | map(attribute='NAME') | list }}", '[1, 2]'],
    ["{{ [{'NAME': 2}] | groupby('NAME') }}", "[[2, [{'NAME': 2}]]]"],
    ["{{ [{'NAME': 2}] | selectattr('NAME', 'eq', 2) | list }}", "[{'NAME': 2}]"],
    ["{{ 'ab' | regex_search('(?P<NAME>b)', '\\\\g<NAME>') }}", "['b']"],
    ["{{ 'ab' | regex_replace('(?P<NAME>b)', '[\\\\g<NAME>]') }}", 'a[b]'],
    ["{{ '%(NAME)s' % {'NAME': 1} }}{{ '{NAME}'.format(NAME=2) }}", '12'],
    ["{{ ['NAME', 'NAME', 'a'] | unique }}", "['NAME', 'a']"],
    ['{% block NAME %}x{% endblock %}{{ self.NAME() }}', 'xx'],
  ];
  for (const name of ['constructor', '__proto__', 'toString', 'prototype', 'hasOwnProperty', '__class__'])
    for (const [template, wanted] of cases)
      test(template.replaceAll('NAME', name), () => {
        const text = new TemplateText(template.replaceAll('NAME', name), undefined);
        expect(templarWith({}).renderText(text)).toBe(wanted.replaceAll('NAME', name));
      });

  test('variables of a playbook', () => {
    const variables = new Map<string, Raw>([
      ['__proto__', 1],
      ['constructor', new Map<string, Raw>([['__proto__', 2]])],
    ]);
    const templar = templarWith(variables);
    expect(templar.evaluate('__proto__ + constructor.__proto__')).toBe(3);
    expect(toRepr(templar.evaluate('constructor'))).toBe("{'__proto__': 2}");
    expect(references('{{ __proto__ + constructor.toString }}').variables).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});
