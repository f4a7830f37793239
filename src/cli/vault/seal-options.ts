import { type Command, Option } from 'commander';
import type { VaultFormat } from '../../vault/envelope.ts';
import { collect } from '../option-values.ts';
import { settingsHere } from '../settings.ts';
import { namedSources, type VaultPasswordFlags } from './password-options.ts';

export interface SealFlags {
  encryptVaultId?: string;
  format?: VaultFormat;
  to?: string[];
  asIn?: string;
}

export function addSealOptions(command: Command): Command {
  // Scripts that have no id to name give an empty one.
  command.hook('preAction', made => {
    if (made.opts<SealFlags>().encryptVaultId === '') made.setOptionValue('encryptVaultId', undefined);
  });
  return command
    .option('--encrypt-vault-id <LABEL>', 'which of the given vault ids to encrypt with')
    .option('--to <KEY>', 'encrypt for this public key, or its name in tsible.yml (may be repeated)', collect)
    .option('--as-in <FILE>', 'encrypt for those for whom tsible.yml wants the secrets in this file')
    .addOption(
      new Option('--format <FORMAT>', "Ansible's format or tsible's own, which is the stronger one").choices([
        'ansible',
        'tsible',
      ]),
    );
}

/**
 * The vault id to encrypt with: named here, or in the settings; or the one that the command line gives a
 * password for, beside which the settings may have others.
 */
export function sealingLabel(flags: SealFlags & VaultPasswordFlags): string | undefined {
  const named = flags.encryptVaultId ?? settingsHere().vaultEncryptIdentity;
  if (named !== undefined) return named;
  const { ids, files, ask } = namedSources(flags);
  const [id, ...more] = ids;
  const alone = more.length === 0 && files.length === 0 && !ask;
  return alone && id?.includes('@') ? id.split('@')[0] || undefined : undefined;
}
