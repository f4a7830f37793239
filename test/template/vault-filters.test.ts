import { beforeAll, describe, expect, test } from 'vitest';
import { redact, Secret } from '../../src/core/secret.ts';
import { Identity } from '../../src/vault/identity.ts';
import { sealEnvelope } from '../../src/vault/seal.ts';
import { prepare } from '../../src/vault/sodium.ts';
import { templarWith } from './surroundings.ts';

const templar = templarWith({ password: 'correct horse', plain: 'battery staple' });

function failureOf(expression: string): string {
  try {
    templar.evaluate(expression);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing failed';
}

describe('the filters vault and unvault', () => {
  beforeAll(() => prepare());

  test('what is opened is a secret, also in what is made of it', () => {
    const opened = templar.evaluate("plain | vault(password) | unvault(password) ~ '!'");
    expect(opened).toBeInstanceOf(Secret);
    expect((opened as Secret).reveal()).toBe('battery staple!');
  });

  test('what is not sealed stays as it is', () => {
    expect(templar.evaluate('plain | unvault(password)')).toBe('battery staple');
  });

  test('the password is never printed', () => {
    templar.evaluate("'x' | vault('a password of its own')");
    expect(redact('with a password of its own')).toBe('with ********');
  });

  test('a salt of chance is another each time', () => {
    expect(templar.evaluate('(plain | vault(password)) == (plain | vault(password))')).toBe(false);
  });

  test("tsible's own format is opened as well", () => {
    const password = new Identity('default', 'here', () => new Secret('correct horse'));
    const sealed = sealEnvelope(Buffer.from('größe'), password, 'tsible');
    const opened = templarWith({ sealed, password: 'correct horse' }).evaluate('sealed | unvault(password)');
    expect((opened as Secret).reveal()).toBe('größe');
  });

  test('a password that does not fit is an error that does not name it', () => {
    const said = failureOf("plain | vault(password) | unvault('wrong horse')");
    expect(said).toMatch(/^unvault: wrong vault password/);
    expect(redact(said)).not.toMatch(/wrong horse|correct horse|battery/);
  });

  test('the old name vaultid is told', () => {
    const said: string[] = [];
    const telling = templarWith({}, { warn: message => said.push(message) });
    telling.evaluate("'a' | vault('b', vaultid='c')");
    telling.evaluate("'a' | vault('b', vault_id='d', vaultid='c')");
    expect(said).toEqual([
      'vaultid is an old name: use vault_id',
      'vaultid is passed over, as vault_id is set',
    ]);
  });

  test('before the run nothing is sealed', () => {
    const early = templarWith({}, { vault: undefined });
    expect(() => early.evaluate("'a' | vault('b')")).toThrow('vault cannot be used here');
  });

  test('a template that derives keys without end is stopped', () => {
    expect(() => templar.evaluate("range(100000) | map('string') | map('vault', 'b') | list")).toThrow(
      'does not end',
    );
  }, 60_000);
});
