/**
 * Fifty hosts at once: time and memory of one tsible, and the same when one host more accepts a connection and
 * then says nothing. The hosts are ssh servers in this process, each running real shells on this machine; their
 * own work is in the times, so that these are what the machine does as a whole.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey, startSshServer, type TestServer } from '../test/connection/ssh-server.ts';
import { knownHostsLines } from '../test/lab/keys.ts';
import { type Measured, measure } from './measure.ts';
import { Watch } from './watch.ts';

const HOSTS = 50;
/** What a host may take to answer, in seconds. */
const TIMEOUT = 5;

const folder = mkdtempSync(join(tmpdir(), 'tsible-fifty-'));
const hostKey = newKey();
const servers: TestServer[] = [];
try {
  await main();
} finally {
  await Promise.all(servers.map(server => server.close()));
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const key = newKey();
  writeFileSync(join(folder, 'key'), key.private, { mode: 0o600 });
  for (let index = 0; index < HOSTS; index += 1) servers.push(await startSshServer({ hostKeys: [hostKey] }));
  const silent = await startSshServer({ hostKeys: [hostKey], intercept: () => true });
  servers.push(silent);
  const one = inventory('one', servers.slice(0, 1));
  const fifty = inventory('fifty', servers.slice(0, HOSTS));
  const more = inventory('more', servers);

  show('1 host, first run', await play(one));
  show('1 host, nothing to do', await play(one));
  const first = await play(fifty);
  show(`${HOSTS} hosts, first run`, first);
  const again = await play(fifty);
  show(`${HOSTS} hosts, nothing to do`, again);
  for (const run of [first, again]) if (run.status !== 0) throw new Error(run.output);
  const seen = new Watch();
  const withSilent = await play(more, seen);
  show(`${HOSTS} hosts and a silent one`, withSilent);
  judge(withSilent, seen);
}

function inventory(name: string, list: readonly TestServer[]): string {
  const file = join(folder, name);
  const known = join(folder, 'known_hosts');
  const lines = list.map((server, index) => {
    mkdirSync(join(folder, `host${index + 1}`), { recursive: true });
    return `host${index + 1} ansible_host=127.0.0.1 ansible_port=${server.port} scratch=${folder}/host${index + 1}`;
  });
  writeFileSync(
    known,
    servers.map(server => knownHostsLines([`[127.0.0.1]:${server.port}`], [hostKey.public])).join(''),
  );
  writeFileSync(
    file,
    `${lines.join('\n')}\n\n[all:vars]\nansible_user=bench\nansible_ssh_timeout=${TIMEOUT}\n` +
      `ansible_ssh_private_key_file=${folder}/key\nansible_ssh_common_args='-o UserKnownHostsFile=${known}'\n`,
  );
  return file;
}

function play(inventoryFile: string, watch?: Watch): Promise<Measured> {
  const words = ['node', 'dist/tsible.js', 'play', '-i', inventoryFile, 'bench/fifty.yml'];
  if (!watch) return measure(words);
  return measure([...words, '--json'], { onLine: (line, seconds) => watch.see(line, seconds) });
}

function show(title: string, { seconds, memory, status }: Measured): void {
  const megabytes = (memory / 1024 / 1024).toFixed(0).padStart(4);
  process.stdout.write(
    `${title.padEnd(28)} ${seconds.toFixed(2).padStart(6)} s  ${megabytes} MB  status ${status}\n`,
  );
}

/** All others must have come to their end, and the silent one must be named as what it is. */
function judge({ output, status }: Measured, { done, unreachable }: Watch): void {
  const right = status === 4 && done.size === HOSTS && unreachable?.host === `host${HOSTS + 1}`;
  const last = Math.max(0, ...done.values()).toFixed(1);
  process.stdout.write(
    right
      ? `the others were done after ${last} s; the silent one was named after ${unreachable.seconds.toFixed(1)} s\n`
      : `the run with a silent host went otherwise than it should:\n${output}\n`,
  );
  if (!right) process.exitCode = 1;
}
