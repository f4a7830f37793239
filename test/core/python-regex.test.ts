import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asByteText, pythonRegex, RegexError, substitute } from '../../src/core/python-regex.ts';

/** pattern, whether it and the texts are bytes, for each text its matches (start, end, groups); null: refused */
type Find = [string, boolean, (number | string | null)[][][] | null];
/** pattern, replacement, text, result, number of replacements */
type Substitution = [string, string, string, string, number];

/** Answers of Python's own `re`: a line of texts, then patterns on each of them, then substitutions. */
const [texts, ...answers]: [string[], ...(Find | Substitution)[]] = JSON.parse(
  `[${readFileSync(new URL('python-regex.vectors.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .replaceAll('\n', ',')}]`,
);
const finds = answers.filter((answer): answer is Find => answer.length === 3);
const substitutions = answers.filter((answer): answer is Substitution => answer.length === 5);

describe('a Python pattern finds what Python finds', () => {
  it.each(finds)('%j (bytes: %s)', (pattern, bytes, expected) => {
    const make = () => pythonRegex(bytes ? asByteText(pattern) : pattern, { bytes });
    if (expected === null) return expect(make).toThrow(RegexError);
    texts.forEach((text, i) => {
      const subject = bytes ? asByteText(text) : text;
      const found = [...subject.matchAll(make())].map(match => [
        match.index,
        match.index + match[0].length,
        ...match.slice(1).map(group => group ?? null),
      ]);
      expect([text, found]).toEqual([text, expected[i]]);
    });
  });
});

describe('replacements', () => {
  it.each(substitutions)('%j by %j in %j', (pattern, replacement, text, expected, count) => {
    expect(substitute(pythonRegex(pattern), replacement, text)).toEqual({ text: expected, count });
  });

  it.each(['\\q', '\\2', '\\g<no>', 'x\\'])('refuses %j', replacement => {
    expect(() => substitute(pythonRegex('(a)'), replacement, 'a')).toThrow(RegexError);
  });
});

it.each(['(a', 'a)', '[a', '*a', '(?P<1>a)', '\\q', '[z-a]', '(?>a)', '(?(1)a)', 'a++', '\\1'])(
  'refuses %j',
  pattern => {
    expect(() => pythonRegex(pattern)).toThrow(RegexError);
  },
);
