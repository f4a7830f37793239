import { Command, Option } from 'commander';
import { count } from '../option-values.ts';
import { createCommand } from './create.ts';
import { decryptCommand } from './decrypt.ts';
import { editCommand } from './edit.ts';
import { encryptCommand } from './encrypt.ts';
import { encryptStringCommand } from './encrypt-string.ts';
import { getCommand } from './get.ts';
import { keygenCommand } from './keygen.ts';
import { recipientsCommand } from './recipients/index.ts';
import { rekeyCommand } from './rekey.ts';
import { setCommand } from './set.ts';
import { statusCommand } from './status/index.ts';
import { textconvCommand } from './textconv.ts';
import { viewCommand } from './view.ts';

export function vaultCommand(): Command {
  const command = new Command('vault')
    .summary('encrypt, view and edit secrets that live beside the playbooks')
    .description(
      "Encrypts, views and edits secrets that live beside the playbooks, in Ansible's format or tsible's own.\n\n" +
        'The password comes from --vault-password-file or --vault-id, or is asked for.',
    )
    .helpCommand(false)
    // Scripts written for ansible-vault give it, before or after the command; there is nothing more to tell.
    .addOption(new Option('-v, --verbose').argParser(count).hideHelp());
  for (const make of [
    createCommand,
    editCommand,
    viewCommand,
    getCommand,
    setCommand,
    encryptCommand,
    decryptCommand,
    encryptStringCommand,
    rekeyCommand,
    statusCommand,
    recipientsCommand,
    keygenCommand,
    textconvCommand,
  ]) {
    command.addCommand(make().helpOption('-h, --help', 'print this help'));
  }
  return command;
}
