import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { isSealed, refuseUndecided } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import type { Replacement } from '../replace-files.ts';
import { finishInterrupted } from '../replace-journal.ts';
import { asBytes, namedOrStdio, readWhole, say, startOf, writeResults, yamlOf } from './files.ts';
import { identitiesFor } from './identities.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from './inline/key-path.ts';
import { locate } from './inline/set-value.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForNew } from './sealers.ts';
import { noSuchKey, refuseJson, withEnvelope } from './values.ts';

interface EncryptFlags extends VaultPasswordFlags, SealFlags {
  output?: string;
  key?: string;
}

export function encryptCommand(): Command {
  const command = new Command('encrypt')
    .summary('encrypt whole files in place, or single values in them')
    .description('Encrypts whole files in place; all of them or, when something is wrong, none.')
    .argument('[FILE...]', 'files to encrypt; "-" or none: from standard input to standard output')
    .option('--output <FILE>', 'write the result there instead ("-": standard output)')
    .option('--key <KEY>', 'only the value of this key, where it stands in a YAML file');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (files: string[], flags: EncryptFlags) => {
    const inputs: { path: string; content: Buffer }[] = [];
    finishInterrupted(files);
    for (const path of namedOrStdio(files)) {
      const content = await readWhole(path);
      if (isSealed(content)) {
        throw new UserError('this is already encrypted', {
          position: startOf(path, content.toString('utf8')),
        });
      }
      const text = content.toString('utf8');
      refuseUndecided(text, startOf(path, text));
      inputs.push({ path, content });
    }
    const identities = identitiesFor(flags, { confirm: true });
    const results = await whenPrepared(() =>
      inputs.map(({ path, content }): Replacement => {
        const encrypted = flags.key === undefined ? sealWhole : sealValue(parseKeyPath(flags.key));
        return { path, content: encrypted(path, content, flags, identities), was: content };
      }),
    );
    writeResults(results, flags.output);
    say('Encryption successful');
  });
}

type Seal = (path: string, content: Buffer, flags: EncryptFlags, identities: VaultIdentities) => Buffer;

const sealWhole: Seal = (path, content, flags, identities) =>
  Buffer.from(sealWith(sealerForNew(path, flags, identities), content));

/** The text of a plain value gives way to its ciphertext. */
function sealValue(key: KeyPath): Seal {
  return (path, content, flags, identities) => {
    refuseJson(path);
    const yaml = yamlOf(path, content);
    const place = locate(yaml, key);
    const { node, rest } = place;
    if (rest.length > 0 || !node) throw noSuchKey(path, key, yaml);
    if (node.kind === 'scalar') {
      if (isSealed(node.text)) throw yaml.error(`${formatKeyPath(key)} is already encrypted`, node.start);
      const envelope = sealWith(sealerForNew(path, flags, identities), Buffer.from(node.text));
      return asBytes(withEnvelope(yaml, place, envelope), content);
    }
    throw yaml.error(
      `${formatKeyPath(key)} is not a single value`,
      node.start,
      'name each of the values in it',
    );
  };
}
