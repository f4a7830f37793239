import { quote } from '../core/shell.ts';
import { newMarker } from './frame.ts';
import { hostText } from './host-text.ts';
import { Shell } from './shell.ts';
import type { Channel, Transport } from './transport.ts';
import { BecomeFailed, type Endpoint, type Identity } from './types.ts';

type Become = NonNullable<Identity['become']>;

/** Most of what the program says before the shell is there that is looked at, in bytes. */
const LONGEST_TALK = 64 * 1024;

/** Milliseconds in which the program must ask, let us in or refuse; some directories are slow to answer. */
const PATIENCE = 15_000;

/**
 * A shell as another user. Its program is started once; a password goes to its standard input when it asks
 * for one and is never sent twice, since wrong attempts lock accounts.
 * Throws BecomeFailed, or Unreachable when the connection is lost meanwhile.
 */
export async function startBecomeShell(
  transport: Transport,
  become: Become,
  endpoint: Endpoint,
): Promise<Shell> {
  const greeting = newMarker();
  const prompt = `tsible-password-${newMarker()}:`;
  const channel = await transport.open(becomeCommand(become, endpoint.shell, greeting, prompt));
  const talk = new Dialogue(channel, become, greeting, prompt);
  await talk.finish(Math.max(PATIENCE, endpoint.connectTimeout)).catch((error: unknown) => {
    channel.close();
    throw transport.lost ?? error;
  });
  return new Shell(channel);
}

/** The line that starts the program; only names, options and markers are in it, so that it may be seen. */
export function becomeCommand(become: Become, shell: string, greeting: string, prompt: string): string {
  const asks = become.password !== undefined;
  const script = `echo ${greeting};exec ${quote(shell)}`;
  const own = [become.exe ?? become.method, ...words(become.flags ?? '', asks)];
  const rest: Record<Become['method'], string[]> = {
    // -n: without a password nothing may wait for one.
    sudo: ['-H', '-S', ...(asks ? ['-p', prompt] : ['-n']), '-u', become.user, shell, '-c', script],
    su: ['-s', shell, become.user, '-c', script],
    doas: ['-n', '-u', become.user, shell, '-c', script],
  };
  return `exec ${[...own, ...rest[become.method]].map(quote).join(' ')}`;
}

