// Asks ansible-playbook what it does with the cases of test/play, and compares with the answers kept there and
// with what tsible does.
//
//   npm run test:oracle -- plays [--write] [--ours] [CASE…]
//
// --write: keeps its answers. A case without an answer gets one in any case.
// --ours: what tsible does in these cases is meant so, and is recorded beside; write a why.md.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { structuredPatch } from 'diff';
import { answerText } from '../../play/answer.ts';
import { type Case, cases, readIfThere, runCase } from '../../play/case.ts';
import { bundle } from '../../play/program.ts';
import { toldByTsible } from '../../play/tell-tsible.ts';
import { oracleRoot } from '../root.ts';
import { toldByAnsible } from './told-by-ansible.ts';

export interface PlayWishes {
  readonly write: boolean;
  readonly ours: boolean;
}

/** How many cases end otherwise than is kept, with either program. */
export async function comparePlays(names: readonly string[], wishes: PlayWishes): Promise<number> {
  const chosen = cases().filter(({ name }) => names.length === 0 || names.some(part => name.includes(part)));
  const root = await oracleRoot();
  const program = await bundle('tsible-oracle');
  const pending = [...chosen];
  let different = 0;
  const work = async (): Promise<void> => {
    for (let one = pending.shift(); one; one = pending.shift())
      if (!(await isSame(one, root, program.command, wishes))) different++;
  };
  await Promise.all(Array.from({ length: 3 }, work));
  program.remove();
  process.stdout.write(`plays: ${chosen.length} cases, ${different} different\n`);
  return different;
}

async function isSame(
  one: Case,
  root: string,
  command: readonly string[],
  wishes: PlayWishes,
): Promise<boolean> {
  const file = join(one.folder, 'answer.txt');
  const known = readIfThere(file);
  const { text, stderr } = await askAnsible(one, root);
  const keeps = known === undefined || wishes.write;
  if (keeps) writeFileSync(file, text);
  else if (known !== text) show(`${one.name} (- kept, + ansible)`, known, text, stderr);

  const ran = await runCase(one, [...command, 'play', '--json']);
  const told = toldByTsible(ran.stdout, ran.status);
  told.unordered = !text.includes('\nsteps\n');
  const wanted = readIfThere(join(one.folder, 'tsible.txt')) ?? text;
  const ours = answerText(told);
  if (ours === wanted) return keeps || known === text;
  if (wishes.ours) {
    writeFileSync(join(one.folder, 'tsible.txt'), ours);
    return true;
  }
  show(`${one.name} (- ansible, + tsible)`, wanted, ours, `${errorsOf(ran.stdout)}${ran.stderr}${stderr}`);
  return false;
}

function show(title: string, wanted: string, found: string, more: string): void {
  const { hunks } = structuredPatch('', '', wanted, found, '', '', { context: 2 });
  const lines = hunks.flatMap(hunk => ['  ...', ...hunk.lines.map(line => `  ${line}`)]);
  process.stdout.write(`\n=== ${title}\n${lines.join('\n')}\n${more}\n`);
}

function errorsOf(events: string): string {
  const lines = events
    .split('\n')
    .filter(line => /"type":"run-error"|"status":"failed"/.test(line))
    .map(line => {
      const { message, hint } = JSON.parse(line) as { message: string; hint?: string };
      return `  tsible: ${message}${hint ? ` (${hint})` : ''}\n`;
    });
  return [...new Set(lines)].join('');
}

// In a mount namespace of its own, so that nothing stays mounted whatever happens: the case's folder is in /tmp
// on both sides, and Ansible's workers need /dev and /proc.
const ENTER = `
  mount --bind /tmp "$0/tmp" && mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" &&
  exec chroot "$0" /bin/sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"`;

async function askAnsible(one: Case, root: string): Promise<{ text: string; stderr: string }> {
  const scratch = mkdtempSync(join(tmpdir(), 'tsible-oracle-'));
  const answers = join(scratch, 'answers');
  try {
    copyFileSync(join(import.meta.dirname, 'answer_callback.py'), join(scratch, 'answer_callback.py'));
    const enter = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ENTER, root];
    const ran = await runCase(one, [...enter, 'python3', '-m', 'ansible', 'playbook'], {
      ANSWER_FILE: answers,
      ANSIBLE_CALLBACK_PLUGINS: scratch,
      ANSIBLE_CALLBACKS_ENABLED: 'answer_callback',
      ANSIBLE_DEPRECATION_WARNINGS: 'False',
      ANSIBLE_LOCAL_TEMP: join(scratch, 'tmp'),
      ANSIBLE_REMOTE_TEMP: join(scratch, 'remote'),
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
