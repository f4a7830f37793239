import { expect, it } from 'vitest';
import { fnmatch } from '../../src/core/wildcards.ts';

/** As Python's fnmatch.fnmatchcase answers. */
it.each([
  ['foo*', 'foo-bar', true],
  ['foo*', 'afoo', false],
  ['lib?', 'liba', true],
  ['lib?', 'lib\u{1f600}', true],
  ['lib?', 'lib', false],
  ['a[!b]c', 'abc', false],
  ['a[!b]c', 'axc', true],
  ['a.b', 'axb', false],
  ['a.b*', 'axb', false],
  ['a*c', 'a\nb/c', true],
  ['[]a]', ']', true],
  ['[!]a]', ']', false],
  ['[^a]', '^', true],
  ['[^a]', 'b', false],
  ['[a-]', '-', true],
  ['[a-c]x', 'bx', true],
  ['[a--c]', 'c', true],
  ['[a--c]', 'b', false],
  ['[z-a]', 'b', false],
  ['[!z-a]', 'b', true],
  ['a[b', 'a[b', true],
  ['*[', 'x[', true],
  ['[]', '[]', true],
  ['[!', '[!', true],
  ['[!]', '[!]', true],
  ['[!!]', 'a', true],
  ['[!!]', '!', false],
  ['*{a}(b)', '{a}(b)', true],
  ['[\\d]', 'd', true],
  ['[\\d]', '5', false],
])('the pattern %s and %j: %s', (pattern, name, expected) => {
  expect(fnmatch(pattern)(name)).toBe(expected);
});
