import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { prepareToOpen } from '../../vault/keys-ahead.ts';
import type { Opened } from '../../vault/seal.ts';
import { passwordSealer, type Sealer, sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { collect } from '../option-values.ts';
import { askSecretNow } from '../prompt.ts';
import { type Replacement, replaceFiles } from '../replace-files.ts';
import { settingsHere } from '../settings.ts';
import {
  asBytes,
  envelopesIn,
  namedFiles,
  notEncrypted,
  openValue,
  openWhole,
  readVaultFile,
  say,
  type VaultFile,
} from './files.ts';
import { identitiesFor } from './identities.ts';
import { writtenEnvelope } from './inline/scalar-text.ts';
import type { VaultValue } from './inline/sealed-values.ts';
import { spliced } from './inline/yaml-text.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { governing } from './rules.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForNew, sharingSalt } from './sealers.ts';

interface RekeyFlags extends VaultPasswordFlags, SealFlags {
  newVaultId?: string[];
  newVaultPasswordFile?: string[];
}

export function rekeyCommand(): Command {
  const command = new Command('rekey')
    .summary('encrypt files anew with another password')
    .description(
      'Encrypts files anew with another password, whole ones and the single values in others; all of them or, ' +
        'when something is wrong, none. What has the new password already is left as it is.',
    )
    .argument('<FILE...>', 'encrypted files')
    .option('--new-vault-id <LABEL@SOURCE>', 'the new vault id and the source of its password', collect)
    .option(
      '--new-vault-password-file <FILE>',
      'the new password: a file, or a program that prints it',
      collect,
    );
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (paths: string[], flags: RekeyFlags) => {
    const distinct = namedFiles(paths);
    const files: VaultFile[] = [];
    for (const path of distinct) files.push(await readVaultFile(path));
    const [old, fresh] = [identitiesFor(flags), newIdentities(flags)];
    const rekeyed: Rekeyed[] = [];
    // A new password that has to be typed is asked for when all else is known to be well.
    const tried = namesNewPassword(flags) ? fresh : undefined;
    await prepareToOpen(files.flatMap(envelopesIn), old);
    for (const file of files) rekeyed.push(await openForRekey(file, old, tried));
    const results = await whenPrepared(() => rekeyed.map(each => sealAnew(each, flags, fresh)));
    replaceFiles(results.flatMap(result => result ?? []));
    say('Rekey successful');
  });
}

interface Rekeyed {
  readonly file: VaultFile;
  /** What has another password than the new one: the whole file, or values in it. */
  readonly parts: readonly { readonly value: VaultValue | undefined; readonly opened: Opened }[];
}

async function openForRekey(
  file: VaultFile,
  old: VaultIdentities,
  fresh: VaultIdentities | undefined,
): Promise<Rekeyed> {
  if (file.kind === 'plain') throw notEncrypted(file);
  const parts: { value: VaultValue | undefined; opened: Opened }[] = [];
  for (const value of file.kind === 'values' ? file.values : [undefined]) {
    const open = (identities: VaultIdentities) =>
      value
        ? openValue(value, identities).then(({ opened }) => opened)
        : openWhole(file as Whole, identities);
    try {
      parts.push({ value, opened: await open(old) });
    } catch (error) {
      // A rekey that was interrupted has done this part.
      if (!(error instanceof UserError) || !fresh || !(await opens(() => open(fresh)))) throw error;
    }
  }
  return { file, parts };
}

type Whole = Extract<VaultFile, { kind: 'whole' }>;

async function opens(open: () => Promise<unknown>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function sealAnew(
  { file, parts }: Rekeyed,
  flags: RekeyFlags,
  fresh: VaultIdentities,
): Replacement | undefined {
  const { path, bytes } = file;
  if (parts.length === 0) return undefined;
  const reseal = (opened: Opened) => sealWith(newSealer(path, opened, flags, fresh), opened.content);
  if (file.kind !== 'values') return { path, content: reseal(parts[0]!.opened), was: bytes };
  const { yaml } = file;
  const splices = parts.flatMap(({ value, opened }) => {
    const { node, flow } = value!;
    const written = writtenEnvelope(reseal(opened), { flow: flow || !node.body });
    return yaml.replace(node, written, node.indent);
  });
  return { path, content: asBytes(spliced(yaml.text, splices), bytes), was: bytes };
}

/** Whoever has a key to it keeps that, unless rules or flags name others. */
function newSealer(path: string, opened: Opened, flags: RekeyFlags, fresh: VaultIdentities): Sealer {
  const rule = governing(path);
  if (rule && !flags.to && namesNewPassword(flags) && flags.encryptVaultId === undefined) {
    throw new UserError(
      `${path} is to be encrypted for those that ${rule.where} names, not with a password`,
      {
        hint: '"tsible vault recipients apply" does that; --encrypt-vault-id adds a password to theirs',
      },
    );
  }
  if (flags.to ?? flags.asIn ?? rule) return sealerForNew(path, flags, fresh);
  const password = fresh.forSealing(flags.encryptVaultId ?? settingsHere().vaultEncryptIdentity);
  const { recipients } = opened;
  const format = flags.format ?? opened.format;
  if (format === 'ansible' || recipients.length === 0)
    return sharingSalt(passwordSealer(password, format), path);
  return sharingSalt({ format, label: password.label, password, recipients }, path);
}

/** As with ansible-vault, an id that is to be encrypted with may also be one of the settings. */
function newIdentities(flags: RekeyFlags): VaultIdentities {
  const settings = settingsHere();
  const label = flags.encryptVaultId ?? settings.vaultEncryptIdentity;
  const known = label !== undefined && !namesNewPassword(flags) ? settings.vaultIdentities : [];
  return VaultIdentities.from(
    {
      ids: [...known, ...(flags.newVaultId ?? [])],
      passwordFiles: flags.newVaultPasswordFile ?? [],
      ask: false,
      label: settings.vaultIdentity,
    },
    askSecretNow,
    { confirm: true, askWhenNeeded: true },
  );
}

function namesNewPassword({ newVaultId, newVaultPasswordFile }: RekeyFlags): boolean {
  return newVaultId !== undefined || newVaultPasswordFile !== undefined;
}
