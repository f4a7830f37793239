import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { VaultIdentities } from '../../src/vault/identities.ts';
import { openEnvelope, sealEnvelope } from '../../src/vault/seal.ts';
import { FILE, type VaultVector } from '../oracle/vault/vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as VaultVector[];

describe('files by the real ansible-vault, with its password files', () => {
  it.each(vectors)('$title', vector => {
    const password = join(folder, 'password');
    writeFileSync(password, Buffer.from(vector.passwordFile, 'base64'));
    const options = { ids: [], passwordFiles: [password], ask: false };
    const identities = VaultIdentities.from(options, () => new Secret(''));
    const opened = openEnvelope(vector.sealed, identities);
    expect(opened.content.toString('base64')).toBe(vector.content);
    expect(opened.label).toBe(vector.label ?? 'default');
    // And back: what we seal with the same password has the same shape, and opens.
    const sealed = sealEnvelope(opened.content, identities.forSealing(), 'ansible', opened.label);
    expect(sealed.split('\n')[0]).toBe(vector.sealed.split('\n')[0]);
    expect(sealed.length).toBe(vector.sealed.length);
    expect(openEnvelope(sealed, identities).content).toEqual(opened.content);
  });
});
