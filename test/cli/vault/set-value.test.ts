import { describe, expect, it } from 'vitest';
import { parseKeyPath } from '../../../src/cli/vault/inline/key-path.ts';
import { writtenEnvelope, writtenText } from '../../../src/cli/vault/inline/scalar-text.ts';
import { locate, setValue } from '../../../src/cli/vault/inline/set-value.ts';
import { spliced, YamlText } from '../../../src/cli/vault/inline/yaml-text.ts';
import type { UserError } from '../../../src/core/error.ts';
import { Source } from '../../../src/core/position.ts';
import { Sealed, type Value } from '../../../src/core/value.ts';
import { parseYamlText } from '../../../src/load/index.ts';

const ENVELOPE = '$ANSIBLE_VAULT;1.1;AES256\n3132\n3334\n';

function withSecret(text: string, key: string): string {
  const yaml = new YamlText(new Source('vars.yml', text));
  const place = locate(yaml, parseKeyPath(key));
  const value = { tag: '!vault' as const, written: writtenEnvelope(ENVELOPE, place) };
  return spliced(text, setValue(yaml, place, value));
}

function withText(text: string, key: string, value: string): string {
  const yaml = new YamlText(new Source('vars.yml', text));
  const place = locate(yaml, parseKeyPath(key));
  const written = writtenText(value, { style: 'plain', flow: place.flow });
  return spliced(text, setValue(yaml, place, { tag: undefined, written }));
}

/** The value at a path, as a playbook sees it. */
function loaded(text: string, key: string): unknown {
  let value: unknown = parseYamlText(text, 'vars.yml');
  for (const part of parseKeyPath(key)) {
    if (Array.isArray(value)) value = value[Number(part)];
    else value = [...(value as Map<Value, unknown>)].find(([name]) => String(name) === String(part))?.[1];
  }
  return value;
}

const BLOCK = `!vault |
  $ANSIBLE_VAULT;1.1;AES256
  3132
  3334`;
const block = (indent: number) => BLOCK.replaceAll('\n  ', `\n${' '.repeat(indent)}`);
const FLOW = String.raw`!vault "$ANSIBLE_VAULT;1.1;AES256\n3132\n3334\n"`;

