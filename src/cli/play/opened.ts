import { UserError } from '../../core/error.ts';
import type { LoadContext, Settings } from '../../load/index.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { prepareToOpen } from '../../vault/keys-ahead.ts';
import { openText } from '../../vault/seal.ts';
import { warn } from '../error-report.ts';
import { settingsHere } from '../settings.ts';
import { givenIdentities } from '../vault/identities.ts';
import type { VaultPasswordFlags } from '../vault/password-options.ts';

/** What commands that read a project have in common. */
export interface Opened {
  readonly settings: Settings;
  readonly identities: VaultIdentities;
  readonly context: LoadContext;
  /** Encrypted values in Ansible's format that were met so far: each takes a derivation of its own. */
  met(): number;
}

/** The settings of this folder, and ways to open what is encrypted in it; a warning is said once. */
export function open(flags: VaultPasswordFlags): Opened {
  const settings = settingsHere();
  const identities = givenIdentities(flags);
  const warned = new Set<string>();
  let met = 0;
  const context: LoadContext = {
    sealed: envelope => {
      if (!envelope.trimStart().startsWith('$TSIBLE_VAULT')) met++;
    },
    opener: {
      open: (envelope, position) => openText(envelope, identities, position),
      prepare: envelopes => prepareToOpen(envelopes, identities),
    },
    warn: (message, position) => {
      const text = new UserError(message, { position }).format();
      if (!warned.has(text)) warn(text);
      warned.add(text);
    },
  };
  return { settings, identities, context, met: () => met };
}
