import { UserError } from '../../core/error.ts';
import { DEFAULT_LABEL } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { Identity } from '../../vault/identity.ts';
import { sameRecipients } from '../../vault/readers.ts';
import type { Recipient } from '../../vault/recipient.ts';
import { shareSaltInUse } from '../../vault/salt-in-use.ts';
import type { Opened } from '../../vault/seal.ts';
import { passwordSealer, type Sealer } from '../../vault/sealer.ts';
import { settingsHere } from '../settings.ts';
import { STDIO } from './files.ts';
import type { VaultPasswordFlags } from './password-options.ts';
import { projectTexts } from './project-texts.ts';
import { governing, recipientsNamed } from './rules.ts';
import { type SealFlags, sealingLabel } from './seal-options.ts';

/**
 * What seals something new that is to stand in a file: for those that `--to` names or that the project's rules
 * want for the file, else with a password.
 */
export function sealerForNew(
  path: string,
  flags: SealFlags & VaultPasswordFlags,
  identities: VaultIdentities,
): Sealer {
  const wanted = wantedRecipients(path, flags);
  if (!wanted) {
    const password = identities.forSealing(sealingLabel(flags));
    return sharingSalt(passwordSealer(password, flags.format ?? settingsHere().vaultFormat), path);
  }
  return recipientSealer(wanted, flags, identities, path);
}

/** With a password, one derivation is to open all that the project has, whenever it was sealed. */
export function sharingSalt(sealer: Sealer, path: string): Sealer {
  if (sealer.format === 'tsible' && 'password' in sealer && sealer.password) {
    shareSaltInUse(sealer.password, sealer.label, projectTexts(path));
  }
  return sealer;
}

/**
 * What seals a new content of something that was opened: for the same people, unless the flags or the project's
 * rules for the file say otherwise.
 */
export function sealerForChanged(
  opened: Opened,
  flags: SealFlags,
  identities: VaultIdentities,
  path = STDIO,
): Sealer {
  const { identity, format, label, sealer, recipients } = opened;
  const wanted = wantedRecipients(path, flags);
  if (wanted && !sameRecipients(wanted.recipients, recipients)) {
    return recipientSealer(wanted, flags, identities, path);
  }
  const wantedFormat = flags.format ?? format;
  if (flags.encryptVaultId !== undefined) {
    if (wanted) return recipientSealer(wanted, flags, identities, path);
    return sharingSalt(passwordSealer(identities.forSealing(flags.encryptVaultId), wantedFormat), path);
  }
  if (wantedFormat === format) return sealer;
  if (identity instanceof Identity) return sharingSalt(passwordSealer(identity, wantedFormat, label), path);
  throw new UserError(`it was opened with the key ${identity.file}, and Ansible's format knows no keys`, {
    hint: 'name the vault id whose password is to seal it: --encrypt-vault-id',
  });
}

interface Wanted {
  readonly recipients: readonly Recipient[];
  /** Who says so. */
  readonly where: string;
}

function wantedRecipients(path: string, { to, asIn }: SealFlags): Wanted | undefined {
  if (to) return { recipients: recipientsNamed(to), where: '--to' };
  const file = asIn ?? path;
  const rule = file === STDIO ? undefined : governing(file);
  if (!rule && asIn !== undefined) {
    throw new UserError(`no rule in tsible.yml says for whom ${asIn} is encrypted`);
  }
  return rule;
}

/** A password that is asked for by name may open it as well. */
function recipientSealer(
  { recipients, where }: Wanted,
  { format, encryptVaultId }: SealFlags,
  identities: VaultIdentities,
  path: string,
): Sealer {
  if (format === 'ansible') {
    throw new UserError(`${where} wants it encrypted for recipients, and Ansible's format knows none`, {
      hint: 'leave out --format, or change the rule',
    });
  }
  const password = encryptVaultId === undefined ? undefined : identities.forSealing(encryptVaultId);
  return sharingSalt(
    { format: 'tsible', label: password?.label ?? DEFAULT_LABEL, password, recipients },
    path,
  );
}
