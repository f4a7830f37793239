import { UserError } from './error.ts';
import { CONTROL_ESCAPES } from './python-escapes.ts';
import type { PythonFlags } from './python-regex.ts';

/** A pattern or replacement that Python's `re` would refuse, or that cannot be carried over. */
export class RegexError extends UserError {
  override readonly name = 'RegexError';
  constructor(pattern: string, reason: string) {
    super(`invalid regular expression "${pattern}": ${reason}`);
  }
}

interface Scope {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  verbose: boolean;
  ascii: boolean;
}

const WORD = '\\p{L}\\p{N}_';
const SPACE = '\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const BYTE_SPACE = '\\t-\\r ';
// Within a class a complement has to be spelt out: all that lies between, and all other categories.
const NOT_SPACE =
  '\\0-\\x08\\x0e-\\x1b!-\\x84\\x86-\\x9f\\xa1-\\u167f\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\u{10ffff}';
const ASCII_NOT_SPACE = '\\0-\\x08\\x0e-\\x1f!-\\uffff';
const NOT_WORD =
  '\\p{M}\\p{S}\\p{Z}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f';
const END = '$';

/**
 * Reads a Python pattern from left to right and writes it for JavaScript. What depends on flags (dots,
 * anchors, classes) is spelt out, because it differs between the two: in Python only `\n` ends a line.
 */
export class PatternReader {
  readonly #pattern: string;
  readonly #bytes: boolean;
  #at = 0;
  #scope: Scope;
  readonly #above: { scope: Scope; end: string }[] = [];
  /** What the flag `i` of the whole is; scopes that differ from it spell both cases out. */
  #ignoreCase: boolean;
  /** Whether a quantifier may follow. */
  #repeatable = false;
  #groups = 0;

