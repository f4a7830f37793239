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

/**
 * The sources of passwords that were named on the command line; where none was, those that the environment
 * names for Ansible.
 */
export function vaultOptionsFrom(
  flags: VaultPasswordFlags,
  environment: NodeJS.ProcessEnv = {},
): VaultOptions {
  const files = [...(flags.vaultPasswordFile ?? []), ...(flags.vaultPassFile ?? [])];
  const ids = flags.vaultId ?? [];
  const ask = flags.askVaultPass === true || flags.askVaultPassword === true;
  const list = (environment.ANSIBLE_VAULT_IDENTITY_LIST ?? '').split(',').map(id => id.trim());
  const file = environment.ANSIBLE_VAULT_PASSWORD_FILE ?? '';
  return {
    ids: [...list.filter(id => id !== ''), ...ids],
    passwordFiles: files.length === 0 && !ask && file !== '' ? [file] : files,
    ask,
  };
}
