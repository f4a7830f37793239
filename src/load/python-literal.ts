import { integer } from '../core/number.ts';
import { unescapeString } from '../core/python-escapes.ts';
import { Float, type Value } from '../core/value.ts';

/**
 * The value of a Python literal: numbers, strings, True, False, None, lists, tuples, sets (both as lists) and
 * dicts. Undefined when the text is anything else; INI inventories then take it as a plain string.
 */
export function parsePythonLiteral(text: string): Value | undefined {
  const reader = new Reader(text.trim());
  try {
    return reader.all();
  } catch (error) {
    if (error === NOT_A_LITERAL) return undefined;
    throw error;
  }
}

const NOT_A_LITERAL = new Error('not a literal');

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  /** The whole text; several values separated by commas are a tuple. */
  all(): Value {
    const first = this.value();
    const items = [first];
    let comma = false;
    while (!this.#atEnd()) {
      if (!this.#take(',')) throw NOT_A_LITERAL;
      comma = true;
      if (!this.#atEnd()) items.push(this.value());
    }
    return comma ? items : first;
  }

  value(): Value {
    this.#space();
    const first = this.text[this.#at];
    if (first === '[') return this.#items('[', ']').items;
    if (first === '(') return this.#tuple();
    if (first === '{') return this.#braces();
    if (this.#match(/[bBuUrR]{0,2}(?=['"])/y) !== undefined) return this.#strings();
    const word = this.#match(/(?:True|False|None)\b/y);
    if (word) return word === 'None' ? null : word === 'True';
    return this.#number();
  }

  /** Nothing follows, or only a comment. */
  #atEnd(): boolean {
    this.#space();
    return this.#at >= this.text.length || this.text[this.#at] === '#';
  }

  #items(open: string, close: string): { items: Value[]; comma: boolean } {
    const items: Value[] = [];
    let comma = false;
    this.#expect(open);
    while (!this.#take(close)) {
      if (items.length > 0 && !comma) throw NOT_A_LITERAL;
      items.push(this.value());
      comma = this.#take(',');
    }
    return { items, comma };
  }

  #tuple(): Value {
    const { items, comma } = this.#items('(', ')');
    return items.length === 1 && !comma ? items[0]! : items;
  }

  #braces(): Value {
    this.#expect('{');
    if (this.#take('}')) return new Map();
    const pairs = new Map<Value, Value>();
    const members: Value[] = [];
    for (let comma = true; !this.#take('}'); comma = this.#take(',')) {
      if (!comma) throw NOT_A_LITERAL;
      const key = this.value();
      if (this.#take(':')) pairs.set(key, this.value());
      else members.push(key);
    }
    if (pairs.size > 0 && members.length > 0) throw NOT_A_LITERAL;
    return pairs.size > 0 ? pairs : members;
  }

  /** String literals that follow one another are one string. */
  #strings(): string {
    let all = '';
    for (;;) {
      const prefix = this.#match(/[bBuUrR]{0,2}(?=['"])/y);
      if (prefix === undefined) return all;
      const match =
        this.#match(/'''(?:\\[\s\S]|(?!''')[^\\])*'''|"""(?:\\[\s\S]|(?!""")[^\\])*"""/y) ??
        this.#match(/'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y);
      if (match === undefined) throw NOT_A_LITERAL;
      const quotes = /^('''|""")/.test(match) && match.length >= 6 ? 3 : 1;
      const body = match.slice(quotes, -quotes);
      const text = /r/i.test(prefix) ? body : unescapeString(body);
      if (text === undefined) throw NOT_A_LITERAL;
      all += text;
      this.#space();
    }
  }

  #number(): Value {
    const sign = this.#match(/[-+\s]+(?=[\d.])/y) ?? '';
    const negative = (sign.split('-').length - 1) % 2 === 1;
    const float = this.#match(
      /(?:\d[\d_]*\.(?:\d[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?|\d[\d_]*[eE][-+]?\d+/y,
    );
    if (float !== undefined) return new Float((negative ? -1 : 1) * Number(float.replaceAll('_', '')));
    const digits = this.#match(/0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|0+(?![\d_])|[1-9][\d_]*/y);
    if (digits === undefined || /[_]$|__/.test(digits) || /\w/.test(this.text[this.#at] ?? ''))
      throw NOT_A_LITERAL;
    const size = BigInt(/^0+$/.test(digits) ? '0' : digits.replaceAll('_', '').toLowerCase());
    const value = negative ? -size : size;
    return integer(value);
  }

  #space(): void {
    this.#match(/\s*/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #take(character: string): boolean {
    this.#space();
    if (this.text[this.#at] !== character) {
      if (this.#at >= this.text.length) throw NOT_A_LITERAL;
      return false;
    }
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw NOT_A_LITERAL;
  }
}
