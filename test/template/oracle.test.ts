import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RawDict } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { CASES } from './surroundings.ts';
import { caseFiles, caseTitle, ourAnswer, readCases, wantedAnswer } from './template-case.ts';

const variables = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as RawDict;

for (const file of caseFiles()) {
  describe(`as ansible-core: ${file}`, () => {
    for (const one of readCases(file)) {
      test(caseTitle(one), () => {
        const answer = ourAnswer(one, variables);
        const wanted = wantedAnswer(one);
        if (wanted.error !== undefined) expect(answer).toHaveProperty('error');
        else expect(answer).toEqual(wanted);
      });
    }
  });
}
