import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Secret } from '../../src/core/secret.ts';
import { Float, isList, type Raw, type RawDict, TemplateText } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { toRepr } from '../../src/template/index.ts';
import { CASES, templarWith } from './surroundings.ts';
import {
  caseFiles,
  caseTitle,
  optionsOf,
  readCases,
  type TemplateCase,
  trusted,
  wantedAnswer,
} from './template-case.ts';

/*
 * People encrypt whole files of settings: numbers, names and separators come out of a vault as passwords do. What
 * is computed with them is what it is without a vault, so here the kept cases are computed from secrets: every variable
 * is one, and so is what takes the place of each text and number in an expression.
 */
describe('a secret is computed with as what it holds', () => {
  test.each(caseFiles())('%s', file => {
    const cases = readCases(file).filter(
      one => wantedAnswer(one).out !== undefined && !EXCEPTIONS.test(caseTitle(one)),
    );
    const different = cases.flatMap(one => {
      const ours = answer(one);
      const wanted = wantedAnswer(one).out!;
      return ours === wanted ? [] : [{ case: caseTitle(one), wanted, ours }];
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
    String.raw`(x|xs) is sameas|x\.c\.append`,
    // Rare, and an error that says so.
    String.raw`fromhex|\(5\)\[|subelements\(\[|'null'|attr\('format'\)|format\(a=`,
  ].join('|'),
);

const known = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as ReadonlyMap<string, unknown>;

function answer(one: TemplateCase): string {
  const more = readJson(JSON.stringify(one.vars ?? {})) as ReadonlyMap<string, unknown>;
  const variables = new Map([...known, ...more].map(([name, value]) => [name, sealed(value)]));
  const expression = one.e === undefined ? undefined : withSecrets(one.e, variables);
  const templar = templarWith(variables as RawDict);
  try {
    if (expression !== undefined) return toRepr(opened(templar.evaluate(expression)) as never);
    if (one.w !== undefined) return templar.holds(new TemplateText(one.w, undefined)) ? 'True' : 'False';
    if (one.t !== undefined)
      return String(opened(templar.renderText(new TemplateText(one.t, undefined), optionsOf(one))));
    return toRepr(opened(templar.render(trusted(readJson(JSON.stringify(one.v))))) as never);
  } catch (error) {
    if (error instanceof UserError) return `error: ${error.message}`;
    throw error;
  }
}

/** The expression with a variable in the place of each text and number. */
function withSecrets(expression: string, variables: Map<string, Raw>): string {
  let count = 0;
  return expression.replace(WORDS, (all: string, ...parts: unknown[]) => {
    const { text, number } = parts.at(-1) as { text?: string; number?: string };
    if (number !== undefined) {
      variables.set(`z${++count}`, new Secret(Number(number)) as unknown as Raw);
    } else if (text === undefined || /["'{%]|\\[^nt\\]/.test(text.slice(1, -1))) {
      return all;
    } else {
      const plain = text.slice(1, -1).replaceAll(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);
      variables.set(`z${++count}`, new Secret(plain) as unknown as Raw);
    }
    return `z${count}`;
  });
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

function opened(value: unknown): unknown {
  if (value instanceof Secret) return value.content;
  if (isList(value as Raw)) return (value as readonly unknown[]).map(opened);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [opened(key), opened(item)]));
  return value;
}
