import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
let program: Awaited<ReturnType<typeof bundle>>;

function file(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

const environment = (who: string) => ({ PATH: process.env.PATH, HOME: join(folder, who), TERM: 'xterm' });

function run(who: string, ...args: string[]) {
  const [command, ...words] = [...program.command, ...args];
  const { stdout, stderr, status } = spawnSync('setsid', ['-w', command!, ...words], {
    cwd: folder,
    env: environment(who),
    encoding: 'utf8',
    input: '',
  });
  return { stdout, stderr, status };
}

/** With a terminal, at which an answer is typed for every question. */
function runAtTerminal(who: string, answer: string, ...args: string[]): Promise<string> {
  const line = [...program.command, ...args].map(word => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder, env: environment(who) });
  let shown = '';
  child.stdout.on('data', (text: Buffer) => {
    shown += text.toString();
    if (/: $/.test(text.toString())) child.stdin.write(`${answer}\r`);
  });
  return new Promise(resolve => {
    child.on('close', () => resolve(shown));
  });
}

beforeAll(async () => {
  program = await bundle('tsible-vault-keys');
  for (const [who, passphrase] of [
    ['open', ''],
    ['locked', 'open sesame'],
    ['stranger', ''],
  ] as const) {
    mkdirSync(join(folder, who, '.ssh'), { recursive: true });
    const path = join(folder, who, '.ssh/id_ed25519');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', who, '-f', path]);
  }
  const key = (who: string) => readFileSync(join(folder, who, '.ssh/id_ed25519.pub'), 'utf8').trim();
  file(
    'tsible.yml',
    `vault:\n  keys: {open: "${key('open')}", locked: "${key('locked')}"}\n  recipients:\n    - {files: [group_vars/, files/], to: [open, locked]}\n`,
  );
  file('group_vars/web/vault.yml', 'whole: from a whole file\n');
  file('files/sealed.txt', 'from a file that is copied\n');
  const { stderr } = run('open', 'vault', 'encrypt', 'group_vars/web/vault.yml', 'files/sealed.txt');
  expect(stderr).toBe('');
  const { stdout } = run(
    'open',
    'vault',
    'encrypt_string',
    '--as-in',
    'group_vars/all/x',
    '-n',
    'inline',
    'from one value',
  );
  // Beside the whole file, which every run has to open, there is a play that needs none of this.
  file('inline.yml', stdout);
  file('hosts', 'one ansible_connection=local\ntwo ansible_connection=local\n');
  // A file that is encrypted as a whole is opened when it is loaded: its group is in another inventory.
  file('web', '[web]\none\ntwo\n');
  const head = '- hosts: all\n  gather_facts: false\n  vars_files: [inline.yml]\n  tasks:\n';
  const use = '    - command: printf %s "{{ inline | length }}"\n      changed_when: false\n';
  file('unused.yml', `${head}    - debug: {msg: nothing secret}\n`);
  file('used.yml', `${head}${use}${use}`);
  file(
    'site.yml',
    `${head}    - copy: {src: files/sealed.txt, dest: "{{ playbook_dir }}/copied-{{ inventory_hostname }}"}\n` +
      '    - copy: {content: "{{ whole }}, {{ inline }}", dest: "{{ playbook_dir }}/templated"}\n      run_once: true\n',
  );
});

afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

describe('a play with secrets for recipients', () => {
  it('opens them wherever they stand, with the key that is there', () => {
    const { stdout, stderr, status } = run('open', 'play', 'site.yml', '-i', 'hosts', '-i', 'web', '--diff');
    expect(stdout).toMatch(/two +: ok=[12] .*failed=0/);
    expect([status, stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'copied-two'), 'utf8')).toBe('from a file that is copied\n');
    expect(readFileSync(join(folder, 'templated'), 'utf8')).toBe('from a whole file, from one value');
    expect(stdout).not.toContain('from ');
  });

  it('says for whom they are to those who have another key', () => {
    const { stdout, stderr, status } = run('stranger', 'play', 'used.yml', '-i', 'hosts');
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(
      /this is encrypted for open, locked: tried ~\/\.ssh\/id_ed25519 [^\n]+\n +at inline\.yml:2:/,
    );
  });

  it('asks for no passphrase as long as no secret is needed', async () => {
    expect(run('locked', 'play', 'unused.yml', '-i', 'hosts').status).toBe(0);
    expect(await runAtTerminal('locked', '', 'play', 'unused.yml', '-i', 'hosts')).not.toContain(
      'Passphrase',
    );
  });

  it('asks for the passphrase once, however many secrets and hosts there are', async () => {
    const shown = await runAtTerminal('locked', 'open sesame', 'play', 'used.yml', '-i', 'hosts');
    expect(shown.match(/Passphrase for the key ~\/\.ssh\/id_ed25519: /g)).toHaveLength(1);
    expect(shown).toMatch(/two.*ok=2/);
    expect(shown).not.toContain('open sesame');
  });

  it('asks no second time where Ctrl-C is the answer, and ends', async () => {
    const shown = await runAtTerminal('locked', '\x03', 'play', 'used.yml', '-i', 'hosts');
    expect(shown.match(/Passphrase/g)).toHaveLength(1);
    expect(shown).not.toContain('changed: ');
  });

  it('fails where nobody can be asked', () => {
    const { stdout, stderr, status } = run('locked', 'play', 'used.yml', '-i', 'hosts');
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('it has a passphrase, and there is neither a terminal nor SSH_ASKPASS');
  });
});
