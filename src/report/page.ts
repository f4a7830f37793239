import { redact } from '../core/secret.ts';
import { visible } from '../core/visible.ts';
import type { Sink } from './sink.ts';
import { paint, type Style } from './style.ts';

/** Of `ours`, no word comes from elsewhere: a secret that is a part of one (`red`, `fail`) is not hidden in it. */
export type Span = string | readonly [text: string, style: Style, source?: 'ours'];

/**
 * The one way text takes from a report to the outside: secrets become stars and control characters harmless
 * here. On a terminal the last line may be a progress line, which makes way for whatever else is written.
 */
export class Page {
  readonly #sink: Sink;
  readonly #colour: boolean;
  #progress = '';

  constructor(sink: Sink, colour: boolean) {
    this.#sink = sink;
    this.#colour = colour;
  }

  /** Width to lay lines out for; what is longer is written all the same. */
  get width(): number {
    return Math.min(Math.max(this.#sink.columns ?? 79, 40), 100);
  }

  get isTerminal(): boolean {
    return this.#sink.columns !== undefined;
  }

  line(...spans: readonly Span[]): void {
    this.#put(`${spans.map(span => this.#render(span)).join('')}\n`);
  }

  /** Text of any number of lines, each of them indented. */
  block(text: string, indent: number, style: Style = 'plain'): void {
    // Cleaned as a whole: a secret may have many lines.
    const lines = clean(text).replace(/\n$/, '').split('\n');
    const pad = ' '.repeat(indent);
    this.#put(lines.map(line => (line === '' ? '\n' : `${pad}${this.#paint(line, style)}\n`)).join(''));
  }

  /** Shows a line at the bottom of the terminal until something else is written; empty to take it away. */
  progress(text: string): void {
    const { columns } = this.#sink;
    if (columns === undefined) return;
    const shown = cut(clean(text).replaceAll('\n', ' '), columns - 1);
    if (shown === this.#progress) return;
    this.#sink.write(`${this.#progress === '' ? '' : WIPE}${this.#paint(shown, 'quiet')}`);
    this.#progress = shown;
  }

  #put(text: string): void {
    const progress = this.#paint(this.#progress, 'quiet');
    this.#sink.write(this.#progress === '' ? text : `${WIPE}${text}${progress}`);
  }

  #render(span: Span): string {
    const [text, style, source] = typeof span === 'string' ? ([span, 'plain'] as const) : span;
    return this.#paint(source === 'ours' ? text : clean(text), style);
  }

  #paint(text: string, style: Style): string {
    return this.#colour ? paint(text, style) : text;
  }
}

const WIPE = '\r\x1b[K';

/** Text that may be shown: no secrets, no control characters. Before it is cut anywhere. */
export function clean(text: string): string {
  return visible(redact(text));
}

/** The beginning of a clean text that fits into `columns`, with an ellipsis when something is left out. */
export function cut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += displayWidth(character);
    if (width > columns - 1) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

/** Columns a text takes up: East Asian wide characters and emoji take two, combining ones none. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\u200b|\u200d/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
