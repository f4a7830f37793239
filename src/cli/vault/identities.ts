import { VaultIdentities } from '../../vault/identities.ts';
import { askSecret } from '../prompt.ts';
import { type VaultPasswordFlags, vaultOptionsFrom } from './password-options.ts';

/**
 * The passwords that a vault command was given, or asks for when it was given none.
 *
 * @param confirm the password may be a new one, so one that is typed is asked for twice
 */
export async function identitiesFor(
  flags: VaultPasswordFlags,
  { confirm = false }: { confirm?: boolean } = {},
): Promise<VaultIdentities> {
  const options = vaultOptionsFrom(flags, process.env);
  const given = options.ids.length + options.passwordFiles.length > 0;
  return VaultIdentities.from({ ...options, ask: options.ask || !given }, askSecret, { confirm });
}
