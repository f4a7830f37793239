/**
 * 500 secrets as single values in one inventory, in Ansible's format and in ours: what it costs to list the
 * inventory, to run a play that uses all of them in one task, and one that uses none; 500 hosts with a secret each;
 * and what people do with single files all day. Beside it the real Ansible (the oracle's tree; without root, the one
 * that is installed) on the same project in its own format.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Secret } from '../src/core/secret.ts';
import type { VaultFormat } from '../src/vault/envelope.ts';
import { Identity } from '../src/vault/identity.ts';
import { sealEnvelope } from '../src/vault/seal.ts';
import { prepare } from '../src/vault/sodium.ts';
import { oracleRoot } from '../test/oracle/root.ts';
import { measure, median, mustMeasure } from './measure.ts';

const SECRETS = 500;
const FILES = 1000;
const PASSWORD = 'a password for measuring';
const PROGRAM = process.argv.find(word => word.startsWith('--program='))?.slice(10) ?? 'dist/tsible.js';
const rounds = Number(process.argv.find(word => word.startsWith('--rounds='))?.slice(9) ?? 5);

interface Work {
  readonly title: string;
  /** Undefined where Ansible has no such thing. */
  readonly theirs?: string;
  readonly ours: readonly string[];
  /** What both must print. */
  readonly prints: RegExp;
}

/** Stands for the option that says in which format secrets are sealed. */
const FORMAT = '--format';

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
  {
    title: `a play that uses one secret of each of ${SECRETS} hosts`,
    theirs: 'ansible-playbook many/own.yml -i many/hosts --vault-password-file password',
    ours: ['play', 'many/own.yml', '-i', 'many/hosts', '--vault-password-file', 'password'],
    prints: /h7 +: ok=1\s+changed=0/,
  },
  {
    title: 'vault view',
    theirs: 'ansible-vault view whole.yml --vault-password-file password',
    ours: ['vault', 'view', 'whole.yml', '--vault-password-file', 'password'],
    prints: /variable_29: a value/,
  },
  {
    title: 'vault encrypt',
    theirs: 'ansible-vault encrypt plain.yml --output - --vault-password-file password',
    ours: ['vault', 'encrypt', 'plain.yml', '--output', '-', '--vault-password-file', 'password', FORMAT],
    prints: /_VAULT;1/,
  },
  {
    title: `vault get, of a file with ${SECRETS} values`,
    ours: ['vault', 'get', 'group_vars/all.yml', 'secret_7', '--vault-password-file', 'password'],
    prints: /the value of secret 7/,
  },
  {
    title: `vault status, of ${FILES} files`,
    ours: ['vault', 'status', 'files'],
    prints: /\d+ encrypted files, \d+ encrypted values/,
  },
];

const ANSIBLE = 'ansible';

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
  for (const work of WORK)
    await compare(
      work,
      contestants.filter(({ name }) => name !== ANSIBLE || work.theirs !== undefined),
    );
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
  const ansible = taken.get(ANSIBLE);
  for (const { name } of contestants) {
    const own = taken.get(name)!;
    const columns = (['wall', 'cpu'] as const).map(of => {
      const ratios = ansible?.map((theirs, index) => theirs[of] / own[index]![of]);
      const beside = own === ansible || !ratios ? '' : `  ansible takes ${range(ratios)}`;
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
    argv: work => [
      'node',
      program,
      ...work.ours.map(word => (word === FORMAT ? `--format=${format}` : word)),
    ],
    folder: project(format),
  };
}

function theirs(): Contestant {
  return { name: ANSIBLE, argv: work => inTree(work.theirs!, project('ansible')), folder };
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
  const sealed = (text: string) => sealEnvelope(Buffer.from(text), password, format);
  const file = (name: string, content: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  const numbers = Array.from({ length: SECRETS }, (_, index) => index);
  const secrets = numbers.map(
    index => `!vault |\n${sealed(plainValue(index)).trimEnd().replace(/^/gm, '    ')}\n`,
  );
  file('group_vars/all.yml', secrets.map((secret, index) => `secret_${index}: ${secret}`).join(''));
  file('hosts', 'localhost ansible_connection=local\n');
  file('password', `${PASSWORD}\n`);
  const all = numbers.map(index => `secret_${index}`).join(' ~ ');
  file('all.yml', play(`(${all}) | length == ${numbers.map(plainValue).join('').length}`));
  file('none.yml', play('inventory_hostname == "localhost"'));
  file('many/hosts', numbers.map(index => `h${index} ansible_connection=local\n`).join(''));
  file('many/own.yml', play('own is search("secret")'));
  for (const [index, secret] of secrets.entries()) file(`many/host_vars/h${index}.yml`, `own: ${secret}`);
  const variables = Array.from({ length: 30 }, (_, index) => `variable_${index}: a value\n`).join('');
  const whole = sealed(variables);
  file('plain.yml', variables);
  file('whole.yml', whole);
  for (let index = 0; index < FILES; index++) {
    const value = index % 4 === 0 ? `password: ${secrets[index % SECRETS]}` : '';
    file(`files/vars/${index}.yml`, index % 20 === 1 ? whole : variables + value);
  }
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
