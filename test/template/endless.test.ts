import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { PATIENCE } from '../../src/core/patience.ts';
import { Source } from '../../src/core/position.ts';
import { TemplateText } from '../../src/core/value.ts';
import { LIMITS } from '../../src/template/limits.ts';
import { toNiceJson, toNiceYaml } from '../../src/template/written.ts';
import { ENDLESS } from './endless.ts';
import { templarWith } from './surroundings.ts';

function errorOf(text: string): UserError {
  const position = { source: new Source('endless.j2', text), line: 1, column: 1 };
  try {
    templarWith({}).renderText(new TemplateText(text, position));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error came');
}

describe('templates without end are stopped', () => {
  const usual = { ...LIMITS, patience: PATIENCE.milliseconds };
  // A small part of the usual limits, so that the tests are done soon.
  beforeAll(() => {
    LIMITS.steps /= 25;
    LIMITS.text /= 25;
    LIMITS.list /= 25;
    PATIENCE.milliseconds /= 10;
  });
  afterAll(() => {
    Object.assign(LIMITS, { steps: usual.steps, text: usual.text, list: usual.list });
    PATIENCE.milliseconds = usual.patience;
  });
  test('but an inventory may be as long as it is', () => {
    const long = ['x'.repeat(LIMITS.text), 'y'];
    expect(JSON.parse(toNiceJson(long))).toEqual(long);
    expect(toNiceYaml(long).length).toBeGreaterThan(LIMITS.text);
  });
  for (const [title, text] of ENDLESS)
    test(title, { timeout: 20_000 }, () => {
      const error = errorOf(text);
      expect(error.position).toBeDefined();
      expect(error.message).toMatch(
        /too (long|large|deeply|many)|without end|does not end|exceeded|more than/,
      );
    });
});

test('with the usual limits', () => {
  const error = errorOf(
    '{% for i in range(10 ** 6) %}\n  {% for j in range(10 ** 6) %}{% endfor %}\n{% endfor %}',
  );
  expect(error.format()).toBe(
    [
      'endless.j2:2:20: the template does not end (stopped after 25000000 steps), in "{% for j in range(10 ** 6) %}"',
      '  2 |   {% for j in range(10 ** 6) %}{% endfor %}',
      '    |                    ^',
    ].join('\n'),
  );
  expect(errorOf("{{ ('a' * 60 ~ 'b') | regex_replace('(a+)+$', '') }}").format()).toBe(
    [
      `endless.j2:1:23: the pattern takes too long to match (more than 2 seconds), in "{{ ('a' * 60 ~ 'b') | regex_replace('(a+)+$', '') }}"`,
      "  1 | {{ ('a' * 60 ~ 'b') | regex_replace('(a+)+$', '') }}",
      '    |                       ^',
      'hint: a repetition of what is repeated itself, as in (a+)+, is slow',
    ].join('\n'),
  );
});

test('what is large, but ends, is no fault', () => {
  const templar = templarWith({});
  const lines = templar.renderText(
    new TemplateText(
      "{% for i in range(10 ** 5) %}{{ '%06d' | format(i) | upper }}\n{% endfor %}",
      undefined,
    ),
  );
  expect(String(lines).length).toBe(700_000);
  expect(templar.evaluate("('a' * 10 ** 6) | regex_replace('(a|b)+', 'x')")).toBe('x');
  expect(templar.evaluate('dict(range(10 ** 5) | zip(range(10 ** 5))) | length')).toBe(100_000);
});