describe('one value is set, and every other byte stays', () => {
  it.each([
    ['plain', 'a: 1\nb: old\nc: 3\n', 'b', `a: 1\nb: ${BLOCK}\nc: 3\n`],
    [
      'with a comment behind it',
      'a: old   # why\nb: 1\n',
      'a',
      `a: !vault |   # why\n${BLOCK.slice(9)}\nb: 1\n`,
    ],
    ['quoted', 'a: "ol\\"d" # c\nb: 1', 'a', `a: !vault | # c\n${BLOCK.slice(9)}\nb: 1`],
    ["in single quotes, with ''", "a: 'o''d'\n", 'a', `a: ${BLOCK}\n`],
    [
      'of several lines',
      'a: one\n  two # c\n\n# x\nb: 1\n',
      'a',
      `a: !vault | # c\n${BLOCK.slice(9)}\n\n# x\nb: 1\n`,
    ],
    [
      'a block',
      'a: |-  # c\n   one\n\n   two\n\n# x\nb: 1\n',
      'a',
      `a: !vault |  # c\n${block(3).slice(9)}\n\n# x\nb: 1\n`,
    ],
    [
      'an older ciphertext, as it is indented',
      `a: !vault |\n          $ANSIBLE_VAULT;1.1;AES256\n          00\nb: 1\n`,
      'a',
      `a: ${block(10)}\nb: 1\n`,
    ],
    ['nothing yet', 'a:\nb: 1\n', 'a', `a: ${BLOCK}\nb: 1\n`],
    ['an empty block', 'a: |\nb: 1\n', 'a', `a: ${BLOCK}\nb: 1\n`],
    ['an empty block, deeper', 'x:\n  a: >- # c\n', 'x.a', `x:\n  a: !vault | # c\n${block(4).slice(9)}\n`],
    ['nothing yet, and a comment', 'a:   # c\nb: 1\n', 'a', `a: !vault |   # c\n${BLOCK.slice(9)}\nb: 1\n`],
    ['a tag without a value', 'a: !vault\nb: 1\n', 'a', `a: ${BLOCK}\nb: 1\n`],
    ['with an anchor', 'a: &x old\nb: *x\n', 'a', `a: &x ${BLOCK}\nb: *x\n`],
    ['an alias, only here', 'a: &x old\nb: *x # c\n', 'b', `a: &x old\nb: !vault | # c\n${BLOCK.slice(9)}\n`],
    ['with another tag', 'a: !unsafe old\n', 'a', `a: ${BLOCK}\n`],
    [
      'nested',
      'a:\n    b:\n        c: old\n    d: 1\n',
      'a.b.c',
      `a:\n    b:\n        c: ${block(12)}\n    d: 1\n`,
    ],
    ['in a list', 'a:\n  - x\n  - old\n  - z\n', 'a[1]', `a:\n  - x\n  - ${block(4)}\n  - z\n`],
    ['in a list without indentation', 'a:\n- old\nb: 1\n', 'a.0', `a:\n- ${BLOCK}\nb: 1\n`],
    [
      'in a mapping in a list',
      'a:\n  - n: 1\n    p: old\n  - n: 2\n',
      'a[0].p',
      `a:\n  - n: 1\n    p: ${block(6)}\n  - n: 2\n`,
    ],
    ['under a quoted key', '"b c": old\n', '"b c"', `"b c": ${BLOCK}\n`],
    ['under a key with a dot', 'a.b: old\na: {b: 1}\n', '"a.b"', `a.b: ${BLOCK}\na: {b: 1}\n`],
    ['under a number', 'p:\n  80: old\n', 'p.80', `p:\n  80: ${block(4)}\n`],
    ['between brackets', 'a: {p: old, q: [1, 2]} # c\n', 'a.p', `a: {p: ${FLOW}, q: [1, 2]} # c\n`],
    ['between brackets, in a list', 'a: [1,\n  old # c\n]\n', 'a[1]', `a: [1,\n  ${FLOW} # c\n]\n`],
    ['between brackets, nothing yet', 'a: {p: , q: 1}\n', 'a.p', `a: {p: ${FLOW} , q: 1}\n`],
    [
      'with Windows line ends',
      'a: 1\r\nb: old # c\r\nc: 3\r\n',
      'b',
      `a: 1\r\nb: !vault | # c\r\n${BLOCK.slice(9).replaceAll('\n', '\r\n')}\r\nc: 3\r\n`,
    ],
    ['without a line break at the end', 'a: old', 'a', `a: ${BLOCK}`],
    [
      'with tabs around comments',
      'a: old\t# c\n\n\t\nb: 1\n',
      'a',
      `a: !vault |\t# c\n${BLOCK.slice(9)}\n\n\t\nb: 1\n`,
    ],
    ['beside an end marker', '---\na: old\n...\n', 'a', `---\na: ${BLOCK}\n...\n`],
  ])('%s', (_title, before, key, after) => {
    expect(withSecret(before, key)).toBe(after);
    expect(loaded(after, key)).toBeInstanceOf(Sealed);
    expect((loaded(after, key) as Sealed).envelope.trim()).toBe(ENVELOPE.trim());
  });
});

describe('a key that does not exist yet', () => {
  it.each([
    ['behind the last one', 'a: 1\nb: 2\n', 'c', `a: 1\nb: 2\nc: ${BLOCK}\n`],
    ['without a line break at the end', 'a: 1', 'c', `a: 1\nc: ${BLOCK}`],
    [
      'before comments and empty lines at the end',
      'a: 1 # c\n\n# end\n',
      'c',
      `a: 1 # c\nc: ${BLOCK}\n\n# end\n`,
    ],
    ['behind a block', 'a: |\n  x\n\n\n', 'c', `a: |\n  x\nc: ${BLOCK}\n\n\n`],
    ['behind a block that keeps its empty lines', 'a: |+\n  x\n\n\n', 'c', `a: |+\n  x\n\n\nc: ${BLOCK}\n`],
    ['as others are indented', `a: ${block(10)}\n`, 'c', `a: ${block(10)}\nc: ${block(10)}\n`],
    ['in a mapping', 'a:\n   b: 1\nd: 2\n', 'a.c', `a:\n   b: 1\n   c: ${block(6)}\nd: 2\n`],
    ['in a mapping that is not there', 'a: 1\n', 'b.c.d', `a: 1\nb:\n  c:\n    d: ${block(6)}\n`],
    ['in a mapping that is empty', 'a:\nd: 1\n', 'a.b', `a:\n  b: ${block(4)}\nd: 1\n`],
    [
      'in a mapping that is null, with a comment',
      'a: ~ # c\nd: 1\n',
      'a.b',
      `a:  # c\n  b: ${block(4)}\nd: 1\n`,
    ],
    ['in a list, behind its end', 'a:\n  - x\nd: 1\n', 'a[1]', `a:\n  - x\n  - ${block(4)}\nd: 1\n`],
    ['in a new item of a list', 'a:\n- n: 1\n', 'a[1].p', `a:\n- n: 1\n- p: ${block(4)}\n`],
    ['in a new list', 'a: 1\n', 'l[0].p', `a: 1\nl:\n  - p: ${block(6)}\n`],
    ['between brackets', 'a: {b: 1}\n', 'a.c', `a: {b: 1, c: ${FLOW}}\n`],
    ['between empty brackets', 'a: {}\nb: 1\n', 'a.c', `a: {c: ${FLOW}}\nb: 1\n`],
    ['between brackets of several lines', 'a: {\n  b: 1,\n}\n', 'a.c', `a: {\n  b: 1, c: ${FLOW},\n}\n`],
    ['in a list between brackets', 'a: [1, 2]\n', 'a[2].x', `a: [1, 2, ${'{'}x: ${FLOW}}]\n`],
    ['in an empty file', '', 'a', `a: ${BLOCK}\n`],
    ['in a file of comments', '---\n# c', 'a', `---\n# c\na: ${BLOCK}\n`],
    ['a key that has to be quoted', 'a: 1\n', '"yes"."b: c"', `a: 1\n"yes":\n  "b: c": ${block(4)}\n`],
    ['with Windows line ends', 'a: 1\r\n', 'b', `a: 1\r\nb: ${BLOCK.replaceAll('\n', '\r\n')}\r\n`],
  ])('%s', (_title, before, key, after) => {
    expect(withSecret(before, key)).toBe(after);
    expect(loaded(after, key)).toBeInstanceOf(Sealed);
  });
});

