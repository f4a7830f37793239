import { unescapeString } from '../../core/python-escapes.ts';

/** A parameter of a `name=value` text, with the offset of its value. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly offset: number;
}

export interface SplitText {
  readonly pairs: readonly KeyValue[];
  /** What is no pair, as it was written. */
  readonly rest: string;
}

/** Quotes that do not close within the text. */
export class UnbalancedText extends Error {
  override readonly name = 'UnbalancedText';
}

/**
 * Splits `name=value` text as Ansible's shorthand for arguments is: at white space, but not within quotes or
 * `{{ }}`, `{% %}`, `{# #}`. With `only`, other pairs are part of the rest: in `command: make a=b chdir=/x`
 * only `chdir` is a parameter. The rest keeps its own spaces and line breaks. Throws UnbalancedText.
 */
export function splitKeyValues(text: string, only?: ReadonlySet<string>): SplitText {
  const pairs: KeyValue[] = [];
  let rest = '';
  let kept = 0;
  for (const token of tokens(text)) {
    const pair = asPair(token, only);
    const plain = pair ? '' : withoutMarks(token.text);
    if (plain === token.text) continue;
    rest = joinRest(rest, text.slice(kept, token.start)) + plain;
    kept = token.end;
    if (pair) pairs.push(pair);
  }
  return { pairs, rest: joinRest(rest, text.slice(kept)).trim() };
}

/** A lone backslash continues the line, and goes as in a shell; `\\=` is an equals sign that splits nothing. */
function withoutMarks(token: string): string {
  if (token === '\\') return '';
  return /^=|[^\\]=/.test(token) ? token : token.replaceAll('\\=', '=');
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Joins what stands around something that was taken out, with the spaces of one side only. */
function joinRest(before: string, after: string): string {
  return /\s$/.test(before) ? before + after.replace(/^[^\S\n]*\n?/, '') : before + after;
}

function* tokens(text: string): Generator<Token> {
  const space = /\s+/y;
  const piece = /\\[\s\S]|'|"|\{\{|\{%|\{#|[^\s\\'"{]+|[\s\S]/y;
  let at = 0;
  while (at < text.length) {
    space.lastIndex = at;
    at += space.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return;
    const start = at;
    while (at < text.length && !/\s/.test(text[at]!)) {
      piece.lastIndex = at;
      const found = piece.exec(text)![0];
      const close = CLOSERS[found];
      if (close === undefined) {
        // A backslash before white space ends the token, it does not hide the space.
        at += /^\\\s/.test(found) ? 1 : found.length;
        continue;
      }
      const end = close.length === 1 ? closingQuote(text, at + 1, close) : text.indexOf(close, at + 2);
      if (end === -1) throw new UnbalancedText(`no closing ${close}`);
      at = end + close.length;
    }
    yield { text: text.slice(start, at), start, end: at };
  }
}

const CLOSERS: Record<string, string> = { "'": "'", '"': '"', '{{': '}}', '{%': '%}', '{#': '#}' };

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (text[at - 1] !== '\\') return at;
  }
  return -1;
}

function asPair(token: Token, only: ReadonlySet<string> | undefined): KeyValue | undefined {
  const equals = /^[^=]*?[^\\=](?==)/.exec(token.text)?.[0].length;
  if (equals === undefined) return undefined;
  const key = token.text.slice(0, equals);
  if (only && !only.has(key)) return undefined;
  // Brackets and quotes before the sign: an expression or a quoted text, no name.
  if (/[{}'"]/.test(key)) return undefined;
  const value = token.text.slice(equals + 1);
  const quoted = value.length > 1 && /^(["'])[\s\S]*\1$/.test(value) && value.at(-2) !== '\\';
  return {
    key: key.trim(),
    value: unescapeValue(quoted ? value.slice(1, -1) : value),
    offset: token.start + equals + 1 + (quoted ? 1 : 0),
  };
}

/** Only the escapes that Ansible knows here; `\d` of a regular expression stays. */
function unescapeValue(value: string): string {
  return value.replace(
    /\\(?:U[\da-fA-F]{8}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[\\'"abfnrtv])/g,
    sequence => unescapeString(sequence) ?? sequence,
  );
}
