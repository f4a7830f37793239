import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import type { VaultFormat } from '../../src/vault/envelope.ts';
import { openEnvelope, openText } from '../../src/vault/seal.ts';
import { prepare } from '../../src/vault/sodium.ts';
import { errorOf, identities, identity, PASSWORD, startOf, vector } from './scene.ts';

beforeAll(prepare);

interface OurVector {
  password: string;
  sealed: string;
}
/** Whose key takes no time to derive. */
const [, ours] = JSON.parse(vector('tsible-format.json').toString()) as [OurVector, OurVector];

const small: readonly [VaultFormat, title: string, text: string, password: string][] = [
  ['ansible', 'version 1.1', vector('ansible-vault/crlf-content.vault').toString(), PASSWORD],
  ['ansible', 'version 1.2', vector('ansible-vault/with-id.vault').toString(), PASSWORD],
  ['tsible', 'version 1', ours.sealed, ours.password],
];

/** What opening a damaged text came to: an error with a place, or the content. */
function opened(broken: string, password: string): Buffer | undefined {
  try {
    return openEnvelope(broken, identities(identity(password)), startOf(broken)).content;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).format()).toMatch(/^vault\.yml:\d+:\d+: /);
    return undefined;
  }
}

describe.each(small)('%s, %s', (format, _title, text, password) => {
  const content = () => openEnvelope(text, identities(identity(password))).content;

  it('every bit flipped is an error with its place, and never another content', { timeout: 60_000 }, () => {
    const bytes = Buffer.from(text);
    const right = content();
    const header = text.split('\n')[0]!;
    // Ansible's header is not authenticated: another id there is only another name.
    const named =
      format === 'ansible' && header.split(';').length > 3 ? header.lastIndexOf(';') : header.length;
    for (let i = 0; i < bytes.length - 1; i++) {
      for (let bit = 1; bit < 0x100; bit <<= 1) {
        const flipped = Buffer.from(bytes);
        flipped[i]! ^= bit;
        const found = opened(flipped.toString('latin1'), password);
        if (!found) continue;
        expect([i, found]).toEqual([i, right]);
        // White space where it does not count is all else that may change.
        const harmless = bytes[i] === 0x0a || (i > named && i < header.length);
        expect([i, bit, harmless]).toEqual([i, bit, true]);
      }
    }
  });

  it('cut off anywhere is an error with its place', () => {
    for (let length = 0; length < text.length - 1; length++) {
      expect(opened(text.slice(0, length), password), `${length} bytes`).toBeUndefined();
    }
  });

  it('without any one of its lines is an error with its place', () => {
    const lines = text.trimEnd().split('\n');
    for (let i = 0; i < lines.length; i++) {
      expect(opened(lines.filter((_, at) => at !== i).join('\n'), password), `line ${i + 1}`).toBeUndefined();
    }
  });

  it('with two lines swapped, or one twice, is an error with its place', () => {
    const lines = text.trimEnd().split('\n');
    for (let i = 0; i + 1 < lines.length; i++) {
      const swapped = [...lines.slice(0, i), lines[i + 1], lines[i], ...lines.slice(i + 2)].join('\n');
      expect(opened(swapped, password), `lines ${i + 1} and ${i + 2}`).toBeUndefined();
      const twice = [...lines.slice(0, i + 1), ...lines.slice(i)].join('\n');
      expect(opened(twice, password), `line ${i + 1}`).toBeUndefined();
    }
  });

  it('followed by something else is an error with its place', () => {
    for (const rest of ['x', '00', 'a: 1', text]) expect(opened(text + rest, password), rest).toBeUndefined();
  });

  it('a wrong password is an error that names the ids and what was tried', () => {
    const wrong = identities(identity('wrong', 'dev'), identity('wronger', 'test'));
    const error = errorOf(() => openEnvelope(text, wrong, startOf(text))) as UserError;
    expect(error.format()).toMatch(
      /^vault\.yml:1:1: wrong vault password.*tried dev \(test\), test \(test\)/,
    );
    expect(error.hint).toContain('vault id "');
  });
});

const HEX = '00'.repeat(40);
const SALT = 'hIWGh4iJiouMjY6PkJGSkw==';
/** Our envelope with other words for the key derivation. */
const withArgon = (words: string) => ours.sealed.replace(/argon2id .*/, words);

