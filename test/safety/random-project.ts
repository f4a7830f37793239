import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Secret } from '../../src/core/secret.ts';
import { sealAnsible } from '../../src/vault/ansible-format.ts';
import { Identity } from '../../src/vault/identity.ts';
import { RandomPlays, type RandomTask } from './random-plays.ts';
import { type RandomSecret, randomSecrets, Watch } from './random-secrets.ts';
import { seeded } from './seeded.ts';

const PLAYS = 6;
const TASKS = 10;
const PASSWORD = 'the vault';

/** Each kind of report; a check run may do what would be no good for this machine. */
const RUNS: readonly (readonly string[])[] = [
  ['-i', 'hosts', 'real.yml'],
  ['-i', 'hosts', 'real.yml', '-vvvv', '--diff'],
  ['-i', 'hosts', 'real.yml', '--json', '--diff'],
  ['-i', 'hosts', 'check.yml', '--check', '--diff'],
  ['-i', 'hosts', 'check.yml', '--check', '--diff', '--json'],
];

/** Mistakes that end a run before its first task. */
const SMALL_RUNS: readonly (readonly string[])[] = [
  ['-i', 'hosts', 'head-0.yml', '-v'],
  ['-i', 'hosts', 'head-1.yml', '--json'],
  ['-i', 'hosts', 'head-2.yml', '--list-tasks', '--list-hosts', '--list-tags'],
  ['-i', 'hosts', 'sealed-book.yml', '-vv'],
  ['-i', 'sealed-hosts', 'ping.yml', '-vv'],
  ['-i', 'sealed-hosts.yml', 'ping.yml', '--json'],
];

export interface Leak {
  readonly words: readonly string[];
  readonly kind: string;
  readonly how: string;
  readonly around: string;
}

export interface Played {
  readonly leaks: readonly Leak[];
  readonly output: string;
}

