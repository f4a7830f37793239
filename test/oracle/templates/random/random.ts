// Asks ansible-core about templates made at random, and compares.
//
//   npm run test:oracle -- random [--seed N] [--count N]
//
// Each input has a seed of its own: `--seed N --count 1` makes the one of seed N again.
import { startTemplateOracle, type TemplateOracle } from '../oracle.ts';
import { difference } from './compare.ts';
import { caseOf, type Input, randomInput } from './input.ts';
import { shrink } from './shrink.ts';

const BATCH = 500;
/** One mistake shows in many inputs; those after so many are only counted. */
const MOST_SHRUNK = 40;

export interface RandomRun {
  seed?: number;
  count?: number;
}

/** How many of the inputs differ. */
export async function compareRandom({ seed, count = 20_000 }: RandomRun): Promise<number> {
  process.env.TZ = 'UTC';
  const first = seed ?? Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`random templates: seeds ${first} to ${first + count - 1}\n`);
  const oracle = await startTemplateOracle();
  const shown = new Set<string>();
  let errors = 0;
  let different = 0;
  for (let at = first; at < first + count; at += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, first + count - at) }, (_, i) => at + i);
    const inputs = seeds.map(randomInput);
    const cases = inputs.map(caseOf);
    const answers = await oracle.answer(cases);
    for (const [i, input] of inputs.entries()) {
      if (answers[i]!.error !== undefined) errors++;
      if (difference(cases[i]!, answers[i]!) === undefined) continue;
      different++;
      if (shown.size < MOST_SHRUNK) await show(input, seeds[i]!, oracle, shown);
    }
  }
  await oracle.stop();
  const share = Math.round((100 * (count - errors)) / count);
  process.stdout.write(
    `random templates: ${count} asked, ${share} % of them no errors, ${different} different\n`,
  );
  return different;
}

/** Prints the smallest input that differs as this one does, ready for a file of cases. */
async function show(input: Input, seed: number, oracle: TemplateOracle, shown: Set<string>): Promise<void> {
  const small = caseOf(await shrink(input, oracle));
  const line = JSON.stringify(small);
  if (shown.has(line)) return;
  shown.add(line);
  const [answer] = await oracle.answer([small]);
  process.stdout.write(`seed ${seed}\n${line}\n  ${difference(small, answer!)}\n`);
}
