import { parentPort, workerData } from 'node:worker_threads';
import { faultsOf, lowerLimits } from './check.ts';
import { inputOf } from './inputs.ts';

/** Tries inputs for ever; `progress` tells which one it is at, so that a hang can be told as well. */
const { seed, from, progress } = workerData as { seed: number; from: number; progress: Int32Array };
lowerLimits();
for (let number = from; ; number++) {
  Atomics.store(progress, 0, number);
  const input = inputOf(seed, number);
  for (const fault of faultsOf(input)) parentPort!.postMessage({ number, input, fault });
}
