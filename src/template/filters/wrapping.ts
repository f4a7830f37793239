import { Fault } from '../grammar/fault.ts';
import { joinTexts, spend } from '../limits.ts';
import { textLength } from '../python/sequences.ts';
import { splitLines } from '../python/string-methods.ts';

/** Jinja2's `indent`. */
export function indentText(text: string, indention: string, first: boolean, blank: boolean): string {
  // The added break keeps a last line break from being lost, and gives back an empty last line.
  const lines = splitLines(`${text}\n`);
  let result: string;
  if (blank) result = joinTexts(lines, `\n${indention}`);
  else {
    result = lines.shift() ?? '';
    if (lines.length > 0)
      result += `\n${joinTexts(
        lines.map(line => (line === '' ? line : indention + line)),
        '\n',
      )}`;
  }
  return first ? indention + result : result;
}

/** Python's textwrap.wrap with its white space kept as Jinja2's wordwrap has it. */
export function wrapText(text: string, width: number, breakWords: boolean, hyphens: boolean): string[] {
  if (width <= 0) throw new Fault(`invalid width ${width} (must be > 0)`);
  spend(text.length);
  const chunks = splitChunks(text, hyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const line: string[] = [];
    let length = 0;
    if (lines.length > 0 && chunks.at(-1)!.trim() === '') chunks.pop();
    while (chunks.length > 0 && length + textLength(chunks.at(-1)!) <= width) {
      length += textLength(chunks.at(-1)!);
      line.push(chunks.pop()!);
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width)
      breakChunk(chunks, line, width, length, breakWords, hyphens);
    if (line.length > 0 && line.at(-1)!.trim() === '') line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

function breakChunk(
  chunks: string[],
  line: string[],
  width: number,
  used: number,
  breakWords: boolean,
  hyphens: boolean,
): void {
  // None is left after white space that fills the line: the white space stays then, as Python keeps it.
  const space = width - used;
  if (!breakWords) {
    if (line.length === 0) line.push(chunks.pop()!);
    return;
  }
  const chunk = [...chunks.pop()!];
  let end = space;
  if (hyphens && chunk.length > space) {
    const hyphen = chunk.lastIndexOf('-', space - 1);
    if (hyphen > 0 && chunk.slice(0, hyphen).some(character => character !== '-')) end = hyphen + 1;
  }
  line.push(chunk.slice(0, end).join(''));
  chunks.push(chunk.slice(end).join(''));
}

function splitChunks(text: string, hyphens: boolean): string[] {
  const spaced = text.split(/([\t\n\v\f\r ]+)/).filter(chunk => chunk !== '');
  if (!hyphens) return spaced;
  // A word may be broken after a hyphen between letters, and before or after a long dash.
  return spaced
    .flatMap(chunk =>
      chunk.split(/(?<=[^\s\d\W]-)(?=[^\s\d\W]{2})|(?<=[\w!"'&.,?])(?=-{2,}\w)|(?<=[\w!"'&.,?]-{2,})(?=\w)/u),
    )
    .filter(chunk => chunk !== '');
}
