import { type IdentitySettings, VaultIdentities } from '../../vault/identities.ts';
import { askSecretNow } from '../prompt.ts';
import { settingsHere } from '../settings.ts';
import { privateKeysFrom, type VaultPasswordFlags, vaultOptionsFrom } from './password-options.ts';

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
  return givenIdentities(flags, { confirm, askWhenNeeded: true });
}

/** The passwords and private keys of the command line and of the settings, and no others. */
export function givenIdentities(
  flags: VaultPasswordFlags,
  more: Pick<IdentitySettings, 'confirm' | 'askWhenNeeded'> = {},
): VaultIdentities {
  const settings = settingsHere();
  return VaultIdentities.from(vaultOptionsFrom(flags, settings), askSecretNow, {
    ...more,
    strict: settings.vaultIdMatch ?? false,
    keys: privateKeysFrom(flags, settings),
  });
}
