import { spawn, spawnSync } from 'node:child_process';

export interface Outcome {
  rc: number;
  stdout: string;
  stderr: string;
}

export interface ExecuteOptions {
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. A program that cannot be started is an error; one that fails is an outcome. */
export function execute(file: string, args: string[], options: ExecuteOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: options.env ?? process.env, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program may end without reading its input; its exit status says all there is to say about that.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({
        rc: code ?? (signal === 'SIGKILL' ? 137 : 143),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

/** Like `execute`, for programs that must succeed: gives what they printed. */
export async function must(file: string, args: string[], options: ExecuteOptions = {}): Promise<string> {
  const outcome = await execute(file, args, options);
  if (outcome.rc !== 0) throw failed(file, args, outcome);
  return outcome.stdout;
}

/** For the way out of a process, where nothing may be waited for any more. */
export function executeSync(file: string, args: string[]): Outcome {
  const done = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return { rc: done.status ?? 255, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

export function failed(file: string, args: string[], outcome: Outcome): Error {
  const said = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').slice(-15).join('\n');
  return new Error(`${[file, ...args].join(' ').slice(0, 300)} ended with ${outcome.rc}: ${said}`);
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** What the lab is doing goes to stderr, so that stdout stays usable for answers. */
export function progress(text: string): void {
  process.stderr.write(`lab: ${text}\n`);
}
