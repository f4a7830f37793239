import { Command } from 'commander';
import { Float } from '../../core/number.ts';
import { Secret } from '../../core/secret.ts';
import { isDict, isList, type Raw, Sealed, TemplateText } from '../../core/value.ts';
import { visible } from '../../core/visible.ts';
import { resolvePlain } from '../../core/yaml-scalars.ts';
import { parseYaml } from '../../load/index.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { openText } from '../../vault/seal.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { openWhole, readVaultFile, yamlOf } from './files.ts';
import { identitiesFor } from './identities.ts';
import { type KeyPath, parseKeyPath } from './inline/key-path.ts';
import { BehindAlias, locate } from './inline/set-value.ts';
import type { YamlText } from './inline/yaml-text.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { noSuchKey } from './values.ts';

export function getCommand(): Command {
  const command = new Command('get')
    .summary('print one value of a YAML file')
    .description('Prints one value of a YAML file, decrypted. Mappings and lists are printed as JSON.')
    .argument('<FILE>', 'file of variables: plain, with encrypted values, or encrypted as a whole')
    .argument('<KEY>', 'key: db.users[0].password; one with a dot in quotes: hosts."web.example"');
  return addVaultPasswordOptions(command).action(
    async (path: string, key: string, flags: VaultPasswordFlags) => {
      const identities = identitiesFor(flags);
      const file = await readVaultFile(path);
      const bytes = file.kind === 'whole' ? (await openWhole(file, identities)).content : file.bytes;
      const yaml = yamlOf(path, bytes);
      const text = await whenPrepared(() => valueText(yaml, path, parseKeyPath(key), identities));
      const shown = process.stdout.isTTY ? visible(text) : text;
      process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
    },
  );
}

function valueText(yaml: YamlText, file: string, path: KeyPath, identities: VaultIdentities): string {
  let value: Raw | undefined = parseYaml(yaml.source)[0];
  for (const part of path) value = value === undefined ? undefined : partOf(value, part);
  if (value === undefined) throw noSuchKey(file, path, yaml);
  if (!isDict(value) && !isList(value)) {
    // As it is written, where it is: 0644 is not 420 to whoever asks for it.
    const written = writtenScalar(yaml, path);
    if (written !== undefined) return written;
  }
  const plain = revealedValue(value, identities);
  return typeof plain === 'string' ? plain : JSON.stringify(plain, undefined, 2);
}

function partOf(value: Raw, part: string | number): Raw | undefined {
  if (isList(value)) return value[Number(part)] as Raw | undefined;
  if (!isDict(value)) return undefined;
  // Keys that are no text, such as `no` and `010`, go by what is written as well.
  const [text, read] = [String(part), String(resolvePlain(String(part)))];
  for (const [key, inner] of value) {
    const name = key instanceof Secret ? key.reveal() : String(key);
    if (name === text || (typeof key !== 'string' && name === read)) return inner as Raw;
  }
  return undefined;
}

function writtenScalar(yaml: YamlText, path: KeyPath): string | undefined {
  try {
    const { node, rest } = locate(yaml, path);
    return rest.length === 0 && node?.kind === 'scalar' && !node.tag ? node.text : undefined;
  } catch (error) {
    if (error instanceof BehindAlias) return undefined;
    throw error;
  }
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

function revealedValue(value: Raw, identities: VaultIdentities): Plain {
  if (isList(value)) return (value as readonly Raw[]).map(item => revealedValue(item, identities));
  if (isDict(value)) {
    return Object.fromEntries(
      [...value].map(([key, inner]) => [String(key), revealedValue(inner as Raw, identities)]),
    );
  }
  if (value instanceof Sealed) return openText(value.envelope, identities, value.position);
  if (value instanceof Secret) return revealedValue(value.content, identities);
  if (value instanceof TemplateText) return value.text;
  if (value instanceof Float) return value.value;
  return typeof value === 'bigint' ? String(value) : (value as Plain);
}
