import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/core/error.ts';
import { PATIENCE } from '../../src/core/patience.ts';
import { type Position, Source } from '../../src/core/position.ts';
import { type RawDict, TemplateText, UnknownValue } from '../../src/core/value.ts';
import { readJson } from '../../src/template/filters/json.ts';
import { checkExpression, checkSyntax, references } from '../../src/template/index.ts';
import { LIMITS } from '../../src/template/limits.ts';
import type { RenderOptions } from '../../src/template/types.ts';
import { CASES, templarWith } from '../template/surroundings.ts';
import { type Input, reachesOut } from './inputs.ts';

/** How long one input may take, in milliseconds. */
const PATIENT = 1000;

const variables = readJson(readFileSync(join(CASES, 'variables.json'), 'utf8')) as RawDict;

/** Lower limits, so that a template without end ends within the time an input has. */
export function lowerLimits(): void {
  Object.assign(LIMITS, { steps: 500_000, text: 1_000_000, list: 200_000 });
  PATIENCE.milliseconds = 100;
}

/** What is wrong with what this input leads to: a crash, an error without a place in the text, too much time. */
export function faultsOf(input: Input): string[] {
  const source = new Source('fuzzed', input.text);
  const start: Position = { source, line: 1, column: 1 };
  const text = new TemplateText(input.text, start);
  const faults: string[] = [];
  const attempt = (what: string, work: () => unknown): void => {
    const begun = performance.now();
    try {
      work();
    } catch (error) {
      const fault = wrongWith(error);
      if (fault !== undefined) faults.push(`${what}: ${fault}`);
    }
    const taken = performance.now() - begun;
    if (taken > PATIENT) faults.push(`${what}: took ${Math.round(taken)} ms`);
  };
  attempt('references', () => references(text));
  if (input.isExpression) attempt('checkExpression', () => checkExpression(text));
  else attempt('checkSyntax', () => checkSyntax(text));
  if (reachesOut(input.text)) return faults;
  if (input.isExpression) {
    attempt('evaluate', () => templarWith(variables).evaluate(text));
    attempt('holds', () => templarWith(variables).holds(text));
    return faults;
  }
  attempt('render', () => templarWith(variables).render(text));
  for (const options of WAYS) attempt('renderText', () => templarWith(variables).renderText(text, options));
  return faults;
}

const WAYS: readonly RenderOptions[] = [
  {},
  { lstripBlocks: true, trimBlocks: false, keepTrailingNewline: false },
  { blockStart: '<%', blockEnd: '%>', variableStart: '{', variableEnd: '}', newlineSequence: '\r\n' },
];

function wrongWith(error: unknown): string | undefined {
  if (error instanceof UnknownValue) return undefined;
  if (!(error instanceof UserError)) return String(error instanceof Error ? error.stack : error);
  const { position } = error;
  if (!position) return `an error without a place: ${error.message}`;
  const { source, line, column } = position;
  // A carriage return alone ends a line in a template and none in an expression.
  const isInside = [/\r\n?|\n/, /\n/].some(ends => {
    const found = source.text.split(ends)[line - 1];
    return found !== undefined && column >= 1 && column <= found.length + 1;
  });
  if (!isInside) return `an error whose place ${line}:${column} is not in the text: ${error.message}`;
  return undefined;
}
