import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { readEnvelope } from '../../vault/envelope.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { prepareToOpen } from '../../vault/keys-ahead.ts';
import { isPrompt } from '../../vault/password-source.ts';
import { privateKeys } from '../../vault/private-keys.ts';
import { settingsHere } from '../settings.ts';
import { envelopesIn, openValue, openWhole, readVaultFile, readWhole, type VaultFile } from './files.ts';
import { revealed } from './inline/reveal.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags, vaultOptionsFrom } from './password-options.ts';

export function textconvCommand(): Command {
  const command = new Command('textconv')
    .summary('decrypt a file for git diff')
    .description(
      'For git: prints a file decrypted, so that git diff shows what changed. What cannot be opened with the ' +
        'passwords and keys at hand is described instead; nothing is asked for, and nothing fails.',
    )
    .argument('<FILE>', 'file, encrypted or not');
  return addVaultPasswordOptions(command).action(async (path: string, flags: VaultPasswordFlags) => {
    process.stdout.write(await converted(path, identitiesAtHand(flags)));
  });
}

async function converted(path: string, identities: VaultIdentities): Promise<Uint8Array | string> {
  let file: VaultFile;
  try {
    file = await readVaultFile(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A version that is broken is compared as it is.
    return readWhole(path);
  }
  if (file.kind === 'plain') return file.bytes;
  if (file.kind === 'whole') {
    const { bytes } = file;
    return (
      (await unlessClosed(openWhole(file, identities)))?.content ?? `${described(bytes.toString('utf8'))}\n`
    );
  }
  await prepareToOpen(envelopesIn(file), identities);
  const shown: { value: (typeof file.values)[number]; text: string }[] = [];
  for (const value of file.values.filter(({ sealed }) => sealed)) {
    const opened = await unlessClosed(openValue(value, identities));
    shown.push({ value, text: opened?.text ?? described(value.text) });
  }
  return revealed(file.yaml, shown, { keepTags: true });
}

async function unlessClosed<T>(opened: Promise<T>): Promise<T | undefined> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Another ciphertext has another description. */
function described(envelope: string): string {
  const hash = createHash('sha256').update(envelope.trim()).digest('hex').slice(0, 12);
  return `[encrypted, ${kindOf(envelope)}, ciphertext ${hash}]`;
}

function kindOf(text: string): string {
  try {
    const { format, version, label } = readEnvelope(text);
    return `${format} ${version}, vault id ${label}`;
  } catch (error) {
    if (error instanceof UserError) return 'damaged';
    throw error;
  }
}

/** Without those that would be asked for. */
function identitiesAtHand(flags: VaultPasswordFlags): VaultIdentities {
  const settings = settingsHere();
  const options = vaultOptionsFrom(flags, settings);
  const keys = flags.vaultKeyFile ?? settings.vaultKeyFiles;
  return VaultIdentities.from(
    { ...options, ask: false, ids: options.ids.filter(id => !isPrompt(id.slice(id.indexOf('@') + 1))) },
    () => {
      throw new UserError('nothing is asked for here');
    },
    {
      strict: settings.vaultIdMatch ?? false,
      keys: privateKeys(keys, () => ({ missing: 'nothing is asked for here' })),
    },
  );
}
