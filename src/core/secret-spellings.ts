/*
 * How a secret may be spelled in output: by a filter, a program on a host, a parser that quotes what it could not
 * read. Each is given a text (the whole secret, or one of its lines) and tells what to look for.
 */

import { posix } from 'node:path';

type Spelling = (text: string) => Iterable<string>;

export const SPELLINGS: Readonly<Record<string, Spelling>> = {
  // Python escapes every letter that is not ASCII, JavaScript does not; what goes through JSON twice is common.
  json: text => [json(text), json(json(text))],
  jsonAscii: text => (ASCII.test(text) ? [] : [asciiJson(text), json(asciiJson(text))]),
  url: text => urls(text),
  urlLowerCase: text => urls(text).map(lowerCaseEscapes),
  shellSingle: text => [text.replaceAll("'", `'\\''`), text.replaceAll("'", `'"'"'`)],
  shellDouble: text => [escaped(text, /["\\$`]/g), escaped(text, /["\\$`!]/g)],
  shellDollar: text => [controls(escaped(text, /['\\]/g))],
  // As `printf %q` does it.
  shellBackslash: text => [
    escaped(text, /[^\w@%+=:,./-]/g),
    escaped(text, /[^\w@%+=:,./\u0080-\uffff-]/g),
    escaped(text, /[^\w@%+=:./\u0080-\uffff-]/g),
  ],
  yamlSingle: text => [text.replaceAll("'", "''")],
  yamlDouble: text => [yamlAscii(text)],
  python: text => {
    const body = controls(text.replaceAll('\\', '\\\\'));
    const printed = unprintable(body);
    // A message that names a value, in a result that is printed as data.
    return [body, printed, json(printed), json(printed.replaceAll("'", "\\'"))];
  },
  pattern: text => [
    escaped(text, /[\\^$.*+?()[\]{}|/]/g),
    escaped(text, /[\\^$.*+?()[\]{}|]/g),
    escaped(text, /[\\^$.*+?()[\]{}|&~# \t-]/g),
  ],
  html: text => [html(text, '&#34;'), html(text, '&quot;'), html(text, '&quot;').replaceAll('&#39;', "'")],
  normalized: text => [text.normalize('NFC'), text.normalize('NFD')],
};

/** What becomes of text on its way: messages fold spaces, and paths are made shorter. */
export const TIDIED: readonly ((text: string) => string)[] = [
  text => text.replace(/\s+/g, ' '),
  text => (text.includes('/') ? posix.normalize(text) : text),
];

const ASCII = /^[\0-\x7e]*$/;

/** Nothing in such a text is ever quoted or escaped. */
export const PLAIN = /^[A-Za-z0-9_]*$/;

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiJson(text: string): string {
  return json(text).replace(/[\u007f-\uffff]/g, letter => `\\u${hex(letter.charCodeAt(0), 4)}`);
}

function urls(text: string): string[] {
  const loose = encodeURIComponent(wellFormed(text));
  // RFC 3986 counts these among the reserved characters, JavaScript does not.
  const strict = loose.replace(/[!'()*]/g, sign => `%${hex(sign.charCodeAt(0), 2).toUpperCase()}`);
  // Python leaves slashes, forms have a plus for a space.
  return [loose, strict].flatMap(each => {
    const path = each.replaceAll('%2F', '/');
    return [each, path, each.replaceAll('%20', '+'), path.replaceAll('%20', '+')];
  });
}

/** Half a surrogate pair is nothing that has an encoding. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function lowerCaseEscapes(text: string): string {
  return text.replace(/%(?:\d[A-F]|[A-F][\dA-F])/g, code => code.toLowerCase());
}

function escaped(text: string, signs: RegExp): string {
  return text.replace(signs, '\\$&');
}

function controls(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

/** As Python's repr() writes what cannot be printed. */
function unprintable(text: string): string {
  return text.replace(/(?! )[\p{C}\p{Z}]/gu, letter => {
    const code = letter.codePointAt(0)!;
    if (code > 0xffff) return `\\U${hex(code, 8)}`;
    return code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`;
  });
}

/** Between double quotes, letters that are not ASCII as the shortest escape. */
function yamlAscii(text: string): string {
  return controls(escaped(text, /["\\]/g)).replace(/[^\x20-\x7e]/gu, letter => {
    const code = letter.codePointAt(0)!;
    if (code > 0xffff) return `\\U${hex(code, 8).toUpperCase()}`;
    return code > 0xff ? `\\u${hex(code, 4).toUpperCase()}` : `\\x${hex(code, 2).toUpperCase()}`;
  });
}

function html(text: string, quote: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", '&#39;');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
