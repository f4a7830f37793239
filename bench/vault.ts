/**
 * 500 secrets as single values in one inventory, in Ansible's format and in ours: what it costs to list the
 * inventory, to run a play that uses all of them in one task, and one that uses none. Beside it the real Ansible
 * (the oracle's tree; without root, the one that is installed) on the same project in its own format.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Secret } from '../src/core/secret.ts';
import type { VaultFormat } from '../src/vault/envelope.ts';
import { Identity } from '../src/vault/identity.ts';
import { sealEnvelope } from '../src/vault/seal.ts';
import { prepare } from '../src/vault/sodium.ts';
import { oracleRoot } from '../test/oracle/root.ts';
import { measure, median, mustMeasure } from './measure.ts';

const SECRETS = 500;
const PASSWORD = 'a password for measuring';
const PROGRAM = process.argv.find(word => word.startsWith('--program='))?.slice(10) ?? 'dist/tsible.js';
const rounds = Number(process.argv.find(word => word.startsWith('--rounds='))?.slice(9) ?? 5);

interface Work {
  readonly title: string;
  readonly theirs: string;
  readonly ours: readonly string[];
  /** What both must print. */
  readonly prints: RegExp;
}

const PLAY = ['-i', 'hosts', '--vault-password-file', 'password'];
const WORK: readonly Work[] = [
  {
    title: 'inventory --list',
    theirs: 'ansible-inventory -i hosts --list --vault-password-file password',
    ours: ['inventory', '--list', '-i', 'hosts', '--vault-password-file', 'password'],
    prints: /secret_499/,
  },
  {
    title: `a play that uses all ${SECRETS} in one task`,
    theirs: `ansible-playbook all.yml ${PLAY.join(' ')}`,
    ours: ['play', 'all.yml', ...PLAY],
    prints: /ok=1\s+changed=0/,
  },
  {
    title: 'a play that uses none',
    theirs: `ansible-playbook none.yml ${PLAY.join(' ')}`,
    ours: ['play', 'none.yml', ...PLAY],
    prints: /ok=1\s+changed=0/,
  },
];

interface Contestant {
  readonly name: string;
  readonly argv: (work: Work) => readonly string[];
  readonly folder: string;
}

interface Taken {
  readonly wall: number;
  /** Processor time, of all threads and processes. */
  readonly cpu: number;
}

const made = new Map<VaultFormat, string>();

await prepare();
const root = process.getuid?.() === 0 ? await oracleRoot() : undefined;
const folder = mkdtempSync(join(root ?? '', tmpdir(), 'tsible-vault-bench-'));
try {
  const contestants = [ours('ansible'), ours('tsible'), theirs()];
  const [version] = (await mustMeasure(inTree('ansible-playbook --version'))).output.split('\n');
  process.stdout.write(
    `node ${process.version}, ${version}; ${SECRETS} secrets, ${rounds} rounds, medians\n`,
  );
  for (const work of WORK) await compare(work, contestants);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Each in turn, so that what else the machine does meets all of them. */
async function compare(work: Work, contestants: readonly Contestant[]): Promise<void> {
  const taken = new Map<string, Taken[]>(contestants.map(({ name }) => [name, []]));
  let printed: string | undefined;
  for (let round = 0; round <= rounds; round++) {
    for (const contestant of contestants) {
      const { output, ...time } = await run(work, contestant);
      const match = work.prints.exec(output)?.[0].replace(/\s+/g, ' ');
      if (match === undefined || (printed ?? match) !== match)
        throw new Error(
          `${contestant.name}, ${work.title}: another result than expected\n${output.slice(-2000)}`,
        );
      printed = match;
      // The first round is to warm what can be warmed.
      if (round > 0) taken.get(contestant.name)!.push(time);
    }
  }
  process.stdout.write(`\n${work.title}\n`);
  const ansible = taken.get('ansible')!;
  for (const { name } of contestants) {
    const own = taken.get(name)!;
    const columns = (['wall', 'cpu'] as const).map(of => {
      const ratios = own.map((one, index) => ansible[index]![of] / one[of]);
      const beside = own === ansible ? '' : `  ansible takes ${range(ratios)}`;
      return `${of} ${(median(own.map(one => one[of])) * 1000).toFixed(0).padStart(6)} ms${beside}`;
    });
    process.stdout.write(`  ${name.padEnd(24)} ${columns.join('   ')}\n`);
  }
}

async function run(
  work: Work,
  { name, argv, folder: cwd }: Contestant,
): Promise<Taken & { readonly output: string }> {
  const before = childrenSeconds();
  const { seconds, status, output } = await measure(argv(work), { cwd });
  if (status !== 0) throw new Error(`${name}, ${work.title}: ended with ${status}\n${output}`);
  return { wall: seconds, cpu: childrenSeconds() - before, output };
}

function ours(format: VaultFormat): Contestant {
  const program = join(process.cwd(), PROGRAM);
  return {
    name: `tsible, ${format}'s format`,
    argv: work => ['node', program, ...work.ours],
    folder: project(format),
  };
}

function theirs(): Contestant {
  return { name: 'ansible', argv: work => inTree(work.theirs, project('ansible')), folder };
}

function inTree(command: string, cwd = folder): readonly string[] {
  const inside = root === undefined ? cwd : `/${relative(root, cwd)}`;
  const shell = ['sh', '-c', `cd ${inside} && exec ${command}`];
  return root === undefined ? shell : ['chroot', root, ...shell];
}

function project(format: VaultFormat): string {
  const known = made.get(format);
  if (known) return known;
  const path = join(folder, format);
  made.set(format, path);
  const password = new Identity('default', 'here', () => new Secret(PASSWORD));
  const secrets = Array.from({ length: SECRETS }, (_, index) => {
    const envelope = sealEnvelope(Buffer.from(plainValue(index)), password, format);
    return `secret_${index}: !vault |\n${envelope.trimEnd().replace(/^/gm, '    ')}\n`;
  });
  mkdirSync(join(path, 'group_vars'), { recursive: true });
  const file = (name: string, content: string) => writeFileSync(join(path, name), content);
  file('group_vars/all.yml', secrets.join(''));
  file('hosts', 'localhost ansible_connection=local\n');
  file('password', `${PASSWORD}\n`);
  const all = Array.from({ length: SECRETS }, (_, index) => `secret_${index}`).join(' ~ ');
  const length = Array.from({ length: SECRETS }, (_, index) => plainValue(index)).join('').length;
  file('all.yml', play(`(${all}) | length == ${length}`));
  file('none.yml', play('inventory_hostname == "localhost"'));
  return path;
}

function plainValue(index: number): string {
  return `the value of secret ${index}`;
}

function play(condition: string): string {
  return `- hosts: all\n  gather_facts: false\n  tasks:\n    - assert:\n        that: ${condition}\n`;
}

/** Processor time of all processes that were waited for. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function range(ratios: readonly number[]): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map(ratio => ratio.toFixed(1));
  return `${median(ratios).toFixed(1)} times as long (${low} to ${high})`;
}
