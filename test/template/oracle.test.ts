import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { type RawDict, TemplateText } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { toRepr } from '../../src/template/index.ts';
import { CASES, templarWith } from './surroundings.ts';

/** Inputs with the answers of Python's Jinja2; test/oracle/answer.py writes the answers. */
interface Case {
  /** An expression, whose value's repr is `out`. */
  e?: string;
  /** A template, whose text is `out`. */
  t?: string;
  out?: string;
  error?: string;
  /** Our answer, where it differs from the oracle's on purpose, and why. */
  ours?: string;
  why?: string;
}

const variables = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as RawDict;

for (const file of readdirSync(CASES).filter(name => name.endsWith('.jsonl'))) {
  const cases = readFileSync(join(CASES, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Case);
  describe(`as Python's Jinja2: ${file}`, () => {
    for (const one of cases) {
      test((one.e ?? one.t)!.replaceAll('\n', '⏎'), () => {
        if (one.error !== undefined && one.ours === undefined) expect(() => answer(one)).toThrow(UserError);
        else expect(answer(one)).toBe(one.ours ?? one.out);
      });
    }
  });
}

function answer(one: Case): string {
  const templar = templarWith(variables);
  if (one.e !== undefined) return toRepr(templar.evaluate(one.e));
  return templar.renderText(new TemplateText(one.t!, undefined), { keepTrailingNewline: false }) as string;
}
