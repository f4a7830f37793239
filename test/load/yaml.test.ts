import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { formatPosition, type Position, positionOf, Source } from '../../src/core/position.ts';
import { Secret } from '../../src/core/secret.ts';
import { Float, type Raw, type RawDict, Sealed, TemplateText } from '../../src/core/value.ts';
import { loadYamlFile, parseYaml } from '../../src/load/index.ts';
import { keyPosition } from '../../src/load/yaml/key-places.ts';
import { inOwnFolder } from './folder.ts';

const read = (text: string, warn: (message: string) => void = () => {}): Raw =>
  parseYaml(new Source('a.yml', text), { warn })[0] ?? null;
const at = (position: Position | undefined) => position && formatPosition(position);

describe('places', () => {
  it('knows where mappings, keys, values and list items stand', () => {
    const data = read('one: 1\ntwo:\n  - a\n  - {b: c}\n"three": "x"\n') as RawDict;
    const list = data.get('two') as readonly Raw[];
    expect(at(positionOf(data))).toBe('a.yml:1:1');
    expect(at(positionOf(data, 'one'))).toBe('a.yml:1:6');
    expect(at(keyPosition(data, 'two'))).toBe('a.yml:2:1');
    expect(at(positionOf(list, 1))).toBe('a.yml:4:5');
    // Inside the quotes, so that columns within the text can be counted on.
    expect(at(positionOf(data, 'three'))).toBe('a.yml:5:11');
  });

  it('gives templates the place of their content, also in block scalars', () => {
    const data = read('a: "{{ x }}"\nb: |\n    y {{ z }}\n') as ReadonlyMap<string, TemplateText>;
    expect(data.get('a')).toBeInstanceOf(TemplateText);
    expect(at(data.get('a')!.position)).toBe('a.yml:1:5');
    expect(at(data.get('b')!.position)).toBe('a.yml:3:5');
  });

  it('keeps places right where a bracket closes under its key', () => {
    const data = read('a: [\n  1,\n]\nb: {\n}\nc: "{{ x }}"\n') as RawDict;
    expect(at((data.get('c') as TemplateText).position)).toBe('a.yml:6:5');
  });
});

describe('tags of Ansible', () => {
  it('leaves !unsafe text alone, at any depth', () => {
    expect(read('a: !unsafe "{{ x }}"\nb: !unsafe ["{{ y }}", {c: "{% z"}]\n')).toEqual(
      new Map<string, Raw>([
        ['a', '{{ x }}'],
        ['b', ['{{ y }}', new Map([['c', '{% z']])]],
      ]),
    );
  });

  it.each(['!vault', '!vault-encrypted'])('makes %s a sealed value', tag => {
    const data = read(`a: ${tag} |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n`) as RawDict;
    expect(data.get('a')).toBeInstanceOf(Sealed);
    expect((data.get('a') as Sealed).envelope).toBe('$ANSIBLE_VAULT;1.1;AES256\n3132\n');
  });
});

it('warns of keys that occur twice and takes the last', () => {
  const warnings: string[] = [];
  expect(read('a: 1\nb: 2\na: 3\n', message => warnings.push(message))).toEqual(
    new Map([
      ['a', 3],
      ['b', 2],
    ]),
  );
  expect(warnings).toEqual(['the key "a" occurs twice in one mapping; its last value counts']);
});

it('reads JSON by its own rules', () => {
  expect(read('{\n\t"a": 1e3, "b": "1e3"}')).toEqual(
    new Map<string, unknown>([
      ['a', { value: 1000 }],
      ['b', '1e3'],
    ]),
  );
});

