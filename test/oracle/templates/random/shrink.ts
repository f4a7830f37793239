import type { TemplateOracle } from '../oracle.ts';
import { difference } from './compare.ts';
import { caseOf, type Input, smallerInputs } from './input.ts';

/** How many smaller inputs are asked about at once. */
const BATCH = 150;

/** How long an input is made smaller at most, in milliseconds. */
const LONGEST = 15_000;

/** The smallest input found that still differs. */
export async function shrink(input: Input, oracle: TemplateOracle): Promise<Input> {
  const tried = new Set([keyOf(input)]);
  let smallest = input;
  const began = Date.now();
  for (;;) {
    if (Date.now() - began > LONGEST) return smallest;
    const next = await firstThatDiffers(smallest, oracle, tried);
    if (!next) return smallest;
    smallest = next;
  }
}

async function firstThatDiffers(
  input: Input,
  oracle: TemplateOracle,
  tried: Set<string>,
): Promise<Input | undefined> {
  let batch: Input[] = [];
  const ask = async (): Promise<Input | undefined> => {
    const cases = batch.map(caseOf);
    const answers = await oracle.answer(cases);
    const found = batch.find((_, i) => difference(cases[i]!, answers[i]!) !== undefined);
    batch = [];
    return found;
  };
  for (const smaller of smallerInputs(input)) {
    const key = keyOf(smaller);
    if (tried.has(key)) continue;
    tried.add(key);
    batch.push(smaller);
    if (batch.length === BATCH) {
      const found = await ask();
      if (found) return found;
    }
  }
  return batch.length > 0 ? ask() : undefined;
}

function keyOf(input: Input): string {
  return JSON.stringify(caseOf(input));
}
