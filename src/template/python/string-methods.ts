import { literalPattern } from '../../core/literal-pattern.ts';
import { Fault } from '../grammar/fault.ts';
import { allowText, joinTexts, repeatText, spend } from '../limits.ts';
import { findKey, getKey } from './compare.ts';
import { padEnd, padStart } from './format.ts';
import { methods } from './methods.ts';
import { index } from './numbers.ts';
import { characters, iterate, SliceOf, slice, textLength } from './sequences.ts';
import { isNumber, pythonType, Tuple } from './values.ts';

export function text(value: unknown, what = 'the argument'): string {
  if (typeof value === 'string') return value;
  throw new Fault(`${what} must be str, not ${pythonType(value)}`);
}

const SPACES = /\s+/u;

function splitText(self: string, separator: unknown, limit: unknown): string[] {
  const most = index(limit);
  if (separator === null) return splitSpaces(self, most);
  const by = text(separator, 'the separator');
  if (by === '') throw new Fault('empty separator');
  const parts = self.split(by);
  return most < 0 || parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(by)];
}

function splitSpaces(self: string, most: number): string[] {
  const words: string[] = [];
  let rest = self.trimStart();
  while (rest !== '') {
    const space = most >= 0 && words.length >= most ? null : SPACES.exec(rest);
    if (!space) {
      words.push(rest);
      break;
    }
    words.push(rest.slice(0, space.index));
    rest = rest.slice(space.index + space[0].length);
  }
  return words;
}

function splitFromRight(self: string, separator: unknown, limit: unknown): string[] {
  const most = index(limit);
  if (most < 0) return splitText(self, separator, -1);
  if (separator === null) {
    const reversed = (value: string): string => [...value].reverse().join('');
    return splitSpaces(reversed(self), most).map(reversed).reverse();
  }
  const by = text(separator, 'the separator');
  if (by === '') throw new Fault('empty separator');
  const parts = self.split(by);
  const kept = Math.max(0, parts.length - most);
  return kept <= 1 ? parts : [parts.slice(0, kept).join(by), ...parts.slice(kept)];
}

export function splitLines(self: string, keepEnds = false): string[] {
  const parts = self.split(/(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])/);
  const lines: string[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const end = parts[i + 1];
    if (end !== undefined || parts[i] !== '') lines.push(parts[i]! + (keepEnds ? (end ?? '') : ''));
  }
  return lines;
}

export function strip(self: string, chars: unknown, sides: 'both' | 'left' | 'right'): string {
  if (chars === null)
    return sides === 'both' ? self.trim() : sides === 'left' ? self.trimStart() : self.trimEnd();
  const set = new Set(text(chars, 'strip arg'));
  const all = [...self];
  let start = 0;
  let end = all.length;
  if (sides !== 'right') while (start < end && set.has(all[start]!)) start++;
  if (sides !== 'left') while (end > start && set.has(all[end - 1]!)) end--;
  return all.slice(start, end).join('');
}

export function capitalize(self: string): string {
  const [first = '', ...rest] = [...self];
  // Of what becomes several letters (ß) only the first is a capital.
  const [capital = '', ...more] = [...first.toUpperCase()];
  return capital + (more.join('') + rest.join('')).toLowerCase();
}

/** Python's title(): every letter after something that is no letter. */
export function titleCase(self: string): string {
  return self.replace(/\p{L}+/gu, capitalize);
}

function edge(
  self: string,
  args: unknown[],
  test: (part: string, piece: string) => boolean,
  name: string,
): boolean {
  const [affix, start, end] = args;
  const part = start === null && end === null ? self : (slice(self, new SliceOf(start, end, null)) as string);
  const options = affix instanceof Tuple ? affix.items : [affix];
  return options.some(option => test(part, text(option, `${name} first arg`)));
}

function find(self: string, args: unknown[], from: 'left' | 'right'): number {
  const [part, start, end] = args;
  const wanted = text(part);
  const length = textLength(self);
  const clamp = (at: unknown, fallback: number): number => {
    const number = at === null ? fallback : index(at);
    return number < 0 ? Math.max(0, number + length) : number;
  };
  const begin = clamp(start, 0);
  const stop = Math.min(clamp(end, length), length);
  if (begin > stop) return -1;
  const inside =
    self.length === length ? self.slice(begin, stop) : characters(self).slice(begin, stop).join('');
  const at = from === 'left' ? inside.indexOf(wanted) : inside.lastIndexOf(wanted);
  return at === -1 ? -1 : begin + textLength(inside.slice(0, at));
}

