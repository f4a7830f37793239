// Mutates templates and looks for crashes, hangs and errors without a place.
//
//   npm run fuzz -- [--seconds N] [--seed N] [--number N]
//
// --number: tries only this input of the seed, and shows it. Ends with 1 if anything was found.
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { faultsOf, lowerLimits } from './check.ts';
import { type Input, inputOf } from './inputs.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    number: { type: 'string' },
  },
});
const seed = Number(values.seed);

/** Longer than any input takes, however slow the machine is: it hangs. */
const HANGS = 20_000;

interface Found {
  number: number;
  input: Input;
  fault: string;
}

if (values.number !== undefined) {
  lowerLimits();
  const input = inputOf(seed, Number(values.number));
  process.stdout.write(`${JSON.stringify(input)}\n`);
  const faults = faultsOf(input);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} else process.exitCode = (await fuzz(Number(values.seconds) * 1000)) > 0 ? 1 : 0;

async function fuzz(time: number): Promise<number> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const seen = new Set<string>();
  const end = Date.now() + time;
  const found = ({ number, input, fault }: Found): void => {
    const kind = fault.replaceAll(/\d+/g, '0').split('\n').slice(0, 2).join(' ').slice(0, 120);
    if (seen.has(kind)) return;
    seen.add(kind);
    process.stdout.write(
      `--seed ${seed} --number ${number}: ${fault}\n  ${JSON.stringify(input.text.slice(0, 400))}\n`,
    );
  };
  let from = 0;
  while (Date.now() < end) {
    const worker = start(from, progress, found);
    const stopped = await watch(progress, end);
    await worker.terminate();
    if (stopped === undefined) break;
    found({ number: stopped, input: inputOf(seed, stopped), fault: `input ${stopped} hangs` });
    from = stopped + 1;
  }
  process.stdout.write(`seed ${seed}: ${Atomics.load(progress, 0)} inputs, ${seen.size} kinds of faults\n`);
  return seen.size;
}

function start(from: number, progress: Int32Array, found: (one: Found) => void): Worker {
  // A worker does not take over the loader of TypeScript.
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); })`;
  const worker = new Worker(code, { eval: true, workerData: { seed, from, progress } });
  worker.on('message', found);
  worker.on('error', error => {
    process.stdout.write(`the fuzzer itself: ${error.stack}\n`);
    process.exit(1);
  });
  return worker;
}

/** The number of the input that hangs, or undefined when the time is over. */
async function watch(progress: Int32Array, end: number): Promise<number | undefined> {
  let last = -1;
  let since = Date.now();
  while (Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, Math.min(200, Math.max(1, end - Date.now()))));
    const now = Atomics.load(progress, 0);
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > HANGS) return now;
  }
  return undefined;
}
