import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { sealEnvelope } from '../../vault/seal.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { replaceFile } from '../replace-files.ts';
import { edited } from './editor.ts';
import { openFile, readWhole } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';

export function editCommand(): Command {
  const command = new Command('edit')
    .description('Opens encrypted files in $EDITOR, and encrypts them again when something was changed.')
    .argument('<FILE...>', 'encrypted files');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (files: string[], flags: VaultPasswordFlags & SealFlags) => {
    const identities = await identitiesFor(flags);
    for (const path of files) {
      const sealed = await readWhole(path);
      const { content, identity, format, label } = await openFile(path, sealed, identities);
      // Found out before the work of editing, not after it.
      const chosen =
        flags.encryptVaultId === undefined ? identity : identities.forSealing(flags.encryptVaultId);
      const result = await edited(path, content);
      const sameAs = flags.format === undefined || flags.format === format;
      if (result.equals(content) && chosen === identity && sameAs) continue;
      if (!(await readWhole(path)).equals(sealed)) {
        throw new UserError(
          `${path} was changed by someone else in the meantime; your changes were not saved`,
        );
      }
      const kept = chosen === identity ? label : chosen.label;
      const text = await whenPrepared(() => sealEnvelope(result, chosen, flags.format ?? format, kept));
      replaceFile(path, text);
    }
  });
}
