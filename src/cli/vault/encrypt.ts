import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import type { YamlScalar } from '../../load/yaml/outline.ts';
import { isSealed, refuseUndecided } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { collect } from '../option-values.ts';
import type { Replacement } from '../replace-files.ts';
import { finishInterrupted } from '../replace-journal.ts';
import { asBytes, namedOrStdio, readWhole, say, startOf, writeResults, yamlOf } from './files.ts';
import { identitiesFor } from './identities.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from './inline/key-path.ts';
import { locate, type Place } from './inline/set-value.ts';
import { spliced, type YamlText } from './inline/yaml-text.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForNew } from './sealers.ts';
import { envelopeSplices, noSuchKey, refuseJson } from './values.ts';

interface EncryptFlags extends VaultPasswordFlags, SealFlags {
  output?: string;
  key?: string[];
}

export function encryptCommand(): Command {
  const command = new Command('encrypt')
    .summary('encrypt whole files in place, or single values in them')
    .description('Encrypts whole files in place; all of them or, when something is wrong, none.')
    .argument('[FILE...]', 'files to encrypt; "-" or none: from standard input to standard output')
    .option('--output <FILE>', 'write the result there instead ("-": standard output)')
    .option(
      '--key <KEY>',
      'only the value of this key, where it stands in a YAML file (may be repeated)',
      collect,
    );
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
        const encrypted = flags.key === undefined ? sealWhole : sealValues(flags.key.map(parseKeyPath));
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

/** The texts of plain values give way to their ciphertexts. */
function sealValues(keys: readonly KeyPath[]): Seal {
  return (path, content, flags, identities) => {
    refuseJson(path);
    const yaml = yamlOf(path, content);
    // By value: the same key may be named twice.
    const places = new Map(keys.map(key => plainScalar(path, yaml, key)));
    const sealer = sealerForNew(path, flags, identities);
    const splices = [...places].flatMap(([{ text }, place]) =>
      envelopeSplices(yaml, place, sealWith(sealer, Buffer.from(text))),
    );
    return asBytes(spliced(yaml.text, splices), content);
  };
}

function plainScalar(path: string, yaml: YamlText, key: KeyPath): [YamlScalar, Place] {
  const place = locate(yaml, key);
  const { node, rest } = place;
  if (rest.length > 0 || !node) throw noSuchKey(path, key, yaml);
  if (node.kind !== 'scalar') {
    const hint = 'name each of the values in it';
    throw yaml.error(`${formatKeyPath(key)} is not a single value`, node.start, hint);
  }
  if (isSealed(node.text)) throw yaml.error(`${formatKeyPath(key)} is already encrypted`, node.start);
  return [node, place];
}
