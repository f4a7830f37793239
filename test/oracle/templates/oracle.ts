import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CASES } from '../../template/surroundings.ts';
import type { Answer, TemplateCase } from '../../template/template-case.ts';
import { oracleRoot } from '../root.ts';

export interface TemplateOracle {
  /** The answers, in the order of the cases. */
  answer(cases: readonly TemplateCase[]): Promise<Answer[]>;
  /** The same for cases that are JSON already. */
  ask(lines: readonly string[]): Promise<Answer[]>;
  stop(): Promise<void>;
}

/** Starts ansible-core's own template engine; `variables` is the JSON of what all cases see. */
export async function startTemplateOracle(
  variables = readFileSync(join(CASES, 'variables.json'), 'utf8'),
  templates = join(CASES, 'templates'),
  script = 'answer.py',
): Promise<TemplateOracle> {
  const root = await oracleRoot();
  removeLeftovers(root);
  const home = mkdtempSync(join(root, PREFIX));
  cpSync(join(import.meta.dirname, script), join(home, script));
  cpSync(templates, join(home, 'templates'), { recursive: true });
  cpSync(join(CASES, 'files'), join(home, 'files'), { recursive: true });
  const child = spawn('chroot', [root, 'python3', `/${basename(home)}/${script}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: '/root', TZ: 'UTC', PYTHONHASHSEED: '0' },
  });
  let said = '';
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-4000);
  });
  // What it says about its end, it says by closing its output.
  child.stdin.on('error', () => {});
  // On one line, and otherwise as written: JavaScript's numbers would lose 8.0 and large integers.
  child.stdin.write(`${onOneLine(variables)}\n`);
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (cases: readonly string[]): Promise<Answer[]> => {
    for (const one of cases) child.stdin.write(`${onOneLine(one)}\n`);
    const answers: Answer[] = [];
    while (answers.length < cases.length) {
      const line = await lines.next();
      if (line.done) throw new Error(`the oracle ended after ${answers.length} answers:\n${said}`);
      answers.push(JSON.parse(line.value) as Answer);
    }
    return answers;
  };
  return {
    ask,
    answer: cases => ask(cases.map(one => JSON.stringify(one))),
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function onOneLine(json: string): string {
  return json.replaceAll(/\s*\n\s*/g, ' ');
}

const PREFIX = 'oracle-';
const DAY = 24 * 60 * 60 * 1000;

/** Runs that were killed leave their folders; one that is a day old belongs to none that goes on. */
export function removeLeftovers(root: string, now = Date.now()): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    const made = name.startsWith(PREFIX) ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    if (made !== undefined && now - made > DAY) rmSync(path, { recursive: true, force: true });
  }
}
