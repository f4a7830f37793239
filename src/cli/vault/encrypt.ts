import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { isSealed } from '../../vault/envelope.ts';
import type { Replacement } from '../replace-files.ts';
import { namedOrStdio, readWhole, say, startOf, writeResults } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags, seal, sealingLabel } from './seal-options.ts';

export function encryptCommand(): Command {
  const command = new Command('encrypt')
    .description('Encrypts whole files in place; all of them or, when something is wrong, none.')
    .argument('[FILE...]', 'files to encrypt; "-" or none: from standard input to standard output')
    .option('--output <FILE>', 'write the result there instead ("-": standard output)');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(
    async (files: string[], flags: VaultPasswordFlags & SealFlags & { output?: string }) => {
      const named = namedOrStdio(files);
      const inputs: { path: string; content: Buffer }[] = [];
      for (const path of named) {
        const content = await readWhole(path);
        if (isSealed(content)) {
          throw new UserError('this is already encrypted', {
            position: startOf(path, content.toString('utf8')),
          });
        }
        inputs.push({ path, content });
      }
      const identity = (await identitiesFor(flags, { confirm: true })).forSealing(sealingLabel(flags));
      const results: Replacement[] = [];
      for (const { path, content } of inputs) {
        results.push({ path, content: await seal(content, identity, flags.format) });
      }
      writeResults(results, flags.output);
      say('Encryption successful');
    },
  );
}
