import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunSettings, tsible } from '../run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
  writeFileSync(join(folder, 'pw'), 'a long password\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PASSWORD = ['--vault-password-file', 'pw'];
const vault = (args: string[], settings: RunSettings = {}) =>
  tsible(['vault', ...args], { cwd: folder, ...settings });

describe('what somebody new does first', () => {
  it('creates a secret in a folder that is not there yet', async () => {
    const env = { EDITOR: 'sh -c "echo new: 1 > $1" x' };
    const created = await vault(['create', 'group_vars/all/vault.yml', '--skip-tty-check', ...PASSWORD], {
      env,
    });
    expect(created).toMatchObject({ status: 0, stderr: '' });
    expect((await vault(['view', 'group_vars/all/vault.yml', ...PASSWORD])).stdout).toBe('new: 1\n');
  });

  it('hears of a folder that cannot be made before the editor is opened', async () => {
    const env = { EDITOR: `sh -c "touch ${folder}/opened" x` };
    const created = await vault(['create', 'pw/vault.yml', '--skip-tty-check', ...PASSWORD], { env });
    expect(created.stderr).toBe(
      'error: cannot write pw/vault.yml: what should be its folder is a file; nothing was changed\n',
    );
    expect(readdirSync(folder)).toEqual(['pw']);
  });

  it.each([
    ['db.pasword', 'db.password'],
    ['bd.password', 'db.password'],
    ['users[0].naem', 'users[0].name'],
  ])('misspells a key: %s', async (key, meant) => {
    writeFileSync(join(folder, 'a.yml'), 'db: { password: x }\nusers:\n  - name: y\n');
    await vault(['encrypt', '--output', 'whole.yml', 'a.yml', ...PASSWORD]);
    for (const words of [
      ['get', 'a.yml', key],
      ['get', 'whole.yml', key],
      ['encrypt', 'a.yml', '--key', key],
    ]) {
      const { stderr } = await vault([...words, ...PASSWORD]);
      expect(stderr).toBe(`error: there is no ${key} in ${words[1]}\nhint: did you mean ${meant}?\n`);
    }
  });
});
