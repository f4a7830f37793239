import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject } from '../project.ts';

const PASSWORD = ['--vault-password-file', 'pw'];
const { at, file, vault } = newProject({ pw: 'a long password\n' });

describe('what somebody new does first', () => {
  it('creates a secret in a folder that is not there yet', async () => {
    const env = { EDITOR: 'sh -c "echo new: 1 > $1" x' };
    const created = await vault(['create', 'group_vars/all/vault.yml', '--skip-tty-check', ...PASSWORD], {
      env,
    });
    // The name may be a slip.
    const told = 'warning: group_vars/all does not exist: it was made\n';
    expect(created).toMatchObject({ status: 0, stderr: told });
    expect((await vault(['view', 'group_vars/all/vault.yml', ...PASSWORD])).stdout).toBe('new: 1\n');
    const set = await vault(['set', 'host_vars/web1/vault.yml', 'a', ...PASSWORD], { stdin: 'x' });
    expect(set.stderr).toContain('warning: host_vars/web1 does not exist: it was made\n');
    expect((await vault(['get', 'host_vars/web1/vault.yml', 'a', ...PASSWORD])).stdout).toBe('x\n');
  });

  it('hears of a folder that cannot be made before the editor is opened', async () => {
    const env = { EDITOR: `sh -c "touch ${at()}/opened" x` };
    const created = await vault(['create', 'pw/vault.yml', '--skip-tty-check', ...PASSWORD], { env });
    expect(created.stderr).toBe(
      'error: cannot write pw/vault.yml: what should be its folder is a file; nothing was changed\n',
    );
    expect(readdirSync(at())).toEqual(['pw']);
  });

  it.each([
    ['db.pasword', 'db.password'],
    ['bd.password', 'db.password'],
    ['users[0].naem', 'users[0].name'],
  ])('misspells a key: %s', async (key, meant) => {
    file('a.yml', 'db: { password: x }\nusers:\n  - name: y\n');
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
