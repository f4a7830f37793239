import { BoundedMap } from './bounded-map.ts';
import { CONTROL_ESCAPES } from './python-escapes.ts';
import { PatternReader, RegexError } from './python-regex-reader.ts';

export { RegexError } from './python-regex-reader.ts';

export interface PythonFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
  readonly verbose?: boolean;
  /**
   * The pattern and its subjects are bytes, one character (0 to 255) each: `\w` and the like mean ASCII only,
   * and a dot is one byte.
   */
  readonly bytes?: boolean;
  /** Matches tell where each of their groups stands (`indices`), which makes them slower. */
  readonly indices?: boolean;
}

const made = new BoundedMap<string, RegExp>(1000);

/**
 * A pattern of Python's `re` as a RegExp with the flag `g`; its `lastIndex` is 0. Throws RegexError
 * for a pattern that Python refuses, and for the few things that cannot be carried over (conditional groups,
 * atomic groups, possessive quantifiers).
 */
export function pythonRegex(pattern: string, flags: PythonFlags = {}): RegExp {
  const key = `${lettersOf(flags)}:${pattern}`;
  let known = made.get(key);
  if (!known) {
    known = translate(pattern, flags);
    made.set(key, known);
  }
  known.lastIndex = 0;
  return known;
}

function lettersOf({ ignoreCase, multiline, dotAll, verbose, bytes, indices }: PythonFlags): string {
  const letters = `${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}${verbose ? 'x' : ''}`;
  return `${letters}${bytes ? 'b' : ''}${indices ? 'd' : ''}`;
}

function translate(pattern: string, flags: PythonFlags): RegExp {
  const { source, ignoreCase } = new PatternReader(pattern, flags).read();
  try {
    return new RegExp(
      source,
      `g${flags.indices ? 'd' : ''}${ignoreCase ? 'i' : ''}${flags.bytes ? '' : 'u'}`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
    throw new RegexError(pattern, reason);
  }
}

/** Bytes as the text that patterns made with `bytes` match against. */
export function byteText(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** The pattern (or other text) of a user as such bytes. */
export function asByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Python's `re.subn`: the text with all matches replaced, and how many there were. */
export function substitute(
  regex: RegExp,
  replacement: string,
  text: string,
  most = Number.POSITIVE_INFINITY,
): { text: string; count: number } {
  if (!replacement.includes('\\')) return substitutePlain(regex, replacement, text, most);
  const expand = replacementOf(replacement);
  // Groups that the pattern lacks are an error even where nothing matches.
  expand(new RegExp(`${regex.source}|`, regex.flags.replace('g', '')).exec('')!);
  let [result, at, count] = ['', 0, 0];
  for (const match of text.matchAll(regex)) {
    if (count >= most) break;
    result += text.slice(at, match.index) + expand(match);
    at = match.index + match[0].length;
    count++;
  }
  return { text: result + text.slice(at), count };
}

/** The same, several times as fast, for a replacement that is taken as it stands. */
function substitutePlain(
  regex: RegExp,
  replacement: string,
  text: string,
  most: number,
): { text: string; count: number } {
  let count = 0;
  const replaced = text.replace(regex, whole => {
    if (count >= most) return whole;
    count++;
    return replacement;
  });
  return { text: replaced, count };
}

/**
 * A replacement as Python's `re.sub` and `Match.expand` read it: `\1`, `\g<name>`, `\n` and the like. Groups
 * that took no part in a match are empty. Throws RegexError, also for groups that a match does not have.
 */
export function replacementOf(template: string): (match: RegExpMatchArray) => string {
  const parts: (string | { readonly group: string })[] = [];
  const pattern = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S]))|([^\\]+)|(\\)$/g;
  for (const [whole, name, octal, number, other, plain, stray] of template.matchAll(pattern)) {
    if (plain !== undefined) parts.push(plain);
    else if (name !== undefined) parts.push({ group: name });
    else if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8) & 0xff));
    else if (number !== undefined) parts.push({ group: number });
    else if (stray !== undefined) throw new RegexError(template, 'bad escape (end of pattern)');
    else if (ESCAPES[other!] !== undefined) parts.push(ESCAPES[other!]!);
    else if (/[A-Za-z]/.test(other!)) throw new RegexError(template, `bad escape ${whole}`);
    else parts.push(whole);
  }
  return match =>
    parts.map(part => (typeof part === 'string' ? part : groupText(template, match, part.group))).join('');
}

const ESCAPES: typeof CONTROL_ESCAPES = { ...CONTROL_ESCAPES, '\\': '\\' };

function groupText(template: string, match: RegExpMatchArray, name: string): string {
  if (/^\d+$/.test(name)) {
    if (Number(name) >= match.length) throw new RegexError(template, `invalid group reference ${name}`);
    return match[Number(name)] ?? '';
  }
  if (!match.groups || !Object.hasOwn(match.groups, name))
    throw new RegexError(template, `unknown group name '${name}'`);
  return match.groups[name] ?? '';
}
