import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  readonly status: number | null;
  readonly output: string;
  /** Most memory the process itself held at once, in bytes, as sampled; 0 if it was over too soon. */
  readonly memory: number;
}

export interface MeasureOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly cwd?: string;
  /** Each line of its standard output, with the seconds since the start. */
  readonly onLine?: (line: string, seconds: number) => void;
}

const SAMPLE_EVERY_MS = 50;

/** Runs a program as a process of its own and takes the time until it has ended. */
export function measure(argv: readonly string[], options: MeasureOptions = {}): Promise<Measured> {
  const [program, ...words] = argv;
  const started = process.hrtime.bigint();
  const child = spawn(program!, words, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let memory = 0;
  const sample = setInterval(() => {
    memory = Math.max(memory, peakMemory(child.pid));
  }, SAMPLE_EVERY_MS);
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (!options.onLine) return;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    for (const line of lines) options.onLine(line, seconds);
  });
  child.stderr.on('data', chunk => {
    output += chunk;
  });
  // A program that ends without reading everything closes its end.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => {
      clearInterval(sample);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      resolve({ seconds, status, output, memory });
    });
  });
}

/** Like `measure`, for what must succeed. Throws with the output otherwise. */
export async function mustMeasure(argv: readonly string[], options?: MeasureOptions): Promise<Measured> {
  const measured = await measure(argv, options);
  if (measured.status !== 0)
    throw new Error(`${argv.join(' ')} ended with ${measured.status}:\n${measured.output}`);
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function peakMemory(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
