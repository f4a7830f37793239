import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import { TemplateText } from '../../src/core/value.ts';
import { filterNames, findFilter } from '../../src/template/filters/index.ts';
import { findTest, testNames } from '../../src/template/tests/index.ts';
import { templarWith } from './surroundings.ts';

const MANY = Array.from({ length: 30 }, (_, i) => String(i)).join(', ');

/** These take any arguments by name: their own text, filter or test says which there are. */
const ANY_NAMES = new Set(['format', 'map', 'select', 'reject', 'selectattr', 'rejectattr']);

function refusal(expression: string): UserError {
  const text = `{{ ${expression} }}`;
  const position = { source: new Source('site.yml', text), line: 1, column: 1 };
  try {
    templarWith({}).render(new TemplateText(text, position));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`nothing is wrong with ${expression}`);
}

function expectRefusal(expression: string, name: string, signature: string): void {
  const { message, hint, position } = refusal(expression);
  expect(message).toContain(name.split('.').at(-1));
  // What is taken by any name is refused by the filter itself, which says in its own way what it takes.
  if (signature.includes('**')) expect(message).toContain('nonsense');
  else expect(hint).toBe(`${name}(${signature})`);
  expect(position).toMatchObject({ line: 1, column: expect.any(Number) });
  expect(position!.column).toBeGreaterThan(3);
}

describe('a filter refuses, with its signature and the place,', () => {
  const all = filterNames().map(name => ({ name, plugin: findFilter(name)! }));
  test.each(all.filter(one => !ANY_NAMES.has(one.name)))(
    '$name: a parameter that it does not have',
    ({ name, plugin }) => {
      const needed = plugin.signature.text
        .split(', ')
        .slice(1)
        .filter(part => /^\w+$/.test(part));
      const args = [...needed.map(() => "'x'"), 'nonsense=1'];
      expectRefusal(`'x' | ${name}(${args.join(', ')})`, name, plugin.signature.text);
    },
  );

  test.each(all.filter(one => !one.plugin.signature.text.includes('*')))(
    '$name: too many arguments',
    ({ name, plugin }) => {
      expectRefusal(`'x' | ${name}(${MANY})`, name, plugin.signature.text);
    },
  );
});

describe('a test refuses, with its signature and the place,', () => {
  const all = testNames()
    .filter(name => /^[\w.]+$/.test(name))
    .map(name => ({ name, plugin: findTest(name)! }));
  test.each(all)('$name: a parameter that it does not have, and too many', ({ name, plugin }) => {
    const { text } = plugin.signature;
    const needed = text
      .split(', ')
      .slice(1)
      .filter(part => /^\w+$/.test(part));
    const args = [...needed.map(() => "'x'"), 'nonsense=1'];
    expectRefusal(`'x' is ${name}(${args.join(', ')})`, name, text);
    if (!text.includes('*')) expectRefusal(`'x' is ${name}(${MANY})`, name, text);
  });
});
