import { Worker } from 'node:worker_threads';

/** Milliseconds after which an answer of ours is taken for endless. */
const ENDLESS = 60_000;

/** Ends the process if one input keeps it busy for good, and says which: nothing else can, as answers are computed without a pause. */
export function watchForHangs(): { now(seed: number): void; stop(): Promise<unknown> } {
  const shared = new Float64Array(new SharedArrayBuffer(16));
  const worker = new Worker(WATCHER, { eval: true, workerData: { shared, endless: ENDLESS } });
  return {
    now: seed => {
      shared[0] = seed;
      shared[1] = Date.now();
    },
    stop: () => worker.terminate(),
  };
}

const WATCHER = `
  const { shared, endless } = require('node:worker_threads').workerData;
  shared[1] = Date.now();
  setInterval(() => {
    if (Date.now() - shared[1] < endless) return;
    require('node:fs').writeSync(2, 'the input of seed ' + shared[0] + ' does not end\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;
