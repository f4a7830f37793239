import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { replaceFile } from '../replace-files.ts';
import { edited } from './editor.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags, seal, sealingLabel } from './seal-options.ts';

export function createCommand(): Command {
  const command = new Command('create')
    .description('Opens an empty file in $EDITOR, and saves what you write there encrypted.')
    .argument('<FILE>', 'file to create')
    .option('--skip-tty-check', 'run the editor also without a terminal');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(
    async (path: string, flags: VaultPasswordFlags & SealFlags & { skipTtyCheck?: true }) => {
      if (existsSync(path))
        throw new UserError(`${path} exists`, { hint: `to change it: tsible vault edit ${path}` });
      if (!process.stdout.isTTY && !flags.skipTtyCheck) {
        throw new UserError('there is no terminal for an editor', {
          hint: 'to encrypt what a program writes: … | tsible vault encrypt --output FILE (or --skip-tty-check)',
        });
      }
      const identity = (await identitiesFor(flags, { confirm: true })).forSealing(sealingLabel(flags));
      const content = await edited(path, Buffer.alloc(0));
      if (existsSync(path))
        throw new UserError(`${path} was created by someone else in the meantime; yours was not saved`);
      replaceFile(path, await seal(content, identity, flags.format));
    },
  );
}
