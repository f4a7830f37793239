import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../connection/ssh-server.ts';
import { type Ended, RunningPlay } from './running-play.ts';
import { type ScratchHost, ScratchHosts } from './scratch-hosts.ts';

let hosts: ScratchHosts | undefined;
afterEach(async () => {
  await hosts?.down();
  hosts = undefined;
});

const MANY = 50;
const names = Array.from({ length: MANY }, (_, index) => `host${String(index + 1).padStart(2, '0')}`);
const well: readonly ScratchHost[] = names.map(name => ({ name }));
const TASKS = [
  { name: 'first', command: 'echo {{ inventory_hostname }} {{ item }}', loop: [1, 2], register: 'said' },
  {
    name: 'second',
    shell: 'echo "$ONE"',
    environment: { ONE: '{{ said.results[1].stdout }}' },
    register: 'env',
  },
  { name: 'third', assert: { that: ["env.stdout == inventory_hostname ~ ' 2'"], quiet: true } },
];

it('fifty hosts at once: all are right', async () => {
  hosts = await ScratchHosts.up(well);
  const { ended, mostMemory } = await measured([...hosts.playbook(TASKS), '-f', '50']);
  expect(ended.status, ended.output.slice(-2000)).toBe(0);
  const counts = recap(ended);
  expect([...counts.keys()].sort()).toEqual(names);
  for (const [name, each] of counts)
    expect({ name, ...each }).toMatchObject({ name, ok: 3, changed: 2, failed: 0, unreachable: 0 });
  process.stdout.write(
    `${MANY} hosts, 3 tasks: ${Math.round(ended.duration)} ms, ${Math.round(mostMemory / 1024)} MB (their servers share this machine)\n`,
  );
}, 60_000);

it('-f 5 works on five at a time, and on all in the end', async () => {
  hosts = await ScratchHosts.up(well.slice(0, 20));
  const task = { name: 'slow', shell: 'date +%s.%N; sleep 0.3; date +%s.%N' };
  const ended = await new RunningPlay([...hosts.playbook([task]), '-f', '5']).ended;
  expect(ended.status, ended.output.slice(-2000)).toBe(0);
  expect(recap(ended).size).toBe(20);
  const spans = ended.events.flatMap(({ type, result }) =>
    type === 'result' ? [((result?.stdout_lines ?? []) as string[]).map(Number) as [number, number]] : [],
  );
  expect(spans.length).toBe(20);
  const together = spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length);
  expect(Math.max(...together)).toBe(5);
}, 60_000);

it('hosts that hang keep nobody waiting for long, and are named', async () => {
  const tasks = [
    { name: 'one', command: 'sleep 0.5' },
    { name: 'two', command: 'true' },
    { name: 'three', command: 'true' },
  ];
  const silent: readonly ScratchHost[] = [
    // Takes the connection and never answers.
    { name: 'deaf', options: { intercept: () => true } },
    // Lets one log in, and then starts nothing.
    { name: 'dumb', options: { exec: () => {} } },
    // Falls silent in the middle of the first task.
    { name: 'fainting', options: fainting() },
  ];
  hosts = await ScratchHosts.up([...well.slice(0, 10), ...silent]);
  const ended = await new RunningPlay([...hosts.playbook(tasks)]).ended;
  expect(ended.status, ended.output.slice(-3000)).toBe(4);
  const counts = recap(ended);
  for (const name of names.slice(0, 10)) expect(counts.get(name)).toMatchObject({ ok: 3, unreachable: 0 });
  for (const { name } of silent) expect(counts.get(name)).toMatchObject({ ok: 0, unreachable: 1, failed: 0 });
  for (const { name } of silent) {
    const said = ended.events.find(event => event.host === name && event.status === 'unreachable');
    expect(said?.message).toContain(name);
    process.stdout.write(`${name}: after ${Math.round(said!.at / 100) / 10} s: ${said!.message}\n`);
    expect(said!.at).toBeLessThan(40_000);
  }
  const done = (name: string) =>
    ended.events.findLast(event => event.host === name && event.type === 'result')!;
  for (const name of names.slice(0, 10)) expect(done(name).task?.name).toBe('three');
  process.stdout.write(`the others were done after ${Math.round(done('host01').at / 100) / 10} s\n`);
  expect(done('host01').at).toBeLessThan(20_000);
}, 90_000);

it('a server that turns connections away is asked again', async () => {
  const busy = (times: number): ScratchHost['options'] => ({
    intercept: (socket, count) => {
      if (count > times) return false;
      socket.end(count % 2 === 0 ? 'Exceeded MaxStartups\r\n' : '');
      return true;
    },
  });
  hosts = await ScratchHosts.up(
    names.slice(0, 20).map((name, index) => ({ name, options: busy(index % 4) })),
  );
  const ended = await new RunningPlay([...hosts.playbook(TASKS)]).ended;
  expect(ended.status, ended.output.slice(-2000)).toBe(0);
  expect(recap(ended).size).toBe(20);
}, 60_000);

function recap(ended: Ended): Map<string, Readonly<Record<string, number>>> {
  const event = ended.events.find(({ type }) => type === 'recap');
  return new Map((event?.hosts ?? []).map(({ host, counts }) => [host, counts]));
}

/** A host that stops dead, its connection open, as soon as it is given a user's command. */
function fainting(): ScratchHost['options'] {
  let connection: Socket;
  return {
    intercept: socket => {
      connection = socket;
      return false;
    },
    exec: (channel, command) => {
      const child = runCommand(channel, command);
      channel.on('data', (data: Buffer) => {
        if (!data.includes('exec 9<&-;')) return;
        // Once the shell has greeted and the command has begun.
        setTimeout(() => {
          process.kill(-child.pid!, 'SIGSTOP');
          connection.pause();
          connection.once('close', () => process.kill(-child.pid!, 'SIGKILL'));
        }, 200);
      });
    },
  };
}

async function measured(words: readonly string[]): Promise<{ ended: Ended; mostMemory: number }> {
  const play = new RunningPlay(words);
  let mostMemory = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${play.process.pid}/status`, 'utf8');
      mostMemory = Math.max(mostMemory, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {}
  }, 20);
  const ended = await play.ended;
  clearInterval(look);
  return { ended, mostMemory };
}
