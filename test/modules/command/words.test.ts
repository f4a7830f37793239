import { describe, expect, it } from 'vitest';
import { splitWords, UnclosedQuote } from '../../../src/core/words.ts';
import { expandedWord, patternWord } from '../../../src/modules/command/host-words.ts';
import { splitLines } from '../../../src/modules/command/lines.ts';

/** As Python's shlex.split has it. */
const WORDS: readonly (readonly [string, readonly string[]])[] = [
  ['echo a  b', ['echo', 'a', 'b']],
  [`echo "a b" 'c d'`, ['echo', 'a b', 'c d']],
  [`a"b c"'d'e`, ['ab cde']],
  ['a\\ b', ['a b']],
  ['"a\\nb \\" \\\\"', ['a\\nb " \\']],
  [`'a\\'`, ['a\\']],
  [`'' ""`, ['', '']],
  ['a\nb\tc', ['a', 'b', 'c']],
  ['', []],
];

describe('words of a command line', () => {
  it.each(WORDS)('%j', (text, words) => expect(splitWords(text)).toEqual(words));

  it.each([`'a`, '"a', 'a\\'])('%j does not end', text =>
    expect(() => splitWords(text)).toThrow(UnclosedQuote),
  );
});

describe('words that the host fills in', () => {
  it.each([
    ['$A', '"${A-\\$A}"'],
    ['x${A}y', 'x"${A-\\${A\\}}"y'],
    ['~/x y', "~'/x y'"],
    ['a~', "'a~'"],
    ['$(rm -rf /)', "'$(rm -rf /)'"],
    ['`x`', "'`x`'"],
  ])('%s', (text, word) => expect(expandedWord(text).text).toBe(word));

  it.each([
    ['/a b/*.txt', "'/a b/'*.txt"],
    ['/a/[!b$]?', '/a/[!b\\$]?'],
    ['/a;rm', "'/a;rm'"],
  ])('pattern %s', (text, word) => expect(patternWord(text).text).toBe(word));
});

describe('lines of output', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb\rc', ['a', 'b', 'c']],
    ['\n\n', ['', '']],
  ])('%j', (text, lines) => expect(splitLines(text)).toEqual(lines));
});
