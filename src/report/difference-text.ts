import type { AttributeDifference, Difference, TextDifference } from '../core/difference.ts';
import type { Style } from './style.ts';

type StructuredPatch = typeof import('diff').structuredPatch;

export type DifferenceLine = readonly [text: string, style: Style];

/** How long two texts may be compared before it is given up, in milliseconds. */
const PATIENCE = 2000;

/** Turns differences into a unified diff; the comparing is loaded only when a report shows them. */
export class DifferenceText {
  readonly #patch: StructuredPatch;

  private constructor(patch: StructuredPatch) {
    this.#patch = patch;
  }

  static async load(): Promise<DifferenceText> {
    return new DifferenceText((await import('diff')).structuredPatch);
  }

  lines(differences: readonly Difference[]): DifferenceLine[] {
    const result: DifferenceLine[] = [];
    let open: string | undefined;
    for (const difference of differences) {
      if (difference.type === 'text') {
        result.push(...this.#text(difference));
        open = undefined;
        continue;
      }
      // The attributes of one thing stand together under one heading.
      if (open !== difference.header) result.push(...headings(difference.header, true, true));
      open = difference.header;
      result.push(...attribute(difference));
    }
    return result;
  }

  #text({ header, before, after, omitted }: TextDifference): DifferenceLine[] {
    // Texts that are not shown may be left out on both sides: the thing is there all the same.
    const neither = before === null && after === null;
    const top = headings(header, before !== null || neither, after !== null || neither);
    if (omitted !== undefined) return [...top, [`(not shown: ${omitted})`, 'hunk']];
    const patch = this.#patch('', '', before ?? '', after ?? '', '', '', { context: 3, timeout: PATIENCE });
    if (!patch) return [...top, ['(not shown: the texts differ in too many places)', 'hunk']];
    const hunks = patch.hunks.flatMap((hunk): DifferenceLine[] => [
      [`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`, 'hunk'],
      ...hunk.lines.map((line): DifferenceLine => [line, styleOf(line)]),
    ]);
    return [...top, ...hunks];
  }
}

function headings(header: string, was: boolean, willBe: boolean): DifferenceLine[] {
  return [
    [was ? `--- before: ${header}` : '--- before: (none)', 'removed'],
    [willBe ? `+++ after: ${header}` : '+++ after: (none)', 'added'],
  ];
}

function attribute({ attribute, before, after }: AttributeDifference): DifferenceLine[] {
  const lines: DifferenceLine[] = [];
  if (before !== null) lines.push([`-${attribute}: ${before}`, 'removed']);
  if (after !== null) lines.push([`+${attribute}: ${after}`, 'added']);
  return lines;
}

/** An empty range names the line before it, by convention. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function styleOf(line: string): Style {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('\\') ? 'quiet' : 'plain';
}
