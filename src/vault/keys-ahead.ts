import { availableParallelism } from 'node:os';
import { UserError } from '../core/error.ts';
import { keyAhead, readAnsibleBody } from './ansible-format.ts';
import { readEnvelope } from './envelope.ts';
import type { VaultIdentities } from './identities.ts';

/**
 * Derives the keys of secrets in Ansible's format that are about to be opened, on as many threads as there are
 * processors: each has a key of its own. Of the passwords that may fit, only the likeliest is used; what it does not
 * open, and what is damaged, is left to whoever opens it.
 */
export async function deriveKeysAhead(
  envelopes: Iterable<string>,
  identities: VaultIdentities,
): Promise<void> {
  const waiting = envelopes[Symbol.iterator]();
  const work = async (): Promise<void> => {
    // One after another on each thread: more at a time would keep files and names that are looked up waiting.
    for (let next = waiting.next(); !next.done; next = waiting.next())
      await deriveOne(next.value, identities);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), THREADS_OF_NODE) }, work));
}

/** What libuv's pool has, if nobody set it. */
const THREADS_OF_NODE = 4;

async function deriveOne(text: string, identities: VaultIdentities): Promise<void> {
  try {
    const envelope = readEnvelope(text);
    if (envelope.format !== 'ansible') return;
    const [likeliest] = identities.candidates(envelope.label);
    if (likeliest) await keyAhead(readAnsibleBody(envelope), likeliest);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
