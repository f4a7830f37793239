import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import { Secret } from '../../src/core/secret.ts';
import {
  Float,
  LazyDict,
  type Raw,
  Sealed,
  TemplateText,
  Unknown,
  UnknownValue,
} from '../../src/core/value.ts';
import { checkExpression, checkSyntax, OMIT, references } from '../../src/template/index.ts';
import { templarWith } from './surroundings.ts';

const template = (text: string): TemplateText => new TemplateText(text, undefined);

/** A template as the loader would place it: in a file, at a line and column. */
function placed(file: string, line: number, column: number, text: string, name = 'site.yml'): TemplateText {
  return new TemplateText(text, { source: new Source(name, file), line, column });
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.format();
    throw error;
  }
  throw new Error('no error came');
}

describe('types', () => {
  const cases: [string, string, Raw][] = [
    ['an expression alone keeps its type', '{{ 1 + 1 }}', 2],
    ['a list', '{{ [1, "a"] }}', [1, 'a']],
    ['a tuple comes out as a list', '{{ (1, (2,)) }}', [1, [2]]],
    ['text around it makes text', 'x{{ 1 }}', 'x1'],
    ['two expressions make text', '{{ 1 }}{{ 2 }}', '12'],
    ['a value inside of a statement keeps its type', '{% if true %}{{ 5 }}{% endif %}', 5],
    ['none stays none', '{{ none }}', null],
    ['nothing at all is none', '{% if false %}x{% endif %}', null],
    ['the line break of a block scalar does not make text of a value', '{{ 5 }}\n', 5],
    ['but it is kept on text', 'a {{ 5 }}\n', 'a 5\n'],
    ['text that looks like a number stays text', '{{ "42" }}', '42'],
    ["backslashes are YAML's business", "{{ 'a\\1' }}", 'a\\1'],
    ['but not in statements', "{% set x = 'a\\tb' %}{{ x }}", 'a\tb'],
  ];
  for (const [title, text, value] of cases) {
    test(title, () => expect(templarWith({}).render(template(text))).toEqual(value));
  }

  test('floats', () => {
    expect(templarWith({ version: new Float(8) }).render(template('php{{ version }}'))).toBe('php8.0');
    expect(templarWith({}).render(template('{{ 4 / 2 }}'))).toEqual(new Float(2));
  });

  test('a result is never evaluated again', () => {
    const templar = templarWith({ evil: '{{ 1 + 1 }}', indirect: template('{{ evil }}') });
    expect(templar.render(template('{{ indirect }}'))).toBe('{{ 1 + 1 }}');
    expect(templar.render(template('{{ "{{ 2 }}" }} {{ evil }}'))).toBe('{{ 2 }} {{ 1 + 1 }}');
    expect(templar.render('{{ 1 }}')).toBe('{{ 1 }}');
  });
});

