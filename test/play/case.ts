import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A playbook with everything that belongs to it, in a folder of its own below `cases/`:
 *
 * - `play.yml`; `args`, if there are more words for the command line (also of another inventory);
 * - `answer.txt`: what ansible-playbook does with it, recorded by `npm run test:oracle -- plays`;
 * - `tsible.txt`, where tsible means to do something else, and `why.md`, which says why.
 */
export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly args: readonly string[];
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The folders below `cases`, or another folder of such. */
export function cases(of = 'cases'): Case[] {
  return readdirSync(join(HERE, of))
    .sort()
    .map(name => {
      const folder = join(HERE, of, name);
      return { name, folder, args: words(readIfThere(join(folder, 'args')) ?? '') };
    });
}

export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Blanks part words; quotes hold them together. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

/** Runs a case in a copy of its folder: playbooks may write beside themselves. */
export async function runCase(
  { folder, args }: Case,
  command: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const scratch = mkdtempSync(join(tmpdir(), 'tsible-play-'));
  try {
    const place = join(scratch, 'case');
    cpSync(join(HERE, 'common'), place, { recursive: true });
    cpSync(folder, place, { recursive: true });
    const inventory = args.includes('-i') ? [] : ['-i', 'hosts'];
    const env = {
      ...more,
      PATH: process.env.PATH!,
      HOME: scratch,
      LANG: 'C.UTF-8',
      ANSIBLE_CONFIG: 'ansible.cfg',
    };
    const ran = await run([...command, ...inventory, ...args, 'play.yml'], place, env);
    const plain = (text: string) => text.replaceAll(place, '/case').replaceAll(scratch, '/scratch');
    return { status: ran.status, stdout: plain(ran.stdout), stderr: plain(ran.stderr) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const [program, ...args] = words;
  const child: ChildProcess = spawn(program!, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => resolve({ status, stdout, stderr }));
  });
}
