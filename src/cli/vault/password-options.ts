import { type Command, Option } from 'commander';
import type { VaultOptions } from '../../vault/identities.ts';
import { collect } from '../option-values.ts';

export interface VaultPasswordFlags {
  vaultPasswordFile?: string[];
  vaultPassFile?: string[];
  vaultId?: string[];
  askVaultPass?: true;
  askVaultPassword?: true;
}

/** The ways of giving vault passwords, under the names that ansible-vault and ansible-playbook know. */
export function addVaultPasswordOptions(command: Command): Command {
  return command
    .option('--vault-password-file <FILE>', 'password file, or a program that prints the password', collect)
    .addOption(new Option('--vault-pass-file <FILE>').argParser(collect).hideHelp())
    .option(
      '--vault-id <LABEL@SOURCE>',
      'password from a file, a program or "prompt" (may be repeated)',
      collect,
    )
    .option('-J, --ask-vault-pass', 'ask for the vault password')
    .addOption(new Option('--ask-vault-password').hideHelp());
}

export function vaultOptionsFrom(flags: VaultPasswordFlags): VaultOptions {
  return {
    passwordFiles: [...(flags.vaultPasswordFile ?? []), ...(flags.vaultPassFile ?? [])],
    ids: flags.vaultId ?? [],
    ask: flags.askVaultPass === true || flags.askVaultPassword === true,
  };
}