describe('variables', () => {
  test('nested templates are rendered when they are used, once each', () => {
    const reads: unknown[] = [];
    const counted = new LazyDict(
      key => {
        reads.push(key);
        return 'c';
      },
      () => ['k'],
    );
    const templar = templarWith({ a: template('{{ b }}!'), b: template('{{ counted.k }}'), counted });
    expect(reads).toEqual([]);
    expect(templar.render(template('{{ a }}{{ a }}'))).toBe('c!c!');
    expect(reads).toEqual(['k']);
  });

  test('templates inside of data, at any depth, and only those that are used', () => {
    const data = new Map<string, Raw>([
      ['good', template('{{ 1 + 1 }}')],
      ['bad', template('{{ nowhere }}')],
      ['list', [template('{{ "x" }}'), new Map([['k', template('{{ [1] }}')]])]],
    ]);
    const templar = templarWith({ data });
    expect(templar.render(template('{{ data.good }}'))).toBe(2);
    expect(templar.render(template('{{ data.list[1].k + [2] }}'))).toEqual([1, 2]);
    expect(templar.render(template('{{ data.bad | default("d") }}'))).toBe('d');
    expect(() => templar.render(template('{{ data }}'))).toThrow("'nowhere' is undefined");
    expect(templar.render(template('{{ data.list }}'))).toEqual(['x', new Map([['k', [1]]])]);
  });

  test('a cycle is shown as a chain', () => {
    const templar = templarWith({ a: template('{{ b }}'), b: template('x{{ c }}'), c: template('{{ a }}') });
    expect(() => templar.render(template('{{ a }}'))).toThrow('a → b → c → a');
  });

  test('undefined is caught at any depth', () => {
    const templar = templarWith({ outer: template('{{ inner.x }}'), inner: template('{{ gone }}') });
    expect(templar.render(template('{{ outer | default(5) }}'))).toBe(5);
    expect(templar.holds('outer is defined')).toBe(false);
    expect(templar.holds('inner.a.b is not defined')).toBe(true);
  });

  test('what comes with `with` is in front', () => {
    const templar = templarWith({ item: 'outer', name: template('host-{{ item }}') });
    expect(templar.render(template('{{ name }}'))).toBe('host-outer');
    expect(templar.with(new Map([['item', 'x']])).render(template('{{ name }}'))).toBe('host-x');
    expect(templar.render(template('{{ name }}'))).toBe('host-outer');
  });

  test('omit takes its key away', () => {
    const args = new Map<string, Raw>([
      ['mode', template('{{ mode | default(omit) }}')],
      ['path', '/x'],
      ['list', [1, template('{{ omit }}')]],
    ]);
    expect(templarWith({}).render(args)).toEqual(
      new Map<string, unknown>([
        ['path', '/x'],
        ['list', [1]],
      ]),
    );
    expect(templarWith({}).render(template('{{ omit }}'))).toBe(OMIT);
  });

  test('lazy mappings are asked only for what is used', () => {
    const asked: unknown[] = [];
    const hostvars = new LazyDict(
      key => {
        asked.push(key);
        return key === 'web1' ? new Map([['ip', template('10.0.0.{{ 1 }}')]]) : undefined;
      },
      () => ['web1', 'web2'],
    );
    const templar = templarWith({ hostvars });
    expect(templar.render(template('{{ hostvars["web1"].ip }}'))).toBe('10.0.0.1');
    expect(templar.render(template('{{ ["web1"] | map("extract", hostvars, "ip") | first }}'))).toBe(
      '10.0.0.1',
    );
    expect(templar.holds('"web3" in hostvars')).toBe(false);
    expect(asked).not.toContain('web2');
    expect(templar.holds('hostvars.nope.ip is defined')).toBe(false);
  });

  test('what a template changes is its own copy', () => {
    const list: Raw[] = [1];
    const templar = templarWith({ list });
    expect(templar.render(template('{% set _ = list.append(2) %}{{ list }}'))).toEqual([1, 2]);
    expect(list).toEqual([1]);
  });
});

