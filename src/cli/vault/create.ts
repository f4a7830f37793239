import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { seal } from '../../vault/sealer.ts';
import { ChangedMeanwhile, makeFolderOf, replaceFile } from '../replace-files.ts';
import { edit } from './editor.ts';
import { identitiesFor } from './identities.ts';
import { keepText } from './kept-text.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForNew } from './sealers.ts';

export function createCommand(): Command {
  const command = new Command('create')
    .summary('write a new encrypted file in $EDITOR')
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
      // What cannot be written is refused before the work in the editor, not after it.
      makeFolderOf(path);
      const sealer = sealerForNew(path, flags, identitiesFor(flags, { confirm: true }));
      const sealed = (content: Uint8Array) => seal(sealer, content);
      // A password that is asked for or wrong is no surprise after the work.
      await sealed(Buffer.alloc(0));
      await edit({
        name: path,
        content: Buffer.alloc(0),
        async save(content) {
          if (existsSync(path)) throw new ChangedMeanwhile(path);
          replaceFile(path, await sealed(content));
        },
        async rescue(content) {
          return keepText(path, await sealed(content));
        },
      });
    },
  );
}
