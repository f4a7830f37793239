import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '../core/error.ts';
import { textOfBytes } from '../core/escaped-bytes.ts';
import { expandPath } from '../core/home.ts';
import { type Position, Source } from '../core/position.ts';
import { Secret } from '../core/secret.ts';
import { isSealed } from './envelope.ts';

const USAGE = 'give the password as --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';

/**
 * The password in a file, or printed by it when it is a program: any bytes. Throws UserError.
 *
 * @param open opens a password file that is itself encrypted, with another password
 */
export function passwordFrom(
  file: string,
  label: string,
  open: (sealed: string, position: Position) => Uint8Array,
): Secret {
  const path = resolve(expandPath(file));
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError(`vault password file ${file} was not found`, { hint: USAGE });
  if (found.isDirectory()) throw new UserError(`vault password file ${file} is a folder`, { hint: USAGE });
  const bytes = isExecutable(path) ? output(path, label) : contents(path, file, open);
  if (bytes.length === 0) {
    const what = isExecutable(path)
      ? `vault password program ${file} printed nothing`
      : `vault password file ${file} is empty`;
    throw new UserError(what);
  }
  return new Secret(textOfBytes(bytes));
}

/** Whether a password source's name means asking at the terminal. */
export function isPrompt(source: string): boolean {
  return source === 'prompt' || source === 'prompt_ask_vault_pass';
}

function contents(path: string, file: string, open: Parameters<typeof passwordFrom>[2]): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new UserError(`vault password file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (isSealed(bytes)) {
    const sealed = bytes.toString('utf8');
    return withoutLineBreaks(
      Buffer.from(open(sealed, { source: new Source(file, sealed), line: 1, column: 1 })),
    );
  }
  if (/^#! ?\//.test(bytes.toString('latin1', 0, 4))) {
    throw new UserError(`vault password file ${file} is a script that is not executable`, {
      hint: `chmod +x ${file}`,
    });
  }
  return trimmed(bytes, ASCII_SPACE);
}

/** A program's first words are for the user (its standard error), its input is ours: `/bin/cat` reads it. */
function output(path: string, label: string): Buffer {
  if (!isProgram(path)) {
    // The system would hand its text to a shell, line by line, and the shell would print it in its complaints.
    throw new UserError(`vault password file ${path} is executable, but it is not a program`, {
      hint: 'chmod a-x it if it holds the password; a script starts with a "#!" line',
    });
  }
  // The name is the agreement: a client script is told which id is wanted.
  const isClient = basename(path, extname(path)).endsWith('-client');
  const { stdout, status, signal, error } = spawnSync(path, isClient ? ['--vault-id', label] : [], {
    stdio: ['inherit', 'pipe', 'inherit'],
    maxBuffer: 1 << 20,
  });
  if (error) {
    throw new UserError(`vault password program ${path} cannot be run: ${error.message}`, {
      cause: error,
    });
  }
  if (isClient && status === 2) {
    throw new UserError(`vault password program ${path} knows no password for the vault id "${label}"`);
  }
  if (status !== 0) {
    throw new UserError(`vault password program ${path} ended with ${signal ?? `status ${status}`}`);
  }
  return withoutLineBreaks(stdout);
}

function withoutLineBreaks(bytes: Buffer): Buffer {
  return trimmed(bytes, LINE_BREAKS);
}

/** On bytes, as Ansible does it: text has more kinds of space, and the last byte of "à" is one of them. */
function trimmed(bytes: Buffer, unwanted: ReadonlySet<number>): Buffer {
  let [start, end] = [0, bytes.length];
  while (start < end && unwanted.has(bytes[start]!)) start++;
  while (end > start && unwanted.has(bytes[end - 1]!)) end--;
  return bytes.subarray(start, end);
}

const LINE_BREAKS = new Set(Buffer.from('\r\n'));
const ASCII_SPACE = new Set(Buffer.from(' \t\r\n\v\f'));

function isExecutable(path: string): boolean {
  // For root, access(2) says yes as soon as anyone may execute it; that is what the mode says as well.
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A script with its interpreter, or a binary (ELF; Mach-O, plain and universal). */
function isProgram(path: string): boolean {
  const start = Buffer.alloc(4);
  try {
    const fd = openSync(path, 'r');
    readSync(fd, start, 0, 4, 0);
    closeSync(fd);
  } catch {
    // May be run, may not be read: then it is nothing but a program.
    return true;
  }
  return start.toString('latin1', 0, 2) === '#!' || MAGIC.has(start.toString('hex'));
}

const MAGIC = new Set(['7f454c46', 'cffaedfe', 'cefaedfe', 'feedfacf', 'cafebabe']);