describe('files that are vaults as a whole', () => {
  const { write } = inOwnFolder();
  const opener = { open: () => 'user: bob\nport: 22\nload: 8.0\non: yes\nurl: "{{ user }}"\n' };

  it('makes every text and number a secret, and templates secret', () => {
    write({ 'v.yml': '$ANSIBLE_VAULT;1.1;AES256\n00\n' });
    const data = loadYamlFile('v.yml', { opener, warn: () => {} })!.documents[0] as RawDict;
    expect(data.get('user')).toBeInstanceOf(Secret);
    expect((data.get('port') as Secret).content).toBe(22);
    expect((data.get('load') as Secret).content).toEqual(new Float(8));
    expect(data.get(true)).toBe(true);
    expect(data.get('url')).toMatchObject({ secret: true });
  });

  it('shows no line of it in an error', () => {
    write({ 'v.yml': '$ANSIBLE_VAULT;1.1;AES256\n00\n' });
    const load = () =>
      loadYamlFile('v.yml', { opener: { open: () => 'pass: hunter2: x\n' }, warn: () => {} });
    expect(load).toThrow(UserError);
    expect(message(load)).not.toContain('hunter2');
  });

  it('says that a password is needed', () => {
    write({ 'v.yml': '$TSIBLE_VAULT;1\n00\n' });
    expect(message(() => loadYamlFile('v.yml', { warn: () => {} }))).toContain('no vault password was given');
  });
});

const QUOTE_ALL = 'quote the whole value: key: "{{ … }}"';

describe('slips', () => {
  const CASES: readonly (readonly [title: string, text: string, error: string, hint?: string])[] = [
    ['a tab', 'a:\n\t- x\n', '2:1 a tab in the indentation', 'YAML is indented with spaces only'],
    [
      'a merge that is not decided',
      'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n',
      '2:1 a merge that git left to be decided',
      'decide between <<<<<<< and >>>>>>>, and take these lines out',
    ],
    ['a bare template', 'a: {{ x }}\n', '1:4 a value that begins with "{{" is not quoted', QUOTE_ALL],
    [
      'a bare template with text',
      'a: {{ x }}/b\n',
      '1:4 a value that begins with "{{" is not quoted',
      QUOTE_ALL,
    ],
    ['a colon in text', 'a: b: c\n', '1:5 a second ": " within one value', 'put the value in quotes'],
    [
      'a colon in a name',
      '- name: Do: it\n  debug:\n',
      '1:11 a second ": " within one value',
      'put the value in quotes',
    ],
    ['no space after the colon', 'a:b\nc: d\n', '1:2 no space after the colon', 'write "key: value"'],
    ['a quote that is not closed', 'a: "x\nb: c\n', '1:4 the quote " is never closed'],
    ['text after a quote', 'a: "b" c\n', '1:7 text follows the closing quote'],
    ['a reserved character', 'a: @b\n', '1:4 a value may not begin with @', 'put the value in quotes'],
    ['an alias without anchor', 'a: *.txt\n', '1:4 there is no anchor "&.txt" for this alias'],
    ['a value and a mapping', 'a: b\n  c: d\n', '2:3 this line does not fit the lines before it'],
    ['a key out of line', 'a:\n  b: 1\n c: 2\n', '3:2 this line does not fit the lines before it'],
    ['a backslash', 'a: "\\d"\n', '1:6 an unknown escape sequence in "…"'],
    ['an unknown tag', 'a: !vualt x\n', '1:4 unknown tag "!vualt"', 'did you mean "!vault"?'],
    ['a bracket that is not closed', 'a: [b, c\n', '1:4 the bracket [ has no closing ]'],
  ];

  it.each(CASES.map(([title, text, error, hint]) => ({ title, text, error, hint })))(
    '$title',
    ({ text, error, hint }) => {
      const found = caught(() => read(text));
      expect(`${found.position!.line}:${found.position!.column} ${found.message}`).toBe(error);
      if (hint !== undefined) expect(found.hint).toBe(hint);
    },
  );
});

it('loads 2,000 lines in milliseconds', () => {
  const lines = Array.from(
    { length: 500 },
    (_, i) => `- name: t${i}\n  copy: {src: a, dest: "/{{ b }}"}\n  when: c\n  tags: [d, e]`,
  );
  const text = lines.join('\n');
  for (let i = 0; i < 5; i++) read(text);
  const begin = performance.now();
  read(text);
  // Some 5 ms; the bound leaves room for a busy machine.
  expect(performance.now() - begin).toBeLessThan(100);
});

function caught(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function message(work: () => unknown): string {
  return caught(work).format();
}