function replace(self: string, args: unknown[]): string {
  const [old, replacement, count] = args;
  return replaceText(
    self,
    text(old, 'replace() argument 1'),
    text(replacement, 'replace() argument 2'),
    index(count),
  );
}

export function replaceText(self: string, old: string, replacement: string, count: number): string {
  if (count < 0)
    return old === '' ? insertBetween(self, replacement, Infinity) : replaceEach(self, old, replacement);
  if (old === '') return insertBetween(self, replacement, count);
  const parts = self.split(old);
  if (parts.length - 1 <= count) return joinTexts(parts, replacement);
  return (
    joinTexts(parts.slice(0, count), replacement) +
    (count > 0 ? replacement : '') +
    parts.slice(count).join(old)
  );
}

function replaceEach(self: string, old: string, replacement: string): string {
  let count = 0;
  for (let at = self.indexOf(old); at !== -1; at = self.indexOf(old, at + old.length)) count++;
  if (count === 0) return self;
  allowText(self.length + count * (replacement.length - old.length));
  spend(count);
  // Of a text that is made of many pieces, replaceAll makes one of even more.
  return self.replace(new RegExp(literalPattern(old), 'g'), () => replacement);
}

function insertBetween(self: string, replacement: string, count: number): string {
  const all = characters(self);
  allowText(self.length + replacement.length * Math.min(count, all.length + 1));
  let result = '';
  for (let i = 0; i <= all.length; i++) result += (i < count ? replacement : '') + (all[i] ?? '');
  return result;
}

function cased(self: string, wanted: (text: string) => string): boolean {
  return self.toUpperCase() !== self.toLowerCase() && self === wanted(self);
}

function translate(self: string, table: unknown): string {
  if (isNumber(table) || table === null)
    throw new Fault(`translate needs a mapping, not ${pythonType(table)}`);
  if (!(table instanceof Map)) return self;
  const characters = [...self].map(character => {
    const code = character.codePointAt(0)!;
    if (!findKey(table, code)) return character;
    const mapped = getKey(table, code);
    return mapped === null ? '' : typeof mapped === 'number' ? String.fromCodePoint(mapped) : text(mapped);
  });
  return joinTexts(characters, '');
}

/** What each character becomes, by its number; those of the third text go. */
function translations(from: unknown, to: unknown, without: unknown): Map<unknown, unknown> {
  if (to === null) throw new Fault('maketrans needs two texts of the same length');
  const [keys, values] = [[...text(from)], [...text(to)]];
  if (keys.length !== values.length)
    throw new Fault('the first two texts of maketrans must be of equal length');
  const code = (character: string): number => character.codePointAt(0)!;
  const gone = without === null ? [] : [...text(without)];
  return new Map<unknown, unknown>([
    ...keys.map((key, i): [unknown, unknown] => [code(key), code(values[i]!)]),
    ...gone.map((key): [unknown, unknown] => [code(key), null]),
  ]);
}

function fill(value: unknown): string {
  const filling = text(value, 'the fill character');
  if (textLength(filling) !== 1) throw new Fault('the fill character must be exactly one character long');
  return filling;
}

export function center(self: string, width: number, filling = ' '): string {
  const missing = Math.max(0, width - textLength(self));
  // Python puts the odd one before when the width is odd.
  const before = Math.floor(missing / 2) + (missing & width & 1);
  return repeatText(filling, before) + self + repeatText(filling, missing - before);
}

function partition(self: string, separator: string, at: number, missing: [string, string, string]): Tuple {
  if (separator === '') throw new Fault('empty separator');
  return new Tuple(at === -1 ? missing : [self.slice(0, at), separator, self.slice(at + separator.length)]);
}

