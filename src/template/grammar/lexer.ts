import lexer from 'nunjucks/src/lexer.js';
import { literalPattern } from '../../core/literal-pattern.ts';
import { unescapeString } from '../../core/python-escapes.ts';
import type { RenderOptions } from '../types.ts';
import { SyntaxFault } from './fault.ts';

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
  private next = 0;
  private position = 0;
  private line = 0;
  private lineStart = 0;
  private counted = 0;
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
  }

  /** Reads a whole template. */
  static template(text: string, options?: LexerOptions): Lexer {
    const reading = new Lexer(text, options);
    reading.readTemplate();
    return reading;
  }

  /** Reads a bare expression, as if it stood in `{{ }}`. */
  static expression(text: string, options?: LexerOptions): Lexer {
    const reading = new Lexer(text, options);
    reading.readCode(undefined, 'variable');
    reading.add(lexer.TOKEN_VARIABLE_END!, '', text.length, text.length);
    return reading;
  }

  nextToken(): Token | null {
    return this.tokens[this.next++] ?? null;
  }

  /** The token after the one that comes next. */
  lookAhead(distance: number): Token | undefined {
    return this.tokens[this.next + distance];
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
    const begin = new RegExp(`\\s*raw\\s*(-?)${literalPattern(blockEnd)}`, 'y');
    begin.lastIndex = this.position;
    const opened = begin.exec(this.text);
    if (!opened) return false;
    this.position += opened[0].length;
    if (opened[1] === '-') this.skipSpace();
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
    CODE.lastIndex = position;
    const match = CODE.exec(text);
    if (!match) {
      const character = String.fromCodePoint(text.codePointAt(position)!);
      this.fail(
        character === '"' || character === "'"
          ? 'the string is not closed'
          : `unexpected character '${character}'`,
        position,
      );
    }
    const [value] = match;
    const { number, float, name, string } = match.groups!;
    this.position = position + value.length;
    if (name !== undefined) this.add(lexer.TOKEN_SYMBOL!, value, position, this.position);
    else if (float !== undefined)
      this.add(lexer.TOKEN_FLOAT!, value.replaceAll('_', ''), position, this.position);
    else if (number !== undefined)
      this.add(lexer.TOKEN_INT!, value.replaceAll('_', ''), position, this.position);
    else if (string !== undefined) {
      const body = this.newlines(value.slice(1, -1));
      const literalBackslashes = this.options.literalBackslashes && kind === 'variable';
      const content = literalBackslashes ? body : unescapeString(body);
      if (content === undefined) this.fail('a string has an escape that is not complete', position);
      this.add(lexer.TOKEN_STRING!, content, position, this.position);
    } else {
      this.balance(open, value, position);
      this.add(PUNCTUATION[value] ?? lexer.TOKEN_OPERATOR!, value, position, this.position);
    }
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
    SPACE.lastIndex = this.position;
    this.position += SPACE.exec(this.text)![0].length;
  }

  private newlines(text: string): string {
    const sequence = this.options.newlineSequence ?? '\n';
    return sequence === '\n' ? text : text.replaceAll('\n', sequence);
  }

  private add(type: string, value: string, start: number, end: number): void {
    const [lineno, colno] = this.place(start);
    this.tokens.push({ type, value, lineno, colno, start, end });
  }

  private place(offset: number): [number, number] {
    for (
      let at = this.text.indexOf('\n', this.counted);
      at !== -1 && at < offset;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.line++;
      this.lineStart = at + 1;
    }
    if (offset > this.counted) this.counted = offset;
    return [this.line, offset - this.lineStart];
  }

  private fail(message: string, offset: number): never {
    const before = this.text.slice(0, offset);
    const lineno = before.split('\n').length - 1;
    throw new SyntaxFault(message).at(lineno, offset - (before.lastIndexOf('\n') + 1));
  }
}

const SPACE = /\s*/y;

const CODE = new RegExp(
  [
    '(?<name>[\\p{L}\\p{Nl}_][\\p{L}\\p{N}\\p{Mn}\\p{Mc}\\p{Pc}]*)',
    '(?<float>(?<!\\.)(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+))',
    '(?<number>0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*)',
    `(?<string>'[^'\\\\]*(?:\\\\[^][^'\\\\]*)*'|"[^"\\\\]*(?:\\\\[^][^"\\\\]*)*")`.replaceAll(
      '[^]',
      '[\\s\\S]',
    ),
    '//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]',
  ].join('|'),
  'uy',
);

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

function openingPattern(marks: { blockStart: string; variableStart: string; commentStart: string }): RegExp {
  // Longest first: `{%=` must not be read as `{%`.
  const starts = [marks.variableStart, marks.blockStart, marks.commentStart].sort(
    (a, b) => b.length - a.length,
  );
  return new RegExp(`(${starts.map(literalPattern).join('|')})([-+]?)`, 'g');
}