describe('secrets', () => {
  const vars = {
    pw: new Secret('hunter2'),
    n: new Secret(5),
    load: new Secret(new Float(8)),
    users: [
      new Map([
        ['name', 'a'],
        ['pw', new Secret('hunter2') as never],
      ]),
    ],
    sealed: new Sealed('x', undefined),
  };
  const hidden: [string, string | number | Float][] = [
    ['{{ pw }}', 'hunter2'],
    ['a {{ pw }} b', 'a hunter2 b'],
    ['{{ pw ~ "x" }}', 'hunter2x'],
    ['{{ pw + "x" }}', 'hunter2x'],
    ['{{ n + 1 }}', 6],
    ['{{ load }}', new Float(8)],
    ['{{ load }}!', '8.0!'],
    ['{{ load / 2 }}', new Float(4)],
    ['{{ pw | upper }}', 'HUNTER2'],
    ['{{ pw.upper() }}', 'HUNTER2'],
    ['{{ pw[0:3] }}', 'hun'],
    ['{{ "%s" % pw }}', 'hunter2'],
    ['{{ "%s-%s" | format("a", pw) }}', 'a-hunter2'],
    ['{{ "{}".format(pw) }}', 'hunter2'],
    ['{{ [pw, "b"] | join("-") }}', 'hunter2-b'],
    ['{{ {"a": pw} | to_json }}', '{"a": "hunter2"}'],
    ['{{ pw | hash("sha1") }}', 'f3bbbd66a63d4bf1747940578ec3d0103530e21d'],
    ['{{ users | map(attribute="pw") | first }}', 'hunter2'],
    ['{{ users[0].pw }}', 'hunter2'],
    ['{{ pw if true else "" }}', 'hunter2'],
    ['{% set x %}{{ pw }}!{% endset %}{{ x }}', 'hunter2!'],
    ['{% macro m(p) %}<{{ p }}>{% endmacro %}{{ m(pw) }}', '<hunter2>'],
    ['{{ sealed }}', 'opened'],
    ['{{ pw | b64encode | b64decode }}', 'hunter2'],
    ['{{ pw | default("x") }}', 'hunter2'],
    ['{% for c in [pw] %}{{ c }},{% endfor %}', 'hunter2,'],
    ['{{ users }}!', "[{'name': 'a', 'pw': 'hunter2'}]!"],
  ];
  for (const [text, content] of hidden) {
    test(`stays a secret: ${text}`, () => {
      const value = templarWith(vars, { open: () => new Secret('opened') }).render(template(text));
      expect(value).toBeInstanceOf(Secret);
      expect((value as Secret).content).toEqual(content);
    });
  }

  test('truth and comparisons are plain, and how many there are', () => {
    const templar = templarWith(vars);
    expect(templar.render(template('{{ users | length }}'))).toBe(1);
    expect(templar.holds('pw | length == 7')).toBe(true);
    expect(templar.render(template('{{ pw | length }}'))).toBeInstanceOf(Secret);
    expect(templar.holds('pw == "hunter2" and pw and pw is match("hunt") and n > 4')).toBe(true);
    expect(templar.render(template('{{ users | map(attribute="name") | list }}'))).toEqual(['a']);
    expect(templar.render(template('{{ users | selectattr("pw", "eq", "hunter2") | length }}'))).toBe(1);
  });

  test('text of an encrypted file', () => {
    const value = templarWith({}).render(new TemplateText('a {{ 1 }}', undefined, true));
    expect(value).toBeInstanceOf(Secret);
    expect(templarWith({}).renderText(new TemplateText('plain', undefined, true))).toBeInstanceOf(Secret);
  });
});

describe('unknown values', () => {
  const templar = templarWith({
    u: new Unknown('the command was not run'),
    r: new Map<string, Raw>([
      ['stdout', new Unknown('not run')],
      ['rc', 0],
    ]) as never,
    x: template('{{ u }}-x'),
  });
  for (const text of [
    'a {{ u }}',
    '{{ u | upper }}',
    '{{ u + 1 }}',
    '{{ u.x }}',
    '{{ u is defined }}',
    '{{ u == 1 }}',
    '{{ r.stdout | default("") }}',
    '{{ x | upper }}',
    '{% if u %}{% endif %}',
    '{{ [u] | join }}',
    '{{ u ~ "" }}',
    '{% for i in u %}{% endfor %}',
  ]) {
    test(`using it: ${text}`, () => expect(() => templar.render(template(text))).toThrow(UnknownValue));
  }
  for (const text of [
    '{{ u }}',
    '{{ [u] }}',
    '{{ {"a": u} }}',
    '{{ r }}',
    '{{ r.rc }}',
    '{{ x if false else 1 }}',
  ]) {
    test(`passing it along: ${text}`, () => expect(() => templar.render(template(text))).not.toThrow());
  }
});