/** What of the secrets of a random project is seen when it is played, with random tasks or those given. */
export async function played(
  program: readonly string[],
  seed: number,
  { tasks, keep = false }: { tasks?: readonly string[]; keep?: boolean } = {},
): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), `tsible-random-plays-${seed}-`));
  try {
    const secrets = writeProject(folder, seed, tasks);
    const watch = new Watch(secrets);
    const leaks: Leak[] = [];
    let all = '';
    for (const words of [...RUNS, ...SMALL_RUNS]) {
      const given = ['play', ...words, '-e', '@extra.yml', '--vault-password-file', 'password'];
      // So that there is something to do again.
      rmSync(join(folder, 'out'), { recursive: true, force: true });
      mkdirSync(join(folder, 'out'));
      const output = await outputOf([...program, ...given], folder);
      if (keep) writeFileSync(join(folder, `output${words.join('')}`), output);
      all += output;
      leaks.push(...watch.sightings(output).map(sighting => ({ words, ...sighting })));
    }
    return { leaks, output: all };
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf([command, ...words]: readonly string[], cwd: string): Promise<string> {
  // No terminal: nobody must be asked for anything.
  const child = spawn('setsid', ['--wait', command!, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', () => done(output));
  });
}

function writeProject(folder: string, seed: number, given?: readonly string[]): RandomSecret[] {
  const random = seeded(seed);
  const secrets = randomSecrets(random);
  const plays = new RandomPlays(random, secrets);
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  };
  const tasks =
    given?.map(text => ({ text, checkOnly: false })) ??
    Array.from({ length: PLAYS * TASKS }, () => plays.task());
  for (const [number, { text }] of tasks.entries()) write(`task-${number}.yml`, text);
  write('password', PASSWORD);
  write('hosts', Array.from({ length: PLAYS }, (_, at) => `h${at} ansible_connection=local\n`).join(''));
  write(
    'real.yml',
    playbook(tasks, ({ checkOnly }) => !checkOnly),
  );
  write(
    'check.yml',
    playbook(tasks, () => true),
  );
  const texts = Object.fromEntries(secrets.map(({ kind, text }) => [kind, text]));
  write('hosted.json', JSON.stringify(texts));
  const [token, spaced, quotes] = [texts.token!, texts.spaced!, texts.quotes!];
  write('group_vars/all/vault.yml', seal(JSON.stringify({ s: texts })));
  write('group_vars/all/single.yml', singles(secrets));
  write(
    'late.yml',
    seal(
      `sealed:\n${secrets.map(({ kind, text }) => `  ${kind}: !unsafe ${JSON.stringify(text)}\n`).join('')}`,
    ),
  );
  write('coloured', `${token.slice(0, 12)}\u001b[31m${token.slice(12)}\u001b[0m\n`);
  const value = JSON.stringify;
  const sealedFiles: Readonly<Record<string, string>> = {
    'sealed-vars.yml': `a: ${value(spaced)}\nb: "{{ ${token} }}"\n`,
    'broken-vars.yml': texts.brokenYaml!,
    'bad-vars.yml': `a: 1\na: ${value(token)}\n`,
    'list-vars.yml': `- ${value(token)}\n`,
    'templates/sealed.j2': `${token}\n{{ x }}\n${quotes}\n`,
    'templates/sealed-bad.j2': `${token} {{ x | ${token} }} {{ ${token}\n`,
    'sealed-tasks-0.yml': `- debug: { msg: ${value(spaced)} }\n- command: ${value(`echo ${spaced}`)}\n`,
    'sealed-tasks-1.yml': `- debug: { bogus: ${value(token)} }\n`,
    'sealed-tasks-2.yml': `- debug: { msg: x }\n  when: ${value(spaced)}\n`,
    'sealed-tasks-3.yml': `- debug: { msg: "{{ ${token} }} {{ ${token}" }\n`,
    'sealed-tasks-4.yml': `- name: ${value(spaced)}\n  file: { path: /tmp, state: ${value(token)} }\n`,
    'sealed-tasks-5.yml': `- include_tasks: ${value(texts.path)}\n`,
    'sealed-tasks-6.yml': `- command: ${value(quotes)}\n`,
    'sealed-tasks-7.yml': `- debug: { msg: x }\n  notify: ${value(token)}\n  tags: ${value(spaced)}\n  loop: ${value(token)}\n`,
  };
  const files: Readonly<Record<string, string>> = {
    'files/sealed.ini': `[s]\nk = ${spaced}\n${token}\n[${quotes}\n`,
    'files/sealed.csv': `k,${token},"${spaced}\nz,"${quotes}",\n`,
    'files/sealed.json': texts.brokenJson!,
    'files/sealed.sh': `#!/bin/sh\necho ${token}\necho '${token}\n`,
  };
  for (const [name, text] of Object.entries({ ...sealedFiles, ...files })) write(name, seal(text));
  write('extra.yml', seal(JSON.stringify({ e: texts })));
  for (let head = 0; head < 3; head++)
    write(
      `head-${head}.yml`,
      `- hosts: h0\n  gather_facts: false\n  tasks: [{ ping: }]\n- hosts: h1\n${plays.head()}  tasks: [{ ping: }]\n`,
    );
  write(
    'ping.yml',
    '- hosts: all\n  gather_facts: false\n  tasks: [{ ping: }, { debug: { msg: "{{ v | default(0) }}" } }]\n',
  );
  write('sealed-book.yml', seal(plays.one(BOOKS)(value(texts[plays.one(NAMELESS)]!))));
  write('sealed-hosts', seal(plays.one(HOSTS)(texts[plays.one(['token', 'spaced', 'quotes', 'pairs'])]!)));
  write('sealed-hosts.yml', seal(plays.one(INVENTORIES)(value(texts[plays.kind()]!))));
  write('templates/good.j2', 'x={{ x }}\n{{ y }}\n{% for c in x %}{{ c }}{% endfor %}\n');
  write('templates/bad.j2', '{{ x.nope }}\n');
  write('templates/worse.j2', '{{ y | from_json }}\n');
  return secrets;
}

/** Nothing in them looks like the name of a parameter, which would be none of a secret's. */
const NAMELESS = [
  'token',
  'spaced',
  'path',
  'commas',
  'colons',
  'address',
  'lines',
  'quotes',
  'braces',
  'controls',
];

const BOOKS: readonly ((secret: string) => string)[] = [
  secret => `- hosts: ${secret}\n  tasks: []\n`,
  secret => `- hosts: all\n  tasks: [${secret}]\n`,
  secret => `- import_playbook: ${secret}\n`,
  secret => `- hosts: all\n  roles: [${secret}]\n`,
  secret => `- hosts: all\n  serial: ${secret}\n`,
  secret => `- hosts: all\n  strategy: ${secret}\n`,
  secret => `- hosts: all\n  gather_facts: ${secret}\n`,
  secret => `- hosts: all\n  vars_files: [${secret}]\n  tasks: [{ ping: }]\n`,
  secret => `- hosts: all\n  vars: ${secret}\n`,
  secret => `- hosts: all\n  become_method: ${secret}\n  become: true\n  tasks: [{ ping: }]\n`,
  secret => `- hosts: all\n  name: ${secret}\n  order: ${secret}\n  tasks: [{ name: ${secret}, ping: }]\n`,
  secret => `- hosts: all\n  tasks: [{ block: ${secret} }]\n`,
  secret => `- hosts: all\n  tasks: [{ import_tasks: ${secret} }]\n`,
  secret => `- hosts: all\n  tasks: [{ import_role: { name: ${secret} } }]\n`,
  secret => `- hosts: all\n  tasks: [{ ping: { data: ${secret} }, loop: ${secret}, notify: ${secret} }]\n`,
  secret => `- hosts: all\n  tasks: [{ ping: ${secret}, when: ${secret} }]\n`,
  secret => `- hosts: all\n  tasks: [{ ping: , until: ${secret}, retries: ${secret} }]\n`,
  secret => `- hosts: all\n  vars_prompt: [{ name: ${secret}, prompt: ${secret} }]\n  tasks: [{ ping: }]\n`,
  secret => secret,
  secret => `- ${secret.slice(1, -1)}\n- hosts: [\n`,
  secret => `- hosts: all\n  tasks: [{ action: ${secret} }, { local_action: ${secret} }]\n`,
];

