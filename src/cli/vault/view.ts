import { Command } from 'commander';
import { visible } from '../../core/visible.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { settingsHere } from '../settings.ts';
import { namedOrStdio, notEncrypted, openValues, openWhole, readVaultFile, type VaultFile } from './files.ts';
import { identitiesFor } from './identities.ts';
import { revealed } from './inline/reveal.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';

export function viewCommand(): Command {
  const command = new Command('view')
    .summary('print decrypted content')
    .description(
      'Prints the decrypted content of encrypted files. In files with single encrypted values, ' +
        'these stand decrypted behind their !vault.',
    )
    .argument('[FILE...]', 'encrypted files; "-" or none: standard input');
  return addVaultPasswordOptions(command).action(async (files: string[], flags: VaultPasswordFlags) => {
    const identities = identitiesFor(flags);
    const contents: Uint8Array[] = [];
    for (const path of namedOrStdio(files)) {
      contents.push(await decrypted(await readVaultFile(path), identities));
    }
    const content = Buffer.concat(contents);
    if (process.stdout.isTTY) await show(content.toString('utf8'));
    else process.stdout.write(content);
  });
}

async function decrypted(file: VaultFile, identities: VaultIdentities): Promise<Uint8Array> {
  if (file.kind === 'plain') throw notEncrypted(file);
  if (file.kind === 'whole') return (await openWhole(file, identities)).content;
  return Buffer.from(revealed(file.yaml, await openValues(file, identities), { keepTags: true }));
}

/** What does not fit on the screen goes to a pager, which also keeps it out of the scrollback. */
async function show(text: string): Promise<void> {
  const harmless = visible(text);
  const lines = harmless.split('\n').length;
  if (lines >= (process.stdout.rows || 24)) {
    const { spawnSync } = await import('node:child_process');
    // Ctrl-C is for the pager, which shares the terminal with us.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    const { status, signal } = spawnSync('/bin/sh', ['-c', settingsHere().pager ?? 'less'], {
      input: harmless,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { LESS: 'FRX', ...process.env },
    });
    process.off('SIGINT', ignore);
    // One that did not read everything has shown what was wanted.
    const hasRun = signal !== null || (status !== null && status !== 127);
    if (hasRun) return;
  }
  process.stdout.write(harmless);
}
