// Asks ansible-playbook what it does with the cases of test/play and compares, or records the answers.
//
//   tsx test/oracle/play/record.ts [--write] [--ours] [--python PYTHON] [--core FOLDER] [CASE…]
//
// --ours: what tsible does in these cases is meant so, and is recorded beside; write a why.md.
// --core: a folder with the Python packages of another ansible-core than the installed one (an unpacked
// Debian package, say); --python: the interpreter, /usr/bin/python3 unless said otherwise.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { structuredPatch } from 'diff';
import { answerText } from '../../play/answer.ts';
import { type Case, cases, readIfThere, runCase } from '../../play/case.ts';
import { bundle } from '../../play/program.ts';
import { toldByTsible } from '../../play/tell-tsible.ts';
import { toldByAnsible } from './told-by-ansible.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    ours: { type: 'boolean' },
    core: { type: 'string' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

const chosen = cases().filter(
  ({ name }) => positionals.length === 0 || positionals.some(part => name.includes(part)),
);
const program = await bundle();
let different = 0;
const pending = [...chosen];
await Promise.all(Array.from({ length: 3 }, work));
program.remove();
process.stdout.write(`${chosen.length} cases, ${different} different\n`);
process.exitCode = different > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let one = pending.shift(); one; one = pending.shift()) await consider(one);
}

async function consider(one: Case): Promise<void> {
  const file = join(one.folder, 'answer.txt');
  const known = readIfThere(file);
  // An answer that is there stays, unless it is asked for anew: the oracle takes its time.
  const { text, stderr } =
    known !== undefined && !values.write ? { text: known, stderr: '' } : await askAnsible(one);
  if (known !== text) writeFileSync(file, text);
  const ran = await runCase(one, [...program.command, 'play', '--json']);
  const told = toldByTsible(ran.stdout, ran.status);
  told.unordered = !text.includes('\nsteps\n');
  const wanted = readIfThere(join(one.folder, 'tsible.txt')) ?? text;
  const ours = answerText(told);
  if (ours === wanted) return;
  if (values.ours) return writeFileSync(join(one.folder, 'tsible.txt'), ours);
  different++;
  const { hunks } = structuredPatch('', '', wanted, ours, '', '', { context: 2 });
  const lines = hunks.flatMap(hunk => ['  ...', ...hunk.lines.map(line => `  ${line}`)]);
  const errors = ran.stdout
    .split('\n')
    .filter(line => /"type":"run-error"|"status":"failed"/.test(line))
    .map(line => {
      const { message, hint } = JSON.parse(line) as { message: string; hint?: string };
      return `  tsible: ${message}${hint ? ` (${hint})` : ''}`;
    });
  process.stdout.write(
    `\n=== ${one.name} (- ansible, + tsible)\n${[...lines, ...new Set(errors)].join('\n')}\n${ran.stderr}${stderr}\n`,
  );
}

async function askAnsible(one: Case): Promise<{ text: string; stderr: string }> {
  const scratch = mkdtempSync(join(tmpdir(), 'tsible-oracle-'));
  const answers = join(scratch, 'answers');
  try {
    const ran = await runCase(one, [values.python, '-m', 'ansible', 'playbook'], {
      ANSWER_FILE: answers,
      ANSIBLE_CALLBACK_PLUGINS: fileURLToPath(new URL('.', import.meta.url)),
      ANSIBLE_CALLBACKS_ENABLED: 'answer_callback',
      ANSIBLE_DEPRECATION_WARNINGS: 'False',
      ANSIBLE_LOCAL_TEMP: join(scratch, 'tmp'),
      ANSIBLE_REMOTE_TEMP: join(scratch, 'remote'),
      ...(values.core !== undefined && { PYTHONPATH: values.core }),
    });
    const told = toldByAnsible(
      readIfThere(answers)?.replaceAll(/\/tmp\/tsible-play-\w+\/case/g, '/case') ?? '',
      ran.status,
    );
    told.unordered = /strategy: *free/.test(readFileSync(join(one.folder, 'play.yml'), 'utf8'));
    const wrong = ran.stdout
      .split('\n')
      .filter(line => /fatal:|failed:|ERROR/.test(line))
      .map(line => `  ansible: ${line.slice(0, 400)}\n`)
      .join('');
    return { text: answerText(told), stderr: wrong + ran.stderr.slice(0, 1500) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
