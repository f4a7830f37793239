import { afterEach, describe, expect, it, vi } from 'vitest';

const counts = vi.hoisted(() => ({ sync: 0, async: 0, atOnce: 0, most: 0 }));
vi.mock('node:crypto', async original => {
  const real = await original<typeof import('node:crypto')>();
  return {
    ...real,
    pbkdf2Sync: (...args: Parameters<typeof real.pbkdf2Sync>) => {
      counts.sync++;
      return real.pbkdf2Sync(...args);
    },
    pbkdf2: (...args: Parameters<typeof real.pbkdf2>) => {
      counts.async++;
      counts.most = Math.max(counts.most, ++counts.atOnce);
      const done = args.pop() as (error: Error | null, key: Buffer) => void;
      const [password, salt, rounds, length, digest] = args;
      real.pbkdf2(password, salt, rounds, length, digest, (error, key) => {
        counts.atOnce--;
        done(error, key);
      });
    },
  };
});

const { deriveKeysAhead } = await import('../../src/vault/keys-ahead.ts');
const { openText, sealEnvelope } = await import('../../src/vault/seal.ts');
const { NoPassword } = await import('../../src/vault/identity.ts');
const { identities, identity, PASSWORD } = await import('./scene.ts');

const seal = (content: string, label = 'default') =>
  sealEnvelope(Buffer.from(content), identity(PASSWORD, label), 'ansible');
const secrets = Array.from({ length: 12 }, (_, index) => seal(`value ${index}`));

afterEach(() => Object.assign(counts, { sync: 0, async: 0, atOnce: 0, most: 0 }));

describe('keys that are derived ahead', () => {
  it('are there when the secrets are opened, and each is derived once', async () => {
    Object.assign(counts, { sync: 0 });
    const who = identities(identity(PASSWORD));
    // Two hosts that come to the same task.
    await Promise.all([deriveKeysAhead(secrets, who), deriveKeysAhead(secrets, who)]);
    expect(counts.async).toBe(12);
    await deriveKeysAhead(secrets, who);
    for (const [index, secret] of secrets.entries()) expect(openText(secret, who)).toBe(`value ${index}`);
    expect(counts).toMatchObject({ async: 12, sync: 0 });
  });

  it('are not all begun at once: others wait for the same threads', async () => {
    await deriveKeysAhead(secrets, identities(identity(PASSWORD)));
    expect(counts.most).toBeLessThanOrEqual(4);
  });

  it('are those of the password with the right label', async () => {
    const who = identities(identity('another'), identity(PASSWORD, 'prod'));
    const labelled = seal('x', 'prod');
    Object.assign(counts, { sync: 0 });
    await deriveKeysAhead([labelled], who);
    expect(openText(labelled, who)).toBe('x');
    expect(counts).toMatchObject({ async: 1, sync: 0 });
  });

  it('leave everything that is wrong to whoever opens the secret', async () => {
    const nothing = identity(PASSWORD);
    nothing.password = () => {
      throw new NoPassword('no such file');
    };
    await deriveKeysAhead(secrets, identities(nothing));
    await deriveKeysAhead(secrets, identities());
    await deriveKeysAhead(['$ANSIBLE_VAULT;1.1;AES256\n00zz\n', 'plain'], identities(identity(PASSWORD)));
    const wrong = identities(identity('wrong'));
    await deriveKeysAhead(secrets, wrong);
    // As many as were begun before the first one told.
    expect(counts.async).toBeLessThanOrEqual(4);
    const { async } = counts;
    expect(() => openText(secrets[0]!, wrong)).toThrow('wrong vault password');
    expect(counts).toMatchObject({ async, sync: 0 });
  });
});
