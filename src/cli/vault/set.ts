import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { isSealed } from '../../vault/envelope.ts';
import { say } from './files.ts';
import { identitiesFor } from './identities.ts';
import { askForValue, pipedValue } from './new-value.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { setValues } from './set-values.ts';

interface SetFlags extends VaultPasswordFlags, SealFlags {
  prompt?: true;
  showInput?: true;
}

export function setCommand(): Command {
  const command = new Command('set')
    .summary('give one key of a YAML file an encrypted value')
    .description(
      'Gives one key of a YAML file an encrypted value, and leaves the rest of the file as it is. ' +
        'The value is read from standard input, or asked for at the terminal.',
    )
    .argument('<FILE>', 'file of variables: plain, with encrypted values, or encrypted as a whole')
    .argument('<KEY>', 'key: db.users[0].password; one with a dot in quotes: hosts."web.example"')
    .option('-p, --prompt', 'ask for the value also where standard input is no terminal')
    .option('--show-input', 'show what is typed');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (path: string, key: string, flags: SetFlags) => {
    const identities = identitiesFor(flags, { confirm: !existsSync(path) });
    const typed = flags.prompt === true || process.stdin.isTTY === true;
    const text = typed ? await askForValue(`Value of ${key}`, flags.showInput === true) : await pipedValue();
    if (text === '') throw new UserError(`the value for ${key} is empty`);
    if (isSealed(text)) throw new UserError(`the value for ${key} is encrypted already`);
    await setValues(path, [{ key, text }], flags, identities);
    say(`${key} was set`);
  });
}
