import { Failure } from '../failure.ts';
import type { Head } from './file-disk.ts';

/**
 * Splits what `head -v` printed for several files, behind the list of those that it was given. null: the
 * contents themselves look like its headings, so that they cannot be told apart.
 */
export function parseHeads(
  paths: readonly string[],
  stdout: Buffer,
  stderr: string,
  size: number,
): (Head | null | Error)[] | null {
  const { asked, rest } = parseAsked(stdout);
  // With one left out, another's contents could pass for its heading.
  if (asked.length > 1 && stderr !== '') return null;
  const heads = new Map<string, Head>();
  const heading = (path: string, first: boolean) => Buffer.from(`${first ? '' : '\n'}==> ${path} <==\n`);
  let at = 0;
  let open: string | undefined;
  const close = (end: number) => {
    if (open === undefined) return;
    const bytes = rest.subarray(at, end);
    heads.set(open, { bytes: bytes.subarray(0, size), whole: bytes.length <= size });
  };
  for (const path of asked) {
    const mark = heading(path, open === undefined);
    const next = open === undefined ? (rest.indexOf(mark, at) === at ? at : -1) : rest.indexOf(mark, at);
    // A file that went away or may not be read has no heading.
    if (next < 0) continue;
    if (open !== undefined && rest.indexOf(mark, next + 1) >= 0) return null;
    close(next);
    open = path;
    at = next + mark.length;
  }
  close(rest.length);
  return paths.map(path => {
    if (!asked.includes(path)) return null;
    return heads.get(path) ?? unreadable(path, stderr);
  });
}

/** What `sha1sum` and its kin printed: one line a file, escaped by GNU where a name has a newline. */
export function parseDigests(
  paths: readonly string[],
  stdout: string,
  stderr: string,
): (string | null | Error)[] {
  const { asked, rest } = parseAsked(Buffer.from(stdout));
  const text = rest.toString('utf8');
  const digests = new Map<string, string>();
  let at = 0;
  for (const path of asked) {
    const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    const match = /^\\?([0-9a-f]+) [ *]/.exec(text.slice(at, at + 200));
    if (!match) break;
    const name = at + match[0].length;
    const end = [path, escaped].map(form => `${form}\n`).find(form => text.startsWith(form, name));
    if (end === undefined) continue;
    digests.set(path, match[1]!);
    at = name + end.length;
  }
  return paths.map(path => {
    if (!asked.includes(path)) return null;
    return digests.get(path) ?? unreadable(path, stderr);
  });
}

/** The number of the files that were there to be read, and their names. */
function parseAsked(stdout: Buffer): { asked: string[]; rest: Buffer } {
  const word = (from: number) => {
    const end = stdout.indexOf(0, from);
    return { text: stdout.subarray(from, end).toString('utf8'), next: end + 1 };
  };
  if (stdout.length === 0) return { asked: [], rest: stdout };
  let { text, next } = word(0);
  const asked: string[] = [];
  for (let left = Number(text); left > 0 && next > 0; left--) {
    ({ text, next } = word(next));
    asked.push(text);
  }
  return { asked, rest: stdout.subarray(next) };
}

function unreadable(path: string, stderr: string): Error {
  const line = stderr.split('\n').find(words => words.includes(path)) ?? stderr.trim();
  const reason = line.replace(/^.*: /, '') || 'it could not be read';
  return new Failure(`cannot read ${path}: ${reason}`, { path });
}
