import { Fault } from '../grammar/fault.ts';

/** Python's `re`, on JavaScript's engine. */

export interface RegexOptions {
  ignoreCase?: boolean;
  multiline?: boolean;
  dotAll?: boolean;
}

const cache = new Map<string, RegExp>();
const CAPACITY = 1000;

/** A Python pattern as a global RegExp. A fresh `lastIndex` is the caller's business. */
export function regex(pattern: string, options: RegexOptions = {}): RegExp {
  const key = `${options.ignoreCase ? 'i' : ''}${options.multiline ? 'm' : ''}${options.dotAll ? 's' : ''}/${pattern}`;
  const known = cache.get(key);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const { source, flags } = translate(pattern, options);
  let made: RegExp;
  try {
    made = new RegExp(source, flags);
  } catch {
    try {
      // Escapes that JavaScript refuses in unicode mode, such as `\-` outside of a class.
      made = new RegExp(source, flags.replace('u', ''));
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
      throw new Fault(`invalid regular expression '${pattern}': ${reason}`);
    }
  }
  if (cache.size >= CAPACITY) cache.delete(cache.keys().next().value!);
  cache.set(key, made);
  return made;
}

function translate(pattern: string, options: RegexOptions): { source: string; flags: string } {
  const flags = new Set(['g', 'u', 'd']);
  if (options.ignoreCase) flags.add('i');
  if (options.multiline) flags.add('m');
  if (options.dotAll) flags.add('s');
  let verbose = false;
  let body = pattern;
  const inline = /^\(\?([aiLmsux]+)\)/.exec(body);
  if (inline) {
    body = body.slice(inline[0].length);
    for (const flag of inline[1]!) {
      if (flag === 'x') verbose = true;
      else if ('ims'.includes(flag)) flags.add(flag);
    }
  }
  flags.delete('d');
  const multiline = flags.has('m');
  return { source: translateBody(body, verbose, multiline), flags: [...flags].join('') };
}

function translateBody(body: string, verbose: boolean, multiline: boolean): string {
  let result = '';
  for (let i = 0; i < body.length; ) {
    const character = body[i]!;
    if (character === '\\') {
      const [text, length] = readEscape(body, i, false);
      result += text;
      i += length;
    } else if (character === '[') {
      const [text, length] = characterClass(body, i);
      result += text;
      i += length;
    } else if (body.startsWith('(?P<', i)) {
      result += '(?<';
      i += 4;
    } else if (body.startsWith('(?P=', i)) {
      const end = body.indexOf(')', i);
      result += `\\k<${body.slice(i + 4, end)}>`;
      i = end + 1;
    } else if (body.startsWith('(?#', i)) {
      i = body.indexOf(')', i) + 1;
    } else if (verbose && /\s/.test(character)) i++;
    else if (verbose && character === '#') {
      const end = body.indexOf('\n', i);
      i = end === -1 ? body.length : end + 1;
    } else if (character === '$' && !multiline) {
      // Python's $ also stands before a last line break.
      result += '(?=\\n?$)(?![^\\n])(?!\\n[^])';
      i++;
    } else if (character === '{' && !/^\{\d*,?\d*\}/.test(body.slice(i))) {
      result += '\\{';
      i++;
    } else if (character === '{' && /^\{,\d+\}/.test(body.slice(i))) {
      result += '{0';
      i++;
    } else if (character === '}' && !isQuantifierEnd(body, i)) {
      result += '\\}';
      i++;
    } else if (character === ']') {
      result += '\\]';
      i++;
    } else {
      result += character;
      i++;
    }
  }
  return result;
}

