import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { replaceFile } from '../replace-files.ts';
import { edited } from './editor.ts';
import { openFile, readWhole } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForChanged } from './sealers.ts';

export function editCommand(): Command {
  const command = new Command('edit')
    .description('Opens encrypted files in $EDITOR, and encrypts them again when something was changed.')
    .argument('<FILE...>', 'encrypted files');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (files: string[], flags: VaultPasswordFlags & SealFlags) => {
    const identities = identitiesFor(flags);
    const asked = [flags.encryptVaultId, flags.format, flags.to, flags.asIn].some(flag => flag !== undefined);
    for (const path of files) {
      const sealed = await readWhole(path);
      const opened = await openFile(path, sealed, identities);
      // Found out before the work of editing, not after it.
      const sealer = sealerForChanged(opened, flags, identities, path);
      const result = await edited(path, opened.content);
      if (result.equals(opened.content) && !asked) continue;
      if (!(await readWhole(path)).equals(sealed)) {
        throw new UserError(
          `${path} was changed by someone else in the meantime; your changes were not saved`,
        );
      }
      replaceFile(path, await whenPrepared(() => sealWith(sealer, result)));
    }
  });
}