describe('what cannot be set', () => {
  it.each([
    ['a key that occurs twice', 'a: 1\nb: 2\na: 3\n', 'a', 'vars.yml:3:1: the key "a" occurs twice'],
    ['a mapping', 'a:\n  b: 1\n', 'a', 'vars.yml:2:3: a is a mapping'],
    ['a list', 'a: [1]\n', 'a', 'vars.yml:1:4: a is a list'],
    ['a key of a single value', 'a: x\n', 'a.b', 'vars.yml:1:4: a is a single value'],
    ['a key behind an alias', 'a: &x {b: 1}\nc: *x\n', 'c.b', 'vars.yml:2:4: c is an alias'],
    ['a key of a list', 'a: [1]\n', 'a.b', 'which has no key "b"'],
    ['an item far behind the end', 'a: [1]\n', 'a[2]', 'a has 1 items'],
    ['one of several documents', 'a: 1\n---\nb: 1\n', 'a', 'several YAML documents'],
    ['text that is not YAML', 'a: "x\n', 'a', 'never closed'],
  ])('%s', (_title, text, key, message) => {
    let error: UserError | undefined;
    try {
      withSecret(text, key);
    } catch (thrown) {
      error = thrown as UserError;
    }
    expect(error?.format()).toContain(message);
  });
});

describe('plain values come back as they were', () => {
  const texts = [
    'word',
    'two words',
    '',
    ' spaces ',
    'yes',
    '123',
    '1.5',
    '0644',
    '1:30',
    '2001-01-01',
    'null',
    '~',
    'a: b',
    'a #b',
    '# c',
    '- x',
    '{{ x }}',
    '{a}',
    '[b]',
    '*x',
    '&x',
    '!x',
    '@x',
    '%x',
    '`x`',
    '"q"',
    "it's",
    'back\\slash',
    'pässwörd ☃ 🔑',
    'tab\there',
    'bell\x07',
    'nul\0',
    'a\r\nb',
    'one\ntwo',
    'one\ntwo\n',
    'one\n\n two\n',
    '\nfirst',
    ' first\nsecond',
    'end\n\n',
    'trail \nx',
    'x \n',
    '\ufeffbom',
    '\u2028sep',
    '\u0085nel',
    '---',
    '...',
    '-',
    '?',
    '<<',
    '=',
    '$6$salt$hash',
    'a,b',
    'x: ',
    ':x',
    'x:',
    '|',
    '>',
    '0x1f',
    '.5',
    '1e3',
    'end\n---\n',
    '-----BEGIN KEY-----\nabc\n-----END KEY-----\n',
  ];
  it.each(texts.map(text => [text] as const))('%j', text => {
    for (const before of [
      'a: old # c\nb: 1\n',
      'a: {a: old}\n',
      `a: ${BLOCK}\nb: 1\n`,
      'b: 1\n',
      'a: [old]\n',
    ]) {
      const key = before.includes('{a') ? 'a.a' : before.includes('[') ? 'a[0]' : 'a';
      const after = withText(before, key, text);
      const value = loaded(after, key);
      expect([after, String(value instanceof Object ? (value as { text?: string }).text : value)]).toEqual([
        after,
        text,
      ]);
      expect(value === null || typeof value === 'number' || typeof value === 'boolean', after).toBe(false);
    }
  });
});
