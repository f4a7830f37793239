import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../src/core/error.ts';
import { loadInventory } from '../../src/load/index.ts';
import { inOwnFolder } from './folder.ts';

const { write } = inOwnFolder();

describe('what is wrong in an inventory is said with its place and a hint', () => {
  const CASES: readonly [title: string, file: string, text: string, error: string, hint?: string][] = [
    [
      'a variable without value',
      'hosts',
      'h a b=1\n',
      'hosts:1:3: expected "name=value" behind the host, not "a"',
    ],
    [
      'a group that is not there',
      'hosts',
      '[front:vars]\nx=1\n[b]\nh\n',
      'hosts:1:2: [front:vars] is about a group that is not defined',
      'add a section [front]',
    ],
    [
      'a misspelt child',
      'hosts',
      '[web]\nh\n[all2:children]\nwbe\n',
      'hosts:4:1: the group "wbe" is not defined',
      'did you mean "web"?',
    ],
    [
      'a misspelt section',
      'hosts',
      '[a:childen]\nb\n',
      'hosts:1:4: unknown kind of section "childen"',
      'did you mean "children"?',
    ],
    ['a quote that is not closed', 'hosts', 'h a="x\n', 'hosts:1:1: no closing "'],
    ['a range that runs backwards', 'hosts', 'h[3:1]\n', 'hosts:1:1: the range [3:1] runs backwards'],
    [
      'a range of unlike ends',
      'hosts',
      'h[01:100]\n',
      'hosts:1:1: both ends of the range [01:100] must have the same number of digits',
    ],
    [
      'groups in a circle',
      'hosts',
      '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n',
      'hosts:6:1: the groups go round in a circle: c > a > b > c',
    ],
    [
      'hosts as a list',
      'h.yml',
      'all:\n  hosts:\n    - a\n',
      'h.yml:3:5: "hosts" of the group "all" must be a mapping, not a list',
      'write each name as a key, "web1:", without a dash',
    ],
    ['a plugin', 'h.yml', 'plugin: aws_ec2\n', 'h.yml:1:1: inventory plugins are not supported'],
    [
      'a script that fails',
      's.sh',
      '#!/bin/sh\necho no >&2\nexit 3\n',
      'the inventory script s.sh --list ended with status 3: no',
    ],
  ];

  it.each(CASES)('%s', async (_, file, text, error, hint) => {
    write({ [file]: text });
    const found = await caught(() => loadInventory({ sources: [file] }, { warn: () => {} }));
    expect(found.format().split('\n')[0]).toBe(error);
    if (hint !== undefined) expect(found.hint).toBe(hint);
  });

  it('knows that a name without a comma was meant as a host', async () => {
    const { hint } = await caught(() => loadInventory({ sources: ['web1'] }, { warn: () => {} }));
    expect(hint).toContain("-i 'web1,'");
  });
});

it('warns of group names that templates cannot use', async () => {
  const warnings: string[] = [];
  write({ hosts: '[my-web]\nh\n' });
  await loadInventory({ sources: ['hosts'] }, { warn: message => warnings.push(message) });
  expect(warnings[0]).toContain('the group name "my-web" is no valid variable name');
});

it('gives localhost the variables of all', async () => {
  write({
    hosts: 'h\n[all:vars]\na=1\n',
    'group_vars/all.yml': 'b: 1\n',
    'host_vars/localhost.yml': 'c: 1\n',
  });
  const { implicitHost } = await loadInventory({ sources: ['hosts'] }, { warn: () => {} });
  const host = implicitHost!('localhost');
  expect(Object.fromEntries(host.layers.flatMap(layer => [...layer.vars]))).toEqual({
    a: 1,
    b: 1,
    c: 1,
    ansible_connection: 'local',
  });
});

it('reads what stands beside the inventory and beside the playbook once', async () => {
  const sealed: string[] = [];
  const vault = 'secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n';
  write({ hosts: 'h\n', 'group_vars/all.yml': vault, 'host_vars/h.yml': vault });
  const { hosts } = await loadInventory(
    { sources: ['hosts'], playbookFolders: ['.', path.resolve('.')] },
    { warn: () => {}, sealed: envelope => sealed.push(envelope) },
  );
  expect(sealed).toHaveLength(2);
  expect(hosts.get('h')!.layers.map(layer => layer.origin)).toEqual([
    'group_vars/all.yml',
    'group_vars/all.yml',
    'host_vars/h.yml',
    'host_vars/h.yml',
  ]);
});

it('opens encrypted files together, those that are read and no others, and runs scripts once', async () => {
  const prepared: string[][] = [];
  write({
    'inv.sh': '#!/bin/sh\necho ran >> runs\necho \'{"web": {"hosts": ["h"]}, "_meta": {"hostvars": {}}}\'\n',
    'group_vars/all/vault.yml': '$ANSIBLE_VAULT;all\n',
    'group_vars/all/vars.yml': 'plain: 1\n',
    'group_vars/other.yml': '$ANSIBLE_VAULT;other\n',
    'host_vars/h.yml': '$TSIBLE_VAULT;h\n',
  });
  const opener = {
    open: (envelope: string) => `${envelope.trim().split(';')[1]}_secret: opened\n`,
    prepare: async (envelopes: readonly string[]) => void prepared.push([...envelopes]),
  };
  const options = { sources: ['inv.sh'], playbookFolders: ['.'] };
  const { hosts } = await loadInventory(options, { warn: () => {}, opener });
  expect(prepared).toEqual([['$ANSIBLE_VAULT;all\n', '$TSIBLE_VAULT;h\n']]);
  const names = hosts.get('h')!.layers.flatMap(({ vars }) => [...vars.keys()]);
  expect(new Set(names)).toEqual(new Set(['plain', 'all_secret', 'h_secret']));
  expect(readFileSync('runs', 'utf8')).toBe('ran\n');
});

it('says where each variable came from', async () => {
  write({ 'inv/hosts': '[web]\nh a=1\n[web:vars]\nb=1\n', 'inv/group_vars/web.yml': 'c: 1\n' });
  const { hosts } = await loadInventory({ sources: ['inv'] }, { warn: () => {} });
  expect(hosts.get('h')!.layers.map(layer => layer.origin)).toEqual([
    'inv/hosts [web:vars]',
    'inv/group_vars/web.yml',
    'inv/hosts:2',
  ]);
});

async function caught(work: () => Promise<unknown>): Promise<UserError> {
  try {
    await work();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('nothing was thrown');
}
