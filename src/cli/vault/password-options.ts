import { type Command, Option } from 'commander';
import type { Settings } from '../../load/index.ts';
import type { VaultOptions } from '../../vault/identities.ts';
import { type PrivateKeys, privateKeys } from '../../vault/private-keys.ts';
import { collect } from '../option-values.ts';
import { askPassphrase } from './passphrase.ts';
import { nameIfKnown } from './rules.ts';

export interface VaultPasswordFlags {
  vaultPasswordFile?: string[];
  vaultPassFile?: string[];
  vaultId?: string[];
  askVaultPass?: true;
  askVaultPassword?: true;
  vaultKeyFile?: string[];
}

/** The ways of giving vault passwords, under the names that ansible-vault and ansible-playbook know. */
export function addVaultPasswordOptions(command: Command): Command {
  return command
    .option('--vault-password-file <FILE>', 'password file, or a program that prints the password', collect)
    .addOption(new Option('--vault-pass-file <FILE>').argParser(collect).hideHelp())
    .option(
      '--vault-id <LABEL@SOURCE>',
      'password from a file, a program, "prompt" or "keyring" (may be repeated)',
      collect,
    )
    .option('-J, --ask-vault-pass', 'ask for the vault password')
    .addOption(new Option('--ask-vault-password').hideHelp())
    .option(
      '--vault-key-file <FILE>',
      'private key for secrets that are encrypted for recipients; usually ~/.ssh/id_ed25519 (may be repeated)',
      collect,
    );
}

/** The private keys that were named, or the usual ones. Files are read when a secret wants them. */
export function privateKeysFrom({ vaultKeyFile }: VaultPasswordFlags, settings: Settings): PrivateKeys {
  return privateKeys(vaultKeyFile ?? settings.vaultKeyFiles, askPassphrase, nameIfKnown);
}

/** The sources of passwords that the command line names. */
export function namedSources(flags: VaultPasswordFlags): {
  readonly ids: readonly string[];
  readonly files: readonly string[];
  readonly ask: boolean;
} {
  return {
    ids: flags.vaultId ?? [],
    files: [...(flags.vaultPasswordFile ?? []), ...(flags.vaultPassFile ?? [])],
    ask: flags.askVaultPass === true || flags.askVaultPassword === true,
  };
}

/** The sources of passwords: those of the settings, and those named on the command line. */
export function vaultOptionsFrom(flags: VaultPasswordFlags, settings: Settings): VaultOptions {
  const { vaultPasswordFile } = settings;
  const { ids, files, ask } = namedSources(flags);
  return {
    ids: [...settings.vaultIdentities, ...ids],
    // What is asked for or named takes the place of the one file that is always there.
    passwordFiles:
      files.length === 0 && !ask && vaultPasswordFile !== undefined ? [vaultPasswordFile] : files,
    ask: ask || settings.askVaultPass === true,
    label: settings.vaultIdentity,
  };
}
