import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { Float, isList, type Raw, type RawDict, TemplateText } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { toRepr } from '../../src/template/index.ts';
import { CASES, templarWith } from './surroundings.ts';
import { caseFiles, readCases, wantedAnswer } from './template-case.ts';

/*
 * People encrypt whole files of settings: numbers, names and separators come out of a vault as passwords do. What
 * is computed with them is what it is without a vault, so here the kept expressions are computed from secrets: every
 * variable is one, and so is what takes the place of each text and number in the expression.
 */
describe('a secret is computed with as what it holds', () => {
  test.each(caseFiles())('%s', file => {
    const cases = readCases(file).filter(
      one => one.e !== undefined && wantedAnswer(one).out !== undefined && !EXCEPTIONS.test(one.e),
    );
    const different = cases.flatMap(one => {
      const { expression, variables } = fromSecrets(one.e!, one.vars);
      const ours = answer(expression, variables);
      const wanted = wantedAnswer(one).out!;
      return ours === wanted ? [] : [{ case: one.e, wanted, ours }];
    });
    expect(different).toEqual([]);
  });
});

const EXCEPTIONS = new RegExp(
  [
    // Sets are in the order in which their elements came, not in that of numbers' hashes.
    'union|intersect|difference|unique',
    // Not read by what is done below: numbers that JavaScript has not, numbers with an exponent, joined literals.
    String.raw`\d{16}|\d[eE]-?\d|'{2}\w|['"] ['"]|% zzz|\\\\n`,
    // Keys and names that come out of these would be secrets.
    'param_list_compare|consolidate',
    // A list with secrets in it is another one each time.
    '(x|xs) is sameas',
    // Rare, and an error that says so.
    String.raw`fromhex|\(5\)\[|subelements\(\[|'null'|attr\('format'\)|format\(a=`,
  ].join('|'),
);

const known = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as ReadonlyMap<string, unknown>;

function fromSecrets(
  expression: string,
  vars: Record<string, unknown> = {},
): { expression: string; variables: RawDict } {
  const more = readJson(JSON.stringify(vars)) as ReadonlyMap<string, unknown>;
  const variables = new Map([...known, ...more].map(([name, value]) => [name, sealed(value)]));
  let count = 0;
  const written = expression.replace(WORDS, (all: string, ...parts: unknown[]) => {
    const { text, number } = parts.at(-1) as { text?: string; number?: string };
    if (number !== undefined) {
      variables.set(`z${++count}`, new Secret(Number(number)));
    } else if (text === undefined || /["'{%]|\\[^nt\\]/.test(text.slice(1, -1))) {
      return all;
    } else {
      const plain = text.slice(1, -1).replaceAll(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);
      variables.set(`z${++count}`, new Secret(plain));
    }
    return `z${count}`;
  });
  return { expression: written, variables: variables as RawDict };
}

/** Names; texts, but for that of a lookup; whole numbers. */
const WORDS =
  /[A-Za-z_]\w*(?:\(\s*["'][\w.]+["'](?=,|\)))?|(?<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<number>(?<![\w.])\d+(?![\w.]))/g;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

function sealed(value: unknown): Raw {
  if (typeof value === 'string') return new TemplateText(value, undefined, true);
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float)
    return new Secret(value) as unknown as Raw;
  if (Array.isArray(value)) return value.map(sealed) as Raw;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, sealed(item)])) as Raw;
  return value as Raw;
}

function answer(expression: string, variables: RawDict): string {
  try {
    return toRepr(opened(templarWith(variables).evaluate(expression)) as never);
  } catch (error) {
    if (error instanceof UserError) return `error: ${error.message}`;
    throw error;
  }
}

function opened(value: unknown): unknown {
  if (value instanceof Secret) return value.content;
  if (isList(value as Raw)) return (value as readonly unknown[]).map(opened);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [opened(key), opened(item)]));
  return value;
}
