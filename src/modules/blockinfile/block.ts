import { asByteText } from '../../core/python-regex.ts';
import { ParameterPattern } from '../parameter-pattern.ts';

export interface BlockWish {
  /** Empty: no block. */
  readonly block: string;
  readonly marker: string;
  readonly marker_begin: string;
  readonly marker_end: string;
  readonly insertafter?: string | undefined;
  readonly insertbefore?: string | undefined;
  readonly prepend_newline: boolean;
  readonly append_newline: boolean;
  readonly state: 'present' | 'absent';
}

/**
 * A text with the block between its two marker lines, in the place of the one that is there, or else where
 * it should be inserted. Texts are bytes, one character each.
 */
export function withBlock(text: string, wish: BlockWish): string {
  const lines = splitLines(text);
  const [begin, end] = [markerLine(wish, wish.marker_begin), markerLine(wish, wish.marker_end)];
  const [first, last] = [lines.lastIndexOf(begin), lines.lastIndexOf(end)];
  let at: number;
  if (first >= 0 && last >= 0) {
    at = Math.min(first, last);
    lines.splice(at, Math.abs(last - first) + 1);
  } else {
    at = findPlace(text, lines, wish);
  }
  if (at > 0 && !lines[at - 1]!.endsWith('\n')) lines[at - 1] += '\n';
  const present = wish.state === 'present';
  if (present && wish.prepend_newline && at > 0 && lines[at - 1] !== '\n') lines.splice(at++, 0, '\n');
  const block = present ? blockLines(wish.block, begin, end) : [];
  lines.splice(at, 0, ...block);
  const behind = lines[at + block.length];
  if (present && wish.append_newline && behind !== undefined && behind !== '\n') {
    lines.splice(at + block.length, 0, '\n');
  }
  return lines.join('');
}

export function hasBlock({ block, state }: BlockWish): boolean {
  return state === 'present' && block !== '';
}

function blockLines(block: string, begin: string, end: string): string[] {
  if (block === '') return [];
  const text = asByteText(block);
  return [begin, text.endsWith('\n') ? text : `${text}\n`, end];
}

function markerLine({ marker }: BlockWish, mark: string): string {
  return `${asByteText(marker.replaceAll('{mark}', () => mark))}\n`;
}

/** The index of the line before which a new block goes. */
function findPlace(text: string, lines: readonly string[], wish: BlockWish): number {
  const { insertbefore: before } = wish;
  const after = wish.insertafter ?? (before === undefined ? 'EOF' : undefined);
  const anchor = after !== undefined && after !== 'EOF' ? after : before === 'BOF' ? undefined : before;
  if (anchor === undefined) return before === undefined ? lines.length : 0;
  const parameter = anchor === after ? 'insertafter' : 'insertbefore';
  const pattern = new ParameterPattern(parameter, anchor, { bytes: true });
  let found: number | undefined;
  if (/^\(\?[a-zA-Z]*m[a-zA-Z]*\)/.test(anchor)) {
    // A pattern for many lines is looked for in the whole text.
    const match = pattern.exec(text);
    const until = match && (after === undefined ? match.index : match.index + match[0].length);
    found = until === null ? undefined : text.slice(0, until).split('\n').length - 1;
  } else {
    const index = pattern.inEach(lines, find => lines.findLastIndex(line => find(line) !== null));
    if (index >= 0) found = index;
  }
  if (found === undefined) return lines.length;
  return after === undefined ? found : Math.min(found + 1, lines.length);
}

/** Lines with their ends: `\n`, `\r` or both. */
function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}
