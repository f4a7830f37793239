import { describe, expect, it } from 'vitest';
import { tsible } from './run.ts';

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

  it.each([
    [[], 1, ''],
    [['plya'], 1, 'error: unknown command "plya"\nhint: did you mean "play"?\n'],
    [['site.yml'], 1, 'error: unknown command "site.yml"\nhint: to run a playbook: tsible play site.yml\n'],
    [['play', '--chek', 'x.yml'], 1, 'error: unknown option --chek\nhint: did you mean "--check"?\n'],
    [['play', '--zzzzzz', 'x.yml'], 1, 'error: unknown option --zzzzzz\nhint: see tsible play --help\n'],
    [['play'], 1, 'error: missing required argument "PLAYBOOK"\nhint: see tsible play --help\n'],
    [['play', '-f', '0', 'x.yml'], 1, 'It must be a whole number above 0.'],
    [['vault'], 1, 'error: tsible vault needs a command: view, edit'],
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
