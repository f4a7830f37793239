import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tsible } from './run.ts';

/** A project of which ansible-inventory (2.19) prints what is expected below, where no comment says otherwise. */
const FILES = {
  hosts: `lonely ansible_host=192.0.2.4
[web]
w1 listen=80
w2
[db]
d1
[prod:children]
web
db
[prod:vars]
env=prod
[empty]
`,
  'group_vars/web/main.yml': 'x: "{{ env }}-x"\ny: [1, 2.0, true, null]\n',
  'host_vars/d1.yml': 'z: !unsafe "{{ no }}"\n',
  password: 'pw\n',
};

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsible-inventory-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { stdout } = await vault(['encrypt_string', '--stdin-name', 'single'], 'hidden one');
  writeFileSync(join(folder, 'group_vars/db.yml'), stdout);
  writeFileSync(join(folder, 'host_vars/w2.yml'), 'whole: hidden two\n');
  await vault(['encrypt', 'host_vars/w2.yml']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vault = (words: string[], stdin = '') =>
  tsible(['vault', ...words, '--vault-password-file', 'password'], { cwd: folder, stdin });
const inventory = (...words: string[]) =>
  tsible(['inventory', '-i', 'hosts', '--vault-password-file', 'password', ...words], { cwd: folder });

describe('--list', () => {
  test('groups, hosts and their variables as an inventory script would print them', async () => {
    const { stdout, status } = await inventory('--list');
    expect(status).toBe(0);
    const { _meta, ...groups } = JSON.parse(stdout);
    expect(groups).toEqual({
      all: { children: ['ungrouped', 'prod', 'empty'] },
      db: { hosts: ['d1'] },
      prod: { children: ['web', 'db'] },
      ungrouped: { hosts: ['lonely'] },
      web: { hosts: ['w1', 'w2'] },
    });
    expect(_meta.hostvars.w1).toEqual({ env: 'prod', listen: 80, x: '{{ env }}-x', y: [1, 2, true, null] });
    expect(_meta.profile).toBe('inventory_legacy');
    expect(_meta.hostvars.d1.z).toEqual({ __ansible_unsafe: '{{ no }}' });
    expect(stdout).toContain('2.0,');
  });

  test('single secrets stay encrypted; those of an encrypted file are stars, which Ansible prints in plain', async () => {
    const { stdout } = await inventory('--list');
    const { hostvars } = JSON.parse(stdout)._meta;
    expect(hostvars.d1.single.__ansible_vault).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(hostvars.w2.whole).toBe('********');
    expect(stdout).not.toContain('hidden');
  });

  test('--limit leaves out the other hosts, and groups that are empty then', async () => {
    const { _meta, ...groups } = JSON.parse((await inventory('--list', '--limit', 'w1')).stdout);
    expect(Object.keys(_meta.hostvars)).toEqual(['w1']);
    expect(Object.keys(groups)).toEqual(['all', 'prod', 'web']);
  });

  test('--yaml is an inventory that says the same', async () => {
    const { stdout } = await inventory('--list', '--yaml');
    expect(stdout).toContain('single: !vault |\n');
    mkdirSync(join(folder, 'again'));
    writeFileSync(join(folder, 'again/hosts.yml'), stdout);
    const again = await tsible(['inventory', '-i', 'hosts.yml', '--list'], { cwd: join(folder, 'again') });
    const vars = (text: string) => JSON.parse(text)._meta.hostvars.w1;
    expect(vars(again.stdout)).toEqual(vars((await inventory('--list')).stdout));
  });
});

test('--graph draws the tree', async () => {
  expect((await inventory('--graph')).stdout).toBe(`@all:
  |--@ungrouped:
  |  |--lonely
  |--@prod:
  |  |--@web:
  |  |  |--w1
  |  |  |--w2
  |  |--@db:
  |  |  |--d1
  |--@empty:
`);
});

test('--graph --vars of one group', async () => {
  expect((await inventory('--graph', 'db', '--vars')).stdout).toBe(`@db:
  |--d1
  |  |--{env = prod}
  |  |--{single = (encrypted)}
  |  |--{z = {{ no }}}
`);
});

test('--host prints the variables of one host', async () => {
  expect(JSON.parse((await inventory('--host', 'lonely')).stdout)).toEqual({ ansible_host: '192.0.2.4' });
});

describe('wrong use', () => {
  test.each([
    [['--host', 'w3'], 'the inventory has no host "w3"', 'did you mean "w1"?'],
    [['--graph', 'dbs'], 'the inventory has no group "dbs"', 'did you mean "db"?'],
    [[], 'tsible inventory shows one thing', 'say --list, --host NAME or --graph'],
    [['--list', '--graph'], 'tsible inventory shows one thing', 'say --list, --host NAME or --graph'],
    [['--list', 'db'], 'a group ("db") is named for --graph only', '--list takes --limit'],
  ])('%j', async (words, message, hint) => {
    const { status, stderr, stdout } = await inventory(...words);
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).toContain(`hint: ${hint}`);
    expect([status, stdout]).toEqual([1, '']);
  });
});

test('where there is no inventory, that is said', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const { stderr } = await tsible(['inventory', '--graph'], { cwd: empty });
  expect(stderr).toBe(
    'warning: there is no inventory here (looked for: inventory, /etc/ansible/hosts); name one with -i\n',
  );
});
