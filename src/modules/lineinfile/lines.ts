import { asByteText, replacementOf } from '../../core/python-regex.ts';
import { inParameter, ParameterPattern } from '../parameter-pattern.ts';

/** Where a line goes and which it replaces; patterns and texts as the user wrote them. */
export interface LineWish {
  readonly line: string;
  readonly regexp?: string | undefined;
  readonly search_string?: string | undefined;
  readonly insertafter?: string | undefined;
  readonly insertbefore?: string | undefined;
  readonly backrefs: boolean;
  readonly firstmatch: boolean;
}

export interface LineEdit {
  /** undefined: nothing changes. */
  readonly text?: string;
  readonly message: string;
}

/**
 * A text with the line in it: the last line that matches is replaced; where none matches it is added, unless
 * it is there already. Texts are bytes, one character each (`byteText`).
 */
export function withLine(text: string, wish: LineWish): LineEdit {
  const lines = splitLines(text);
  const line = asByteText(wish.line);
  const after = wish.insertafter ?? (wish.insertbefore === undefined ? 'EOF' : undefined);
  const before = wish.insertbefore;
  const found = findMatch(lines, wish);
  const place = found ? NOWHERE : findPlace(lines, line, after, before, wish.firstmatch);
  const index = found?.index ?? place.exact;
  if (index !== undefined) return replaceLine(lines, index, line, wish, found?.match);
  if (wish.backrefs) return { message: '' };
  if (before === 'BOF' || after === 'BOF') return added(lines, 0, line);
  if (after === 'EOF' || place.insert === undefined) return addAtEnd(lines, line);
  // It may stand there with another end of line.
  if (after && withoutEnd(lines[place.insert] ?? lines.at(-1)!) === line) return { message: '' };
  return added(lines, place.insert, line);
}

/** A text without the lines that match, and how many there were. */
export function withoutLines(
  text: string,
  { line, regexp, search_string }: Partial<LineWish>,
): { text?: string; found: number } {
  const lines = splitLines(text);
  const plain = (each: string) =>
    search_string !== undefined
      ? each.includes(asByteText(search_string))
      : withoutEnd(each) === asByteText(line!);
  const kept =
    regexp === undefined
      ? lines.filter(each => !plain(each))
      : patternOf('regexp', regexp).inEach(lines, find => lines.filter(each => !find(each)));
  const found = lines.length - kept.length;
  return found > 0 ? { text: kept.join(''), found } : { found };
}

interface Match {
  readonly index: number;
  /** Not of a search_string. */
  readonly match?: RegExpExecArray;
}

function findMatch(lines: readonly string[], wish: LineWish): Match | undefined {
  let last: Match | undefined;
  if (wish.regexp !== undefined) {
    last = patternOf('regexp', wish.regexp).inEach(lines, find => {
      let found: Match | undefined;
      for (const [index, line] of lines.entries()) {
        const match = find(line);
        if (!match) continue;
        found = { index, match };
        if (wish.firstmatch) break;
      }
      return found;
    });
  }
  if (wish.search_string !== undefined) {
    const text = asByteText(wish.search_string);
    const index = wish.firstmatch
      ? lines.findIndex(line => line.includes(text))
      : lines.findLastIndex(line => line.includes(text));
    if (index >= 0) last = { index };
  }
  return last;
}

interface Place {
  /** The line stands here already. */
  readonly exact?: number;
  readonly insert?: number;
}
const NOWHERE: Place = {};

function findPlace(
  lines: readonly string[],
  line: string,
  after: string | undefined,
  before: string | undefined,
  first: boolean,
): Place {
  const anchor =
    after !== undefined && after !== 'BOF' && after !== 'EOF' ? after : before === 'BOF' ? undefined : before;
  const search = (find: (line: string) => unknown): Place => {
    let place: Place = {};
    for (const [index, each] of lines.entries()) {
      if (withoutEnd(each) === line) {
        place = { ...place, exact: index };
      } else if (find(each)) {
        place = { ...place, insert: after ? index + 1 : index };
        if (first) break;
      }
    }
    return place;
  };
  if (anchor === undefined) return search(() => false);
  return patternOf(anchor === after ? 'insertafter' : 'insertbefore', anchor).inEach(lines, search);
}

function replaceLine(
  lines: readonly string[],
  index: number,
  line: string,
  { backrefs }: LineWish,
  match: RegExpExecArray | undefined,
): LineEdit {
  const text = backrefs && match ? inParameter('line', () => replacementOf(line)(match)) : line;
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  if (lines[index] === ended) return { message: '' };
  return { text: lines.with(index, ended).join(''), message: 'line replaced' };
}

function added(lines: readonly string[], index: number, line: string): LineEdit {
  return { text: lines.toSpliced(index, 0, `${line}\n`).join(''), message: 'line added' };
}

function addAtEnd(lines: readonly string[], line: string): LineEdit {
  const last = lines.at(-1);
  const open = last !== undefined && !/[\r\n]$/.test(last);
  return { text: `${lines.join('')}${open ? '\n' : ''}${line}\n`, message: 'line added' };
}

/** Lines with their ends, which only `\n` makes. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}

function patternOf(parameter: string, text: string): ParameterPattern {
  return new ParameterPattern(parameter, text, { bytes: true });
}
