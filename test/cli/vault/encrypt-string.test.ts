import { expect, it } from 'vitest';
import { openEnvelope } from '../../../src/vault/seal.ts';
import { identities, identity } from '../../vault/scene.ts';
import { newProject } from '../project.ts';

const { vault } = newProject({ pw: 'first\n' });

const encryptString = (args: string[], stdin = '') =>
  vault(['encrypt_string', '--vault-password-file', 'pw', ...args], { stdin });

/** What was printed, with contents in the places of ciphertexts. */
function readable(text: string): string {
  const who = identities(identity('first'));
  return text.replace(
    /^( {10})\$ANSIBLE_VAULT;1\.1;AES256\n(?: {10}[0-9a-f]{1,80}\n)+/gm,
    (sealed, margin) => `${margin}<${openEnvelope(sealed, who).content}>\n`,
  );
}

const value = (name: string, content: string) => `${name}!vault |\n          <${content}>\n`;

it.each<[title: string, args: string[], stdin: string, expected: string]>([
  ['one behind the other, as ansible-vault does', ['x', 'y'], '', value('', 'x') + value('', 'y')],
  ['names in the order of values', ['-n', 'a', 'x', 'y'], '', value('a: ', 'x') + value('', 'y')],
  ['a name for standard input', ['-n', 'a'], 'in', value('a: ', 'in')],
  ['standard input as it is', ['--stdin-name', 'a'], 'in\n', value('a: ', 'in\n')],
  ['names go to the command line first', ['-n', 'a', '-', 'x'], 'in', value('', 'in') + value('a: ', 'x')],
  [
    'and standard input has its own',
    ['--stdin-name', 's', '-n', 'a', 'x'],
    'in',
    value('s: ', 'in') + value('a: ', 'x'),
  ],
  ['an empty name is none', ['-n', '', 'x'], '', value('', 'x')],
  ['also for standard input, which is not read', ['--stdin-name', '', 'x'], 'in', value('', 'x')],
  [
    'keys that would be something else',
    ['-n', 'yes', '-n', 'a b', 'x', 'y'],
    '',
    value('"yes": ', 'x') + value('"a b": ', 'y'),
  ],
  ['a dash before a value', ['-n', 'a', '--', '-x'], '', value('a: ', '-x')],
])('%s', async (_title, args, stdin, expected) => {
  const ran = await encryptString(args, stdin);
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  expect(readable(ran.stdout)).toBe(expected);
});

it('takes -v, which scripts give, before and after its name', async () => {
  const words = ['-vvv', 'encrypt_string', '-v', 'x', '--vault-password-file', 'pw', '-n', 'a', '--', '-v'];
  expect(readable((await vault(words)).stdout)).toBe(value('a: ', 'x') + value('', '-v'));
});

it.each<[title: string, args: string[], stdin: string, expected: string]>([
  ['an empty value', [''], '', 'the value to encrypt is empty'],
  ['nothing on standard input', ['-n', 'a'], '', 'the value to encrypt is empty'],
  ['a name too many', ['-n', 'a', '-n', 'b', 'x'], '', '--name b: there is no value for this name'],
  ['what is encrypted', [], '$ANSIBLE_VAULT;1.1;AES256\n3132\n', 'the value is encrypted already'],
])('refuses %s', async (_title, args, stdin, message) => {
  const ran = await encryptString(args, stdin);
  expect(ran).toMatchObject({ status: 1, stdout: '' });
  expect(ran.stderr).toContain(message);
});
