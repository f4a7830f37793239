import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPW_PASSWORD } from '../lab/index.ts';
import { labDescribe } from '../lab/lab-describe.ts';
import { CANARIES, sightings } from './canaries.ts';
import { CanaryProject, VAULT_PASSWORD } from './canary-project.ts';
import { program } from './running-play.ts';

const SECRETS = { ...CANARIES, become: OPW_PASSWORD, vault: VAULT_PASSWORD };

labDescribe('sealed values', [{ name: 'canary' }], lab => {
  let project: CanaryProject;
  beforeAll(() => {
    project = new CanaryProject(lab(), 'canary');
  }, 60_000);
  afterAll(() => project?.remove());

  it.each([
    ['a check run', '--check', '--diff', '-vvvv'],
    ['a run', '--diff', '-vvvv'],
    ['a run that changes little', '--diff'],
    ['a run in JSON', '--json', '--diff', '-vvvv'],
    ['a run at a terminal', 'TERMINAL', '--diff', '-vvvv'],
  ])(
    'are nowhere in the output of %s',
    async (_title, ...flags) => {
      if (flags.includes('--json'))
        await lab().host('canary').sh('rm -rf /root/canary; userdel -r canary || :');
      const words = project.words(...flags.filter(flag => flag !== 'TERMINAL'));
      const { status, output } = await play(words, {}, flags.includes('TERMINAL'));
      expect(status, output).toBe(0);
      // That there was something to hide.
      expect(output.length).toBeGreaterThan(3000);
      expect(output).toContain('********');
      expect(sightings(output, SECRETS)).toEqual([]);
    },
    60_000,
  );

  it('are nowhere in the list of processes, here or there, nor in what these hand down, nor in temporary files', async () => {
    const host = lab().host('canary');
    await host.sh('rm -rf /root/canary; userdel -r canary || :; touch /run/begin');
    const temporary = join(project.folder, 'tmp');
    mkdirSync(temporary);
    const watch = await watchProcesses(join(project.folder, 'processes'), lab().name);
    let output: string;
    const open = new Set<string>();
    const root = `/proc/${host.pid()}/root`;
    const look = setInterval(() => {
      for (const place of [`${root}/root/canary`, `${root}/etc`])
        for (const path of secretsIn(place, 0o077)) open.add(path.replace(root, ''));
      for (const place of [temporary, `${root}/tmp`, `${root}/var/tmp`, `${root}/dev/shm`, `${root}/run`])
        for (const path of secretsIn(place, 0o777)) open.add(path.replace(root, ''));
    }, 3);
    try {
      // The control: a word of a command line is seen.
      writeFileSync(
        join(project.folder, 'control.yml'),
        `- hosts: canary
  gather_facts: false
  tasks:
    - command: "sh -c 'sleep 0.2' control-{{ group_file }}"
    - command: sleep 0.2
      environment: { CONTROL: "{{ late }}" }
      become: true
      vars: { late: "{{ hash }}" }
    - command: sleep 0.2
      environment: { SECRET: "{{ private }}" }
      delegate_to: localhost
`,
      );
      const control = await play(project.words().map(word => word.replace('site.yml', 'control.yml')));
      expect(control.status, control.output).toBe(0);
      const seen = sightings(watch.lines(), SECRETS);
      expect(new Set(seen.map(({ canary }) => canary))).toEqual(new Set(['groupFile', 'hash', 'private']));
      watch.forget();
      ({ output } = await play(project.words('-vvvv'), { TMPDIR: temporary }));
    } finally {
      clearInterval(look);
      watch.stop();
    }
    const lines = watch.lines();
    expect(lines.split('\0').length, output).toBeGreaterThan(15);
    expect(sightings(lines.replace(ASKED_FOR, ''), SECRETS)).toEqual([]);
    // What `environment:` hands to a task's commands is seen by the user who runs them, and by nobody else.
    const holders = lines.split('\0').filter(line => line.match(ASKED_FOR));
    expect(new Set(holders.map(line => line.split('\u0001')[0]!.trim()))).toEqual(new Set(['0']));
    expect([...open]).toEqual([]);
    expect(await lyingAbout(host)).toEqual([]);
    expect(await leftOver(host)).toEqual([]);
  }, 60_000);
});

/** The variables that the play puts into the environment of its commands. */
const ASKED_FOR = /\u0001(?:SECRET|KINDS)=[^\u0001]*/g;

function play(words: readonly string[], env: Readonly<Record<string, string>> = {}, terminal = false) {
  const all = [...program, 'play', ...words];
  const typed = all.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const [command, ...rest] = terminal ? ['script', '-qefc', typed, '/dev/null'] : all;
  const child = spawn(command!, rest, {
    env: { ...process.env, TSIBLE_WATCHED: 'yes', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise<{ status: number | null; output: string }>((done, reject) => {
    child.on('error', reject);
    child.on('close', status => done({ status, output }));
  });
}

async function watchProcesses(file: string, lab: string) {
  writeFileSync(file, '');
  const script = join(import.meta.dirname, 'process-watch.mjs');
  const child = spawn(process.execPath, [script, file, lab], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => child.stdout.once('data', resolve));
  let from = 0;
  return {
    lines: () => readFileSync(file, 'utf8').slice(from),
    forget: () => {
      from = readFileSync(file, 'utf8').length;
    },
    stop: () => child.kill(),
  };
}

const looked = new Set<string>();

/** Files directly in a folder, as they have not been seen before, that hold a secret and have any of these permissions. */
function secretsIn(folder: string, permissions: number): string[] {
  try {
    return readdirSync(folder).flatMap(name => {
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat?.isFile() || (stat.mode & permissions) === 0 || stat.size > 1_000_000) return [];
      // That the group of that name may read it is how every Debian has it.
      if (/\/shadow[-+]?$/.test(path) && (stat.mode & 0o007) === 0) return [];
      const version = [path, stat.ino, stat.mtimeMs, stat.size, stat.mode].join(' ');
      if (looked.has(version)) return [];
      looked.add(version);
      const found = sightings(readFileSync(path, 'utf8'), SECRETS);
      return found.length > 0 ? [`${path} ${(stat.mode & 0o7777).toString(8)}`] : [];
    });
  } catch {
    return [];
  }
}

/** Where secrets are on the host, apart from where the play put them: logs, the journal, temporary folders. */
async function lyingAbout(host: { sh(script: string, options: { input: string }): Promise<string> }) {
  const patterns = Object.values(SECRETS)
    .flatMap(secret => secret.trim().split('\n'))
    .filter(line => line.length > 6 && !/^x+$/.test(line))
    .join('\n');
  const text = await host.sh(
    `cat >/run/patterns; trap 'rm -f /run/patterns' EXIT
journalctl -o cat --no-pager >/run/journal 2>/dev/null
grep -rlaF -f /run/patterns /etc /home /opt /root /run/journal /tmp /var --exclude-dir=apt --exclude-dir=dpkg 2>/dev/null
rm -f /run/journal`,
    { input: patterns },
  );
  return text
    .split('\n')
    .filter(line => line !== '')
    .filter(path => !/^\/root\/canary\/|^\/etc\/shadow-?$|^\/var\/spool\/cron\/crontabs\/canary$/.test(path));
}

/** What is new where programs leave things, apart from what the play is for. */
async function leftOver(host: { sh(script: string): Promise<string> }) {
  const text = await host.sh(
    'find /tmp /var/tmp /dev/shm /root /home -mindepth 1 -newer /run/begin 2>/dev/null || :',
  );
  return text.split('\n').filter(path => path !== '' && !/^\/(root|home)\/canary(\/|$)/.test(path));
}