/** Options as a shell would split them. With a password at hand, "never ask" cannot be meant. */
function words(flags: string, asks: boolean): string[] {
  const found = flags.match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return found
    .map(word =>
      word.replace(
        /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
        (_, escaped, single, double) => escaped ?? single ?? (double as string).replace(/\\(["\\$`])/g, '$1'),
      ),
    )
    .filter(word => !(asks && (word === '-n' || word === '--non-interactive')));
}

/** What is said between the program's start and the shell's greeting. */
class Dialogue {
  readonly #channel: Channel;
  readonly #become: Become;
  readonly #greeting: string;
  readonly #prompt: string;
  #heard = '';
  #answered = false;
  #settle!: (error?: BecomeFailed) => void;
  readonly #result: Promise<void>;

  constructor(channel: Channel, become: Become, greeting: string, prompt: string) {
    this.#channel = channel;
    this.#become = become;
    this.#greeting = greeting;
    this.#prompt = prompt;
    this.#result = new Promise((resolve, reject) => {
      this.#settle = error => (error ? reject(error) : resolve());
    });
  }

  async finish(patience: number): Promise<void> {
    const channel = this.#channel;
    channel.stdin.on('error', () => {});
    const onStdout = (chunk: Buffer) => {
      this.#hear(chunk);
      if (this.#heard.includes(`${this.#greeting}\n`)) this.#settle();
      else this.#answerPrompt();
    };
    const onStderr = (chunk: Buffer) => {
      this.#hear(chunk);
      this.#answerPrompt();
    };
    channel.stdout.on('data', onStdout);
    channel.stderr.on('data', onStderr);
    channel.ended.then(end => this.#settle(this.#refused(end.status)));
    const timer = setTimeout(() => this.#settle(this.#silent(patience)), patience);
    try {
      await this.#result;
    } finally {
      clearTimeout(timer);
      channel.stdout.off('data', onStdout);
      channel.stderr.off('data', onStderr);
    }
  }

  #hear(chunk: Buffer): void {
    if (this.#heard.length < LONGEST_TALK) this.#heard += chunk.toString('latin1');
  }

  #answerPrompt(): void {
    if (!this.#isAsking()) return;
    const { password } = this.#become;
    if (password === undefined) {
      this.#settle(this.#failed('asks for a password, and none was given', ASK_HINT));
    } else if (this.#answered) {
      this.#settle(this.#failed('did not accept the password', WRONG_HINT));
    } else {
      this.#answered = true;
      this.#heard = '';
      this.#channel.stdin.write(`${password.reveal()}\n`);
    }
  }

  /** sudo asks in our words; su in its own, in any language: an unfinished line that ends with a colon. */
  #isAsking(): boolean {
    if (this.#become.method === 'sudo') return this.#heard.includes(this.#prompt);
    return /[^\n][:\uff1a] ?$/.test(Buffer.from(this.#heard, 'latin1').toString('utf8'));
  }

  #refused(status: number | undefined): BecomeFailed {
    const said = this.#heard.replaceAll(this.#prompt, '');
    if (this.#become.method === 'doas' && this.#become.password !== undefined && /required/i.test(said)) {
      return this.#failed(
        'takes a password only from a terminal',
        'add "nopass" to the rule in the doas.conf of the host, or use sudo',
      );
    }
    for (const { words: pattern, message, hint } of REFUSALS) {
      if (pattern.test(said)) return this.#failed(message, hint);
    }
    if (status === 127)
      return this.#failed(
        'is not installed on the host',
        'choose another become_method, or log in as the user',
      );
    if (this.#answered && this.#become.method !== 'sudo')
      return this.#failed('did not accept the password', WRONG_HINT);
    return this.#failed('refused', undefined);
  }

  #silent(patience: number): BecomeFailed {
    const what = this.#answered
      ? 'took the password but did not start a shell'
      : 'neither asked for a password nor started a shell';
    return this.#failed(
      `${what} within ${patience / 1000} s`,
      'does it ask for something other than a password (a second factor)?',
    );
  }

  #failed(message: string, hint: string | undefined): BecomeFailed {
    const { method, user } = this.#become;
    const words = hostText(Buffer.from(this.#heard.replaceAll(this.#prompt, ''), 'latin1'));
    return new BecomeFailed(`${method} to ${user}: it ${message}${words === '' ? '' : ` (${words})`}`, hint);
  }
}

const ASK_HINT = 'give one with -K (--ask-become-pass) or ansible_become_password';
const WRONG_HINT = 'check the password given with -K or in ansible_become_password';

const REFUSALS = [
  {
    words: /a password is required|no askpass program|Authentication required|Authorization required/i,
    message: 'asks for a password, and none was given',
    hint: ASK_HINT,
  },
  {
    words:
      /not in the sudoers file|is not allowed to (execute|run)|may not run sudo|Operation not permitted/i,
    message: 'does not allow this user to become that one',
    hint: 'add a rule to the sudoers (or doas.conf) of the host, or log in as another user',
  },
  {
    words:
      /must have a tty|a terminal is required|must be run from a terminal|a tty is required|no tty present/i,
    message: 'wants a terminal',
    hint: 'remove "requiretty" from the sudoers of the host, or choose become_method sudo',
  },
  {
    words: /incorrect password|Sorry, try again|Authentication failure|Sorry\.?\s*$/i,
    message: 'did not accept the password',
    hint: WRONG_HINT,
  },
  {
    words: /unknown user|does not exist|no passwd entry/i,
    message: 'knows no such user',
    hint: 'check become_user',
  },
  {
    words: /not found|No such file/i,
    message: 'is not installed on the host',
    hint: 'choose another become_method, or log in as the user',
  },
] as const;
