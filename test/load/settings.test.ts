import { chmodSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { parseExtraVars } from '../../src/load/index.ts';
import { loadSettings } from '../../src/load/settings/index.ts';
import { inOwnFolder } from './folder.ts';

const { write } = inOwnFolder();
const quiet = { warn: () => {} };

describe('settings', () => {
  it('reads ansible.cfg, with paths relative to it', () => {
    write({
      'ansible.cfg':
        '[defaults]\ninventory = hosts, more ; both\nroles_path = r1:/abs\nforks=7\nhost_key_checking = False\nno_such = 1\n' +
        '# comment\n[privilege_escalation]\nbecome = yes\n[ssh_connection]\nssh_args = -o "A=b c"\n  -C\n[diff]\nalways: True\n',
    });
    expect(loadSettings(quiet, {})).toMatchObject({
      inventory: [path.resolve('hosts'), path.resolve('more')],
      rolesPath: [path.resolve('r1'), '/abs'],
      forks: 7,
      hostKeyChecking: 'no',
      become: true,
      sshArgs: ['-o', 'A=b c', '-C'],
      diff: true,
    });
  });

  it('puts what the environment has into paths', () => {
    vi.stubEnv('PLACE', '/place');
    write({
      'ansible.cfg':
        '[defaults]\nroles_path = $PLACE/a:${PLACE}/b:$NO_SUCH/c\nvault_password_file = $PLACE/.vault pass\nprivate_key_file = ~/k\n',
    });
    expect(loadSettings(quiet, {})).toMatchObject({
      rolesPath: ['/place/a', '/place/b', path.resolve('$NO_SUCH/c')],
      vaultPasswordFile: '/place/.vault pass',
      privateKeyFile: path.join(homedir(), 'k'),
    });
    vi.unstubAllEnvs();
  });

  it('prefers the environment to tsible.yml, and that to ansible.cfg', () => {
    write({
      'ansible.cfg': '[defaults]\nforks=1\ntimeout=1\nremote_user=cfg\n',
      'tsible.yml': 'forks: 2\ntimeout: 2\n',
    });
    expect(loadSettings(quiet, { ANSIBLE_FORKS: '3' })).toMatchObject({
      forks: 3,
      timeout: 2,
      remoteUser: 'cfg',
    });
  });

  it('uses the file that ANSIBLE_CONFIG names', () => {
    write({
      'ansible.cfg': '[defaults]\nforks=1\n',
      'other/x.cfg': '[defaults]\nforks=9\nprivate_key_file=k\n',
    });
    expect(loadSettings(quiet, { ANSIBLE_CONFIG: 'other/x.cfg' })).toMatchObject({
      forks: 9,
      privateKeyFile: path.resolve('other/k'),
    });
  });

  it('does not trust a file in a folder that everybody may write to', () => {
    const warnings: string[] = [];
    write({ 'ansible.cfg': '[defaults]\nforks=1\n' });
    chmodSync('.', 0o777);
    expect(loadSettings({ warn: message => warnings.push(message) }, {}).forks).toBeUndefined();
    expect(warnings[0]).toContain('ansible.cfg is ignored');
  });

  it.each([
    ['tsible.yml', 'frks: 1\n', 'there is no setting "frks"'],
    ['tsible.yml', 'forks: many\n', 'the setting "forks" wants a whole number'],
    [
      'ansible.cfg',
      '[defaults]\ngathering = always\n',
      'the setting "gathering" wants one of implicit, explicit, smart',
    ],
    ['tsible.yml', '$ANSIBLE_VAULT;1.1;AES256\n61\n', 'settings cannot be encrypted'],
    ['ansible.cfg', '$TSIBLE_VAULT;1;x\n', 'settings cannot be encrypted'],
  ])('says what is wrong in %s: %s', (file, text, message) => {
    write({ [file]: text });
    expect(() => loadSettings(quiet, {})).toThrow(message);
  });
});

describe('extra vars', () => {
  it.each([
    ['k=v', ['a=1 b="x y"'], { a: '1', b: 'x y' }],
    ['JSON', ['{"a": 1, "b": [true]}'], { a: 1, b: [true] }],
    ['YAML', ['a: 1'], { a: 1 }],
    ['later ones win', ['a=1', 'a=2'], { a: '2' }],
    ['a file', ['@vars.yml'], { f: true }],
  ])('%s', (_, options, expected) => {
    write({ 'vars.yml': 'f: yes\n' });
    expect(Object.fromEntries(parseExtraVars(options, quiet))).toEqual(expected);
  });

  it.each([
    ['@none.yml', 'there is no file none.yml'],
    ['word', '-e wants name=value, and "word" has no name'],
    ['a=word of mine', '-e wants name=value, and something behind the first one has no name'],
    ['[1]', '-e wants variables, not a list'],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parseExtraVars([text], quiet)).toThrow(message);
  });
});
