import { UserError } from '../../../core/error.ts';

/** The way to a value in a file: keys of mappings, and indices of lists. */
export type KeyPath = readonly (string | number)[];

/**
 * Reads `db.users[0].password`; a key with a dot in it is quoted (`hosts."web.example"`), and stands in brackets
 * just as well (`hosts["web.example"]`).
 */
export function parseKeyPath(text: string): KeyPath {
  const path: (string | number)[] = [];
  let rest = text;
  while (rest !== '') {
    const dot = path.length > 0 && rest.startsWith('.') ? 1 : 0;
    const found = PART.exec(rest.slice(dot));
    // A bracket needs no dot before it, and all else does.
    const missing = found !== null && path.length > 0 && dot === 0 && !found[0].startsWith('[');
    if (!found || missing) throw unreadable(text, text.length - rest.length + dot);
    const { index, bracketed, quoted = bracketed, plain } = found.groups!;
    path.push(index !== undefined ? Number(index) : quoted !== undefined ? unquoted(quoted) : plain!);
    rest = rest.slice(dot + found[0].length);
  }
  if (path.length === 0) throw new UserError('the key is empty');
  return path;
}

/** The way back: what `parseKeyPath` reads. */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      const word = /^[^\s.[\]"']+$/.test(part) ? part : JSON.stringify(part);
      return i === 0 ? word : `.${word}`;
    })
    .join('');
}

const STRING = String.raw`"(?:\\.|[^"\\])*"|'(?:''|[^'])*'`;
const PART = new RegExp(
  String.raw`^(?:\[(?<index>\d+)\]|\[(?<bracketed>${STRING})\]|(?<quoted>${STRING})|(?<plain>[^.[\]"']+))`,
);

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new UserError(`${text} is not a quoted key: inside "…", a backslash is written twice`);
  }
}

function unreadable(text: string, at: number): UserError {
  return new UserError(`"${text}" names no key: it cannot be read from its character ${at + 1} on`, {
    hint: 'write it as db.users[0].password; a key with dots or brackets in it goes in quotes: hosts."web.example"',
  });
}
