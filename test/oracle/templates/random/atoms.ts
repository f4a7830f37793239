import type { Dice } from './dice.ts';
import type { Atoms } from './grammar.ts';

/** Literals as templates write them. */
export const ATOMS: Atoms = {
  TEXT: dice => quoted(dice.some(0, 4, () => dice.pick(TEXT_PIECES)).join(''), dice),
  WORD: dice => quoted(dice.some(1, 3, () => dice.pick(WORD_PIECES)).join(''), dice),
  INT: dice => (dice.chance(0.75) ? String(dice.below(13)) : dice.pick(INTEGERS)),
  FLOAT: dice => dice.pick(FLOATS),
  SMALL: dice => String(dice.below(5)),
  INDEX: dice => String(dice.below(7) - 3),
  /** `%` formats of one value. */
  PERCENT: dice => quoted(`${dice.pick(WORD_PIECES)}${percent(dice)}`, dice),
  PERCENTS: dice => quoted(`${percent(dice)} ${percent(dice)}`, dice),
  BRACES: dice => quoted(`${dice.pick(['', 'a', '{{', '}}'])}${braces(dice)}`, dice),
  PATTERN: dice => quoted(dice.some(1, 3, () => dice.pick(PATTERN_PIECES)).join(''), dice),
  REPLACEMENT: dice => quoted(dice.some(0, 2, () => dice.pick(REPLACEMENTS)).join(''), dice),
  TIME: dice =>
    quoted(dice.some(1, 3, () => `%${dice.pick([...'YmdHMSyjaAbBpIUWwueFTDRGVcxX%'])}`).join(' '), dice),
  GAP: dice => dice.pick(['', '', '', '\n', '\n', ' ', '  \n', '\n\n  ', '\t']),
  /** What can follow a dot. */
  NAME: dice => dice.pick(['a', 'b', 'name', 'c', 'key', 'uid', 'nope', 'items', 'groups']),
  COMPARE: dice => dice.pick(['"<"', '"<="', '"=="', '"ne"', '"gt"', '">="']),
  MERGE: dice => dice.pick(['"replace"', '"keep"', '"append"', '"prepend"', '"append_rp"', '"prepend_rp"']),
  PLAIN: dice => dice.some(1, 3, () => dice.pick(PLAIN_PIECES)).join(''),
};

function quoted(text: string, dice: Dice): string {
  const quote = text.includes('"') ? "'" : text.includes("'") ? '"' : dice.pick(["'", '"']);
  return quote + text.replaceAll(quote, `\\${quote}`) + quote;
}

function percent(dice: Dice): string {
  const flags = dice.chance(0.4) ? dice.pick(['-', '+', ' ', '0', '#', '-+', '+0']) : '';
  const width = dice.chance(0.4) ? String(dice.below(12)) : '';
  const precision = dice.chance(0.3) ? `.${dice.below(5)}` : '';
  return `%${flags}${width}${precision}${dice.pick([...'sssrdddifgexXoceEGa%'])}`;
}

function braces(dice: Dice): string {
  const conversion = dice.chance(0.15) ? dice.pick(['!r', '!s', '!a']) : '';
  if (dice.chance(0.4)) return `{${conversion}}`;
  const fill = dice.chance(0.3) ? dice.pick([...'<>^=']) : '';
  const padding = fill !== '' && dice.chance(0.5) ? dice.pick([...'*0é ']) : '';
  const sign = dice.chance(0.15) ? dice.pick([...'+- #0']) : '';
  const width = dice.chance(0.5) ? String(dice.below(12)) : '';
  const group = dice.chance(0.15) ? dice.pick([',', '_']) : '';
  const precision = dice.chance(0.25) ? `.${dice.below(5)}` : '';
  const kind = dice.chance(0.4) ? dice.pick([...'sdfgexXobcn%EG']) : '';
  return `{${conversion}:${padding}${fill}${sign}${width}${group}${precision}${kind}}`;
}

const WORD_PIECES = ['a', 'b', 'foo', 'Bar', 'o', 'l', 'X', '1', '42', '-', '_', '.', ' ', 'é'];

const TEXT_PIECES = [
  ...[
    'a',
    'foo',
    'Hello World',
    'b,c',
    '1',
    '42',
    '3.5',
    ' ',
    '  ',
    ',',
    '.',
    '/etc/',
    'x=1',
    '%',
    '%s',
    '{}',
    '<b>',
    '&',
  ],
  ...['\\n', '\\t', '\\\\', '\\x41', '\\u00e9', '\\U0001F600', '\\101', '\\r\\n', "'", '"', '\\0', '\\d'],
  ...[
    'é',
    'ß',
    '日本',
    '😀',
    'İ',
    'ǆ',
    'Σ',
    '\u00a0',
    '１',
    '²',
    'true',
    'None',
    'yes',
    '10.0.0.1',
    '1.10',
    'aa',
    '\n',
  ],
];

const INTEGERS = [
  ...['1_000', '0x1f', '0b101', '0o17', '65536', '255', '1024', '9007199254740993', '12345678901234567890'],
  ...['4294967296', '99999', '100', '1000000'],
];

const FLOATS = [
  ...[
    '0.5',
    '1.0',
    '2.5',
    '0.1',
    '3.14159',
    '1e3',
    '1.5e-7',
    '1e16',
    '1e22',
    '123456.789',
    '0.0',
    '1_0.5',
    '99.995',
  ],
  ...['1E5', '7.0', '1e300', '0.3', '1e-5', '0.0001', '12345678.9'],
];

const PATTERN_PIECES = [
  ...[
    'o',
    'a',
    '.',
    'l+',
    '[a-c]',
    '\\\\w+',
    '\\\\d',
    '\\\\s',
    '(o+)',
    '(?P<x>l+)',
    '^',
    '$',
    'a|b',
    '(?i)h',
    '\\\\b',
  ],
  ...[
    '[^a-z]',
    '.*',
    '.+?',
    '\\\\A',
    '\\\\Z',
    '(a)(b)?',
    '(?:o|l)',
    'e{1,2}',
    '(?=o)',
    '(?<!l)o',
    '\\\\.',
    ',',
    '(.)',
  ],
  ...['[\\\\w.]+', 'é', '\\\\W', '\\\\D+', '(?s).', '(?m)^', '\\\\S', '[]a]', '\\\\1', '(', '*'],
];

const REPLACEMENTS = [
  'x',
  '-',
  '\\\\1',
  '\\\\g<x>',
  '\\\\g<0>',
  '\\\\n',
  '$1',
  '\\\\2',
  '\\\\\\\\',
  'é',
  '&',
];

const PLAIN_PIECES = [
  ...[
    'a',
    ' ',
    '\n',
    '  ',
    'x = 1',
    '<',
    '>',
    '# c',
    'é😀',
    '{',
    '}',
    '%',
    '\n\n',
    '\t',
    'server {',
    '"',
    "'",
    '\\',
    '\\n',
  ],
];
