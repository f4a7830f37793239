import { Command } from 'commander';
import type { VaultOptions } from '../../vault/identities.ts';
import { VaultIdentities } from '../../vault/identities.ts';
import { collect } from '../option-values.ts';
import { askSecretNow } from '../prompt.ts';
import { type Replacement, replaceFiles } from '../replace-files.ts';
import { openFile, readWhole, say } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags, seal } from './seal-options.ts';

interface RekeyFlags extends VaultPasswordFlags, SealFlags {
  newVaultId?: string[];
  newVaultPasswordFile?: string[];
}

export function rekeyCommand(): Command {
  const command = new Command('rekey')
    .description('Encrypts files anew with another password; all of them or, when something is wrong, none.')
    .argument('<FILE...>', 'encrypted files')
    .option('--new-vault-id <LABEL@SOURCE>', 'the new vault id and the source of its password', collect)
    .option(
      '--new-vault-password-file <FILE>',
      'the new password: a file, or a program that prints it',
      collect,
    );
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (files: string[], flags: RekeyFlags) => {
    const identities = await identitiesFor(flags);
    const opened: { path: string; content: Buffer; format: 'ansible' | 'tsible' }[] = [];
    for (const path of new Set(files)) {
      const { content, format } = await openFile(path, await readWhole(path), identities);
      opened.push({ path, content, format });
    }
    const identity = newIdentities(flags).forSealing(flags.encryptVaultId);
    const results: Replacement[] = [];
    for (const { path, content, format } of opened) {
      results.push({ path, content: await seal(content, identity, flags.format ?? format) });
    }
    replaceFiles(results);
    say('Rekey successful');
  });
}

function newIdentities(flags: RekeyFlags): VaultIdentities {
  const options: VaultOptions = {
    ids: flags.newVaultId ?? [],
    passwordFiles: flags.newVaultPasswordFile ?? [],
    ask: flags.newVaultId === undefined && flags.newVaultPasswordFile === undefined,
  };
  return VaultIdentities.from(options, askSecretNow, { confirm: true });
}
