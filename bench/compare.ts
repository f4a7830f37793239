/**
 * The same playbook (bench/site.yml) by tsible and by ansible-playbook, in turn, on the same host, which is in
 * the state already: what a run costs that finds nothing to do. Beside it the limits: one ssh that does nothing,
 * and one ssh that runs a script made by hand which checks the same state (bench/state.sh).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../test/lab/index.ts';
import { type Measured, measure, median, mustMeasure } from './measure.ts';

const MITOGEN = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy';

interface Contestant {
  readonly name: string;
  run(): Promise<Measured>;
}

const pairs = numberOption('pairs', 5);
const hostCount = numberOption('hosts', 1);
const folder = mkdtempSync(join(tmpdir(), 'tsible-bench-'));

const lab = await Lab.up({
  hosts: Array.from({ length: hostCount }, (_, index) => ({ name: `bench${index + 1}`, kind: 'python' })),
});
try {
  await compare();
} finally {
  await lab.down();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const inventory = join(folder, 'hosts');
  writeFileSync(inventory, lab.inventory({ web_servers: lab.hosts.map(host => host.name) }));
  const reach = join(folder, 'reach.yml');
  writeFileSync(
    reach,
    `ansible_ssh_private_key_file: ${lab.identityFile}\nansible_ssh_common_args: -o UserKnownHostsFile=${lab.knownHosts}\n`,
  );
  // The project's variables, then this lab's hosts; where those are is said last, over the demonstration's.
  const words = ['-i', 'inventory', '-i', inventory, '-e', `@${reach}`];
  const hosts = lab.hosts.map(host => host.name).join(',');
  const site = [...words, '-l', hosts, 'bench/site.yml'];

  const tsible: Contestant = {
    name: 'tsible',
    run: () => measure(['node', 'dist/tsible.js', 'play', ...site]),
  };
  const ansible: Contestant = {
    name: 'ansible-playbook',
    run: () => measure(['ansible-playbook', ...site], { env: ansibleEnv() }),
  };
  const mitogen: Contestant = {
    name: 'mitogen',
    run: () =>
      measure(['ansible-playbook', ...site], {
        env: {
          ...ansibleEnv(),
          ANSIBLE_STRATEGY_PLUGINS: MITOGEN,
          ANSIBLE_STRATEGY: 'mitogen_linear',
        },
      }),
  };
  const ssh = [
    'ssh',
    '-i',
    lab.identityFile,
    '-o',
    `UserKnownHostsFile=${lab.knownHosts}`,
    '-o',
    'BatchMode=yes',
    `ops@${lab.hosts[0]!.address}`,
  ];
  const sshTrue: Contestant = { name: 'ssh host true', run: () => measure([...ssh, 'true']) };

  process.stdout.write(`${(await mustMeasure(['ansible-playbook', '--version'])).output.split('\n')[0]}\n`);
  process.stdout.write(`${hostCount} host(s); first run, by tsible: `);
  const first = await tsible.run();
  if (first.status !== 0) throw new Error(`the first run failed:\n${first.output}`);
  process.stdout.write(`${first.seconds.toFixed(2)} s\n`);

  const script = readFileSync('bench/state.sh', 'utf8');
  const learned = await mustMeasure([...ssh, 'sudo sh'], { input: `${script}\nlearn\n` });
  const check = `${script}\nexpected='${learned.output.trimEnd()}'\ncheck\n`;
  const byHand: Contestant = {
    name: 'ssh host sh (by hand)',
    run: () => measure([...ssh, 'sudo sh'], { input: check }),
  };

  const contestants = [tsible, ansible, ...(existsSync(MITOGEN) ? [mitogen] : []), byHand, sshTrue];
  // Once each that is not counted, and that must find nothing to do: whoever made the state, all agree on it.
  for (const contestant of contestants) settled(contestant, await contestant.run());

  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let pair = 1; pair <= pairs; pair += 1) {
    for (const contestant of contestants) {
      const measured = await contestant.run();
      settled(contestant, measured);
      times.get(contestant.name)!.push(measured.seconds);
    }
    const line = contestants.map(({ name }) => `${name} ${times.get(name)!.at(-1)!.toFixed(2)} s`);
    process.stdout.write(`  ${pair}: ${line.join('   ')}\n`);
  }
  report(contestants, times);
}

/** Throws unless the run went well and changed nothing: otherwise the times compare different work. */
function settled(contestant: Contestant, measured: Measured): void {
  if (measured.status !== 0)
    throw new Error(`${contestant.name} ended with ${measured.status}:\n${measured.output}`);
  if (/changed=[1-9]/.test(measured.output))
    throw new Error(`${contestant.name} found something to do:\n${measured.output}`);
}

function report(contestants: readonly Contestant[], times: ReadonlyMap<string, readonly number[]>): void {
  const ours = times.get('tsible')!;
  process.stdout.write(`\nnothing to do, ${pairs} runs each, medians:\n`);
  for (const { name } of contestants) {
    const theirs = times.get(name)!;
    process.stdout.write(
      `  ${name.padEnd(22)} ${median(theirs).toFixed(3)} s${name === 'tsible' ? '' : ratio(theirs, ours)}\n`,
    );
  }
}

/** The slower against the faster, pair by pair, in words that say which is which. */
function ratio(theirs: readonly number[], ours: readonly number[]): string {
  const slower = median(theirs) > median(ours);
  const ratios = theirs.map((seconds, index) => (slower ? seconds / ours[index]! : ours[index]! / seconds));
  const each = ratios.map(value => value.toFixed(2)).join(' ');
  const words = slower ? "times tsible's" : 'times as long for tsible';
  return `   ${median(ratios).toFixed(2)} ${words} (pair by pair: ${each})`;
}

function ansibleEnv(): NodeJS.ProcessEnv {
  return {
    ANSIBLE_PIPELINING: '1',
    // What Ansible does by itself, said here so that it holds whatever a user's settings are.
    ANSIBLE_SSH_ARGS: '-C -o ControlMaster=auto -o ControlPersist=60s',
    ANSIBLE_SSH_CONTROL_PATH_DIR: folder,
    ANSIBLE_NOCOLOR: '1',
  };
}

function numberOption(name: string, otherwise: number): number {
  const word = process.argv.find(word => word.startsWith(`--${name}=`));
  const value = word === undefined ? otherwise : Number(word.slice(name.length + 3));
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs a number from 1 on`);
  return value;
}
