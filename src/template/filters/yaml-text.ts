import { looksLikeOther } from '../../core/yaml-scalars.ts';
import { allowText } from '../limits.ts';

type Style = 'plain' | 'single' | 'double';

/** The lower half of the YAML writer: indicators, columns, and text in the style PyYAML would choose. */
export class ScalarWriter {
  protected text = '';
  protected column = 0;
  protected flowLevel = 0;
  /** The last thing written was white space, so that no blank is needed before the next. */
  private blank = true;
  /** Only indentation and "- " so far on this line. */
  protected indented = true;

  constructor(
    protected readonly width: number,
    private readonly unicode: boolean,
  ) {}

  protected write(indicator: string, needsBlank: boolean, keepsIndent = false): void {
    const data = this.blank || !needsBlank ? indicator : ` ${indicator}`;
    this.blank = false;
    this.indented = this.indented && keepsIndent;
    this.column += data.length;
    this.text += data;
    allowText(this.text.length);
    if (indicator === '[' || indicator === '{') this.blank = true;
  }

  protected newline(indent: number): void {
    if (!this.indented || this.column > indent || (this.column === indent && !this.blank)) {
      this.text += '\n';
      this.column = 0;
      this.indented = true;
    }
    if (this.column < indent) {
      this.text += ' '.repeat(indent - this.column);
      this.column = indent;
    }
    this.blank = true;
  }

  /** A number, a boolean or null. */
  protected word(text: string): void {
    this.put(this.blank ? text : ` ${text}`);
  }

  private put(text: string): void {
    this.text += text;
    allowText(this.text.length);
    this.column += text.length;
    this.blank = false;
    this.indented = false;
  }

  protected scalar(text: string, indent: number, simpleKey: boolean): void {
    const style = this.styleOf(text, simpleKey);
    const split = !simpleKey;
    if (style === 'plain') this.plain(text, split, indent);
    else if (style === 'single') this.single(text, split, indent);
    else this.double(text, split, indent);
  }

  protected styleOf(text: string, simpleKey: boolean): Style {
    const found = analyze(text, this.unicode);
    const plainAllowed = this.flowLevel > 0 ? found.flowPlain : found.blockPlain;
    if (plainAllowed && !(simpleKey && (text === '' || found.multiline)) && !looksLikeOther(text))
      return 'plain';
    return found.single && !(simpleKey && found.multiline) ? 'single' : 'double';
  }

  private plain(text: string, split: boolean, indent: number): void {
    if (text === '') return;
    if (!this.blank) this.put(' ');
    for (const part of text.match(/ +|[^ ]+/g)!) {
      if (part === ' ' && this.column > this.width && split) {
        this.newline(indent);
        this.indented = false;
        this.blank = false;
      } else this.put(part);
    }
  }

  private single(text: string, split: boolean, indent: number): void {
    this.write("'", true);
    const parts = text.match(/ +|\n+|[^ \n]+/g) ?? [];
    let at = 0;
    for (const part of parts) {
      const isInside = at > 0 && at + part.length < text.length;
      if (part === ' ' && this.column > this.width && split && isInside) this.newline(indent);
      else if (part.startsWith('\n')) {
        // One break more than in the text: a single one would be folded into a blank.
        this.text += '\n'.repeat(part.length);
        this.text += '\n';
        this.column = 0;
        this.indented = true;
        this.blank = true;
        if (indent > 0) this.newline(indent);
      } else this.put(part.replaceAll("'", "''"));
      at += part.length;
    }
    this.blank = false;
    this.write("'", false);
  }

  private double(text: string, split: boolean, indent: number): void {
    this.write('"', true);
    const all = [...text];
    let pending = '';
    let start = 0;
    const flush = (): void => {
      this.put(pending);
      pending = '';
    };
    for (let end = 0; end <= all.length; end++) {
      const character = all[end];
      const isSpecial =
        character === undefined ||
        /["\\\x85\u2028\u2029\ufeff]/.test(character) ||
        !((character >= ' ' && character <= '~') || (this.unicode && isPrintable(character)));
      if (isSpecial) {
        if (start < end) {
          pending = all.slice(start, end).join('');
          flush();
          start = end;
        }
        if (character !== undefined) {
          pending = escapeOf(character);
          flush();
          start = end + 1;
        }
      }
      if (
        end > 0 &&
        end < all.length - 1 &&
        (character === ' ' || start >= end) &&
        this.column + (end - start) > this.width &&
        split
      ) {
        pending = `${all.slice(start, end).join('')}\\`;
        if (start < end) start = end;
        flush();
        this.newline(indent);
        this.blank = false;
        this.indented = false;
        if (all[start] === ' ') this.put('\\');
      }
    }
    this.write('"', false);
  }
}

function isPrintable(character: string): boolean {
  // libyaml, which the reference uses, escapes everything beyond the basic plane.
  return /[\xa0-\ud7ff\ue000-\ufffd]/u.test(character);
}

function escapeOf(character: string): string {
  const short = ESCAPES[character];
  if (short) return `\\${short}`;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

const ESCAPES: Readonly<Record<string, string | undefined>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

interface Analysis {
  multiline: boolean;
  flowPlain: boolean;
  blockPlain: boolean;
  single: boolean;
}

/** In which styles a text can stand, by the rules of PyYAML's emitter. */
function analyze(text: string, unicode: boolean): Analysis {
  if (text === '') return { multiline: false, flowPlain: false, blockPlain: true, single: true };
  let flowIndicator = false;
  let blockIndicator = /^(---|\.\.\.)/.test(text);
  if (blockIndicator) flowIndicator = true;
  const all = [...text];
  all.forEach((character, i) => {
    const next = all[i + 1];
    const followed = next === undefined || /[\0 \t\r\n\x85\u2028\u2029]/.test(next);
    const preceded = i === 0 || /[\0 \t\r\n\x85\u2028\u2029]/.test(all[i - 1]!);
    if (i === 0) {
      if (/[#,[\]{}&*!|>'"%@`]/.test(character)) flowIndicator = blockIndicator = true;
      if (/[?:]/.test(character)) {
        flowIndicator = true;
        if (followed) blockIndicator = true;
      }
      if (character === '-' && followed) flowIndicator = blockIndicator = true;
    } else {
      if (/[,?[\]{}]/.test(character)) flowIndicator = true;
      if (character === ':') {
        flowIndicator = true;
        if (followed) blockIndicator = true;
      }
      if (character === '#' && preceded) flowIndicator = blockIndicator = true;
    }
  });
  const lineBreaks = /[\n\x85\u2028\u2029]/.test(text);
  const special = all.some(
    one =>
      !(one === '\n' || (one >= ' ' && one <= '~')) &&
      !(unicode && (one === '\x85' || isPrintable(one)) && one !== '\ufeff'),
  );
  const leadingSpace = /^ /.test(text);
  const leadingBreak = /^[\n\x85\u2028\u2029]/.test(text);
  const trailingSpace = / $/.test(text);
  const trailingBreak = /[\n\x85\u2028\u2029]$/.test(text);
  const breakSpace = /[\n\x85\u2028\u2029] /.test(text);
  const spaceBreak = / [\n\x85\u2028\u2029]/.test(text);
  const edges = leadingSpace || leadingBreak || trailingSpace || trailingBreak;
  const broken = spaceBreak || special;
  return {
    multiline: lineBreaks,
    flowPlain: !edges && !breakSpace && !broken && !lineBreaks && !flowIndicator,
    blockPlain: !edges && !breakSpace && !broken && !lineBreaks && !blockIndicator,
    single: !breakSpace && !broken,
  };
}
