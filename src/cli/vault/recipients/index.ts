import { Command } from 'commander';
import { addCommand } from './add.ts';
import { applyCommand } from './apply.ts';
import { listCommand } from './list.ts';
import { removeCommand } from './remove.ts';

export function recipientsCommand(): Command {
  const command = new Command('recipients')
    .summary('say and change who can open which secrets')
    .description('Says and changes who can open which secrets, by the rules in tsible.yml.')
    .helpCommand(false);
  for (const make of [listCommand, addCommand, removeCommand, applyCommand]) {
    command.addCommand(make().helpOption('-h, --help', 'print this help'));
  }
  return command;
}
