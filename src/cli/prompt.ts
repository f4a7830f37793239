import { closeSync, openSync, readSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { UserError } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import { Interrupted } from './exit-status.ts';

/**
 * Asks a question and reads one line. At a terminal it asks there even when standard input and output lead
 * elsewhere; without one it takes the next line of standard input.
 *
 * @param shown whether what is typed is shown
 * @throws NobodyToAsk when there is neither a terminal nor a line to read
 */
export async function ask(question: string, shown: boolean): Promise<string> {
  const terminal = openTerminal();
  if (terminal === undefined) return nextInputLine(question);
  try {
    return await askAt(terminal, question, shown);
  } finally {
    closeTerminal(terminal);
  }
}

export class NobodyToAsk extends UserError {
  constructor(question: string) {
    super(`there is no terminal to ask at, and nothing on standard input: ${question.trim()}`, {
      hint: 'give passwords in a file (--vault-password-file, ansible_become_password in a vault), or pipe them in',
    });
  }
}

export async function askSecret(question: string): Promise<Secret> {
  return new Secret(await ask(question, false));
}

function openTerminal(): number | undefined {
  try {
    return openSync('/dev/tty', 'r+');
  } catch {
    return isatty(0) && isatty(2) ? 0 : undefined;
  }
}

function closeTerminal(fd: number): void {
  // The stream over it has closed it already, unless it is standard input.
  if (fd !== 0) {
    try {
      closeSync(fd);
    } catch {}
  }
}

/** In raw mode the terminal neither shows nor edits: both are done here, as far as a password needs it. */
function askAt(fd: number, question: string, shown: boolean): Promise<string> {
  const input = new ReadStream(fd);
  const say = (text: string) => process.stderr.write(text);
  return new Promise((resolve, reject) => {
    const line: string[] = [];
    const finish = (result: string | Error) => {
      input.setRawMode(false);
      input.destroy();
      say('\n');
      if (typeof result === 'string') resolve(result);
      else reject(result);
    };
    const take = (character: string) => {
      if (character === '\r' || character === '\n') return finish(line.join(''));
      if (character === CTRL_C) return finish(new Interrupted());
      if (character === CTRL_D) {
        return line.length === 0 ? finish(new Interrupted()) : finish(line.join(''));
      }
      if (character === '\x7f' || character === '\b') {
        if (line.pop() !== undefined && shown) say('\b \b');
      } else if (character === CTRL_U) {
        if (shown) say('\b \b'.repeat(line.length));
        line.length = 0;
      } else if (character >= ' ') {
        line.push(character);
        if (shown) say(character);
      }
      return undefined;
    };
    input.setEncoding('utf8');
    input.setRawMode(true);
    say(question);
    input.on('data', (text: string) => {
      for (const character of text) {
        if (input.destroyed) break;
        take(character);
      }
    });
    input.on('error', reject);
  });
}

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';

/** Byte by byte, so that the lines after it are left for the next question, or for a program that reads them. */
function nextInputLine(question: string): string {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  let ended = false;
  while (!ended) {
    ended = readInput(byte) === 0 || byte[0] === 0x0a;
    if (!ended) bytes.push(byte[0]!);
  }
  if (bytes.length === 0 && byte[0] !== 0x0a) {
    throw new NobodyToAsk(question);
  }
  return Buffer.from(bytes).toString('utf8').replace(/\r$/, '');
}

function readInput(into: Buffer): number {
  for (;;) {
    try {
      return readSync(0, into, 0, 1, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      // Another program has made the pipe non-blocking: there is nothing to read yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
