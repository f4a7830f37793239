import { UserError } from '../../core/error.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { Identity } from '../../vault/identity.ts';
import type { Opened } from '../../vault/seal.ts';
import { passwordSealer, type Sealer } from '../../vault/sealer.ts';
import { vaultSettings } from './identities.ts';
import type { VaultPasswordFlags } from './password-options.ts';
import { type SealFlags, sealingLabel } from './seal-options.ts';

/** What seals something new that is to stand in a file. */
export function sealerForNew(
  _path: string,
  flags: SealFlags & VaultPasswordFlags,
  identities: VaultIdentities,
): Sealer {
  return passwordSealer(
    identities.forSealing(sealingLabel(flags)),
    flags.format ?? vaultSettings().vaultFormat,
  );
}

/** What seals a new content of something that was opened: for the same people, unless the flags say otherwise. */
export function sealerForChanged(
  { identity, format, label, sealer }: Opened,
  flags: SealFlags,
  identities: VaultIdentities,
): Sealer {
  const wanted = flags.format ?? format;
  if (flags.encryptVaultId !== undefined) {
    return passwordSealer(identities.forSealing(flags.encryptVaultId), wanted);
  }
  if (wanted === format) return sealer;
  if (identity instanceof Identity) return passwordSealer(identity, wanted, label);
  throw new UserError(`it was opened with the key ${identity.file}, and Ansible's format knows no keys`, {
    hint: 'name the vault id whose password is to seal it: --encrypt-vault-id',
  });
}
