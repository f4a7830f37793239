/**
 * Our templates beside Jinja2's (Debian's python3-jinja2, in turn, a process for each): the work of
 * bench/templates/work.ts. What comes out must be the same, to the byte. Counted is processor time, of all
 * threads; where work is cold, that from a template's text to its first result, in a process of its own.
 * Beside it, where the oracle's tree is there, ansible-core's own engine.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../scripts/bundle.mjs';
import { CACHE } from '../test/lab/paths.ts';
import { median, mustMeasure } from './measure.ts';
import { allWork, type Work } from './templates/work.ts';

interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
}

interface Answer {
  /** Processor time of the work. */
  readonly seconds: number;
  readonly hash: string;
}

const rounds = Number(process.argv.find(word => word.startsWith('--rounds='))?.slice(9) ?? 7);
const folder = mkdtempSync(join(tmpdir(), 'tsible-templates-'));
const cleanUp: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
try {
  const work = allWork();
  const file = join(folder, 'work.json');
  writeFileSync(file, JSON.stringify(work.filter(({ cold }) => !cold)));
  const python = ['python3', join(import.meta.dirname, 'templates', 'theirs.py')];
  const ours: Contestant = { name: 'tsible', argv: ['node', await ourProgram(work)] };
  const theirs: Contestant[] = [
    { name: 'Jinja2', argv: [...python, 'plain'] },
    { name: 'Jinja2, sandboxed', argv: [...python, 'sandbox'] },
  ];
  process.stdout.write(`node ${process.version}, ${await versions()}; ${rounds} rounds\n`);
  await warm(
    work.filter(({ cold }) => !cold),
    file,
    [ours, ...theirs],
  );
  for (const one of work.filter(({ cold }) => cold)) await cold(one, [ours, ...theirs]);
  await ansible(work, ours);
} finally {
  for (const step of cleanUp.reverse()) step();
}

/** Bundled and with V8's compiled code kept beside it, as `npm run build` makes the program. */
async function ourProgram(work: readonly Work[]): Promise<string> {
  await bundle({ main: join(import.meta.dirname, 'templates', 'ours.ts') }, folder);
  const program = join(folder, 'tsible.js');
  const usual = work.find(({ cold }) => cold)!;
  await mustMeasure(['node', program, fileOf(usual), usual.name], {
    env: { TSIBLE_KEEP_COMPILED: '1' },
  });
  return program;
}

async function versions(): Promise<string> {
  const program =
    'import platform, jinja2; print("Jinja2", jinja2.__version__, "on Python", platform.python_version())';
  return (await mustMeasure(['python3', '-c', program])).output.trim();
}

/** Alone in its file: reading other work would leave the process warm, or full. */
function fileOf(work: Work): string {
  const file = join(folder, `${work.name}.json`);
  writeFileSync(file, JSON.stringify([work]));
  return file;
}

async function warm(work: readonly Work[], file: string, contestants: readonly Contestant[]): Promise<void> {
  const workers = contestants.map(contestant => startWorker(contestant, file));
  try {
    for (const { name, title } of work) {
      process.stdout.write(`\n${title}\n`);
      const times = workers.map((): number[] => []);
      for (let round = -1; round < rounds; round += 1) {
        const answers: Answer[] = [];
        for (const worker of workers) answers.push(await worker.ask(name));
        sameOutput(title, answers);
        // The first does what is done once: it compiles.
        if (round >= 0) for (const [i, { seconds }] of answers.entries()) times[i]!.push(seconds);
      }
      show(contestants, times);
    }
  } finally {
    for (const worker of workers) worker.stop();
  }
}

async function cold(work: Work, contestants: readonly Contestant[]): Promise<void> {
  const file = fileOf(work);
  const times = contestants.map((): number[] => []);
  const whole = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    const answers: Answer[] = [];
    for (const [i, { argv }] of contestants.entries()) {
      const { output, seconds } = await mustMeasure([...argv, file, work.name]);
      const answer = JSON.parse(output) as Answer;
      answers.push(answer);
      times[i]!.push(answer.seconds);
      whole[i]!.push(seconds);
    }
    sameOutput(work.title, answers);
  }
  process.stdout.write(`\n${work.title}\n`);
  show(contestants, times);
  process.stdout.write('  with the start and end of the process, by the clock\n');
  show(contestants, whole);
}

/** Once, and with few scopes: it takes its time. Its process is another Python's. */
async function ansible(work: readonly Work[], ours: Contestant): Promise<void> {
  const tree = existsSync(CACHE) && readdirSync(CACHE).find(name => /^oracle-[0-9a-f]+$/.test(name));
  if (!tree || process.getuid?.() !== 0) return;
  const root = join(CACHE, tree);
  const home = mkdtempSync(join(root, 'bench-'));
  cleanUp.push(() => rmSync(home, { recursive: true, force: true }));
  const less = work
    .filter(({ cold }) => !cold)
    .map(one => ({ ...one, scopes: one.scopes.slice(0, 2), times: 1 }));
  const file = join(home, 'work.json');
  writeFileSync(file, JSON.stringify(less));
  copyFileSync(join(import.meta.dirname, 'templates', 'theirs.py'), join(home, 'theirs.py'));
  const inside = `/${basename(home)}`;
  const argv = ['chroot', root, 'python3', `${inside}/theirs.py`, 'ansible'];
  const theirs: Contestant = { name: "ansible-core's own", argv };
  process.stdout.write("\nfor information, ansible-core's own engine, two scopes at most\n");
  const workers = [startWorker(ours, file), startWorker(theirs, `${inside}/work.json`)];
  try {
    for (const { name, title } of less) {
      for (const worker of workers) await worker.ask(name);
      const answers: Answer[] = [];
      for (const worker of workers) answers.push(await worker.ask(name));
      const [mine, other] = answers.map(({ seconds }) => seconds) as [number, number];
      process.stdout.write(`  ${title}: ${(other / mine).toFixed(0)} times tsible's\n`);
    }
  } finally {
    for (const worker of workers) worker.stop();
  }
}

function sameOutput(title: string, answers: readonly Answer[]): void {
  if (new Set(answers.map(({ hash }) => hash)).size > 1) throw new Error(`${title}: the results differ`);
}

interface Worker {
  ask(name: string): Promise<Answer>;
  stop(): void;
}

function startWorker({ name, argv }: Contestant, file: string): Worker {
  const [program, ...words] = argv;
  const child: ChildProcessWithoutNullStreams = spawn(program!, [...words, file]);
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(work) {
      child.stdin.write(`${work}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`${name} ended in ${work}:\n${said}`);
      return JSON.parse(line.value) as Answer;
    },
    stop: () => child.stdin.end(),
  };
}

function show(contestants: readonly Contestant[], times: readonly (readonly number[])[]): void {
  const [ours] = times;
  for (const [i, { name }] of contestants.entries()) {
    const ratios = times[i]!.map((seconds, round) => seconds / ours![round]!);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    const beside = `${median(ratios).toFixed(2)} times tsible's (${least.toFixed(2)} to ${most.toFixed(2)})`;
    const line = `  ${name.padEnd(20)} ${(median(times[i]!) * 1000).toFixed(1).padStart(8)} ms`;
    process.stdout.write(`${line}${i === 0 ? '' : `   ${beside}`}\n`);
  }
}
