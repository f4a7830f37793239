import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Source } from '../../core/position.ts';
import { syntaxError } from './syntax-error.ts';

/**
 * The events of a YAML text. YAML wants every line of a bracketed or quoted value to be indented deeper than
 * its key; PyYAML does not mind, and much content closes its brackets under the key. The parser is strict
 * there, so a line it refuses is shown to it with more indentation, which means nothing in such a place, and
 * the events are then taken back to the text as it is. Throws UserError where it is not YAML.
 */
export function readEvents(source: Source): Event[] {
  try {
    return eventsIn(source.text);
  } catch (error) {
    if (error instanceof YAMLException) throw syntaxError(error, source);
    throw error;
  }
}

function eventsIn(text: string): Event[] {
  try {
    return parseEvents(text, OPTIONS);
  } catch (error) {
    if (!isShallowLine(error)) throw error;
    return readPadded(text, error);
  }
}

const OPTIONS = { maxDepth: 500 };

/** Each retry is a parse of its own; a text with more shallow lines than this gets the parser's complaint. */
const MOST_RETRIES = 300;

function isShallowLine(error: unknown): error is YAMLException {
  return (
    error instanceof YAMLException &&
    error.mark !== undefined &&
    /deficient indentation|missed comma between flow/.test(error.reason)
  );
}

function readPadded(text: string, first: YAMLException): Event[] {
  const lines = text.split('\n');
  const width = Math.max(...lines.map(line => line.length - line.trimStart().length)) + 1;
  const padded = new Set(closingLines(lines));
  let complaint = first;
  for (let retry = 0; retry < MOST_RETRIES; retry++) {
    const line = complaint.mark!.line;
    if (retry > 0 && padded.has(line)) break;
    padded.add(line);
    const shown = lines
      .map((content, at) => (padded.has(at) ? ' '.repeat(width) + content : content))
      .join('\n');
    const offsets = new Offsets(lines, padded, width);
    try {
      return parseEvents(shown, OPTIONS).map(event => offsets.restore(event));
    } catch (error) {
      if (!(error instanceof YAMLException) || !error.mark) throw error;
      complaint = error;
      if (padded.has(error.mark.line)) error.mark.column = Math.max(0, error.mark.column - width);
      if (!isShallowLine(error)) break;
    }
  }
  throw complaint;
}

/** Lines with nothing but closing brackets: padded all at once, for they are nearly all of the cases. */
function* closingLines(lines: readonly string[]): Generator<number> {
  for (let at = 1; at < lines.length; at++) {
    // The first line of a block scalar sets its indentation and must be left alone.
    if (/^\s*[\]}]+,?\s*$/.test(lines[at]!) && !/[|>][-+\d]*\s*$/.test(lines[at - 1]!)) yield at;
  }
}

/** Offsets in the padded text as offsets in the real one. */
class Offsets {
  /** Where each padding begins in the padded text. */
  readonly #starts: number[] = [];

  constructor(
    lines: readonly string[],
    padded: ReadonlySet<number>,
    readonly width: number,
  ) {
    let offset = 0;
    lines.forEach((line, at) => {
      if (padded.has(at)) {
        this.#starts.push(offset);
        offset += width;
      }
      offset += line.length + 1;
    });
  }

  restore(event: Event): Event {
    const real: Record<string, unknown> = { ...event };
    for (const field of FIELDS) {
      const offset = real[field];
      if (typeof offset === 'number' && offset >= 0) real[field] = this.#real(offset);
    }
    return real as unknown as Event;
  }

  #real(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return offset;
    const inPadding = Math.min(this.width, offset - this.#starts[low - 1]!);
    return offset - (low - 1) * this.width - inPadding;
  }
}

const FIELDS = ['start', 'valueStart', 'valueEnd', 'anchorStart', 'anchorEnd', 'tagStart', 'tagEnd'];