const HOSTS: readonly ((secret: string) => string)[] = [
  secret => `h0 ansible_connection=local v="${secret}"\n`,
  secret => `h0 ansible_connection=${secret}\n`,
  secret => `h0 ansible_connection=local v='${secret}\n`,
  secret => `h0 ansible_connection=local ${secret}\n`,
  secret => `h0 ansible_connection=local\n[all:vars]\nv=${secret}\n${secret}\n`,
  secret => `h0 ansible_connection=local ansible_become=${secret}\n`,
  secret => `h0 ansible_timeout=1 ansible_port=${secret}\n`,
  secret => `h0 ansible_timeout=1 ansible_host=${secret}\n`,
];

const INVENTORIES: readonly ((secret: string) => string)[] = [
  secret => `all: { hosts: { h0: { ansible_connection: local, v: ${secret} } } }\n`,
  secret => `all: { hosts: { h0: { ansible_connection: ${secret} } } }\n`,
  secret => `all: { hosts: ${secret} }\n`,
  secret => `all: { children: ${secret} }\n`,
  secret => `all: { vars: ${secret} }\n`,
  secret => `all: ${secret}\n`,
  secret => `all: { hosts: { h0: ${secret} } }\n`,
  secret => `${secret}\n`,
  secret =>
    `all: { hosts: { h0: { ansible_timeout: 1, ansible_host: ${secret}, ansible_user: ${secret} } } }\n`,
  secret =>
    `all: { hosts: { h0: { ansible_timeout: 1, ansible_host: 127.0.0.1, ansible_ssh_private_key_file: ${secret} } } }\n`,
  secret =>
    `all: { hosts: { h0: { ansible_connection: local, ansible_become: true, ansible_become_method: ${secret} } } }\n`,
  secret =>
    `all: { hosts: { h0: { ansible_connection: local, ansible_become: true, ansible_become_user: ${secret}, ansible_become_flags: ${secret} } } }\n`,
  secret => `all: { hosts: { h0: { ansible_connection: local, ansible_shell_executable: ${secret} } } }\n`,
  secret =>
    `all: { hosts: { h0: { ansible_timeout: 1, ansible_ssh_common_args: ${secret}, ansible_host: 127.0.0.1 } } }\n`,
];

function playbook(tasks: readonly RandomTask[], isTaken: (task: RandomTask) => boolean): string {
  let text = '';
  for (let play = 0; play < PLAYS; play++) {
    text += `- hosts: h${play}
  gather_facts: false
  vars_files: [late.yml]
  vars: { out: "{{ playbook_dir }}/out" }
  tasks:
    - command: cat hosted.json
      args: { chdir: "{{ playbook_dir }}" }
      register: printed
      changed_when: false
      check_mode: false
    - set_fact: { hosted: "{{ printed.stdout | from_json }}" }
`;
    for (let number = play * TASKS; number < Math.min((play + 1) * TASKS, tasks.length); number++) {
      if (!isTaken(tasks[number]!)) continue;
      text += `    - block: [{ include_tasks: "task-{{ n }}.yml", vars: { n: ${number} } }]
      rescue: [{ meta: noop }]
`;
    }
  }
  return text;
}

const identity = new Identity('default', 'the test', () => new Secret(PASSWORD));

function seal(text: string): string {
  return sealAnsible(Buffer.from(text), identity, 'default');
}

function singles(secrets: readonly RandomSecret[]): string {
  const values = secrets.map(
    ({ kind, text }) => `  ${kind}: !vault |\n${seal(text).replace(/^/gm, '    ').trimEnd()}\n`,
  );
  return `single:\n${values.join('')}`;
}
