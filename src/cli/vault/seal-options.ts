import { type Command, Option } from 'commander';
import type { VaultFormat } from '../../vault/envelope.ts';
import type { Identity } from '../../vault/identity.ts';
import { sealEnvelope } from '../../vault/seal.ts';
import { whenPrepared } from '../../vault/sodium.ts';

export interface SealFlags {
  encryptVaultId?: string;
  format?: VaultFormat;
}

export function addSealOptions(command: Command): Command {
  return command
    .option('--encrypt-vault-id <LABEL>', 'which of the given vault ids to encrypt with')
    .addOption(
      new Option('--format <FORMAT>', "Ansible's format or tsible's own, which is the stronger one").choices([
        'ansible',
        'tsible',
      ]),
    );
}

/** What new secrets are written in when nothing else is said: everyone's tools can read it. */
export const USUAL_FORMAT: VaultFormat = 'ansible';

export function seal(
  content: Uint8Array,
  identity: Identity,
  format: VaultFormat | undefined,
): Promise<string> {
  return whenPrepared(() => sealEnvelope(content, identity, format ?? USUAL_FORMAT));
}

/** The vault id to encrypt with that was named, here or in Ansible's settings. */
export function sealingLabel(flags: SealFlags): string | undefined {
  const fromEnvironment = process.env.ANSIBLE_VAULT_ENCRYPT_IDENTITY;
  return flags.encryptVaultId ?? (fromEnvironment === '' ? undefined : fromEnvironment);
}
