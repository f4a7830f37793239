import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { isSealed, type VaultFormat } from '../../src/vault/envelope.ts';
import { openEnvelope, sealEnvelope } from '../../src/vault/seal.ts';
import { prepare } from '../../src/vault/sodium.ts';
import { sealTsible } from '../../src/vault/tsible-format.ts';
import { errorOf, identities, identity, PASSWORD, startOf, vector } from './scene.ts';

beforeAll(prepare);

interface Vector {
  title: string;
  password: string;
  label: string;
  content: string;
  cost: { passes: number; kibibytes: number };
  random: string;
  sealed: string;
}
const ours: Vector[] = JSON.parse(vector('tsible-format.json').toString());

describe('files by the real ansible-vault', () => {
  it.each([
    ['plain', PASSWORD, 'default'],
    ['with-id', PASSWORD, 'prod'],
    ['unicode-id', PASSWORD, 'grün'],
    ['unicode-password', 'pässwörd ☃ 密', 'default'],
    ['empty', PASSWORD, 'default'],
    ['crlf-content', PASSWORD, 'default'],
    ['crlf-lines', PASSWORD, 'default'],
    ['whole-block', PASSWORD, 'default'],
    ['binary', PASSWORD, 'dev'],
  ])('%s', (name, password, label) => {
    const opened = openEnvelope(
      vector(`ansible-vault/${name}.vault`).toString(),
      identities(identity('something else'), identity(password)),
    );
    expect(opened.content).toEqual(vector(`ansible-vault/${name}.plain`));
    expect(opened).toMatchObject({ format: 'ansible', label });
  });
});

it.each([
  ['1.1;AES256;prod', 'prod'],
  ['1.2;AES256', 'default'],
])('an id that somebody put into the first line, or took out of it, is only a name: %s', (words, label) => {
  const text = vector('ansible-vault/plain.vault').toString().replace('1.1;AES256', words);
  const opened = openEnvelope(text, identities(identity(PASSWORD)));
  expect(opened.content).toEqual(vector('ansible-vault/plain.plain'));
  expect(opened.label).toBe(label);
});

it('a byte order mark, as Windows editors put it, is no part of an envelope', () => {
  const bytes = Buffer.concat([Buffer.from('\ufeff'), vector('ansible-vault/plain.vault')]);
  expect(isSealed(bytes)).toBe(true);
  expect(openEnvelope(bytes.toString(), identities(identity(PASSWORD))).content).toEqual(
    vector('ansible-vault/plain.plain'),
  );
});

it('does not seal what the real ansible-vault could not read', () => {
  const seal = () => sealEnvelope(Buffer.from('x'), identity(PASSWORD, 'grün'), 'ansible');
  expect(errorOf(seal).message).toContain('Ansible does not read secrets with the vault id "grün"');
});

describe("tsible's format", () => {
  it.each(ours)('known answer: $title', ({ password, label, content, cost, random, sealed }) => {
    const bytes = Buffer.from(random, 'hex');
    let taken = 0;
    const next = (length: number) => {
      taken += length;
      return bytes.subarray(taken - length, taken);
    };
    const plain = Buffer.from(content, 'hex');
    expect(
      sealTsible(
        plain,
        { label, password: identity(password, label), recipients: [] },
        { cost, random: next },
      ),
    ).toBe(sealed);
    expect(taken).toBe(bytes.length);
    const opened = openEnvelope(sealed, identities(identity(password)));
    expect(opened.content).toEqual(plain);
    expect(opened).toMatchObject({ format: 'tsible', label });
  });

  it('does not let a file ask for more memory than is sane', () => {
    const text = ours[1]!.sealed.replace('argon2id 1 8', 'argon2id 1 99999999');
    expect(errorOf(() => openEnvelope(text, identities(identity('x')))).message).toContain(
      'outside of what is sane',
    );
  });

  it('skips stanzas of types it does not know, and says so when there is no other', () => {
    const text = ours[1]!.sealed.replace('-> argon2id 1 8', '-> piv-p256 1 8');
    expect(errorOf(() => openEnvelope(text, identities(identity('x')))).message).toContain(
      'a kind that this tsible does not know (piv-p256)',
    );
  });
});

describe.each<VaultFormat>(['ansible', 'tsible'])('the %s format', format => {
  it.each([0, 1, 15, 16, 17, 31, 32, 33, 5000])('%d bytes come back', length => {
    const content = Buffer.alloc(length, 0xe9);
    const who = identity(PASSWORD, 'dev');
    const text = sealEnvelope(content, who, format);
    expect(isSealed(text)).toBe(true);
    expect(openEnvelope(text, identities(who)).content).toEqual(content);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('never gives the same text twice', () => {
    const who = identity(PASSWORD);
    const seal = () => sealEnvelope(Buffer.from('a'), who, format);
    expect(seal()).not.toBe(seal());
  });

  it('opens indented, with empty lines around and Windows line ends', () => {
    const who = identity(PASSWORD);
    const text = sealEnvelope(Buffer.from('a'), who, format);
    const indented = `\n${text.replace(/^/gm, '    ').replaceAll('\n', '\r\n')}\r\n\n`;
    expect(openEnvelope(indented, identities(who)).content.toString()).toBe('a');
  });

  it('tries the password with the right label first, then the others', () => {
    const text = sealEnvelope(Buffer.from('a'), identity('right'), format, 'prod');
    const asked: string[] = [];
    const watched = (label: string, password: string) => {
      const who = identity(password, label);
      const original = who.password.bind(who);
      who.password = () => {
        asked.push(label);
        return original();
      };
      return who;
    };
    openEnvelope(text, identities(watched('dev', 'x'), watched('prod', 'y'), watched('test', 'right')));
    expect(asked).toEqual(['prod', 'dev', 'test']);
  });

  it('says which passwords were tried for what, and where', () => {
    const text = sealEnvelope(Buffer.from('a'), identity('right'), format, 'prod');
    const error = errorOf(() =>
      openEnvelope(text, identities(identity('x', 'dev')), startOf(text)),
    ) as UserError;
    expect(error.format()).toContain('vault.yml:1:1: wrong vault password');
    expect(error.message).toContain('tried dev (test)');
    expect(error.hint).toContain('vault id "prod"');
    const none = errorOf(() => openEnvelope(text, identities(), startOf(text))) as UserError;
    expect(none.message).toBe('this is encrypted (vault id "prod"), and no vault password was given');
  });

  it('derives no key for data that is damaged beyond reading, and one for many secrets with one salt', () => {
    const who = identity(PASSWORD);
    const texts = Array.from({ length: 3 }, (_, i) => sealEnvelope(Buffer.from([i]), who, format));
    let derived = 0;
    const fresh = identity(PASSWORD);
    const original = fresh.password.bind(fresh);
    fresh.password = () => {
      derived++;
      return original();
    };
    expect(() => openEnvelope(texts[0]!.slice(0, -40), identities(fresh))).toThrow(UserError);
    expect(derived).toBe(0);
    for (const text of [...texts, ...texts]) openEnvelope(text, identities(fresh));
    // Ansible's format has a salt for every secret; ours shares it between the secrets of a run.
    expect(derived).toBe(format === 'tsible' ? 1 : 3);
  });
});
