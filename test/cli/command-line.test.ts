import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program, tsible } from './run.ts';

describe('the command line', () => {
  it('prints its version and its help', async () => {
    expect(await tsible(['--version'])).toMatchObject({
      status: 0,
      stdout: 'tsible from source\n',
      stderr: '',
    });
    const help = await tsible(['--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/ play .*\n.* inventory .*\n.* vault /);
    const play = await tsible(['play', '--help']);
    expect(play.status).toBe(0);
    for (const option of [
      '-i, --inventory',
      '-C, --check',
      '--vault-id',
      '--list-tags',
      '--syntax-check',
      '--json',
    ]) {
      expect(play.stdout).toContain(option);
    }
  });

  it('writes all of it into a pipe, however slowly that is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
    writeFileSync(
      join(folder, 'hosts.yml'),
      `all: {hosts: {one: {}}, vars: {long: "${'x'.repeat(1_000_000)}"}}\n`,
    );
    const words = [...(await program()), 'inventory', '--list', '-i', join(folder, 'hosts.yml')];
    const { stdout } = spawnSync('sh', ['-c', '"$@" | (sleep 1; wc -c)', 'sh', ...words], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect(Number(stdout)).toBeGreaterThan(1_000_000);
  });

  it.each([
    [[], 1, ''],
    [['plya'], 1, 'error: unknown command "plya"\nhint: did you mean "play"?\n'],
    [['site.yml'], 1, 'error: unknown command "site.yml"\nhint: to run a playbook: tsible play site.yml\n'],
    [['play', '--chek', 'x.yml'], 1, 'error: unknown option --chek\nhint: did you mean "--check"?\n'],
    [['play', '--zzzzzz', 'x.yml'], 1, 'error: unknown option --zzzzzz\nhint: see tsible play --help\n'],
    [['play'], 1, 'error: missing required argument "PLAYBOOK"\nhint: see tsible play --help\n'],
    [['play', '-f', '0', 'x.yml'], 1, 'It must be a whole number above 0.'],
    [['vault'], 1, 'error: tsible vault needs a command: create, edit'],
    [['vault', 'vew'], 1, 'error: unknown command "vew"\nhint: did you mean "view"?\n'],
    [
      ['vault', 'view', '--vault-idd', 'x'],
      1,
      'error: unknown option --vault-idd\nhint: did you mean "--vault-id"?\n',
    ],
    [['vault', 'encrypt_string', '--format', 'zip', 'x'], 1, 'Allowed choices are ansible, tsible.'],
  ])('%j', async (words, status, said) => {
    const ran = await tsible(words);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('when its own files are gone', () => {
  // Beside the other, where its libraries are found.
  async function copy(): Promise<{ folder: string; run: (words: string[]) => [number | null, string] }> {
    const [node, file] = (await program()) as [string, string];
    const folder = mkdtempSync(join(dirname(dirname(file)), 'gone-'));
    cpSync(dirname(file), folder, { recursive: true });
    const run = (words: string[]): [number | null, string] => {
      const env = { ...process.env, EDITOR: join(folder, 'editor') };
      const options = { env, encoding: 'utf8', timeout: 15_000 } as const;
      const { status, stderr } = spawnSync(node, [join(folder, basename(file)), ...words], options);
      return [status, stderr];
    };
    return { folder, run };
  }

  it('ends, and says so', async () => {
    const { folder, run } = await copy();
    for (const file of readdirSync(folder)) if (file.startsWith('program-')) rmSync(join(folder, file));
    const ran = run(['vault', '--help']);
    rmSync(folder, { recursive: true });
    expect(ran).toEqual([250, 'error: tsible cannot be read any more where it was started from\n']);
  });

  it('reports what went wrong where they go while it runs', async () => {
    const { folder, run } = await copy();
    writeFileSync(join(folder, 'editor'), `#!/bin/sh\nrm ${folder}/*.mjs\nexit 3\n`, { mode: 0o755 });
    writeFileSync(join(folder, 'password'), 'pw');
    writeFileSync(join(folder, 'x.yml'), 'a: 1\n');
    const words = ['--vault-password-file', join(folder, 'password'), join(folder, 'x.yml')];
    expect(run(['vault', 'encrypt', ...words])[0]).toBe(0);
    const [status, stderr] = run(['vault', 'edit', ...words]);
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('ended with status 3; nothing was changed'),
    ]);
  });
});
