import { expect, it } from 'vitest';
import { newProject } from '../project.ts';

const project = newProject({
  'tsible.yml': 'vault_format: tsible\nvault_password_file: pw\n',
  pw: 'first',
  pw2: 'second',
  'group_vars/.keep': '',
  'host_vars/web1/.keep': '',
});
const { file, read } = project;
const salts = (...names: string[]) =>
  new Set(names.flatMap(name => read(name).match(/-> argon2id .*/g) ?? []));

async function vault(args: string[], stdin = ''): Promise<string> {
  const { status, stdout, stderr } = await project.vault(args, { stdin });
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
