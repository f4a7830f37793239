import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { UserError } from '../core/error.ts';
import { isKeyTo, keyAhead, readAnsibleBody } from './ansible-format.ts';
import { readEnvelope } from './envelope.ts';
import type { VaultIdentities } from './identities.ts';
import type { Identity } from './identity.ts';
import { prepare, whenPrepared } from './sodium.ts';

/**
 * Derives the keys of secrets in Ansible's format that are about to be opened, on as many threads as there are
 * processors: each has a key of its own. Of the passwords that may fit, only the likeliest is used; what it does not
 * open, and what is damaged, is left to whoever opens it.
 */
export async function deriveKeysAhead(
  envelopes: readonly string[],
  identities: VaultIdentities,
): Promise<void> {
  // Whoever gave a wrong password is to know at once.
  const wrong = new Set<Identity>();
  await Promise.all(envelopes.map(text => inTurn(() => deriveOne(text, identities, wrong))));
}

/** Has everything that takes long done for what is certainly going to be opened. */
export async function prepareToOpen(
  envelopes: readonly string[],
  identities: VaultIdentities,
): Promise<void> {
  if (envelopes.some(text => text.startsWith('$TSIBLE_VAULT'))) await prepare();
  await deriveKeysAhead(envelopes, identities);
}

/** What libuv's pool has, if nobody set it. */
const THREADS_OF_NODE = 4;

/** For all hosts together: more at a time would keep files and names that are looked up waiting. */
const inTurn = pLimit(Math.min(availableParallelism(), THREADS_OF_NODE));

async function deriveOne(text: string, identities: VaultIdentities, wrong: Set<Identity>): Promise<void> {
  try {
    const envelope = readEnvelope(text);
    if (envelope.format !== 'ansible') return;
    const [likeliest] = identities.candidates(envelope.label);
    if (!likeliest || wrong.has(likeliest)) return;
    const body = readAnsibleBody(envelope);
    // The password's file may be encrypted itself, in our own format.
    await whenPrepared(() => keyAhead(body, likeliest));
    if (!isKeyTo(body, likeliest)) wrong.add(likeliest);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