describe('what cannot be read says why', () => {
  it.each([
    ['', 'this is not encrypted'],
    [
      ours.sealed.replace(/^-> /m, `<<<<<<< HEAD\n$&`).replace(/^---/m, `=======\n>>>>>>> theirs\n$&`),
      'a merge that git left to be decided is in this',
    ],
    ['a: 1', 'this is not encrypted'],
    ['$ANSIBLE_VAULT', 'this is not encrypted|its first line'],
    ['$ANSIBLE_VAULT;', 'its first line is neither'],
    [`$ANSIBLE_VAULT;1.0;AES\n${HEX}`, 'Ansible 1.x'],
    [`$ANSIBLE_VAULT;1.0;AES256\n${HEX}`, 'Ansible 1.x'],
    [`$ANSIBLE_VAULT;1.3;AES256\n${HEX}`, 'its first line is neither'],
    [`$ANSIBLE_VAULT;1.1;AES128\n${HEX}`, 'its first line is neither'],
    ['$ANSIBLE_VAULT;1.1;AES256', 'does not consist of|is missing'],
    ['$ANSIBLE_VAULT;1.1;AES256\n0', 'part of it is missing'],
    ['$ANSIBLE_VAULT;1.1;AES256\nxyz', 'hexadecimal'],
    [`$ANSIBLE_VAULT;1.1;AES256\n${HEX}`, 'does not consist of'],
    [`$ANSIBLE_VAULT;1.1;AES256\n${'0a'.repeat(3)}`, 'does not consist of'],
    [`$ANSIBLE_VAULT;1.1;AES256\n${Buffer.from('00\n00\n00').toString('hex')}`, 'is missing'],
    [
      `$ANSIBLE_VAULT;1.1;AES256\n${Buffer.from(`zz\n${'00'.repeat(32)}\n${'00'.repeat(16)}`).toString('hex')}`,
      'does not consist of',
    ],
    ['$TSIBLE_VAULT;2;x\n00', 'version "2"'],
    ['$TSIBLE_VAULT;1\n00', 'its first line is not'],
    ['$TSIBLE_VAULT;1;\n00', 'its first line is not'],
    ['$TSIBLE_VAULT;1;x', '"---"'],
    ['$TSIBLE_VAULT;1;x\n---', '"---"'],
    ['$TSIBLE_VAULT;1;x\n--- !!!\nAAAA', '"---"'],
    [ours.sealed.replace(/^(---.*)[\s\S]*$/m, '$1\n'), 'its content is not complete'],
    [ours.sealed.replace(/^(---.*)[\s\S]*$/m, '$1\n!!!!\n'), 'its content is not complete'],
    [ours.sealed.replace('-> argon2id', 'argon2id'), 'does not start with a "->" line'],
    [withArgon(`argon2id 1 99999999 ${SALT}`), 'outside of what is sane'],
    [withArgon(`argon2id 999 8 ${SALT}`), 'outside of what is sane'],
    [withArgon(`argon2id 1 1 ${SALT}`), 'outside of what is sane'],
    [withArgon(`argon2id 1 4294967296 ${SALT}`), 'cannot be read'],
    [withArgon(`argon2id 0 8 ${SALT}`), 'cannot be read'],
    [withArgon(`argon2id -1 8 ${SALT}`), 'cannot be read'],
    [withArgon(`argon2id 1e3 8 ${SALT}`), 'cannot be read'],
    [withArgon('argon2id 1 8 AAAA'), 'cannot be read'],
    [withArgon('argon2id 1 8'), 'cannot be read'],
    [withArgon(`argon2id 1 8 ${SALT} more`), 'cannot be read'],
  ])('%j: %s', (text, message) => {
    const error = errorOf(() => openEnvelope(text, identities(identity(ours.password)), startOf(text)));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(new RegExp(message));
  });

  it('names the line that is not hexadecimal, also inside a file of variables', () => {
    const text = vector('ansible-vault/plain.vault').toString();
    const lines = `a: 1\nb: !vault |\n${text.trimEnd().replace(/^/gm, '  ')}`.split('\n');
    lines[4] = lines[4]!.replace(/.$/, 'x');
    const inner = lines.slice(2).join('\n');
    const position = { source: new Source('vars.yml', lines.join('\n')), line: 2, column: 4 };
    const error = errorOf(() => openEnvelope(inner, identities(identity(PASSWORD)), position)) as UserError;
    expect(error.format()).toContain('vars.yml:5:3: damaged encrypted data');
  });

  it('binary content is no value', () => {
    const text = vector('ansible-vault/binary.vault').toString();
    const error = errorOf(() => openText(text, identities(identity(PASSWORD)), startOf(text)));
    expect(error.message).toBe('the encrypted value is not UTF-8 text');
  });
});
