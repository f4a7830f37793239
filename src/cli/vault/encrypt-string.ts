import { Command } from 'commander';
import { UserError } from '../../core/error.ts';
import { isSealed } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { sealWith } from '../../vault/sealer.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { collect } from '../option-values.ts';
import { ask } from '../prompt.ts';
import { writeOutput } from '../replace-files.ts';
import { STDIO, say } from './files.ts';
import { identitiesFor } from './identities.ts';
import { keyAsYaml } from './inline/scalar-text.ts';
import { askForValue, pipedText } from './new-value.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from './password-options.ts';
import { addSealOptions, type SealFlags } from './seal-options.ts';
import { sealerForNew } from './sealers.ts';
import { setValues } from './set-values.ts';

interface StringFlags extends VaultPasswordFlags, SealFlags {
  name?: string[];
  stdinName?: string;
  prompt?: true;
  showInput?: true;
  output?: string;
  inPlace?: string;
}

interface NamedText {
  readonly name?: string | undefined;
  readonly text: string;
}

export function encryptStringCommand(): Command {
  const command = new Command('encrypt_string')
    .summary('encrypt values, and print them as YAML')
    .alias('encrypt-string')
    .description('Encrypts single values, and prints them as YAML to paste into a file of variables.')
    .argument('[STRING...]', 'values to encrypt; "-": standard input')
    .option(
      '-n, --name <NAME>',
      'name of the variable (may be repeated, in the order of the values)',
      collect,
    )
    .option('--stdin-name <NAME>', 'name of the variable whose value comes from standard input')
    .option('-p, --prompt', 'ask for a value, without showing it')
    .option('--show-input', 'show what is typed at the prompt')
    .option('--output <FILE>', 'write the result there instead of to standard output')
    .option('--in-place <FILE>', 'set the named keys of this YAML file, instead of printing');
  addVaultPasswordOptions(addSealOptions(command));
  return command.action(async (strings: string[], flags: StringFlags) => {
    const identities = identitiesFor(flags, { confirm: flags.inPlace === undefined });
    const values = await gather(strings, flags);
    if (flags.inPlace !== undefined) {
      await setIn(flags.inPlace, values, flags, identities);
      return;
    }
    const output = await whenPrepared(() =>
      values
        .map(({ name, text }) =>
          asYaml(name, sealWith(sealerForNew(STDIO, flags, identities), Buffer.from(text))),
        )
        .join(''),
    );
    if (flags.output === undefined || flags.output === STDIO) process.stdout.write(output);
    else writeOutput(flags.output, output);
    say('Encryption successful');
  });
}

async function setIn(
  file: string,
  values: readonly NamedText[],
  flags: StringFlags,
  identities: VaultIdentities,
): Promise<void> {
  if (flags.output !== undefined) throw new UserError('--output and --in-place exclude each other');
  const named = values.map(({ name, text }) => {
    if (name === undefined) throw new UserError('--in-place needs a --name for each value');
    return { key: name, text };
  });
  await setValues(file, named, flags, identities);
  say('Encryption successful');
}

async function gather(strings: readonly string[], flags: StringFlags): Promise<NamedText[]> {
  const names = [...(flags.name ?? [])];
  const given = strings.filter(each => each !== STDIO);
  // Names are for the values on the command line, where there are any.
  const nextName = () => (given.length === 0 ? names.shift() : undefined);
  const values: NamedText[] = [];
  if (strings.includes(STDIO) || flags.stdinName || (strings.length === 0 && !flags.prompt)) {
    values.push({ name: flags.stdinName ?? nextName(), text: await pipedText() });
  }
  if (flags.prompt) {
    values.push({
      name: nextName() ?? (await ask('Variable name (enter for no name): ', true)),
      text: await askForValue('String to encrypt', flags.showInput === true),
    });
  }
  for (const text of given) values.push({ name: names.shift(), text });
  if (names.length > 0) throw new UserError(`--name ${names[0]}: there is no value for this name`);
  for (const { text } of values) {
    if (text === '') throw new UserError('the value to encrypt is empty');
    if (isSealed(text)) throw new UserError('the value is encrypted already');
  }
  // Scripts that have no name to give give an empty one.
  return values.map(({ name, text }) => ({ name: name || undefined, text }));
}

/** A literal block, indented as ansible-vault does, so that it may be pasted at any depth that YAML files have. */
function asYaml(name: string | undefined, sealed: string): string {
  const lines = sealed.trimEnd().split('\n');
  const key = name === undefined ? '' : `${keyAsYaml(name)}: `;
  return `${[`${key}!vault |`, ...lines.map(line => `          ${line}`)].join('\n')}\n`;
}
