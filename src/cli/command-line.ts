import { Command, CommanderError } from 'commander';
import { didYouMean, UserError } from '../core/error.ts';
import { type CommandEntry, commands } from './commands.ts';
import { ExitStatus } from './exit-status.ts';

/** Runs the command that the words name; returns the exit status. Throws what `reportError` reports. */
export async function runCommandLine(words: readonly string[], version: string): Promise<number> {
  const program = new Command('tsible')
    .description(
      'Configures hosts over SSH from Ansible-style playbooks; the hosts need nothing but a POSIX sh.',
    )
    .usage('COMMAND [OPTIONS]')
    .version(`tsible ${version}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  const named = words.find(word => !word.startsWith('-'));
  for (const entry of commands) {
    program.addCommand(entry.name === named ? await entry.load() : placeholder(entry));
  }
  for (const command of family(program)) quieten(command);
  if (words.length === 0) {
    process.stdout.write(program.helpInformation());
    return ExitStatus.wrongUse;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitStatus.ok;
    throw wrongUse(error, program, words);
  }
  return typeof process.exitCode === 'number' ? process.exitCode : ExitStatus.ok;
}

/** Stands in the list of commands for one that was not asked for. */
function placeholder(entry: CommandEntry): Command {
  return new Command(entry.name).description(entry.summary);
}

/** Errors come back as exceptions instead of being printed and exited with on the spot. */
function quieten(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  command.configureHelp({
    helpWidth: Math.min(process.stdout.columns || 100, 110),
    showGlobalOptions: false,
  });
}

function* family(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* family(child);
}

function wrongUse(error: CommanderError, program: Command, words: readonly string[]): UserError {
  const { names, command } = meant(program, words);
  const help = `see ${names} --help`;
  const message = error.message.replace(/^error: /, '').replaceAll("'", '"');
  if (error.code === 'commander.unknownOption') {
    const option = /"([^"]*)"/.exec(message)?.[1] ?? '';
    const known = command.options.flatMap(each => [each.long, each.short]).filter(each => each !== undefined);
    return new UserError(`unknown option ${option}`, { hint: didYouMean(option, known) ?? help });
  }
  if (error.code === 'commander.unknownCommand' || error.code === 'commander.help') {
    const name = /"([^"]*)"/.exec(message)?.[1] ?? '';
    const known = command.commands.map(each => each.name());
    if (name === '') return new UserError(`${names} needs a command: ${known.join(', ')}`, { hint: help });
    const playbook = /\.ya?ml$/.test(name) && command === program;
    const hint = playbook ? `to run a playbook: tsible play ${name}` : (didYouMean(name, known) ?? help);
    return new UserError(`unknown command "${name}"`, { hint });
  }
  return new UserError(message, { hint: help });
}

/** The command the words came as far as, with its full name. */
function meant(program: Command, words: readonly string[]): { names: string; command: Command } {
  let command = program;
  const names = [program.name()];
  for (const word of words) {
    const next = command.commands.find(each => each.name() === word || each.aliases().includes(word));
    if (!next) break;
    command = next;
    names.push(next.name());
  }
  return { names: names.join(' '), command };
}