describe('conditions', () => {
  const templar = templarWith({
    a: 1,
    yes: 'true',
    no: 'False',
    list: [],
    text: 'x',
    t: template('{{ a == 1 }}'),
  });
  const cases: [Raw, boolean][] = [
    ['a == 1', true],
    ['not a', false],
    [['a', 'list'], false],
    [[], true],
    [true, true],
    [null, true],
    ['', true],
    [template('{{ a == 1 }}'), true],
    [template('{{ no }}'), false],
    [template('{{ yes }}'), true],
    ['t', true],
    ['text', true],
    [template('{{ a }} == 1'), true],
    [template('"{{ text }}y" == "xy"'), true],
    ["text is match('^x\\\\w?$')", true],
    ['a in [1, 2] and text is defined', true],
  ];
  for (const [condition, holds] of cases) {
    const title = condition instanceof TemplateText ? condition.text : JSON.stringify(condition);
    test(`${title} is ${holds}`, () => expect(templar.holds(condition)).toBe(holds));
  }
});

describe('errors', () => {
  const file = '- hosts: all\n  tasks:\n    - copy:\n        dest: "{{ base_dri }}/x"\n';
  test('an undefined variable: place, expression, hint', () => {
    const text = placed(file, 4, 15, '{{ base_dri }}/x');
    expect(messageOf(() => templarWith({ base_dir: '/srv' }).render(text))).toBe(
      [
        'site.yml:4:19: \'base_dri\' is undefined, in "{{ base_dri }}"',
        '  4 |         dest: "{{ base_dri }}/x"',
        '    |                   ^',
        'hint: did you mean "base_dir"?',
      ].join('\n'),
    );
  });

  test('a place in a block scalar', () => {
    const block = 'x: |\n  first\n  {{ d.keey }}\n';
    const text = placed(block, 1, 4, 'first\n{{ d.keey }}\n', 'vars.yml');
    const message = messageOf(() => templarWith({ d: new Map([['key', 1]]) }).render(text));
    expect(message).toContain("vars.yml:3:7: 'd.keey' is undefined: the mapping has no key 'keey'");
    expect(message).toContain('hint: did you mean "key"?');
  });

  test('a place in a template file', () => {
    const source = 'a\n{% for x in xs %}\n  {{ x | frobnicate }}\n{% endfor %}\n';
    const text = placed(source, 1, 1, source, 'a.j2');
    expect(messageOf(() => templarWith({ xs: [1] }).renderText(text))).toContain(
      "a.j2:3:10: there is no filter 'frobnicate'",
    );
  });

  test('inside of an included template', () => {
    const more = {
      searchPath: () => ['/t'],
      readFile: (path: string) => (path === '/t/b.j2' ? { text: 'x\n{{ gone }}', secret: false } : null),
    };
    const message = messageOf(() => templarWith({}, more).renderText(template("{% include 'b.j2' %}")));
    expect(message).toContain("/t/b.j2:2:4: 'gone' is undefined");
  });

  test('wrong arguments name the filter and its signature', () => {
    const message = messageOf(() => templarWith({}).render(template("{{ 'a' | replace('b') }}")));
    expect(message).toContain("the filter replace needs the argument 'new'");
    expect(message).toContain('hint: replace(s, old, new, count=None)');
    expect(messageOf(() => templarWith({}).render(template("{{ 'a' | replace('b', 'c', x=1) }}")))).toContain(
      "has no parameter 'x'",
    );
  });

  test('a secret file is not quoted', () => {
    const text = new TemplateText(
      'key {{ gone }}',
      { source: new Source('vault.yml', 'key {{ gone }}', true), line: 1, column: 1 },
      true,
    );
    expect(messageOf(() => templarWith({}).render(text))).toBe("vault.yml:1:8: 'gone' is undefined");
  });

  test('templates without end are stopped', () => {
    const endless = '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}';
    expect(() => templarWith({}).render(template(endless))).toThrow(UserError);
    expect(() => templarWith({}).render(template('{{ "a" * 10 ** 10 }}'))).toThrow(UserError);
    expect(() => templarWith({}).render(template('{{ 9 ** (9 ** 9) }}'))).toThrow(UserError);
    expect(() => templarWith({}).render(template('{% for i in range(10 ** 9) %}{% endfor %}'))).toThrow(
      UserError,
    );
    expect(() => templarWith({}).render(template(`{{ ${'('.repeat(100_000)} }}`))).toThrow(UserError);
  });
});

