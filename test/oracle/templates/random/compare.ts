import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawDict } from '../../../../src/core/value.ts';
import { readJson } from '../../../../src/template/filters/json.ts';
import { CASES } from '../../../template/surroundings.ts';
import { type Answer, ourAnswer, type TemplateCase } from '../../../template/template-case.ts';
import { gaveUp, isDeliberate } from './deliberate.ts';
import { watched } from './watch.ts';

/** What an answer may take, in milliseconds. */
const PATIENCE = 2_000;

const variables = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as RawDict;

/** How our answer differs from the oracle's, in words; undefined if it does not, or on purpose. */
export function difference(asked: TemplateCase, theirs: Answer): string | undefined {
  if (gaveUp(theirs)) return undefined;
  const began = performance.now();
  let ours: Answer;
  try {
    ours = watched(JSON.stringify(asked), () => ourAnswer(asked, variables));
  } catch (error) {
    return `crashes: ${(error as Error).stack?.split('\n').slice(0, 4).join('\n    ')}`;
  }
  const took = performance.now() - began;
  if (took > PATIENCE) return `takes ${Math.round(took)} ms`;
  if (ours.error !== undefined && theirs.error !== undefined) return undefined;
  if (ours.out === theirs.out || isDeliberate(asked, theirs, ours)) return undefined;
  return `oracle: ${told(theirs)}\n  ours:   ${told(ours)}`;
}

function told({ out, error }: Answer): string {
  return out === undefined ? `error: ${error}` : JSON.stringify(out);
}
