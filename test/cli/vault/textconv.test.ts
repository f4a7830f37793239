import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { Identity } from '../../../src/vault/identity.ts';
import { sealEnvelope } from '../../../src/vault/seal.ts';
import { program, tsible } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const envelope = (text: string, label = 'default', password = 'first') =>
  sealEnvelope(Buffer.from(text), new Identity(label, 'test', () => new Secret(password)), 'ansible');
const indented = (text: string) => text.trimEnd().replace(/^/gm, '  ');
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', env });
}

/** The lines that differ. */
const differing = (diff: string) => diff.split('\n').filter(line => /^[-+](?![-+])/.test(line));

beforeAll(async () => {
  const command = (await program()).join(' ');
  git('init', '-q');
  write('.gitattributes', '*.yml diff=vault\n');
  // As docs/vault.md has it.
  git('config', 'diff.vault.textconv', `${command} vault textconv --vault-id dev@pw`);
  write('pw', 'first');
  write('whole.yml', envelope('a: 1\nb: 2\n'));
  write(
    'vars.yml',
    `a: !vault |\n${indented(envelope('one'))}\nb: !vault |\n${indented(envelope('theirs', 'prod', 'other'))}\nc: 1\n`,
  );
  write('plain.yml', 'a: 1\n');
  git('add', '.');
  git('commit', '-qm', 'x');
  write('whole.yml', envelope('a: 1\nb: 3\n'));
  write(
    'vars.yml',
    `a: !vault |\n${indented(envelope('two'))}\nb: !vault |\n${indented(envelope('theirs', 'prod', 'other'))}\nc: 2\n`,
  );
  write('plain.yml', 'a: 2\n');
});

it('shows to those who have the password what has changed in an encrypted file', () => {
  expect(differing(git('diff', 'whole.yml'))).toEqual(['-b: 2', '+b: 3']);
});

it('shows what has changed in single values, and that others have, which cannot be opened', () => {
  expect(differing(git('diff', 'vars.yml'))).toEqual([
    '-a: !vault one',
    expect.stringMatching(
      /^-b: !vault '\[encrypted, ansible 1\.2, vault id prod, ciphertext [0-9a-f]{12}\]'$/,
    ),
    '-c: 1',
    '+a: !vault two',
    expect.stringMatching(
      /^\+b: !vault '\[encrypted, ansible 1\.2, vault id prod, ciphertext [0-9a-f]{12}\]'$/,
    ),
    '+c: 2',
  ]);
});

it('leaves plain files to git', () => {
  expect(differing(git('diff', 'plain.yml'))).toEqual(['-a: 1', '+a: 2']);
});

it('does not fail where the password is missing, wrong or would have to be asked for', async () => {
  for (const flags of [
    [],
    ['--vault-id', 'dev@missing'],
    ['--vault-id', 'dev@prompt'],
    ['-J'],
    ['--vault-id', 'dev@whole.yml'],
  ]) {
    const ran = await tsible(['vault', 'textconv', ...flags, 'whole.yml'], { cwd: folder });
    expect([flags, ran.status, ran.stderr]).toEqual([flags, 0, '']);
    expect(ran.stdout).toMatch(/^\[encrypted, ansible 1\.1, vault id default, ciphertext [0-9a-f]{12}\]\n$/);
  }
});

it('compares broken versions as they are', async () => {
  for (const text of ['a: "!vault\n', '$ANSIBLE_VAULT;9.9;AES256\n00\n', 'a: !vault plain\n']) {
    write('broken.yml', text);
    const ran = await tsible(['vault', 'textconv', 'broken.yml'], { cwd: folder });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(text.startsWith('$') ? /^\[encrypted, damaged, ciphertext/ : /vault/);
  }
});
