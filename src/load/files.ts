import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import { type Position, Source } from '../core/position.ts';
import type { LoadContext } from './context.ts';

/**
 * A file's text, opened when the whole file is a vault; null when there is no such file.
 *
 * @param text what stands in the file, where it was read before
 */
export function readSource(file: string, context: LoadContext, text = readText(file)): Source | null {
  if (text === null) return null;
  const name = displayPath(file);
  if (!isVault(text)) return new Source(name, text);
  const sealed = new Source(name, text, true);
  const position: Position = { source: sealed, line: 1, column: 1 };
  if (!context.opener) {
    throw new UserError('this file is encrypted and no vault password was given', {
      position,
      hint: 'give the password with --vault-password-file or --ask-vault-pass',
    });
  }
  return new Source(name, withoutMark(context.opener.open(text, position)), true);
}

/** A file's text; null when there is no such file, an error when it may not be read. */
export function readText(file: string): string | null {
  try {
    return withoutMark(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isAbsence(error)) return null;
    throw cannotRead(file, error);
  }
}

export function isVault(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT') || text.startsWith('$TSIBLE_VAULT');
}

export function statOf(file: string): Stats | null {
  try {
    // Most names that are looked for are not there, and an exception is many times the cost of the answer.
    return statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw cannotRead(file, error);
  }
}

export function isFile(file: string): boolean {
  return statOf(file)?.isFile() ?? false;
}

export function isFolder(file: string): boolean {
  return statOf(file)?.isDirectory() ?? false;
}

/** Names in a folder, sorted by code point as Ansible sorts them; none when there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort(byCodePoint);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw cannotRead(folder, error);
  }
}

export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A path as it is shown: relative below the working folder, absolute elsewhere. `fileOf` turns it back. */
export function displayPath(file: string): string {
  const absolute = path.resolve(file);
  const relative = path.relative(process.cwd(), absolute);
  if (relative === '') return '.';
  return relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative;
}

/** The absolute path of the file that a position points into. */
export function fileOf(position: Position): string {
  return path.resolve(position.source.file);
}

/** A leading `~` is the home folder. */
export function expandHome(file: string): string {
  const home = process.env.HOME;
  return home && /^~(?=\/|$)/.test(file) ? home + file.slice(1) : file;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function cannotRead(file: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ELOOP: 'too many symbolic links',
  };
  return new UserError(`cannot read ${displayPath(file)}: ${reasons[code ?? ''] ?? message}`, {
    cause: error,
  });
}
