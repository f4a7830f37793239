import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENCE } from '../../src/core/patience.ts';
import { LIMITS } from '../../src/template/limits.ts';
import { faultsOf, lowerLimits } from './check.ts';
import { inputOf } from './inputs.ts';

const SEED = 1;
/** By number and not by time, so that it is the same inputs everywhere: some two seconds' worth. */
const INPUTS = 2000;

const usual = { limits: { ...LIMITS }, patience: PATIENCE.milliseconds };
beforeAll(lowerLimits);
afterAll(() => {
  Object.assign(LIMITS, usual.limits);
  PATIENCE.milliseconds = usual.patience;
});

test('mutated templates lead to nothing but errors with a place (npm run fuzz goes on for longer)', () => {
  for (let number = 0; number < INPUTS; number++) {
    const input = inputOf(SEED, number);
    // How long it takes says nothing on a machine that is busy with other tests.
    const faults = faultsOf(input).filter(fault => !/: took \d+ ms$/.test(fault));
    expect(faults, `--seed ${SEED} --number ${number}: ${JSON.stringify(input.text)}`).toEqual([]);
  }
}, 60_000);
