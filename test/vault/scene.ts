import { readFileSync } from 'node:fs';
import { Source } from '../../src/core/position.ts';
import { Secret } from '../../src/core/secret.ts';
import { VaultIdentities } from '../../src/vault/identities.ts';
import { Identity } from '../../src/vault/identity.ts';

export const PASSWORD = 'correct horse battery staple';

export function identity(password: string, label = 'default'): Identity {
  return new Identity(label, 'test', () => new Secret(password));
}

export function identities(...all: Identity[]): VaultIdentities {
  return new VaultIdentities(all);
}

export function vector(name: string): Buffer {
  return readFileSync(new URL(`../vectors/${name}`, import.meta.url));
}

export function startOf(text: string, file = 'vault.yml') {
  return { source: new Source(file, text), line: 1, column: 1 };
}

/** The message of what `work` throws; fails when it returns. */
export function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
