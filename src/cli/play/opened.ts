import { UserError } from '../../core/error.ts';
import { type LoadContext, loadSettings, type Settings } from '../../load/index.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { openText } from '../../vault/seal.ts';
import { warn } from '../error-report.ts';
import { askSecretNow } from '../prompt.ts';
import { privateKeysFrom, type VaultPasswordFlags, vaultOptionsFrom } from '../vault/password-options.ts';

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
  const settings = loadSettings({
    warn: (message, position) => warn(new UserError(message, { position }).format()),
  });
  const identities = VaultIdentities.from(vaultOptionsFrom(flags, settings), askSecretNow, {
    strict: settings.vaultIdMatch ?? false,
    keys: privateKeysFrom(flags, settings),
  });
  const warned = new Set<string>();
  let met = 0;
  const context: LoadContext = {
    sealed: envelope => {
      if (!envelope.trimStart().startsWith('$TSIBLE_VAULT')) met++;
    },
    opener: { open: (envelope, position) => openText(envelope, identities, position) },
    warn: (message, position) => {
      const text = new UserError(message, { position }).format();
      if (!warned.has(text)) warn(text);
      warned.add(text);
    },
  };
  return { settings, identities, context, met: () => met };
}
