import { readFileSync } from 'node:fs';
import { UserError } from '../../core/error.ts';
import { type Position, Source } from '../../core/position.ts';
import { isSealed } from '../../vault/envelope.ts';
import type { VaultIdentities } from '../../vault/identities.ts';
import { type Opened, openEnvelope } from '../../vault/seal.ts';
import { whenPrepared } from '../../vault/sodium.ts';
import { type Replacement, replaceFiles } from '../replace-files.ts';

/** `-` as a file's name: standard input, or standard output. */
export const STDIO = '-';

export async function readWhole(path: string): Promise<Buffer> {
  if (path === STDIO) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new UserError(`cannot read ${path}: ${reason}`, { cause });
  }
}

/** Opens a file that is encrypted as a whole. */
export async function openFile(path: string, content: Buffer, identities: VaultIdentities): Promise<Opened> {
  const text = content.toString('utf8');
  const position = startOf(path, text);
  if (!isSealed(content)) {
    const inline = /^[^#\n]*!vault\b/m.test(text);
    throw new UserError('this file is not encrypted as a whole', {
      position,
      hint: inline ? 'it holds single encrypted values (!vault), which the play opens by itself' : undefined,
    });
  }
  return whenPrepared(() => openEnvelope(text, identities, position));
}

export function startOf(path: string, text: string): Position {
  return { source: new Source(path === STDIO ? '<standard input>' : path, text), line: 1, column: 1 };
}

/**
 * Writes results to where they belong: the files they came from, all or none; `output` where it is given;
 * standard output for what came from standard input.
 */
export function writeResults(results: readonly Replacement[], output: string | undefined): void {
  if (output !== undefined && results.length > 1) {
    throw new UserError('--output can only be used with one file', {
      hint: 'without it, files are changed in place',
    });
  }
  const placed = results.map(result => ({ ...result, path: output ?? result.path }));
  replaceFiles(placed.filter(result => result.path !== STDIO));
  for (const { content } of placed.filter(result => result.path === STDIO)) process.stdout.write(content);
}

/** Without files named, the commands are filters. */
export function namedOrStdio(files: readonly string[]): readonly string[] {
  const named = files.length === 0 ? [STDIO] : files;
  if (named.filter(file => file === STDIO).length > 1) {
    throw new UserError('standard input ("-") can only be named once');
  }
  return named;
}

/** For people only: a pipe gets the data and nothing else. */
export function say(message: string): void {
  if (process.stdout.isTTY) process.stderr.write(`${message}\n`);
}