function isQuantifierEnd(body: string, at: number): boolean {
  return /\{\d*,?\d*$/.test(body.slice(0, at));
}

function readEscape(body: string, at: number, inClass: boolean): [string, number] {
  const next = body[at + 1];
  if (next === undefined) throw new Fault('invalid regular expression: bad escape at the end of the pattern');
  if (next === 'A') return ['(?<![^])', 2];
  if (next === 'Z') return ['(?![^])', 2];
  if (next === 'a') return ['\\x07', 2];
  if (next === 'w') return [inClass ? '\\p{L}\\p{N}_' : '[\\p{L}\\p{N}_]', 2];
  if (next === 'W' && !inClass) return ['[^\\p{L}\\p{N}_]', 2];
  if (next === 'd') return ['\\p{Nd}', 2];
  if (next === 'D') return ['\\P{Nd}', 2];
  if (next === 'b' && inClass) return ['\\x08', 2];
  if (next === '0') return ['\\0', 2];
  if (next === 'U') {
    const code = /^[0-9a-fA-F]{8}/.exec(body.slice(at + 2));
    if (code) return [`\\u{${Number.parseInt(code[0], 16).toString(16)}}`, 10];
  }
  if (/[a-zA-Z0-9]/.test(next)) {
    if (!/[bBsSwWdDnrtfvxu1-9]/.test(next))
      throw new Fault(`invalid regular expression: bad escape \\${next}`);
    return [`\\${next}`, 2];
  }
  // Unicode mode takes only escapes of characters that mean something.
  if (/[\^$\\.*+?()[\]{}|/]/.test(next) || (inClass && next === '-')) return [`\\${next}`, 2];
  return [next, 2];
}

function characterClass(body: string, start: number): [string, number] {
  let i = start + 1;
  let result = '[';
  if (body[i] === '^') {
    result += '^';
    i++;
  }
  let first = true;
  for (; i < body.length; first = false) {
    const character = body[i]!;
    if (character === ']' && !first) return [`${result}]`, i + 1 - start];
    if (character === '\\') {
      const [text, length] = readEscape(body, i, true);
      result += text;
      i += length;
    } else {
      // A dash beside a class such as \w is a dash, which unicode mode wants escaped.
      const isLoose =
        character === '-' && (/\\[wdsWDS]$/.test(body.slice(0, i)) || /^-\\[wdsWDS]/.test(body.slice(i)));
      result += character === '[' || character === ']' || isLoose ? `\\${character}` : character;
      i++;
    }
  }
  throw new Fault('invalid regular expression: unterminated character set');
}

/** The text of a Python replacement template (`\1`, `\g<name>`, `\n`) for one match. */
export function expandReplacement(replacement: string, match: RegExpExecArray): string {
  if (!replacement.includes('\\')) return replacement;
  return replacement.replace(
    REPLACEMENT,
    (
      whole,
      name: string | undefined,
      octal: string | undefined,
      number: string | undefined,
      other: string | undefined,
    ) => {
      if (name !== undefined) return groupText(match, name);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (number !== undefined) return groupText(match, number);
      const plain = PLAIN[other!];
      if (plain !== undefined) return plain;
      if (/[a-zA-Z]/.test(other!)) throw new Fault(`bad escape \\${other} in the replacement`);
      return whole;
    },
  );
}

const REPLACEMENT = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-3][0-7]{2})|([1-9]\d?)|([\s\S]))/g;

const PLAIN: Readonly<Record<string, string | undefined>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

function groupText(match: RegExpExecArray, name: string): string {
  if (/^\d+$/.test(name)) {
    const number = Number(name);
    if (number >= match.length) throw new Fault(`invalid group reference ${number}`);
    return match[number] ?? '';
  }
  if (!match.groups || !Object.hasOwn(match.groups, name)) throw new Fault(`unknown group name '${name}'`);
  return match.groups[name] ?? '';
}

/** All matches, as Python's finditer. */
export function* allMatches(pattern: RegExp, text: string): Generator<RegExpExecArray> {
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) yield match as RegExpExecArray;
}

/** Python's re.sub. */
export function substitute(pattern: RegExp, replacement: string, text: string, count: number): string {
  let result = '';
  let at = 0;
  let done = 0;
  for (const match of allMatches(pattern, text)) {
    if (count > 0 && done >= count) break;
    result += text.slice(at, match.index) + expandReplacement(replacement, match);
    at = match.index + match[0].length;
    done++;
  }
  return result + text.slice(at);
}
