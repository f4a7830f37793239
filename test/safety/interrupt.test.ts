import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ended, program, RunningPlay, root } from './running-play.ts';
import { type ScratchHost, ScratchHosts } from './scratch-hosts.ts';

let hosts: ScratchHosts | undefined;
const started: RunningPlay[] = [];
afterEach(async () => {
  for (const play of started.splice(0)) play.kill('SIGKILL');
  await hosts?.down();
  hosts = undefined;
});

/** A server that takes the connection and never says a word. */
const DEAF: ScratchHost = { name: 'deaf', options: { intercept: () => true } };

interface Interrupted extends Ended {
  /** Milliseconds from the first signal to the end. */
  readonly after: number;
  readonly children: readonly string[];
}

/** Plays until `ready` says so, then sends the signals with 100 ms between them. */
async function interrupted(
  words: readonly string[],
  ready: (play: RunningPlay) => boolean,
  ...signals: NodeJS.Signals[]
): Promise<Interrupted> {
  const play = new RunningPlay(words);
  started.push(play);
  for (let i = 0; i < 300 && !ready(play); i++) await pause(30);
  await pause(200);
  const begin = performance.now();
  const children = descendants(play.process.pid!);
  for (const signal of signals) {
    play.kill(signal);
    await pause(100);
  }
  const ended = await play.ended;
  const after = performance.now() - begin;
  await pause(300);
  // One that has ended, and that nobody has asked after, has no command line any more.
  const left = children.map(commandOf).filter(command => command !== '');
  return { ...ended, after, children: left };
}

const underWay = (name: string) => (play: RunningPlay) =>
  play.events.some(event => event.type === 'task-start' && event.task?.name === name);
const SLEEP = [
  { name: 'sleep', command: 'sleep 5' },
  { name: 'later', command: 'true' },
];
const CASES: readonly [
  title: string,
  hosts: readonly ScratchHost[],
  tasks: readonly object[],
  name: string,
][] = [
  ['in the middle of a command', [{ name: 'one' }, { name: 'two' }], SLEEP, 'sleep'],
  ['while a host does not answer', [{ name: 'one' }, DEAF], SLEEP, 'sleep'],
  ['in a pause', [{ name: 'one' }], [{ name: 'wait', pause: { seconds: 60 } }], 'wait'],
  [
    'between two tries',
    [{ name: 'one' }],
    [{ name: 'try', command: 'false', retries: 3, delay: 60, register: 'r', until: 'r.rc == 0' }],
    'try',
  ],
  [
    'between two turns of a loop',
    [{ name: 'one' }],
    [{ name: 'turn', command: 'true', loop: [1, 2], loop_control: { pause: 60 } }],
    'turn',
  ],
  [
    'while waiting for something',
    [{ name: 'one' }],
    [{ name: 'wait', wait_for: { port: 1, timeout: 60 } }],
    'wait',
  ],
];

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', signal => {
  it.each(CASES)('%s ends the run within two seconds', async (_title, names, tasks, name) => {
    hosts = await ScratchHosts.up(names);
    const ended = await interrupted(hosts.playbook(tasks), underWay(name), signal);
    expect(ended.status, ended.output).toBe(130);
    expect(ended.after).toBeLessThan(2500);
    expect(ended.events.at(-1)).toMatchObject({ type: 'recap', interrupted: true });
    expect(ended.output).not.toContain('internal error');
    expect(ended.output).not.toContain('"later"');
    expect(ended.children).toEqual([]);
  });
});

it('a second Ctrl-C does not wait for anything', async () => {
  hosts = await ScratchHosts.up([DEAF]);
  const ended = await interrupted(hosts.playbook(SLEEP), underWay('sleep'), 'SIGINT', 'SIGINT');
  expect(ended.status).toBe(130);
  expect(ended.after).toBeLessThan(600);
});

