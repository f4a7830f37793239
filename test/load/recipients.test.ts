import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import { findRulesFile, type RecipientRules, readRecipientRules } from '../../src/load/index.ts';
import { readPathPattern } from '../../src/load/recipients/path-pattern.ts';
import { inOwnFolder } from './folder.ts';

const { write } = inOwnFolder();

const ALICE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIofhT06zJ8fsQ8x+txl40mmRaA9gke7SxpX0ebbSX9M';
const BOB = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBeEHc0VJ6bKlAq4NEfAU2Ac50/seryuSfzoJ1AWCx7U';
const CI = 'tsible-x25519 j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8+Lu1h';
const RSA = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== old@example.org';

function read(text: string, files: Record<string, string> = {}): RecipientRules | undefined {
  write(files);
  return readRecipientRules(new Source('tsible.yml', text), 'tsible.yml');
}

function failure(text: string, files: Record<string, string> = {}): UserError {
  try {
    read(text, files);
  } catch (error) {
    return error as UserError;
  }
  throw new Error('it was read without an error');
}

const blobs = (rules: RecipientRules | undefined) =>
  rules?.rules.map(({ recipients }) => recipients.map(({ type, blob }) => `${type} ${blob}`));

describe('who a rule is for', () => {
  it.each([
    ['a name', `{keys: {alice: "${ALICE} a@b"}, recipients: [{files: a, to: alice}]}`, [ALICE]],
    [
      'several keys of one name',
      `{keys: {alice: ["${ALICE}", "${BOB}"]}, recipients: [{files: a, to: [alice]}]}`,
      [ALICE, BOB],
    ],
    ['a key as it is', `{recipients: [{files: a, to: ["${CI}"]}]}`, [CI]],
    [
      'a group, each key once',
      `{keys: {alice: "${ALICE}", bob: "${BOB}"}, groups: {both: [alice, bob]}, recipients: [{files: a, to: [bob, both]}]}`,
      [BOB, ALICE],
    ],
    [
      'a key file in the project',
      '{keys: {alice: keys/alice.pub}, recipients: [{files: a, to: alice}]}',
      [ALICE],
    ],
    ['a folder of key files', '{key_folder: keys, recipients: [{files: a, to: [alice, bob]}]}', [ALICE, BOB]],
    [
      'what ssh-add -L printed',
      '{keys: {alice: agent.txt}, recipients: [{files: a, to: alice}]}',
      [ALICE, BOB],
    ],
    [
      'an authorized_keys file',
      '{keys: {alice: authorized_keys}, recipients: [{files: a, to: alice}]}',
      [BOB],
    ],
  ])('%s', (_title, section, expected) => {
    const files = {
      'keys/alice.pub': `${ALICE} alice@example.org\n`,
      'keys/bob.pub': `${BOB}\n`,
      'agent.txt': `${RSA}\n${ALICE} a\n${BOB} b\n`,
      authorized_keys: `# people\n\nfrom="10.0.0.0/8",no-pty ${BOB} bob laptop\n`,
    };
    expect(blobs(read(`vault: ${section}`, files))).toEqual([expected]);
  });

  it('the first rule that fits counts, and files elsewhere have none', () => {
    const rules = read(`vault:
  keys: {alice: ${ALICE}, bob: ${BOB}}
  recipients:
    - {files: group_vars/prod/db.yml, to: bob}
    - {files: [group_vars/prod/, "*.vault.yml"], to: alice}
`)!;
    const to = (file: string) => rules.ruleFor(join(rules.folder, file))?.to;
    expect(to('group_vars/prod/db.yml')).toEqual(['bob']);
    expect(to('group_vars/prod/deep/x.yml')).toEqual(['alice']);
    expect(to('a.vault.yml')).toEqual(['alice']);
    expect(to('group_vars/a.vault.yml')).toBeUndefined();
    expect(to('../group_vars/prod/db.yml')).toBeUndefined();
  });

  it('knows what a key is called, also by its file', () => {
    const rules = read(`vault: {keys: {ci: "${CI}"}, key_folder: keys, recipients: []}`, {
      'keys/bob.pub': BOB,
      'keys/old.pub': RSA,
    })!;
    expect(rules.nameOf(rules.keysOf(BOB)[0]!)).toBe('bob');
    expect(rules.nameOf(rules.keysOf(CI)[0]!)).toBe('ci');
    expect(rules.nameOf(rules.keysOf(ALICE)[0]!)).toBeUndefined();
  });
});

