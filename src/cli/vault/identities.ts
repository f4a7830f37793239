import { loadSettings, type Settings } from '../../load/index.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { warn } from '../error-report.ts';
import { askSecretNow } from '../prompt.ts';
import { privateKeysFrom, type VaultPasswordFlags, vaultOptionsFrom } from './password-options.ts';

let read: Settings | undefined;

/** The settings of the folder that a vault command runs in; read once. */
export function vaultSettings(): Settings {
  read ??= loadSettings({ warn: message => warn(message) });
  return read;
}

/**
 * The passwords and private keys that a vault command was given. Where it was given no password, it asks for one
 * when a secret needs it.
 *
 * @param confirm the password may be a new one, so one that is typed is asked for twice
 */
export function identitiesFor(
  flags: VaultPasswordFlags,
  { confirm = false }: { confirm?: boolean } = {},
): VaultIdentities {
  const settings = vaultSettings();
  return VaultIdentities.from(vaultOptionsFrom(flags, settings), askSecretNow, {
    confirm,
    strict: settings.vaultIdMatch ?? false,
    askWhenNeeded: true,
    keys: privateKeysFrom(flags, settings),
  });
}
