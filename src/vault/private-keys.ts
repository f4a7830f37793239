import { type AskPassphrase, PrivateKey } from './private-key.ts';
import type { Recipient } from './recipient.ts';

/** The private keys of whoever runs this, and what the project calls public ones. */
export interface PrivateKeys {
  readonly all: readonly PrivateKey[];
  /** For messages: undefined where the project has no name for a key. */
  nameOf(recipient: Recipient): string | undefined;
}

export const NO_KEYS: PrivateKeys = { all: [], nameOf: () => undefined };

/** What is tried when nothing was named, as ssh does it. */
const USUAL_FILES = ['~/.ssh/id_ed25519'];

/** @param files those that were named; none: the usual ones */
export function privateKeys(
  files: readonly string[],
  ask: AskPassphrase,
  nameOf: PrivateKeys['nameOf'] = () => undefined,
): PrivateKeys {
  const all =
    files.length > 0
      ? files.map(file => new PrivateKey(file, ask))
      : USUAL_FILES.map(file => new PrivateKey(file, ask, true));
  return { all, nameOf };
}