describe('closed to the outside', () => {
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    'caller',
    'arguments',
    'size',
    'entries',
  ];
  const values = [
    '1',
    '1.5',
    '"a"',
    '[1]',
    '{"a": 1}',
    '(1,)',
    'range(3)',
    'none',
    'true',
    'lookup',
    'range',
    'namespace()',
    'omit',
    's',
    'now()',
    'cycler(1)',
  ];
  test('no name of JavaScript is an attribute of anything', () => {
    const templar = templarWith({ s: new Secret('x') });
    for (const value of values) {
      for (const name of names) {
        expect(templar.holds(`(${value}).${name} is undefined`), `${value}.${name}`).toBe(true);
        expect(templar.holds(`(${value})["${name}"] is undefined`), `${value}[${name}]`).toBe(true);
      }
    }
    for (const name of ['constructor', 'globalThis', 'process', '__proto__', 'toString']) {
      expect(templar.holds(`${name} is undefined`), name).toBe(true);
      expect(() => templar.render(template(`{{ 1 | ${name} }}`))).toThrow('there is no filter');
      expect(() => templar.render(template(`{{ 1 is ${name} }}`))).toThrow('there is no test');
      expect(() => templar.render(template(`{{ lookup('${name}') }}`))).toThrow('there is no lookup');
    }
  });
  test('keys of such names are data', () => {
    expect(templarWith({}).render(template('{{ {"__proto__": 1}["__proto__"] }}'))).toBe(1);
    expect(templarWith({}).render(template('{{ {"constructor": 5}.constructor }}'))).toBe(5);
  });
});

describe('before a run', () => {
  test('references', () => {
    expect(
      references(
        "{% set y = a %}{% for x in b if x.c %}{{ x | d(e) }}{{ y }}{{ loop.index }}{% endfor %}{{ lookup('env', f) }}",
      ),
    ).toEqual({
      variables: ['a', 'b', 'e', 'f'],
      always: ['a', 'b', 'f'],
      filters: ['d'],
      tests: [],
      lookups: ['env'],
    });
    expect(references('a is defined and q(b)').lookups).toEqual(['?']);
    expect(references("xs | map('upper') | select('match', p)")).toEqual({
      variables: ['xs', 'p'],
      always: ['xs', 'p'],
      filters: ['select', 'map', 'upper'],
      tests: ['match'],
      lookups: [],
    });
    const branches =
      "{{ a and b }}{{ (c or d) }}{{ e if f else g }}{% if h %}{{ i }}{% elif j %}{% endif %}{{ f('x') }}";
    expect(references(branches).always).toEqual(['a', 'c', 'f', 'h']);
  });

  const wrong: [string, string][] = [
    ['{{ a | defualt(1) }}', 'did you mean "default"?'],
    ['{{ a is defnied }}', 'did you mean "defined"?'],
    ['{% fro x in y %}{% endfor %}', 'did you mean "for"?'],
    ['{{ a', "unexpected end of template, expected '}}'"],
    ['{% if a %}', "'if' is not closed"],
    ['{% endif %}', "unknown statement 'endif'"],
    ["{{ 'a }}", 'the string is not closed'],
    ['{{ (a }}', "unexpected '}', expected ')'"],
  ];
  for (const [text, part] of wrong) {
    test(`checkSyntax: ${text}`, () => {
      const at = { source: new Source('x.yml', text), line: 1, column: 1 };
      const message = messageOf(() => checkSyntax(text, at));
      expect(message).toContain(part);
      expect(message).toMatch(/^x\.yml:1:\d+: /);
    });
  }

  test('checkExpression', () => {
    expect(() => checkExpression('a == 1 and b is defined')).not.toThrow();
    expect(() => checkExpression('{{ a }} == 1')).not.toThrow();
    expect(() => checkExpression('a = 1')).toThrow("expected the end of the expression, found '='");
    expect(() => checkExpression('a is deffined')).toThrow('there is no test');
  });
});

