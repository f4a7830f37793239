import { spawn } from 'node:child_process';
import { afterAll } from 'vitest';
import { bundle } from '../play/program.ts';

afterAll(async () => (await built)?.remove());

let built: ReturnType<typeof bundle> | undefined;

/** The words that run tsible as it is in `src/`, bundled once for a test file: starting from source takes long. */
export async function program(): Promise<string[]> {
  // What `play` does has tests of its own; here it is the command line and the vault.
  built ??= bundle('tsible-test', ['./run-play.ts']);
  return (await built).command;
}

export interface Ran {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  readonly stdin?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Gives the program a terminal, on which `stdin` is typed; what it shows is `stdout`. */
  readonly terminal?: boolean;
}

/** Runs tsible as a program, from source; without a terminal unless one is asked for. */
export async function tsible(
  args: readonly string[],
  { stdin = '', env = {}, cwd, terminal }: RunSettings = {},
): Promise<Ran> {
  const command = [...(await program()), ...args];
  const words = terminal
    ? ['script', '-qec', command.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' '), '/dev/null']
    : ['setsid', '-w', ...command];
  const child = spawn(words[0]!, words.slice(1), { cwd, env: { ...cleanEnvironment(), ...env } });
  child.stdin.on('error', () => {});
  if (terminal) typeSlowly(child.stdin, child.stdout, stdin.toString());
  else child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      child.stdin.destroy();
      resolve({ pid: child.pid!, status, signal, stdout, stderr });
    });
  });
}

/** One line of the input for every question, once it is asked: what is typed before that is lost. */
function typeSlowly(stdin: NodeJS.WritableStream, stdout: NodeJS.ReadableStream, text: string): void {
  const lines = text.split('\n').filter(line => line !== '');
  stdout.on('data', (shown: Buffer) => {
    if (/: $/.test(shown.toString())) stdin.write(`${lines.shift() ?? ''}\r`);
  });
}

function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, TERM: 'xterm', NODE_NO_WARNINGS: '1' };
}
