import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { collect } from '../option-values.ts';
import type { Replacement } from '../replace-files.ts';
import { finishInterrupted } from '../replace-journal.ts';
import {
  asBytes,
  namedOrStdio,
  notEncrypted,
  openValues,
  openWhole,
  readVaultFile,
  say,
  type VaultFile,
  writeResults,
} from './files.ts';
import { identitiesFor } from './identities.ts';
import { parseKeyPath } from './inline/key-path.ts';
import { revealed } from './inline/reveal.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { valueAt } from './values.ts';

export function decryptCommand(): Command {
  const command = new Command('decrypt')
    .summary('decrypt files in place, or single values in them')
    .description(
      'Decrypts files in place, whole ones and single values in them; all of them or, when something is wrong, none.',
    )
    .argument('[FILE...]', 'encrypted files; "-" or none: from standard input to standard output')
    .option('--output <FILE>', 'write the result there instead ("-": standard output)')
    .option('--key <KEY>', 'only the value of this key: db.users[0].password (may be repeated)', collect);
  return addVaultPasswordOptions(command).action(
    async (files: string[], flags: VaultPasswordFlags & { output?: string; key?: string[] }) => {
      const identities = identitiesFor(flags);
      const results: Replacement[] = [];
      finishInterrupted(files);
      for (const path of namedOrStdio(files)) {
        const file = await readVaultFile(path);
        results.push({ path, content: await decrypted(file, identities, flags.key), was: file.bytes });
      }
      writeResults(results, flags.output);
      say('Decryption successful');
    },
  );
}

function noSingleValues({ path }: VaultFile, key: string): UserError {
  return new UserError(`${path} is encrypted as a whole, so no single value in it can be decrypted`, {
    hint: `to print it: tsible vault get ${path} ${key}`,
  });
}

async function decrypted(
  file: VaultFile,
  identities: VaultIdentities,
  keys: readonly string[] | undefined,
): Promise<Buffer> {
  if (file.kind === 'plain') throw notEncrypted(file);
  if (file.kind === 'whole') {
    // Whoever wants to have one value readable does not want all of them to be.
    if (keys) throw noSingleValues(file, keys[0]!);
    return (await openWhole(file, identities)).content;
  }
  // The same key may be named twice.
  const wanted = keys ? [...new Set(keys.map(key => valueAt(file, parseKeyPath(key))))] : file.values;
  const values = await openValues({ ...file, values: wanted }, identities);
  return asBytes(revealed(file.yaml, values, { keepTags: false }), file.bytes);
}
