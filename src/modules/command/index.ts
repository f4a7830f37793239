import { secretsIn } from '../../core/known-secrets.ts';
import { Secret } from '../../core/secret.ts';
import { quote, type ShellText, sh, userShell } from '../../core/shell.ts';
import { UnclosedQuote, wordsOf } from '../../core/words.ts';
import { actModule } from '../define.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import { each, t } from '../parameters.ts';
import { changeFolder, conditionParameters, decide, foreseeSkip, missingFolder } from './conditions.ts';
import { expandedWord } from './host-words.ts';
import { notRun } from './not-run.ts';
import { report, type ShownCommand, timed } from './report.ts';
import { standardInput, stdinParameters } from './stdin.ts';

/** Runs a program with its arguments, with no shell in between. */
export const command = actModule({
  names: ['command', 'ansible.builtin.command'],
  summary: 'Run a program on the host',
  freeForm: 'cmd',
  parameters: {
    cmd: t.secret({ aliases: ['_raw_params'], doc: 'The command line; quotes as in a shell, nothing else.' }),
    argv: t.list(each.secret)({ doc: 'The command as a list of words.' }),
    expand_argument_vars: t.bool({ default: true, doc: 'Fill in $NAME and ~ from the host.' }),
    ...conditionParameters,
    ...stdinParameters,
    strip_empty_ends: t.bool({ default: true, doc: 'Take empty lines off the end of the outputs.' }),
    executable: t.path({ doc: 'Not used by this module; `shell` has it.' }),
    warn: t.bool({ doc: 'Accepted from older content; nothing is warned of.' }),
  },

  foresee: (host, p) => foreseeSkip(host, p, decision => notRun(decision, argvOf(p).map(shownWord), true)),

  async act(host, p, context) {
    const argv = argvOf(p);
    const shown = argv.map(shownWord);
    const decision = await decide(host, p);
    if (decision) return notRun(decision, shown, false);
    const words = argv.map(({ text: word }) =>
      p.expand_argument_vars ? expandedWord(word) : userShell(quote(word)),
    );
    const folder = p.chdir === undefined ? sh`` : sh`${changeFolder(p.chdir)} || exit;`;
    const script = sh`${folder} exec ${userShell(words.map(word => word.text).join(' '))}`;
    const options = { stdin: standardInput(p), env: context.environment };
    const done = await timed(() => host.run(script, options));
    const { status } = done.outcome;
    if (status !== 0) {
      const missing = await missingFolder(host, p.chdir);
      if (missing) throw missing;
    }
    if (status === 126 || status === 127) {
      const refused = await whyNotStarted(host, words[0]!, folder, argv[0]!.text, shown);
      if (refused) throw refused;
    }
    return report(done, { cmd: shown, strip: p.strip_empty_ends });
  },
});

interface CommandLine {
  readonly cmd: string | Secret | undefined;
  readonly argv: readonly (string | Secret)[] | undefined;
}

interface Argument {
  readonly text: string;
  readonly secret: boolean;
}

function shownWord({ text, secret }: Argument): string | Secret {
  return secret ? new Secret(text) : text;
}

function argvOf({ cmd, argv }: CommandLine): readonly Argument[] {
  if (cmd !== undefined && argv !== undefined) {
    throw new Failure('only command or argv can be given, not both', { rc: 256 });
  }
  const words = argv?.map(argument) ?? split(cmd ?? '');
  if (words.length === 0 || words[0]!.text === '') throw new Failure('no command given', { rc: 256 });
  return words;
}

function argument(word: string | Secret): Argument {
  return word instanceof Secret ? { text: word.reveal(), secret: true } : { text: word, secret: false };
}

function split(cmd: string | Secret): Argument[] {
  const { text, secret } = argument(cmd);
  const secrets = secretsIn(text);
  try {
    return wordsOf(text).map(word => ({
      text: word.text,
      // One that is too short to be found in text hides them all.
      secret:
        secrets.length === 0
          ? secret
          : secrets.some(({ start, end }) => start < word.end && word.start < end),
    }));
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    throw new Failure(`cannot split the command line into words: ${error.message}`, { cmd });
  }
}

/** A program may end with 126 or 127 on its own; only when there is none (to run) has it not been started. */
async function whyNotStarted(
  host: Reader,
  program: ShellText,
  folder: ShellText,
  name: string,
  cmd: ShownCommand,
): Promise<Failure | undefined> {
  // `exec` and the search path of the command itself; only the file is looked for.
  const question = sh`${folder} found=$(command -v ${program}) && [ -x "$found" ] && [ ! -d "$found" ] && exit 0
    [ -e ${program} ] && exit 13; exit 2`;
  const { status } = await host.ask(question);
  if (status !== 2 && status !== 13) return undefined;
  const why = status === 2 ? 'No such file or directory' : 'Permission denied';
  return new Failure(`[Errno ${status}] ${why}: b'${name}'`, {
    cmd,
    rc: status,
    stdout: '',
    stdout_lines: [],
    stderr: '',
    stderr_lines: [],
  });
}
