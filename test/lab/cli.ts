/**
 * `npm run lab -- …`: real hosts to try things on by hand.
 *
 *   up 3                    host1 host2 host3, in the lab `demo`
 *   up web1 tiny:busybox    hosts of these names and kinds (debian, python, busybox)
 *   status                  labs that are up
 *   ssh 1 [command…]        log in as ops (by number or by name; opw@web1 for another user)
 *   shell 1 [command]       a root shell inside, around SSH
 *   inventory               INI text for tsible
 *   down [NAME | --all]     end the lab, or everything incl. what crashed runs left
 *
 * --name=NAME before or after chooses another lab than `demo`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LabHost } from './host.ts';
import { type HostRequest, Lab } from './lab.ts';
import { removeLab } from './removal.ts';
import { progress } from './shell.ts';
import { type HostKind, labNames } from './state.ts';

const KINDS: readonly string[] = ['debian', 'python', 'busybox'];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(words: string[]): Promise<number> {
  const name = words.find(word => word.startsWith('--name='))?.slice('--name='.length) ?? 'demo';
  const [command, ...rest] = words.filter(word => !word.startsWith('--name='));
  switch (command) {
    case 'up':
      return up(name, rest);
    case 'down':
      return down(rest.includes('--all') ? labNames() : [rest[0] ?? name]);
    case 'status':
      return status();
    case 'ssh':
      return ssh(lab(name), rest);
    case 'shell':
      return shell(lab(name), rest);
    case 'inventory':
      process.stdout.write(lab(name).inventory());
      return 0;
    default:
      process.stderr.write(usage());
      return 2;
  }
}

async function up(name: string, words: string[]): Promise<number> {
  const started = Date.now();
  const lab = await Lab.up({ name, hosts: requests(words), detached: true });
  progress(`${lab.hosts.length} hosts up in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return status();
}

function down(names: string[]): number {
  for (const name of names) {
    removeLab(name);
    progress(`${name} is down`);
  }
  return 0;
}

function status(): number {
  const labs = labNames().flatMap(name => Lab.find(name) ?? []);
  if (labs.length === 0) process.stdout.write('no lab is up\n');
  for (const lab of labs) {
    process.stdout.write(`${lab.name}  identity ${lab.identityFile}  known hosts ${lab.knownHosts}\n`);
    for (const host of lab.hosts) {
      const state = host.isRunning() ? 'up' : 'off';
      process.stdout.write(
        `  ${host.name.padEnd(12)} ${host.address.padEnd(13)} ${host.kind.padEnd(8)} ${state}\n`,
      );
    }
  }
  return 0;
}

function ssh(lab: Lab, [target = '1', ...command]: string[]): number {
  const [user, which] = target.includes('@') ? target.split('@') : ['ops', target];
  const options = ['-i', lab.identityFile, '-o', `UserKnownHostsFile=${lab.knownHosts}`];
  const host = pick(lab, which ?? '1');
  return interactive('ssh', [...options, `${user}@${host.address}`, ...command]);
}

function shell(lab: Lab, [which = '1', ...command]: string[]): number {
  const inside = command.length > 0 ? ['/bin/sh', '-c', command.join(' ')] : ['/bin/sh', '-l'];
  return interactive('nsenter', [
    '--target',
    String(pick(lab, which).pid()),
    '--all',
    '--root',
    '--wd',
    '--',
    ...inside,
  ]);
}

function interactive(program: string, words: string[]): number {
  return spawnSync(program, words, { stdio: 'inherit' }).status ?? 1;
}

function lab(name: string): Lab {
  const found = Lab.find(name);
  if (!found) throw new Error(`lab "${name}" is not up: \`npm run lab -- up 3\``);
  return found;
}

function pick(lab: Lab, which: string): LabHost {
  return /^\d+$/.test(which) ? (lab.hosts[Number(which) - 1] ?? lab.host(which)) : lab.host(which);
}

function requests(words: string[]): HostRequest[] {
  const list = words.length === 0 ? ['3'] : words;
  return list.flatMap(word => {
    if (/^\d+$/.test(word))
      return Array.from({ length: Number(word) }, (_, index) => ({ name: `host${index + 1}` }));
    const [name = word, kind = 'debian'] = word.split(':');
    if (!KINDS.includes(kind)) throw new Error(`no kind "${kind}", only ${KINDS.join(', ')}`);
    return [{ name, kind: kind as HostKind }];
  });
}

/** The comment at the top of this file, which is the one place that says it. */
function usage(): string {
  const text = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const comment = text.slice(text.indexOf('/**') + 3, text.indexOf('*/'));
  return `${comment.replace(/^ \* ?/gm, '').trim()}\n`;
}
