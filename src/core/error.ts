import { formatPosition, type Position } from './position.ts';

export interface ErrorDetails {
  position?: Position | undefined;
  /** What to do about it, one line, without the word "hint". */
  hint?: string | undefined;
  cause?: unknown;
}

/** Something the user can mend: shown with place, source line and hint, never with a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly position: Position | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.position = details.position;
    this.hint = details.hint;
  }

  /** Message with place, the source line with a caret under the column, and the hint. */
  format(): string {
    const { position, hint } = this;
    const lines = [position ? `${formatPosition(position)}: ${this.message}` : this.message];
    if (position) lines.push(...excerpt(position));
    if (hint) lines.push(`hint: ${hint}`);
    return lines.join('\n');
  }
}

/** The line a position points to, with its number and a caret; nothing where it is secret or not there. */
export function excerpt(position: Position): string[] {
  if (position.source.secret) return [];
  const line = position.source.text.split('\n', position.line)[position.line - 1];
  if (line === undefined) return [];
  const number = String(position.line);
  // Tabs are kept in the padding, so that the caret stands under its column on any terminal.
  const pad = line.slice(0, position.column - 1).replace(/[^\t]/g, ' ');
  return [`  ${number} | ${line.trimEnd()}`, `  ${' '.repeat(number.length)} | ${pad}^`];
}

/** The known name closest to a misspelt one, if any is close enough to be meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const match = nearest(name, known);
  return match === undefined ? undefined : `did you mean "${match}"?`;
}

/** Damerau-Levenshtein (optimal string alignment): a swap of neighbours counts as one slip. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, beforeLast[j - 2]! + 1);
      }
      row.push(value);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
