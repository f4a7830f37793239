import { existsSync } from 'node:fs';
import { UserError } from '../../core/error.ts';
import { Source } from '../../core/position.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import type { Opened } from '../../vault/seal.ts';
import { type Sealer, seal } from '../../vault/sealer.ts';
import { makeFolderOf, replaceFile } from '../replace-files.ts';
import { asBytes, namedFiles, openValue, openWhole, readVaultFile, type VaultFile, yamlOf } from './files.ts';
import { parseKeyPath } from './inline/key-path.ts';
import { vaultValues } from './inline/sealed-values.ts';
import { locate, type Place } from './inline/set-value.ts';
import { YamlText } from './inline/yaml-text.ts';
import type { VaultPasswordFlags } from './password-options.ts';
import type { SealFlags } from './seal-options.ts';
import { sealerForChanged, sealerForNew } from './sealers.ts';
import { refuseJson, withEnvelope, withText } from './values.ts';

export interface NewValue {
  readonly key: string;
  readonly text: string;
}

type Flags = VaultPasswordFlags & SealFlags;

/** Gives keys of a file other, encrypted values; a file that is not there yet is made. */
export async function setValues(
  path: string,
  values: readonly NewValue[],
  flags: Flags,
  identities: VaultIdentities,
): Promise<void> {
  namedFiles([path]);
  if (existsSync(path)) {
    const file = await readVaultFile(path);
    replaceFile(path, await changed(file, values, flags, identities), file.bytes);
    return;
  }
  const fresh = new YamlText(new Source(path, '---\n', true));
  const content = await withSecrets(fresh, path, values, flags, identities);
  makeFolderOf(path);
  replaceFile(path, content);
}

async function changed(
  file: VaultFile,
  values: readonly NewValue[],
  flags: Flags,
  identities: VaultIdentities,
): Promise<Buffer> {
  const { path, bytes } = file;
  if (file.kind !== 'whole') {
    refuseJson(path);
    return asBytes(await withSecrets(yamlOf(path, bytes), path, values, flags, identities), bytes);
  }
  const opened = await openWhole(file, identities);
  let yaml = yamlOf(path, opened.content);
  for (const { key, text } of values) {
    const place = locate(yaml, parseKeyPath(key));
    yaml = reread(yaml, withText(yaml, place, text));
  }
  const sealer = sealerForChanged(opened, flags, identities, path);
  return Buffer.from(await seal(sealer, asBytes(yaml.text, opened.content)));
}

async function withSecrets(
  before: YamlText,
  path: string,
  values: readonly NewValue[],
  flags: Flags,
  identities: VaultIdentities,
): Promise<string> {
  let yaml = before;
  for (const { key, text } of values) {
    const place = locate(yaml, parseKeyPath(key));
    const old = await oldSecret(yaml, place, flags, identities);
    const sealer: Sealer = old
      ? sealerForChanged(old, flags, identities, path)
      : sealerForNew(path, flags, identities);
    yaml = reread(yaml, withEnvelope(yaml, place, await seal(sealer, Buffer.from(text))));
  }
  return yaml.text;
}

/** What is there already is opened, so that the new value goes to the same people, with a password that is right. */
async function oldSecret(
  yaml: YamlText,
  { node, rest }: Place,
  flags: Flags,
  identities: VaultIdentities,
): Promise<Opened | undefined> {
  if (rest.length > 0 || flags.encryptVaultId !== undefined) return undefined;
  const value = vaultValues(yaml).find(each => each.node === node && each.sealed);
  if (!value) return undefined;
  try {
    return (await openValue(value, identities)).opened;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`the value that is there cannot be opened: ${error.message}`, {
      position: error.position,
      hint: 'to replace it without opening it, say which password seals the new one: --encrypt-vault-id',
      cause: error,
    });
  }
}

/** Read anew after each change: that it still is YAML is known then as well. */
function reread({ source }: YamlText, text: string): YamlText {
  return new YamlText(new Source(source.file, text, true));
}
