import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { prepareToOpen } from '../../vault/keys-ahead.ts';
import { type Sealer, seal, sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { warn } from '../error-report.ts';
import { replaceFile } from '../replace-files.ts';
import { edit } from './editor.ts';
import {
  asBytes,
  envelopesIn,
  type FileOfValues,
  hasNoEnvelope,
  namedFiles,
  notEncrypted,
  type OpenedValue,
  openValue,
  openWhole,
  readVaultFile,
  type SealedFile,
  yamlOf,
} from './files.ts';
import { identitiesFor } from './identities.ts';
import { concealed } from './inline/conceal.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from './inline/key-path.ts';
import { revealed } from './inline/reveal.ts';
import { locate } from './inline/set-value.ts';
import { keepText } from './kept-text.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForChanged, sealerForNew } from './sealers.ts';
import { noSuchKey, valueAt, withEnvelope, withText } from './values.ts';

interface EditFlags extends VaultPasswordFlags, SealFlags {
  key?: string;
}

export function editCommand(): Command {
  const command = new Command('edit')
    .summary('change encrypted files in $EDITOR')
    .description(
      'Opens encrypted files in $EDITOR, and encrypts them again when something was changed. In files with ' +
        'single encrypted values, what stands behind !vault is encrypted when you save.',
    )
    .argument('<FILE...>', 'encrypted files')
    .option('--key <KEY>', 'edit only the value of this key (db.users[0].password)');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (files: string[], flags: EditFlags) => {
    const identities = identitiesFor(flags);
    for (const path of namedFiles(files)) {
      const file = await readVaultFile(path);
      if (file.kind === 'plain') throw notEncrypted(file);
      if (flags.key !== undefined) await editKey(file, parseKeyPath(flags.key), flags, identities);
      else if (file.kind === 'whole') await editWhole(file, flags, identities);
      else await editValues(file, flags, identities);
    }
  });
}

/** Whether something other than the content is to change. */
function wantsOtherSeal({ encryptVaultId, format, to, asIn }: SealFlags): boolean {
  return [encryptVaultId, format, to, asIn].some(flag => flag !== undefined);
}

async function editWhole(file: SealedFile, flags: EditFlags, identities: VaultIdentities): Promise<void> {
  const { path, bytes } = file;
  const opened = await openWhole(file, identities);
  const sealer = sealerForChanged(opened, flags, identities, path);
  // That it cannot be used is found out before the work of editing, not after it.
  await sealed(sealer, Buffer.alloc(0));
  await edit({
    name: path,
    content: opened.content,
    async save(edited) {
      if (edited.equals(opened.content) && !wantsOtherSeal(flags)) return;
      replaceFile(path, await sealed(sealer, edited), bytes);
    },
    rescue: edited => rescue(path, sealer, edited),
  });
}

async function editValues(file: FileOfValues, flags: EditFlags, identities: VaultIdentities): Promise<void> {
  const { path, bytes, yaml } = file;
  const shown = await openWhatCanBe(file, identities);
  const content = Buffer.from(revealed(yaml, shown, { keepTags: true }));
  await edit({
    name: path,
    content,
    async save(edited) {
      if (edited.equals(content) && !wantsOtherSeal(flags)) return;
      const text = await whenPrepared(() =>
        concealed(yaml, wantsOtherSeal(flags) ? [] : shown, yamlOf(path, edited), (plain, before) => {
          const opened = shown.find(each => each.value === before?.value)?.opened;
          const sealer = opened
            ? sealerForChanged(opened, flags, identities, path)
            : sealerForNew(path, flags, identities);
          return sealWith(sealer, Buffer.from(plain));
        }),
      );
      replaceFile(path, asBytes(text, bytes), bytes);
    },
    rescue: edited => rescue(path, shown[0]!.opened.sealer, edited),
  });
}

/** Values for others, whose passwords and keys are not here, stay as they are. */
async function openWhatCanBe(file: FileOfValues, identities: VaultIdentities): Promise<OpenedValue[]> {
  const opened: OpenedValue[] = [];
  const faults: UserError[] = [];
  await prepareToOpen(envelopesIn(file), identities);
  for (const value of file.values.filter(each => each.sealed)) {
    try {
      opened.push(await openValue(value, identities));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error);
    }
  }
  if (opened.length === 0) throw faults[0] ?? hasNoEnvelope(file.values[0]!);
  for (const fault of faults) warn(`a value stays as it is: ${fault.format()}`);
  return opened;
}

async function editKey(
  file: SealedFile | FileOfValues,
  key: KeyPath,
  flags: EditFlags,
  identities: VaultIdentities,
): Promise<void> {
  const one =
    file.kind === 'whole'
      ? await plainIn(file, key, flags, identities)
      : await secretIn(file, key, flags, identities);
  await sealed(one.sealer, Buffer.alloc(0));
  await edit({
    name: formatKeyPath(key).replaceAll(/[^\w.-]+/g, '_'),
    content: Buffer.from(one.text),
    async save(edited) {
      const text = withoutEditorsLineBreak(edited.toString('utf8'), one.text);
      if (text === one.text && !wantsOtherSeal(flags)) return;
      replaceFile(file.path, await one.fileWith(text), file.bytes);
    },
    rescue: edited => rescue(file.path, one.sealer, edited),
  });
}

interface OneValue {
  readonly text: string;
  readonly sealer: Sealer;
  fileWith(text: string): Promise<Uint8Array>;
}

async function secretIn(
  file: FileOfValues,
  key: KeyPath,
  flags: EditFlags,
  identities: VaultIdentities,
): Promise<OneValue> {
  const { opened, text } = await openValue(valueAt(file, key), identities);
  const sealer = sealerForChanged(opened, flags, identities, file.path);
  return {
    text,
    sealer,
    async fileWith(edited) {
      const envelope = await seal(sealer, Buffer.from(edited));
      return asBytes(withEnvelope(file.yaml, locate(file.yaml, key), envelope), file.bytes);
    },
  };
}

async function plainIn(
  file: SealedFile,
  key: KeyPath,
  flags: EditFlags,
  identities: VaultIdentities,
): Promise<OneValue> {
  const opened = await openWhole(file, identities);
  const yaml = yamlOf(file.path, opened.content);
  const place = locate(yaml, key);
  if (place.rest.length > 0 || place.node?.kind !== 'scalar') throw noSuchKey(file.path, key, yaml);
  const sealer = sealerForChanged(opened, flags, identities, file.path);
  return {
    text: place.node.text,
    sealer,
    fileWith: edited => sealed(sealer, asBytes(withText(yaml, place, edited), opened.content)),
  };
}

/** Most editors end the last line, which is no change of the value. */
function withoutEditorsLineBreak(edited: string, before: string): string {
  return before.endsWith('\n') ? edited : edited.replace(/\r?\n$/, '');
}

async function sealed(sealer: Sealer, content: Uint8Array): Promise<Buffer> {
  return Buffer.from(await seal(sealer, content));
}

async function rescue(path: string, sealer: Sealer, edited: Buffer): Promise<string> {
  return keepText(path, await sealed(sealer, edited));
}
