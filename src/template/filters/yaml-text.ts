import { looksLikeOther } from '../../core/yaml-scalars.ts';
import { allowText } from '../limits.ts';

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** The lower half of the YAML writer: indicators, columns, and text in the style PyYAML would choose. */
export class ScalarWriter {
  protected text = '';
  protected column = 0;
  protected flowLevel = 0;
  /** The last thing written was white space, so that no blank is needed before the next. */
  private blank = true;
  /** Only indentation and "- " so far on this line. */
  protected indented = true;
  /** The last text keeps its empty lines at the end, and only a mark says where they end. */
  protected isOpenEnded = false;

  constructor(
    protected readonly width: number,
    protected readonly step: number,
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

  protected scalar(text: string, indent: number, simpleKey: boolean, wanted: Style): void {
    const split = !simpleKey;
    const style = this.styleOf(text, simpleKey, wanted);
    this.isOpenEnded = false;
    if (style === 'plain') this.plain(text, split, indent);
    else if (style === 'single') this.single(text, split, indent);
    else if (style === 'double') this.double(text, split, indent);
    else this.block(text, style, indent);
  }

  private styleOf(text: string, simpleKey: boolean, wanted: Style): Style {
    const found = analyze(text);
    if (simpleKey && found.multiline) return 'double';
    if (wanted === 'literal' || wanted === 'folded')
      return found.block && this.flowLevel === 0 && !simpleKey ? wanted : 'double';
    if (wanted === 'double') return 'double';
    const plainAllowed = this.flowLevel > 0 ? found.flowPlain : found.blockPlain;
    const isPlain =
      wanted === 'plain' && plainAllowed && !(simpleKey && text === '') && !looksLikeOther(text);
    return isPlain ? 'plain' : found.single ? 'single' : 'double';
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
    let wasSpace = false;
    for (const [i, character] of all.entries()) {
      const isInside = i > 0 && i < all.length - 1;
      if (character !== ' ') this.put(isWritable(character) ? character : escapeOf(character));
      else if (split && !wasSpace && this.column > this.width && isInside) {
        this.newline(indent);
        // A second blank would be taken for indention.
        if (all[i + 1] === ' ') this.put('\\');
      } else this.put(character);
      wasSpace = character === ' ';
    }
    this.blank = false;
    this.indented = false;
    this.write('"', false);
  }

  /** Text under a `|` or `>`, line by line. */
  private block(text: string, style: 'literal' | 'folded', indent: number): void {
    const keepsEnd = text === '\n' || text.endsWith('\n\n');
    const hint = /^[ \n]/.test(text) ? String(this.step) : '';
    this.write(
      `${style === 'literal' ? '|' : '>'}${hint}${keepsEnd ? '+' : text.endsWith('\n') ? '' : '-'}`,
      true,
    );
    this.isOpenEnded = keepsEnd;
    const lines = text.replace(/\n$/, '').split('\n');
    for (const [i, line] of lines.entries()) {
      this.breakLine();
      if (line === '') continue;
      // A single break would be folded into a blank, except beside lines that are indented further.
      const before = lines.slice(0, i).findLast(one => one !== '');
      const isFolded =
        style === 'folded' && before !== undefined && !/^[ \t]/.test(before) && !/^[ \t]/.test(line);
      if (isFolded) this.breakLine();
      this.newline(indent);
      if (style === 'literal') this.put(line);
      else this.plain(line, true, indent);
    }
    if (text.endsWith('\n')) this.breakLine();
  }

  private breakLine(): void {
    this.text += '\n';
    this.column = 0;
    this.indented = true;
    this.blank = true;
  }
}

function isWritable(character: string): boolean {
  return (
    !/["\\\x85\u2028\u2029\ufeff]/.test(character) &&
    ((character >= ' ' && character <= '~') || isPrintable(character))
  );
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
  block: boolean;
}

/** In which styles a text can stand, by the rules of PyYAML's emitter. */
function analyze(text: string): Analysis {
  if (text === '')
    return { multiline: false, flowPlain: false, blockPlain: true, single: true, block: false };
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
      !((one === '\x85' || isPrintable(one)) && one !== '\ufeff'),
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
    block: !trailingSpace && !broken,
  };
}