describe('template files', () => {
  const render = (text: string, options = {}) => templarWith({ x: 1 }).renderText(template(text), options);
  test('always text', () => expect(render('{{ x }}')).toBe('1'));
  test('the last line break stays', () => expect(render('a {{ x }}\n')).toBe('a 1\n'));
  test('as do several', () => expect(render('{% if x %}\na\n{% endif %}\n\n')).toBe('a\n\n'));
  test('escapes in strings mean something', () => expect(render("{{ 'a\\tb' }}")).toBe('a\tb'));
  test('options', () => {
    expect(
      render('<% if x %>\n(( x ))\n<% endif %>', {
        blockStart: '<%',
        blockEnd: '%>',
        variableStart: '((',
        variableEnd: '))',
      }),
    ).toBe('1\n');
    expect(render('{% if x %}\nb{% endif %}', { trimBlocks: false })).toBe('\nb');
    expect(render('  {% if x %}\n  b\n  {% endif %}', { lstripBlocks: true })).toBe('  b\n');
    expect(render('a\n{{ x }}\n', { newlineSequence: '\r\n' })).toBe('a\r\n1\r\n');
  });
  test('the #jinja2 line', () => {
    expect(
      render(
        "#jinja2: trim_blocks: False, variable_start_string: '[%', variable_end_string: '%]'\n{% if x %}\n[% x %]{% endif %}\n",
      ),
    ).toBe('\n1\n');
    expect(() => render('#jinja2: frob: 1\n')).toThrow("unknown setting 'frob'");
  });
});

describe('lookups', () => {
  const files: Record<string, string> = { '/f/a.txt': 'text {{ x }}\n', '/t/t.j2': 'x={{ x }}\n' };
  const more = {
    searchPath: (kind: string) => (kind === 'templates' ? ['/t'] : ['/f']),
    readFile: (path: string) => (files[path] === undefined ? null : { text: files[path], secret: false }),
  };
  const templar = templarWith({ x: 5, y: template('{{ x }}') }, more);
  const cases: [string, unknown][] = [
    ["lookup('file', 'a.txt')", 'text {{ x }}'],
    ["lookup('ansible.builtin.file', 'a.txt', rstrip=false)", 'text {{ x }}\n'],
    ["lookup('template', 't.j2')", 'x=5\n'],
    ["lookup('template', 't.j2', template_vars={'x': 6})", 'x=6\n'],
    ["lookup('vars', 'y')", 5],
    ["lookup('vars', 'nope', default='d')", 'd'],
    ["lookup('env', 'NO_SUCH_VARIABLE_HERE')", ''],
    ["lookup('env', 'NO_SUCH_VARIABLE_HERE', default='d')", 'd'],
    ["query('items', [1, [2, 3]], 4)", [1, [2, 3], 4]],
    ["lookup('items', [1, 2])", [1, 2]],
    ["lookup('items', [1, 2], wantlist=true)", [1, 2]],
    [
      "q('dict', {'a': 1})",
      [
        new Map<unknown, unknown>([
          ['key', 'a'],
          ['value', 1],
        ]),
      ],
    ],
    ["q('sequence', 'start=1 end=5 stride=2 format=h%02d')", ['h01', 'h03', 'h05']],
    ["q('sequence', '2-4')", ['2', '3', '4']],
    ["q('sequence', count=3)", ['1', '2', '3']],
    [
      "q('indexed_items', ['a', 'b'])",
      [
        [0, 'a'],
        [1, 'b'],
      ],
    ],
    [
      "q('nested', [1, 2], ['a'])",
      [
        [1, 'a'],
        [2, 'a'],
      ],
    ],
    [
      "q('together', [1, 2], ['a'])",
      [
        [1, 'a'],
        [2, null],
      ],
    ],
    ["lookup('file', 'none', errors='ignore')", null],
    ["lookup('password', '/dev/null', length=8) | length == 8", true],
  ];
  for (const [expression, value] of cases) {
    test(expression, () => expect(templar.evaluate(expression)).toEqual(value));
  }
  test('a file that is missing', () => {
    expect(() => templar.evaluate("lookup('file', 'none.txt')")).toThrow(
      "could not find the file 'none.txt'",
    );
  });
});
