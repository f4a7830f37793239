import lexer from 'nunjucks/src/lexer.js';
import { BoundedMap } from '../../core/bounded-map.ts';
import { literalPattern } from '../../core/literal-pattern.ts';
import { unescapeString } from '../../core/python-escapes.ts';
import type { RenderOptions } from '../types.ts';
import { SyntaxFault } from './fault.ts';

function brokenEscape(body: string): string {
  return /(?<!\\)(\\\\)*\\N/.test(body)
    ? 'the names of characters (\\N{…}) are not known: write the character itself, or its number as \\u2022'
    : 'a string has an escape that is not complete';
}

/** A token in nunjucks' form, with its offsets in the (newline-normalized) text. */
export interface Token {
  type: string;
  value: string;
  lineno: number;
  colno: number;
  start: number;
  end: number;
}

export interface LexerOptions extends RenderOptions {
  /** In `{{ }}`, a backslash in a string literal is a backslash: YAML has already had its turn. */
  literalBackslashes?: boolean;
}

/** The template's text as the parser sees it: one kind of newline, and the last one dropped. */
export function normalize(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

/**
 * Jinja2's lexer. It takes the place of nunjucks' own, which knows neither `{%+`, nor numbers like `1_000` and
 * `0x1f`, nor strings with escapes, nor braces inside of `{{ }}`; the tokens are nunjucks'.
 */
export class Lexer {
  private readonly tokens: Token[] = [];
  private position = 0;
  private line = 0;
  private lineStart = 0;
  private lineEnd: number;
  private readonly marks: Required<
    Pick<
      RenderOptions,
      'blockStart' | 'blockEnd' | 'variableStart' | 'variableEnd' | 'commentStart' | 'commentEnd'
    >
  >;
  private readonly opening: RegExp;

  constructor(
    readonly text: string,
    private readonly options: LexerOptions = {},
  ) {
    this.marks = {
      blockStart: options.blockStart ?? '{%',
      blockEnd: options.blockEnd ?? '%}',
      variableStart: options.variableStart ?? '{{',
      variableEnd: options.variableEnd ?? '}}',
      commentStart: options.commentStart ?? '{#',
      commentEnd: options.commentEnd ?? '#}',
    };
    this.opening = openingPattern(this.marks);
    this.lineEnd = endOfLine(text, 0);
  }

  /** The tokens of a whole template. */
  static template(text: string, options?: LexerOptions): readonly Token[] {
    const reading = new Lexer(text, options);
    reading.readTemplate();
    return reading.tokens;
  }

  /** The tokens of a bare expression, as if it stood in `{{ }}`. */
  static expression(text: string, options?: LexerOptions): readonly Token[] {
    const reading = new Lexer(text, options);
    reading.readCode(undefined, 'variable');
    reading.add(lexer.TOKEN_VARIABLE_END!, '', text.length, text.length);
    return reading.tokens;
  }

  private readTemplate(): void {
    const { text, marks } = this;
    let lineStarting = true;
    while (this.position < text.length) {
      this.opening.lastIndex = this.position;
      const found = this.opening.exec(text);
      const dataEnd = found ? found.index : text.length;
      const sign = found?.[2] ?? '';
      const isVariable = found?.[1] === marks.variableStart;
      let data = text.slice(this.position, dataEnd);
      if (found) data = this.strip(data, sign, isVariable, lineStarting);
      if (data !== '') this.add(lexer.TOKEN_DATA!, this.newlines(data), this.position, dataEnd);
      if (!found) break;
      this.position = dataEnd + found[0].length;
      if (found[1] === marks.commentStart) this.skipComment(dataEnd);
      else if (isVariable) {
        this.add(lexer.TOKEN_VARIABLE_START!, found[0], dataEnd, this.position);
        this.readCode(marks.variableEnd, 'variable');
      } else if (!this.readRaw(dataEnd)) {
        this.add(lexer.TOKEN_BLOCK_START!, found[0], dataEnd, this.position);
        this.readCode(marks.blockEnd, 'block');
      }
      lineStarting = text[this.position - 1] === '\n';
    }
  }

  private strip(data: string, sign: string, isVariable: boolean, lineStarting: boolean): string {
    if (sign === '-') return data.trimEnd();
    if (sign === '+' || isVariable || !this.options.lstripBlocks) return data;
    const lineStart = data.lastIndexOf('\n') + 1;
    if (lineStart === 0 && !lineStarting) return data;
    return /^\s*$/.test(data.slice(lineStart)) ? data.slice(0, lineStart) : data;
  }

  private skipComment(start: number): void {
    const end = this.text.indexOf(this.marks.commentEnd, this.position);
    if (end === -1) this.fail('missing end of comment tag', start);
    const sign = end > this.position ? this.text[end - 1]! : '';
    this.position = end + this.marks.commentEnd.length;
    this.afterTag(sign, true);
  }

  /** `{% raw %}…{% endraw %}`: its inside becomes one data token. */
  private readRaw(start: number): boolean {
    const { blockStart, blockEnd } = this.marks;
    const word = matchAt(RAW, this.text, this.position);
    if (word === undefined) return false;
    const end = this.position + word.length;
    const signed = this.text[end] === '-' && this.text.startsWith(blockEnd, end + 1);
    if (!signed && !this.text.startsWith(blockEnd, end)) return false;
    this.position = end + blockEnd.length + (signed ? 1 : 0);
    if (signed) this.skipSpace();
    const finish = new RegExp(
      `${literalPattern(blockStart)}([-+]?)\\s*endraw\\s*([-+]?)${literalPattern(blockEnd)}`,
      'g',
    );
    finish.lastIndex = this.position;
    const closed = finish.exec(this.text);
    if (!closed) this.fail('missing end of raw directive', start);
    const inside = this.text.slice(this.position, closed.index);
    const data = this.strip(inside, closed[1]!, false, this.text[this.position - 1] === '\n');
    if (data !== '') this.add(lexer.TOKEN_DATA!, this.newlines(data), this.position, closed.index);
    this.position = closed.index + closed[0].length;
    this.afterTag(closed[2]!, true);
    return true;
  }

  private readCode(closing: string | undefined, kind: 'block' | 'variable'): void {
    const { text } = this;
    const begun = this.position;
    const open: string[] = [];
    for (;;) {
      this.skipSpace();
      const at = this.position;
      if (at >= text.length) {
        if (closing === undefined) {
          if (open.length > 0) this.fail(`expected '${open.at(-1)}'`, at);
          return;
        }
        this.fail(`unexpected end of template, expected '${open.at(-1) ?? closing}'`, begun);
      }
      if (closing !== undefined && open.length === 0 && this.readClosing(closing, kind)) return;
      this.readToken(open, kind);
    }
  }

  private readClosing(closing: string, kind: 'block' | 'variable'): boolean {
    const { text, position } = this;
    const sign = text[position]!;
    const signed =
      (sign === '-' || (sign === '+' && kind === 'block')) && text.startsWith(closing, position + 1);
    if (!signed && !text.startsWith(closing, position)) return false;
    const end = position + closing.length + (signed ? 1 : 0);
    const type = kind === 'block' ? lexer.TOKEN_BLOCK_END! : lexer.TOKEN_VARIABLE_END!;
    this.add(type, text.slice(position, end), position, end);
    this.position = end;
    this.afterTag(signed ? sign : '', kind === 'block');
    return true;
  }

  private readToken(open: string[], kind: 'block' | 'variable'): void {
    const { text, position } = this;
    const name = nameAt(text, position);
    const character = text[position]!;
    if (name !== undefined) this.take(lexer.TOKEN_SYMBOL!, name);
    else if (character >= '0' && character <= '9') this.readNumber();
    else if (character === "'" || character === '"') this.readString(kind);
    else this.readOperator(open);
  }

  private readOperator(open: string[]): void {
    const { text, position } = this;
    const operator = matchAt(OPERATOR, text, position);
    if (operator === undefined) {
      const character = String.fromCodePoint(text.codePointAt(position)!);
      this.fail(`unexpected character '${character}'`, position);
    }
    this.balance(open, operator, position);
    this.take(PUNCTUATION[operator] ?? lexer.TOKEN_OPERATOR!, operator);
  }

  private readNumber(): void {
    const { text, position } = this;
    // In `x.1.2` there are two indices.
    const float = text[position - 1] === '.' ? undefined : matchAt(FLOAT, text, position);
    const number = float ?? matchAt(INTEGER, text, position)!;
    const type = float === undefined ? lexer.TOKEN_INT! : lexer.TOKEN_FLOAT!;
    this.take(type, number, number.includes('_') ? number.replaceAll('_', '') : number);
  }

  private readString(kind: 'block' | 'variable'): void {
    const { text, position } = this;
    const string = matchAt(STRING, text, position);
    if (string === undefined) this.fail('the string is not closed', position);
    const body = this.newlines(string.slice(1, -1));
    const isLiteral = !body.includes('\\') || (this.options.literalBackslashes && kind === 'variable');
    const content = isLiteral ? body : unescapeString(body);
    if (content === undefined) this.fail(brokenEscape(body), position);
    this.take(lexer.TOKEN_STRING!, string, content);
  }

  private take(type: string, written: string, value = written): void {
    const { position } = this;
    this.position += written.length;
    this.add(type, value, position, this.position);
  }

  private balance(open: string[], value: string, position: number): void {
    const closer = CLOSERS[value];
    if (closer !== undefined) open.push(closer);
    else if (value === ')' || value === ']' || value === '}') {
      const expected = open.pop();
      if (expected === value) return;
      this.fail(
        expected ? `unexpected '${value}', expected '${expected}'` : `unexpected '${value}'`,
        position,
      );
    }
  }

  /** What a tag's end takes along: all whitespace after `-`, one line break after a block with trim_blocks. */
  private afterTag(sign: string, trims: boolean): void {
    if (sign === '-') this.skipSpace();
    else if (sign !== '+' && trims && this.options.trimBlocks && this.text[this.position] === '\n')
      this.position++;
  }

  private skipSpace(): void {
    let code = this.text.charCodeAt(this.position);
    while (code === 0x20) code = this.text.charCodeAt(++this.position);
    // Other kinds of space are left to the pattern.
    if (code > 0x20 && code < 0x80) return;
    this.position += matchAt(SPACE, this.text, this.position)!.length;
  }

  private newlines(text: string): string {
    const sequence = this.options.newlineSequence ?? '\n';
    return sequence === '\n' ? text : text.replaceAll('\n', sequence);
  }

  private add(type: string, value: string, start: number, end: number): void {
    while (this.lineEnd < start) {
      this.line++;
      this.lineStart = this.lineEnd + 1;
      this.lineEnd = endOfLine(this.text, this.lineStart);
    }
    this.tokens.push({ type, value, lineno: this.line, colno: start - this.lineStart, start, end });
  }

  private fail(message: string, offset: number): never {
    const before = this.text.slice(0, offset);
    const lineno = before.split('\n').length - 1;
    throw new SyntaxFault(message).at(lineno, offset - (before.lastIndexOf('\n') + 1));
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** What a sticky pattern finds at a place. */
function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}

/** V8 takes a millisecond to read the pattern with all letters: it is for names that have such, and made there. */
function nameAt(text: string, position: number): string | undefined {
  const name = matchAt(ASCII_NAME, text, position);
  const next = text.charCodeAt(position + (name?.length ?? 0));
  return next >= 0x80 ? matchAt(/[\p{L}\p{Nl}_][\p{L}\p{N}\p{Mn}\p{Mc}\p{Pc}]*/uy, text, position) : name;
}

const SPACE = /\s*/y;
const RAW = /\s*raw\s*/y;
const ASCII_NAME = /[A-Za-z_]\w*/y;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y;
const INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

const PUNCTUATION: Readonly<Record<string, string | undefined>> = {
  '(': lexer.TOKEN_LEFT_PAREN,
  ')': lexer.TOKEN_RIGHT_PAREN,
  '[': lexer.TOKEN_LEFT_BRACKET,
  ']': lexer.TOKEN_RIGHT_BRACKET,
  '{': lexer.TOKEN_LEFT_CURLY,
  '}': lexer.TOKEN_RIGHT_CURLY,
  ',': lexer.TOKEN_COMMA,
  ':': lexer.TOKEN_COLON,
  '~': lexer.TOKEN_TILDE,
  '|': lexer.TOKEN_PIPE,
};

const CLOSERS: Readonly<Record<string, string | undefined>> = { '(': ')', '[': ']', '{': '}' };

const openings = new BoundedMap<string, RegExp>(100);

function openingPattern(marks: { blockStart: string; variableStart: string; commentStart: string }): RegExp {
  // Longest first: `{%=` must not be read as `{%`.
  const starts = [marks.variableStart, marks.blockStart, marks.commentStart].sort(
    (a, b) => b.length - a.length,
  );
  const pattern = `(${starts.map(literalPattern).join('|')})([-+]?)`;
  const known = openings.get(pattern);
  if (known) return known;
  const made = new RegExp(pattern, 'g');
  openings.set(pattern, made);
  return made;
}