it('what runs here for a host ends with the run', async () => {
  hosts = await ScratchHosts.up([{ name: 'one' }]);
  const port = hosts.servers.get('one')!.port;
  const relay = join(hosts.folder, 'relay.cjs');
  writeFileSync(
    relay,
    `const s = require('node:net').connect(${port}, '127.0.0.1'); process.stdin.pipe(s); s.pipe(process.stdout);`,
  );
  const inventory = readFileSync(hosts.inventory, 'utf8');
  writeFileSync(
    hosts.inventory,
    inventory.replace('-F none', `-F none -o "ProxyCommand=${process.execPath} ${relay}"`),
  );
  const ended = await interrupted(hosts.playbook(SLEEP), underWay('sleep'), 'SIGINT');
  expect(ended.status, ended.output).toBe(130);
  expect(ended.children).toEqual([]);
});

it('no new step begins, and what was under way is said to be cut short', async () => {
  hosts = await ScratchHosts.up([{ name: 'one' }]);
  const mark = join(hosts.folder, 'mark');
  const words = hosts.playbook([
    { name: 'sleep', shell: 'sleep 5' },
    { name: 'later', shell: `touch ${mark}` },
  ]);
  const [command, ...first] = program;
  const child = spawn(command!, [...first, 'play', ...words], { cwd: root });
  let output = '';
  child.stdout.on('data', text => {
    output += text;
    if (String(text).includes('PLAY [')) setTimeout(() => child.kill('SIGINT'), 800);
  });
  const status = await new Promise(done => child.on('close', done));
  expect(status, output).toBe(130);
  expect(output).toContain('PLAY RECAP');
  expect(output).toMatch(/interrupted/i);
  await pause(300);
  expect(existsSync(mark)).toBe(false);
});

describe('nobody reads the output any more', () => {
  it('a closed pipe ends the run quietly', async () => {
    hosts = await ScratchHosts.up([{ name: 'one' }]);
    const tasks = Array.from({ length: 50 }, (_, index) => ({ name: `task ${index}`, command: 'sleep 0.1' }));
    const [command, ...first] = program;
    const words = [...first, 'play', '-v', ...hosts.playbook(tasks)];
    const child = spawn(command!, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', text => {
      errors += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const begin = performance.now();
    const status = await new Promise(done => child.on('close', done));
    expect({ status, errors }).toEqual({ status: 141, errors: '' });
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it.each([
    { title: 'a terminal that is closed', ignored: false },
    { title: 'a terminal that is closed under nohup', ignored: true },
  ])('$title ends the run', async ({ ignored }) => {
    hosts = await ScratchHosts.up([{ name: 'one' }]);
    const tasks = Array.from({ length: 60 }, (_, index) => ({ name: `task ${index}`, command: 'sleep 0.1' }));
    const pidFile = join(hosts.folder, 'pid');
    const words = [...program, 'play', '-v', ...hosts.playbook(tasks)].map(word => `'${word}'`).join(' ');
    const line = `${ignored ? "trap '' HUP; " : ''}echo $$ >${pidFile}; exec ${words}`;
    const input = openSync('/dev/null', 'r');
    const terminal = spawn('script', ['-qec', `exec sh -c "${line.replaceAll('$', '\\$')}"`, '/dev/null'], {
      cwd: root,
      stdio: [input, 'pipe', 'ignore'],
    });
    closeSync(input);
    await new Promise(resolve => terminal.stdout!.once('data', resolve));
    await pause(1000);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(commandOf(pid)).toContain('tsible.js');
    terminal.kill('SIGKILL');
    for (let i = 0; i < 40 && existsSync(`/proc/${pid}`); i++) await pause(100);
    const alive = existsSync(`/proc/${pid}`);
    if (alive) process.kill(pid, 'SIGKILL');
    expect(alive).toBe(false);
  });
});

function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found: number[] = [];
  for (const parent of [pid, ...found]) {
    for (const [child, of] of table) if (of === parent && !found.includes(child)) found.push(child);
  }
  return found;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
