import { Command } from 'commander';
import type { Replacement } from '../replace-files.ts';
import { namedOrStdio, openFile, readWhole, say, writeResults } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';

export function decryptCommand(): Command {
  const command = new Command('decrypt')
    .description('Decrypts whole files in place; all of them or, when something is wrong, none.')
    .argument('[FILE...]', 'encrypted files; "-" or none: from standard input to standard output')
    .option('--output <FILE>', 'write the result there instead ("-": standard output)');
  return addVaultPasswordOptions(command).action(
    async (files: string[], flags: VaultPasswordFlags & { output?: string }) => {
      const identities = await identitiesFor(flags);
      const results: Replacement[] = [];
      for (const path of namedOrStdio(files)) {
        results.push({ path, content: (await openFile(path, await readWhole(path), identities)).content });
      }
      writeResults(results, flags.output);
      say('Decryption successful');
    },
  );
}
