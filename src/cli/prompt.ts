import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { isatty, ReadStream } from 'node:tty';
import { UserError } from '../core/error.ts';
import { textOfBytes } from '../core/escaped-bytes.ts';
import { Secret } from '../core/secret.ts';
import { Interrupted } from './exit-status.ts';
import { TypedLine } from './typed-line.ts';

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

/**
 * As `askSecret`, but at once: for what turns out to be needed where nothing can wait. The rest of the program
 * stands still meanwhile.
 */
export function askSecretNow(question: string): Secret {
  const terminal = openTerminal();
  return new Secret(terminal === undefined ? nextInputLine(question) : askAtNow(terminal, question));
}

/** Whether there is somebody to ask, other than by a line of standard input. */
export function hasTerminal(): boolean {
  const terminal = openTerminal();
  if (terminal === undefined) return false;
  closeTerminal(terminal);
  return true;
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

function askAt(fd: number, question: string, shown: boolean): Promise<string> {
  const input = new ReadStream(fd);
  const say = (text: string) => process.stderr.write(text);
  return new Promise((resolve, reject) => {
    const line = new TypedLine(shown, say);
    const finish = (settle: () => void) => {
      input.setRawMode(false);
      input.destroy();
      say('\n');
      settle();
    };
    input.setEncoding('utf8');
    input.setRawMode(true);
    say(question);
    input.on('data', (text: string) => {
      for (const character of text) {
        if (input.destroyed) break;
        try {
          const whole = line.take(character);
          if (whole !== undefined) finish(() => resolve(whole));
        } catch (error) {
          finish(() => reject(error));
        }
      }
    });
    input.on('error', reject);
  });
}

/** In raw mode, and with nothing else going on until the line is there. */
function askAtNow(fd: number, question: string): string {
  const terminal = new ReadStream(fd);
  // The stream's own descriptor does not wait for what is typed.
  const input = fd === 0 ? 0 : openSync('/dev/tty', 'r+');
  const say = (text: string) => writeSync(input, text);
  terminal.setRawMode(true);
  try {
    say(question);
    const line = new TypedLine(false, say);
    const decoder = new StringDecoder('utf8');
    const byte = Buffer.alloc(1);
    for (;;) {
      if (readByte(input, byte) === 0) throw new Interrupted();
      for (const character of decoder.write(byte)) {
        const whole = line.take(character);
        if (whole !== undefined) return whole;
      }
    }
  } finally {
    say('\n');
    terminal.setRawMode(false);
    if (fd !== 0) {
      closeSync(input);
      terminal.destroy();
    }
  }
}

/** Byte by byte, so that the lines after it are left for the next question, or for a program that reads them. */
function nextInputLine(question: string): string {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  let ended = false;
  while (!ended) {
    ended = readByte(0, byte) === 0 || byte[0] === 0x0a;
    if (!ended) bytes.push(byte[0]!);
  }
  if (bytes.length === 0 && byte[0] !== 0x0a) {
    throw new NobodyToAsk(question);
  }
  return textOfBytes(Buffer.from(bytes)).replace(/\r$/, '');
}

function readByte(fd: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, into, 0, 1, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      // Another program has made the pipe non-blocking: there is nothing to read yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
