import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject } from '../project.ts';

const { at, file, read, vault } = newProject({ pw: 'first', pw2: 'second', 'a.yml': 'a: 1\n' });
const header = (name = 'a.yml') => read(name).split('\n')[0];
const cfg = (...lines: string[]) => file('ansible.cfg', ['[defaults]', ...lines, ''].join('\n'));

describe('the settings hold for every vault command', () => {
  it.each<[title: string, lines: string[], args: string[], env: Record<string, string>, expected: string]>([
    ['vault_password_file', ['vault_password_file = pw'], [], {}, '$ANSIBLE_VAULT;1.1;AES256'],
    ['vault_identity_list', ['vault_identity_list = dev@pw'], [], {}, '$ANSIBLE_VAULT;1.2;AES256;dev'],
    [
      'vault_encrypt_identity',
      ['vault_identity_list = dev@pw, prod@pw2', 'vault_encrypt_identity = prod'],
      [],
      {},
      '$ANSIBLE_VAULT;1.2;AES256;prod',
    ],
    [
      'vault_identity',
      ['vault_password_file = pw', 'vault_identity = team'],
      [],
      {},
      '$ANSIBLE_VAULT;1.2;AES256;team',
    ],
    [
      'the environment before ansible.cfg',
      ['vault_identity_list = dev@pw'],
      [],
      { ANSIBLE_VAULT_IDENTITY_LIST: 'prod@pw2' },
      '$ANSIBLE_VAULT;1.2;AES256;prod',
    ],
    [
      'the one id of the command line, beside those of the settings',
      ['vault_identity_list = dev@pw'],
      ['--vault-id', 'prod@pw2'],
      {},
      '$ANSIBLE_VAULT;1.2;AES256;prod',
    ],
    [
      'the id that is named',
      ['vault_identity_list = dev@pw, prod@pw2', 'vault_encrypt_identity = prod'],
      ['--encrypt-vault-id', 'dev'],
      {},
      '$ANSIBLE_VAULT;1.2;AES256;dev',
    ],
    [
      'no id, which scripts write as an empty text',
      [],
      ['--vault-id', 'dev@pw', '--encrypt-vault-id', ''],
      {},
      '$ANSIBLE_VAULT;1.2;AES256;dev',
    ],
    ['a source without a label before it', [], ['--vault-id', '@pw'], {}, '$ANSIBLE_VAULT;1.1;AES256'],
  ])('%s', async (_title, lines, args, env, expected) => {
    cfg(...lines);
    const ran = await vault(['encrypt', 'a.yml', ...args], { env });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(header()).toBe(expected);
    const ids = args.filter(word => !/^$|dev$|encrypt/.test(word));
    expect((await vault(['view', 'a.yml', ...ids], { env })).stdout).toBe('a: 1\n');
  });

  it.each([
    ['--vault-password-file', 'pw2'],
    ['--vault-pass-file', 'pw2'],
    ['--vault-id', 'dev@pw2'],
    ['-J'],
    ['--ask-vault-password'],
  ])('an id and %s are two passwords: which one encrypts has to be said', async (...words) => {
    const ran = await vault(['encrypt', 'a.yml', '--vault-id', 'prod@pw', ...words], { stdin: 'x\nx\n' });
    expect(ran.stderr).toContain('passwords were given for several vault ids: prod (file pw), ');
    expect(header()).toBe('a: 1');
  });

  it('vault_format of tsible.yml says what new secrets are, and old ones keep their format', async () => {
    cfg('vault_password_file = pw');
    file('old.yml', 'a: 1\n');
    await vault(['encrypt', 'old.yml']);
    file('tsible.yml', 'vault_format: tsible\n');
    await vault(['encrypt', 'a.yml']);
    expect(header()).toBe('$TSIBLE_VAULT;1;default');
    const string = await vault(['encrypt_string', 'x', '-n', 'a']);
    expect(string.stdout).toContain('$TSIBLE_VAULT;1;default');
    await vault(['set', 'old.yml', 'b'], { stdin: 'x' });
    expect(header('old.yml')).toBe('$ANSIBLE_VAULT;1.1;AES256');
    await vault(['rekey', 'old.yml', '--format', 'tsible', '--new-vault-password-file', 'pw']);
    expect(header('old.yml')).toBe('$TSIBLE_VAULT;1;default');
  });

  it('vault_id_match: only the password of its id opens a secret', async () => {
    await vault(['encrypt', 'a.yml', '--vault-id', 'prod@pw']);
    expect((await vault(['view', 'a.yml', '--vault-id', 'dev@pw'])).stdout).toBe('a: 1\n');
    cfg('vault_id_match = yes');
    const ran = await vault(['view', 'a.yml', '--vault-id', 'dev@pw']);
    expect(ran.stderr).toContain('a.yml:1:1: no password was given for the vault id "prod"');
    expect((await vault(['view', 'a.yml', '--vault-id', 'prod@pw'])).stdout).toBe('a: 1\n');
  });

  it('vault_identity: what names no id is for the password without one, also where ids must match', async () => {
    await vault(['encrypt', 'a.yml', '--vault-password-file', 'pw']);
    expect(header()).toBe('$ANSIBLE_VAULT;1.1;AES256');
    cfg('vault_password_file = pw', 'vault_identity = team', 'vault_id_match = yes');
    expect((await vault(['view', 'a.yml'])).stdout).toBe('a: 1\n');
    expect((await vault(['view', 'a.yml', '--vault-id', 'prod@pw', '-J'], { stdin: 'x\n' })).status).toBe(1);
  });

  it('editor and pager, where the environment names none', async () => {
    cfg('vault_password_file = pw', 'editor = sed -i s/1/2/', 'pager = sed s/^/paged:/');
    file('a.yml', 'a: 1\n'.repeat(30));
    await vault(['encrypt', 'a.yml']);
    expect((await vault(['edit', 'a.yml'])).status).toBe(0);
    expect((await vault(['view', 'a.yml'], { terminal: true })).stdout).toMatch(/^(?:paged:a: 2\r\n){30}$/);
    const env = { EDITOR: 'sed -i s/2/3/', PAGER: 'head -n 1' };
    expect((await vault(['edit', 'a.yml'], { env })).status).toBe(0);
    expect((await vault(['view', 'a.yml'], { env, terminal: true })).stdout).toBe('a: 3\r\n');
  });

  it('ask_vault_pass', async () => {
    await vault(['encrypt', 'a.yml', '--vault-password-file', 'pw']);
    cfg('ask_vault_pass = yes');
    const ran = await vault(['view', 'a.yml'], { terminal: true, stdin: 'first\n' });
    expect(ran.stdout).toBe('Vault password: \r\na: 1\r\n');
  });
});