describe('errors', () => {
  const rule = (to: string) =>
    `vault:\n  keys: {alice: "${ALICE}"}\n  recipients:\n    - {files: a, to: [${to}]}\n`;

  it.each([
    [
      'an unknown name',
      rule('alcie'),
      'tsible.yml:4:23: there is no key with the name "alcie"',
      'did you mean "alice"?',
    ],
    ['nobody', rule(''), 'tsible.yml:4:22: to is empty', undefined],
    [
      'no list',
      'vault:\n  recipients: {files: a}\n',
      'recipients must be a list of rules, not a mapping',
      'which files are for whom',
    ],
    [
      'no files',
      'vault:\n  recipients:\n    - to: x\n',
      'tsible.yml:3:7: the rule has no "files"',
      undefined,
    ],
    [
      'a field that is not known',
      'vault:\n  key: {}\n',
      'tsible.yml:2:3: vault has no "key"',
      'did you mean "keys"?',
    ],
    [
      'a field of a rule',
      'vault:\n  recipients:\n    - {file: a, to: b}\n',
      'a rule has no "file"',
      'did you mean "files"?',
    ],
    [
      'an RSA key',
      `vault:\n  keys:\n    old: ${RSA}\n`,
      'tsible.yml:3:10: secrets cannot be sealed to a key of the type ssh-rsa',
      'RSA, ECDSA and security keys cannot be used',
    ],
    [
      'a damaged key',
      `vault:\n  keys:\n    a: ${ALICE.slice(0, -4)}\n`,
      'this ssh-ed25519 key is damaged',
      undefined,
    ],
    [
      'a private key',
      'vault:\n  keys:\n    a: |\n      -----BEGIN OPENSSH PRIVATE KEY-----\n',
      'this is a private key',
      'public keys',
    ],
    [
      'a file that is not there',
      'vault:\n  keys:\n    a: keys/a.pub\n',
      'tsible.yml:3:8: there is no key file keys/a.pub',
      'relative to tsible.yml',
    ],
    [
      'a name twice',
      `vault:\n  keys: {a: "${ALICE}"}\n  groups: {a: [a]}\n`,
      '"a" is the name of a key and of a group',
      undefined,
    ],
    [
      'a group in a group',
      `vault:\n  keys: {a: "${ALICE}"}\n  groups: {all: [a, b], b: [a]}\n`,
      'tsible.yml:3:21: "b" is a group, and groups cannot be in groups',
      'name the keys that are in it',
    ],
    [
      'a name that cannot be',
      `vault:\n  keys:\n    "a b": ${ALICE}\n`,
      'tsible.yml:3:6: "a b" cannot be a name',
      undefined,
    ],
    [
      'a folder that is not there',
      'vault:\n  key_folder: keys\n',
      'tsible.yml:2:15: there is no folder keys',
      undefined,
    ],
    [
      'an unknown member',
      'vault:\n  groups:\n    a: [b]\n',
      'tsible.yml:3:9: there is no key with the name "b"',
      'section "keys"',
    ],
  ])('%s', (_title, text, message, hint) => {
    const error = failure(text);
    expect(error.format()).toContain(message);
    if (hint === undefined) expect(error.hint ?? '').not.toContain('undefined');
    else expect(error.hint).toContain(hint);
  });

  it('a file with keys of other types only is shown by its line', () => {
    const error = failure('vault: {keys: {old: old.pub}}', { 'old.pub': `# old\n${RSA}\n` });
    expect(error.format()).toMatch(/old\.pub:2:1: secrets cannot be sealed to a key of the type ssh-rsa/);
  });

  it('a private key in a key file is not shown', () => {
    const error = failure('vault: {keys: {a: id}}', { id: '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n' });
    expect(error.format()).toContain('this is a private key');
    expect(error.format()).not.toContain('-----');
  });
});

describe('patterns', () => {
  it.each([
    ['a/*.yml', ['a/b.yml'], ['a/b/c.yml', 'b/a/c.yml']],
    ['**/secret.yml', ['secret.yml', 'a/secret.yml', 'a/b/secret.yml'], ['a/secret.yaml']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['a/', ['a/b', 'a/b/c'], ['a']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/b', 'z']],
    ['./a/?[0-9].yml', ['a/x1.yml'], ['a/xx.yml', 'a/1.yml']],
    ['*', ['a', '.a'], ['a/b']],
  ])('%s', (pattern, fitting, others) => {
    const found = readPathPattern(pattern);
    if ('fault' in found) throw new Error(found.fault);
    expect(fitting.filter(path => !found.matches(path))).toEqual([]);
    expect(others.filter(found.matches)).toEqual([]);
  });

  it.each([
    ['/etc/x', 'leads out of the project'],
    ['../x', 'leads out of the project'],
    ['~/x', 'leads out of the project'],
    ['!a', 'cannot be negated'],
    ['a/{b,c}', 'braces mean nothing here'],
    ['a\\b', 'separated by "/"'],
    ['a**b', '"**" stands for whole folders'],
    ['a//b', 'empty part'],
    ['a/[bc', 'not closed'],
  ])('%s: %s', (pattern, fault) => {
    expect(readPathPattern(pattern)).toMatchObject({ fault: expect.stringContaining(fault) });
  });
});

describe('where the rules are found', () => {
  const text = `vault: {recipients: [{files: a, to: "${ALICE}"}]}`;

  it('in the nearest tsible.yml above, up to the root of the repository', () => {
    write({ 'tsible.yml': text, 'a/b/c': '', 'other/.git/HEAD': '', 'other/d/e': '' });
    expect(findRulesFile('a/b')).toBe(join(process.cwd(), 'tsible.yml'));
    expect(findRulesFile('other/d')).toBeUndefined();
  });

  it('and are not for what has rules or a repository of its own', () => {
    write({ 'role/tsible.yml': 'forks: 1\n', 'module/.git': 'gitdir: elsewhere\n' });
    const rules = read(`vault: {recipients: [{files: "**", to: "${ALICE}"}]}`);
    const governed = ['x', 'role/x', 'role/a/x', 'module/x', 'other/x'].filter(file => rules?.ruleFor(file));
    expect(governed).toEqual(['x', 'other/x']);
  });

  it('not where everybody may put one', () => {
    write({ 'open/tsible.yml': text });
    mkdirSync('open/a');
    chmodSync('open', 0o777);
    const warnings: string[] = [];
    expect(findRulesFile('open/a', { warn: message => warnings.push(message) })).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('everybody may write to the folder')]);
  });
});
