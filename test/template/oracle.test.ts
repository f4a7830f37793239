import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RawDict } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { CASES } from './surroundings.ts';
import {
  caseFiles,
  caseTitle,
  ourAnswer,
  readCases,
  type TemplateCase,
  wantedAnswer,
} from './template-case.ts';

const variables = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as RawDict;

describe('as ansible-core', () => {
  // A test for each file: one for each case would take longer than the cases do.
  test.each(caseFiles())('%s', file => {
    const cases = readCases(file);
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.flatMap(difference)).toEqual([]);
  });
});

/** What is wrong with our answer: nothing, or one line of input, wanted and ours. */
function difference(one: TemplateCase): { case: string; wanted: string; ours: string }[] {
  const ours = ourAnswer(one, variables);
  const wanted = wantedAnswer(one);
  if (wanted.error === undefined ? ours.out === wanted.out : ours.error !== undefined) return [];
  return [
    {
      case: caseTitle(one),
      wanted: wanted.out ?? 'an error',
      ours: ours.out ?? `error: ${ours.error}`,
    },
  ];
}
