import { Command } from 'commander';
import { visible } from '../../core/visible.ts';
import { namedOrStdio, openFile, readWhole } from './files.ts';
import { identitiesFor } from './identities.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';

export function viewCommand(): Command {
  const command = new Command('view')
    .description('Prints the decrypted content of encrypted files.')
    .argument('[FILE...]', 'encrypted files; "-" or none: standard input');
  return addVaultPasswordOptions(command).action(async (files: string[], flags: VaultPasswordFlags) => {
    const identities = await identitiesFor(flags);
    const contents: Buffer[] = [];
    for (const file of namedOrStdio(files)) {
      contents.push((await openFile(file, await readWhole(file), identities)).content);
    }
    const content = Buffer.concat(contents);
    if (process.stdout.isTTY) await show(content.toString('utf8'));
    else process.stdout.write(content);
  });
}

/** What does not fit on the screen goes to a pager, which also keeps it out of the scrollback. */
async function show(text: string): Promise<void> {
  const harmless = visible(text);
  const lines = harmless.split('\n').length;
  if (lines >= (process.stdout.rows || 24)) {
    const { spawnSync } = await import('node:child_process');
    const { error, status } = spawnSync('/bin/sh', ['-c', process.env.PAGER || 'less'], {
      input: harmless,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { LESS: 'FRX', ...process.env },
    });
    if (!error && status !== 127) return;
  }
  process.stdout.write(harmless);
}
