import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tsible } from '../run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
  for (const name of ['group_vars', 'host_vars/web1', 'files'])
    mkdirSync(join(folder, name), { recursive: true });
  file('tsible.yml', 'vault_format: tsible\nvault_password_file: pw\n');
  file('pw', 'first');
  file('pw2', 'second');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string) => writeFileSync(join(folder, name), content);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const salts = (...names: string[]) =>
  new Set(names.flatMap(name => read(name).match(/-> argon2id .*/g) ?? []));

async function vault(args: string[], stdin = ''): Promise<string> {
  const { status, stdout, stderr } = await tsible(['vault', ...args], { cwd: folder, stdin });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

it('a password has one salt in a project, whatever command sealed with it, and another after rekey', async () => {
  await vault(['set', 'group_vars/all.yml', 'a'], '1');
  await vault(['set', 'group_vars/all.yml', 'b'], '2');
  await vault(['set', 'host_vars/web1/vault.yml', 'c'], '3');
  file('files/key', 'd');
  await vault(['encrypt', 'files/key']);
  file('printed.yml', await vault(['encrypt_string', '-n', 'e', '5']));
  const all = ['group_vars/all.yml', 'host_vars/web1/vault.yml', 'files/key', 'printed.yml'];
  expect(all.map(name => salts(name).size)).toEqual([1, 1, 1, 1]);
  const before = salts(...all);
  expect(before.size).toBe(1);
  // Also when it is done file by file.
  for (const name of all) await vault(['rekey', name, '--new-vault-password-file', 'pw2']);
  const after = salts(...all);
  expect(after.size).toBe(1);
  expect(after).not.toEqual(before);
  file('pw', 'second');
  expect(await vault(['get', 'group_vars/all.yml', 'b'])).toBe('2\n');
  expect(await vault(['view', 'files/key'])).toBe('d');
}, 60_000);
