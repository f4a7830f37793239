import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { YamlText } from '../../../src/cli/vault/inline/yaml-text.ts';
import { plainSecrets } from '../../../src/cli/vault/status/plain-secrets.ts';
import { isSecretName } from '../../../src/cli/vault/status/secret-names.ts';
import { Source } from '../../../src/core/position.ts';
import { Secret } from '../../../src/core/secret.ts';
import { Identity } from '../../../src/vault/identity.ts';
import { sealEnvelope } from '../../../src/vault/seal.ts';
import { prepare } from '../../../src/vault/sodium.ts';
import { newProject } from '../project.ts';

const { file, vault } = newProject();

const envelope = (text: string, label = 'default', format: 'ansible' | 'tsible' = 'ansible') =>
  sealEnvelope(Buffer.from(text), new Identity(label, 'test', () => new Secret('first')), format);
const indented = (text: string) => text.trimEnd().replace(/^/gm, '  ');

const status = (...args: string[]) => vault(['status', ...args]);

describe('vault status', () => {
  it('lists what is encrypted, and how', async () => {
    await prepare();
    file('group_vars/all/vault.yml', envelope('a: 1\n', 'prod'));
    file(
      'group_vars/web.yml',
      `a: 1\ndb:\n  pw: !vault |\n${indented(envelope('x')).replace(/^/gm, '  ')}\n`,
    );
    file('files/key.tls', envelope('x', 'team', 'tsible'));
    file('plain.yml', 'a: 1\n');
    file('.git/x.yml', envelope('x'));
    const ran = await status();
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toBe(
      `files/key.tls               tsible 1; vault id team
group_vars/all/vault.yml    ansible 1.2; vault id prod
group_vars/web.yml:3 db.pw  ansible 1.1; vault id default

2 encrypted files, 1 encrypted value in others
`,
    );
    expect((await status('--check')).status).toBe(0);
    const json = JSON.parse((await status('--json', 'group_vars/web.yml')).stdout);
    expect(json).toEqual({
      encrypted: [
        {
          path: 'group_vars/web.yml',
          line: 3,
          key: 'db.pw',
          format: 'ansible',
          version: '1.1',
          vault_id: 'default',
          recipients: [],
        },
      ],
      problems: [],
    });
    expect((await status('nowhere')).stderr).toContain('there is no nowhere');
  });

  it('--check fails on what should be encrypted, and shows none of it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    file('group_vars/all.yml', 'user: x\ndb_password: hunter2\nok_password: "{{ vault_db_password }}"\n');
    file('files/tls.key', pem);
    file('hosts', '[web]\nweb1 ansible_password=hunter2 ansible_user=me\n');
    file(
      'site.yml',
      '- hosts: all\n  vars:\n    api_token: hunter2abc\n  tasks:\n    - user: {password: hunter2}\n',
    );
    file('damaged.yml', envelope('x').slice(0, 200));
    file('group_vars/tagged.yml', 'login_password: hunter2\na: !vault hunter2\n');
    const ran = await status('--check');
    expect(ran.status).toBe(1);
    expect(ran.stdout.split('\n')).toEqual([
      expect.stringMatching(/^damaged\.yml:1: damaged encrypted data: /),
      'files/tls.key:1: this is a private key, and is not encrypted',
      'group_vars/all.yml:2: db_password looks like a secret, and is not encrypted',
      'group_vars/tagged.yml:1: login_password looks like a secret, and is not encrypted',
      'group_vars/tagged.yml:2: a has the tag !vault and is not encrypted',
      'hosts:2: ansible_password looks like a secret, and is not encrypted',
      'site.yml:3: [0].vars.api_token looks like a secret, and is not encrypted',
      '',
    ]);
    expect(ran.stdout + ran.stderr).not.toContain('hunter2');
  });

  it('--check leaves alone what vault_plain of tsible.yml lists', async () => {
    file('group_vars/dev.yml', 'db_password: x1\n');
    file('group_vars/all.yml', 'a_token: x1\nb:\n  c_token: x2\nd_token: x3\n');
    file('tsible.yml', "vault_plain:\n  - group_vars/dev.yml\n  - group_vars/*:a_token\n  - '**:b.*'\n");
    const ran = await status('--check');
    expect(ran.stdout).toBe('group_vars/all.yml:4: d_token looks like a secret, and is not encrypted\n');
  });

  it('--check fails on a file that a rule governs and that is plain', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1uQk6m1sGFYQ3TTzXZn4w0uFnxwoBLsL2jPvrQ0QPb';
    file(
      'tsible.yml',
      `vault:\n  keys:\n    alice: ${key}\n  recipients:\n    - files: prod/*\n      to: alice\n`,
    );
    file('prod/a.yml', 'a: 1\n');
    file('prod/b.yml', envelope('a: 1\n'));
    file('dev/a.yml', 'a: 1\n');
    const ran = await status('--check');
    expect(ran.stderr).toBe('');
    expect(ran.stdout.split('\n')).toEqual([
      expect.stringMatching(/^prod\/a\.yml:1: this is not encrypted, and tsible\.yml:\d says for whom/),
      expect.stringMatching(/^prod\/b\.yml:1: this is not encrypted for those that tsible\.yml:\d names/),
      '',
    ]);
  });
});

