import { loadSettings, type Settings } from '../../load/index.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { warn } from '../error-report.ts';
import { askSecret } from '../prompt.ts';
import { type VaultPasswordFlags, vaultOptionsFrom } from './password-options.ts';

let settings: Settings | undefined;

/** The settings of the folder that a vault command runs in; read once. */
export function vaultSettings(): Settings {
  settings ??= loadSettings({ warn: message => warn(message) });
  return settings;
}

/**
 * The passwords that a vault command was given, or asks for when it was given none.
 *
 * @param confirm the password may be a new one, so one that is typed is asked for twice
 */
export async function identitiesFor(
  flags: VaultPasswordFlags,
  { confirm = false }: { confirm?: boolean } = {},
): Promise<VaultIdentities> {
  const options = vaultOptionsFrom(flags, vaultSettings());
  const given = options.ids.length + options.passwordFiles.length > 0;
  return VaultIdentities.from({ ...options, ask: options.ask || !given }, askSecret, {
    confirm,
    strict: vaultSettings().vaultIdMatch ?? false,
  });
}