  constructor(pattern: string, flags: PythonFlags) {
    this.#pattern = pattern;
    this.#bytes = flags.bytes === true;
    this.#scope = {
      ignoreCase: flags.ignoreCase === true,
      multiline: flags.multiline === true,
      dotAll: flags.dotAll === true,
      verbose: flags.verbose === true,
      ascii: flags.bytes === true,
    };
    this.#ignoreCase = this.#scope.ignoreCase;
  }

  read(): { source: string; ignoreCase: boolean } {
    const inline = /^\(\?([aiLmsux]+)\)/.exec(this.#pattern);
    if (inline) {
      this.#at = inline[0].length;
      this.#scope = withFlags(this.#scope, inline[1]!, true);
      this.#ignoreCase = this.#scope.ignoreCase;
    }
    let source = '';
    while (this.#at < this.#pattern.length) source += this.#next();
    if (this.#above.length > 0) this.#fail('missing ), unterminated subpattern');
    return { source, ignoreCase: this.#ignoreCase };
  }

  #fail(reason: string): never {
    throw new RegexError(this.#pattern, `${reason} at position ${this.#at}`);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#pattern);
    if (match) this.#at += match[0].length;
    return match;
  }

  #next(): string {
    if (this.#scope.verbose && this.#take(/(?:[ \t\n\r\f\v]|#[^\n]*)+/y)) return '';
    const quantifier = this.#quantifier();
    if (quantifier !== null) return quantifier;
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    if (character === '(') return this.#open();
    if (character === '[') return this.#repeat(this.#class());
    if (character === '\\') return this.#escape();
    this.#at += character.length;
    switch (character) {
      case ')': {
        const group = this.#above.pop();
        if (!group) this.#fail('unbalanced parenthesis');
        this.#scope = group.scope;
        return this.#repeat(group.end);
      }
      case '|':
        this.#repeatable = false;
        return '|';
      case '.':
        return this.#repeat(this.#scope.dotAll ? '[^]' : '[^\\n]');
      case '^':
        // Not by what must not stand before: with that, V8 finds places inside of characters beyond 16 bits.
        return this.#anchor(this.#scope.multiline ? '(?:^|(?<=\\n))' : '(?:^)');
      case '$':
        return this.#anchor(this.#scope.multiline ? '(?:$|(?=\\n))' : `(?:(?=\\n?${END}))`);
      default:
        return this.#repeat(this.#literal(character));
    }
  }

  /** A place, which there is no point in repeating. */
  #anchor(text: string): string {
    this.#repeatable = false;
    return text;
  }

  #repeat(text: string): string {
    this.#repeatable = true;
    return text;
  }

  #quantifier(): string | null {
    const match = this.#take(/([*+?])|\{(\d*)(,?)(\d*)\}/y);
    if (!match) return null;
    const [whole, sign, from = '', comma = '', to = ''] = match;
    // Braces around nothing are themselves; around a comma alone they mean any number.
    if (sign === undefined && from === '' && to === '' && comma === '') return this.#repeat('\\{\\}');
    if (!this.#repeatable)
      this.#fail(whole === '' ? 'nothing to repeat' : `nothing to repeat before ${whole}`);
    this.#repeatable = false;
    const bare = sign ?? `{${from === '' ? '0' : from}${comma}${to}}`;
    if (this.#take(/\?/y)) return `${bare}?`;
    if (this.#take(/\+/y)) this.#fail('possessive quantifiers are not supported');
    return bare;
  }

  #open(): string {
    this.#repeatable = false;
    if (this.#take(/\(\?#[^)]*\)/y)) return '';
    const back = this.#take(/\(\?P=([^)]*)\)/y);
    if (back) return this.#repeat(`(?:\\k<${back[1]}>)`);
    const look = this.#take(/\(\?(?:<?[=!])/y);
    // In a group of its own: JavaScript repeats no looking ahead or behind, as in `(?=a)*`.
    this.#above.push({ scope: this.#scope, end: look ? '))' : ')' });
    if (look) return `(?:${look[0]}`;
    const flags = this.#take(/\(\?([aiLmsux]*)(?:-([imsx]+))?:/y);
    if (flags) {
      this.#scope = withFlags(withFlags(this.#scope, flags[1]!, true), flags[2] ?? '', false);
      return '(?:';
    }
    const named = this.#take(/\(\?P<([^>]*)>/y);
    if (named) {
      this.#groups++;
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(named[1]!)) this.#fail(`bad group name '${named[1]}'`);
      return `(?<${named[1]}>`;
    }
    if (this.#take(/\(\?\(/y)) this.#fail('conditional groups are not supported');
    if (this.#take(/\(\?>/y)) this.#fail('atomic groups are not supported');
    if (this.#take(/\(\?[aiLmsux]+\)/y)) this.#fail('global flags not at the start of the expression');
    if (this.#take(/\(\?/y)) this.#fail('unknown extension');
    this.#at++;
    this.#groups++;
    return '(';
  }

  #escape(): string {
    const letter = this.#pattern[this.#at + 1];
    if (letter === undefined) this.#fail('bad escape (end of pattern)');
    const { ascii } = this.#scope;
    const anchors: Readonly<Record<string, string | undefined>> = {
      A: '(?:^)',
      Z: `(?:${END})`,
      b: ascii ? '(?:\\b)' : `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
      B: ascii ? '(?:\\B)' : `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
    };
    const opposite = /[SW]/.test(letter) ? this.#set(letter.toLowerCase()) : undefined;
    const set = opposite === undefined ? this.#set(letter) : `^${opposite}`;
    if (set !== undefined || anchors[letter] !== undefined) {
      this.#at += 2;
      return set === undefined ? this.#anchor(anchors[letter]!) : this.#repeat(`[${set}]`);
    }
    const reference = this.#take(/\\(?![0-3][0-7]{2})([1-9]\d?)/y);
    if (reference) {
      if (Number(reference[1]) > this.#groups) this.#fail(`invalid group reference ${reference[1]}`);
      return this.#repeat(`(?:\\${reference[1]})`);
    }
    return this.#repeat(this.#literal(this.#character()));
  }

  /** The inside of the class that an escape such as `\d` stands for. */
  #set(letter: string): string | undefined {
    switch (letter) {
      case 'd':
        return this.#scope.ascii ? '0-9' : '\\p{Nd}';
      case 'w':
        return this.#scope.ascii ? 'A-Za-z0-9_' : WORD;
      case 's':
        return this.#scope.ascii ? BYTE_SPACE : SPACE;
      case 'D':
        return this.#scope.ascii ? '\\D' : '\\P{Nd}';
      default:
        return undefined;
    }
  }

  /** One character, escaped or not. */
  #character(): string {
    const octal = this.#take(/\\(0[0-7]{0,2}|[1-3][0-7]{2})/y);
    if (octal) return String.fromCharCode(Number.parseInt(octal[1]!, 8));
    const code = this.#take(
      this.#bytes ? /\\x([0-9A-Fa-f]{2})/y : /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/y,
    );
    if (code) return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16));
    const simple = this.#take(/\\([afnrtv])/y);
    if (simple) return CONTROL_ESCAPES[simple[1]!]!;
    const bad = this.#take(/\\[A-Za-z0-9]/y);
    if (bad) this.#fail(`bad escape ${bad[0]}`);
    if (this.#pattern[this.#at] === '\\') this.#at++;
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  #class(): string {
    this.#at++;
    const negated = this.#take(/\^/y) ? '^' : '';
    let inside = '';
    for (let first = true; ; first = false) {
      if (this.#at >= this.#pattern.length) this.#fail('unterminated character set');
      if (!first && this.#take(/\]/y)) return `[${negated}${inside}]`;
      const set = this.#take(/\\([dwsDWS])/y);
      if (set) {
        inside += this.#setInClass(set[1]!);
        continue;
      }
      const low = this.#classCharacter();
      if (!this.#take(/-(?!\])/y)) {
        inside += this.#both(low).map(escapedInClass).join('');
        continue;
      }
      if (/\\[dwsDWS]/y.test(this.#pattern.slice(this.#at))) this.#fail('bad character range');
      const high = this.#classCharacter();
      if (low.codePointAt(0)! > high.codePointAt(0)!) this.#fail(`bad character range ${low}-${high}`);
      inside += `${escapedInClass(low)}-${escapedInClass(high)}${this.#otherCase(low, high)}`;
    }
  }

  #classCharacter(): string {
    return this.#take(/\\b/y) ? '\b' : this.#character();
  }

  #setInClass(letter: string): string {
    if (letter !== 'S' && letter !== 'W') return this.#set(letter)!;
    if (this.#scope.ascii) return letter === 'S' ? ASCII_NOT_SPACE : '\\W';
    return letter === 'S' ? NOT_SPACE : NOT_WORD;
  }

  #literal(character: string): string {
    const both = this.#both(character);
    return both.length > 1 ? `[${both.map(escapedInClass).join('')}]` : escaped(character);
  }

  /** The cases of a letter that must be spelt out, because its scope is not like the whole. */
  #both(character: string): string[] {
    if (!this.#scope.ignoreCase || this.#ignoreCase) return [character];
    return [...new Set([character, character.toLowerCase(), character.toUpperCase()])].filter(
      form => [...form].length === 1,
    );
  }

  #otherCase(low: string, high: string): string {
    if (!this.#scope.ignoreCase || this.#ignoreCase) return '';
    const ends = [low, high];
    const change = ends.every(end => /[a-z]/.test(end)) ? 'toUpperCase' : 'toLowerCase';
    return ends.every(end => /[A-Za-z]/.test(end)) ? ends.map(end => end[change]()).join('-') : '';
  }
}

function withFlags(scope: Scope, letters: string, value: boolean): Scope {
  const changed = { ...scope };
  for (const letter of letters) {
    if (letter === 'i') changed.ignoreCase = value;
    else if (letter === 'm') changed.multiline = value;
    else if (letter === 's') changed.dotAll = value;
    else if (letter === 'x') changed.verbose = value;
    else if (letter === 'a') changed.ascii = value;
  }
  return changed;
}

function escaped(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : control(character);
}

function escapedInClass(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : control(character);
}

function control(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}
