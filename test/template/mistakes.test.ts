import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import { TemplateText } from '../../src/core/value.ts';
import { checkExpression, checkSyntax } from '../../src/template/index.ts';
import { MISTAKES } from './mistakes.ts';
import { templarWith } from './surroundings.ts';

function placed(text: string): TemplateText {
  return new TemplateText(text, { source: new Source('site.yml', text), line: 1, column: 1 });
}

function errorOf(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error came');
}

describe('mistakes of syntax have a place, what was found there, and a hint', () => {
  for (const [text, place, message, hint] of MISTAKES)
    test(text, () => {
      const error = errorOf(() => checkSyntax(placed(text)));
      const { position } = error;
      expect([
        `${position?.line}:${position?.column}`,
        error.message.replace(/^template syntax: /, ''),
        error.hint,
      ]).toEqual([place, message, hint]);
      // Rendering says the same.
      if (error.message.startsWith('template syntax'))
        expect(errorOf(() => templarWith({}).renderText(placed(text))).format()).toBe(error.format());
    });
});

describe('in expressions', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a = b', '1:3', 'use == to compare, and {% set name = value %} to set a variable'],
    ['a && b', '1:3', 'use "and" instead of &&'],
    ['a || b', '1:4', 'use "or" instead of ||'],
    ['not defined(a', '1:14', 'something was opened before that is not closed'],
    ["a == 'b", '1:6', 'a quote is missing; one that is part of the text is written \\\' or \\"'],
    ['a is defind', '1:6', 'did you mean "defined"?'],
    ['a default(b)', '1:3', 'a filter stands behind a pipe: | default'],
    ['a in', '1:5', 'something is missing here'],
  ];
  for (const [text, place, hint] of cases)
    test(text, () => {
      const { position, hint: found } = errorOf(() => checkExpression(placed(text)));
      expect([`${position?.line}:${position?.column}`, found]).toEqual([place, hint]);
    });
});

test('values of other languages are named', () => {
  for (const [text, hint] of [
    ['x == null', 'use none'],
    ['x != undefined', 'use "is defined" or "is not defined"'],
    ['TRUE', 'use true'],
  ] as const)
    expect(errorOf(() => templarWith({ x: 1 }).evaluate(text)).hint).toBe(hint);
});
