import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { newKeyPair } from '../../vault/private-key.ts';
import { recipientText } from '../../vault/recipient.ts';
import { prepare } from '../../vault/sodium.ts';
import { replaceFile } from '../replace-files.ts';
import { STDIO } from './files.ts';

export function keygenCommand(): Command {
  return new Command('keygen')
    .summary('make a key for a machine')
    .description(
      'Makes a key for a machine, such as a build server, and prints its public key. (People use the ssh-ed25519 ' +
        'keys that they have.)',
    )
    .argument('<FILE>', 'file for the private key, readable by its owner only; "-": standard output')
    .option('-c, --comment <TEXT>', 'what stands behind the public key: whose it is', '')
    .action(async (file: string, { comment }: { comment: string }) => {
      if (/[\r\n]/.test(comment)) throw new UserError('the comment is more than one line');
      if (file !== STDIO && existsSync(file)) {
        throw new UserError(`${file} exists: a key is never written over`);
      }
      await prepare();
      const pair = newKeyPair(comment);
      if (file === STDIO) {
        process.stdout.write(pair.file);
        return;
      }
      replaceFile(file, pair.file);
      process.stdout.write(`${[recipientText(pair.recipient), comment].join(' ').trim()}\n`);
    });
}