describe('names that say "secret"', () => {
  it.each([
    'db_password',
    'password',
    'ansible_become_pass',
    'apiToken',
    'API_KEY',
    'tls.private-key',
    'secret',
    'client_secret',
    'aws_secret_access_key',
    'root_passwd',
    'users_passwords',
    'wpa_psk',
  ])('%s', name => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each([
    'password_file',
    'token_ttl',
    'update_password',
    'bypass',
    'compass',
    'ssh_public_key',
    'authorized_key',
    'key',
    'apt_key',
    'secret_name',
    'passwordless',
    'no_log',
    'password_hash',
    'tokenizer',
    'aws_access_key_id',
  ])('not %s', name => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('values that give nothing away', () => {
  const found = (text: string, path = 'group_vars/all.yml') =>
    plainSecrets({ path, text, yaml: new YamlText(new Source(path, text)), sealed: [], faults: [] }).map(
      ({ key }) => key,
    );
  it.each([
    'x_password: "{{ vault_x }}"',
    "x_password: \"{{ lookup('env', 'X') }}\"",
    'x_password: "prefix-{{ y }}"',
    'x_password: "{% if a %}{{ b }}{% endif %}"',
    'x_password: ""',
    'x_password:',
    'x_password: ~',
    'x_password: no',
    'x_password: "!"',
    'x_password: $6$rounds=5000$salt$hash',
    'x_password: /run/secrets/x',
    'x_private_key: ~/.ssh/id_ed25519',
    'x_password: <password>',
    'x_password: ${X_PASSWORD}',
    'x_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  00',
    'x_password: &a "{{ y }}"\ny_password: *a',
    'max_token: 5',
    'x_password: {length: 12, chars: ascii}',
  ])('%s', text => {
    expect(found(text)).toEqual([]);
  });
  it.each([
    ['x_password: hunter2', 'x_password'],
    ['x_password: 12345', 'x_password'],
    ['x_password: "no"', 'x_password'],
    ['x: {tokens: [abc1]}', 'x.tokens[0]'],
    ['x_cert: |\n  -----BEGIN PRIVATE KEY-----\n  MIIE', 'x_cert'],
  ])('but %s does', (text, key) => {
    expect(found(text)).toEqual([key]);
  });
  it('nor do keys with a passphrase', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    expect(found(`k: |\n${indented(pem)}\n`)).toEqual([]);
  });
  it('outside of files of variables, only what is in vars', () => {
    expect(
      found(
        '- user: {password: x1}\n  vars: {a_password: x2}\n  set_fact:\n    b_token: abc\n',
        'tasks/main.yml',
      ),
    ).toEqual(['[0].vars.a_password', '[0].set_fact.b_token']);
    expect(found('all:\n  hosts:\n    web1: {ansible_password: x1}\n', 'inventory.yml')).toEqual([
      'all.hosts.web1.ansible_password',
    ]);
  });
});