/** The methods of str. `format` is added by whoever knows how to follow attributes. */
export const stringMethods = methods<string>([
  ['capitalize', '', capitalize],
  ['casefold', '', self => self.toLowerCase().replaceAll('ß', 'ss')],
  ['center', "width, fillchar=' '", (self, [width, filling]) => center(self, index(width), fill(filling))],
  [
    'count',
    'sub, start=None, end=None',
    (self, [part, start, end]) => {
      const inside = slice(self, new SliceOf(start, end, null)) as string;
      return part === '' ? textLength(inside) + 1 : inside.split(text(part)).length - 1;
    },
  ],
  ['encode', "encoding='utf-8', errors='strict'", self => self],
  [
    'endswith',
    'suffix, start=None, end=None',
    (self, args) => edge(self, args, (a, b) => a.endsWith(b), 'endswith'),
  ],
  ['expandtabs', 'tabsize=8', (self, [size]) => expandTabs(self, index(size))],
  ['find', 'sub, start=None, end=None', (self, args) => find(self, args, 'left')],
  ['rfind', 'sub, start=None, end=None', (self, args) => find(self, args, 'right')],
  ['index', 'sub, start=None, end=None', (self, args) => found(find(self, args, 'left'))],
  ['rindex', 'sub, start=None, end=None', (self, args) => found(find(self, args, 'right'))],
  // Patterns with all of Unicode's letters are made where they are used: just reading one takes V8 a while.
  ['isalnum', '', self => /^[\p{L}\p{N}]+$/u.test(self)],
  ['isalpha', '', self => /^\p{L}+$/u.test(self)],
  ['isascii', '', self => /^[\x00-\x7f]*$/.test(self)],
  ['isdecimal', '', self => /^\p{Nd}+$/u.test(self)],
  ['isdigit', '', self => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(self)],
  ['isidentifier', '', self => /^[\p{L}\p{Nl}_][\p{L}\p{N}\p{Mn}\p{Mc}\p{Pc}]*$/u.test(self)],
  ['islower', '', self => cased(self, value => value.toLowerCase())],
  ['isnumeric', '', self => /^\p{N}+$/u.test(self)],
  ['isprintable', '', self => !/(?! )[\p{C}\p{Z}]/u.test(self)],
  ['isspace', '', self => /^[\s\x1c-\x1f\x85]+$/u.test(self)],
  ['istitle', '', self => cased(self, titleCase)],
  ['isupper', '', self => cased(self, value => value.toUpperCase())],
  [
    'join',
    'iterable',
    (self, [items]) =>
      joinTexts(
        iterate(items).map((item, i) => joined(item, i)),
        self,
      ),
  ],
  ['ljust', "width, fillchar=' '", (self, [width, filling]) => padEnd(self, index(width), fill(filling))],
  ['rjust', "width, fillchar=' '", (self, [width, filling]) => padStart(self, index(width), fill(filling))],
  ['lower', '', self => self.toLowerCase()],
  ['upper', '', self => self.toUpperCase()],
  ['strip', 'chars=None', (self, [chars]) => strip(self, chars, 'both')],
  ['lstrip', 'chars=None', (self, [chars]) => strip(self, chars, 'left')],
  ['rstrip', 'chars=None', (self, [chars]) => strip(self, chars, 'right')],
  ['partition', 'sep', (self, [sep]) => partition(self, text(sep), self.indexOf(text(sep)), [self, '', ''])],
  [
    'rpartition',
    'sep',
    (self, [sep]) => partition(self, text(sep), self.lastIndexOf(text(sep)), ['', '', self]),
  ],
  [
    'removeprefix',
    'prefix',
    (self, [prefix]) => (self.startsWith(text(prefix)) ? self.slice(text(prefix).length) : self),
  ],
  [
    'removesuffix',
    'suffix',
    (self, [suffix]) =>
      suffix !== '' && self.endsWith(text(suffix)) ? self.slice(0, -text(suffix).length) : self,
  ],
  ['replace', 'old, new, count=-1', replace],
  ['split', 'sep=None, maxsplit=-1', (self, [sep, most]) => splitText(self, sep, most)],
  ['rsplit', 'sep=None, maxsplit=-1', (self, [sep, most]) => splitFromRight(self, sep, most)],
  ['splitlines', 'keepends=False', (self, [keep]) => splitLines(self, keep === true)],
  [
    'startswith',
    'prefix, start=None, end=None',
    (self, args) => edge(self, args, (a, b) => a.startsWith(b), 'startswith'),
  ],
  [
    'swapcase',
    '',
    self =>
      [...self].map(one => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())).join(''),
  ],
  ['title', '', titleCase],
  ['maketrans', 'x, y=None, z=None', (_, [from, to, without]) => translations(from, to, without)],
  ['translate', 'table', (self, [table]) => translate(self, table)],
  [
    'zfill',
    'width',
    (self, [width]) => {
      const sign = /^[-+]/.test(self) ? self[0]! : '';
      return sign + padStart(self.slice(sign.length), index(width) - sign.length, '0');
    },
  ],
]);

function joined(item: unknown, at: number): string {
  if (typeof item === 'string') return item;
  throw new Fault(`sequence item ${at}: expected str instance, ${pythonType(item)} found`);
}

function found(at: number): number {
  if (at === -1) throw new Fault('substring not found');
  return at;
}

function expandTabs(self: string, size: number): string {
  let column = 0;
  let result = '';
  for (const character of self) {
    if (character === '\t') {
      const width = size > 0 ? size - (column % size) : 0;
      result += repeatText(' ', width);
      allowText(result.length);
      column += width;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}