describe('nothing leaks', () => {
  it('into command lines and environments of what is run, or into files', async () => {
    file(
      'password-client',
      '#!/bin/sh\ncat /proc/[0-9]*/cmdline /proc/self/environ > seen-1\necho canary-pw\n',
      0o755,
    );
    file('a.yml', 'a: canary-value\n');
    const ids = ['--vault-id', 'prod@password-client'];
    await vault(['encrypt', 'a.yml', ...ids]);
    const look = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ > seen-2 2>/dev/null; ls -a > seen-3';
    const EDITOR = `sh -c '${look}; echo b: 1 >> "$1"' x`;
    const edited = await vault(['edit', 'a.yml', ...ids], { env: { EDITOR } });
    const set = await vault(['set', 'a.yml', 'c', ...ids], { stdin: 'canary-new' });
    expect([edited.status, set.status]).toEqual([0, 0]);
    for (const name of ['seen-1', 'seen-2', 'seen-3', 'a.yml']) {
      expect(readFileSync(at(name), 'latin1')).not.toContain('canary');
    }
    expect(edited.stdout + edited.stderr + set.stdout + set.stderr).not.toContain('canary');
  });

  it('into errors about YAML that was decrypted', async () => {
    for (const text of [
      'a: [canary-1\n',
      'a: *canary-2\n',
      'a: "canary-3\n',
      'canary-4\n',
      'a: !!int canary-5\n',
      'a: !canary-7\n',
      'a: !canary-8!y x\n',
      'a: !x^canary-12 x\n',
      'a: @canary-9\n',
      'a: "x" canary-10\n',
      'a: {b: c, canary-11: [}\n',
      'a: [x]\n? {canary-6: 1}\n: x\n',
    ]) {
      file('a.yml', text);
      await vault(['encrypt', 'a.yml', '--vault-password-file', 'pw']);
      const commands = [
        ['get', 'a.yml', 'a.b'],
        ['set', 'a.yml', 'a.b.c'],
        ['edit', 'a.yml', '--key', 'a.b'],
      ];
      const runs = commands.map(words =>
        vault([...words, '--vault-password-file', 'pw'], { stdin: 'x' }).then(ran => ({ words, ...ran })),
      );
      for (const { words, status, stderr } of await Promise.all(runs)) {
        expect([text, words, status]).toEqual([text, words, 1]);
        expect(stderr).toMatch(/^error: /);
        expect(stderr).not.toContain('canary');
      }
    }
  }, 60_000);
});
