import { toRepr } from '../python/print.ts';
import { splitLines } from '../python/string-methods.ts';

const WIDTH = 80;

/** Python's pprint of a text: one that is too long for a line becomes several, at line ends and after white space. */
export function prettyText(text: string): string {
  if (toRepr(text).length <= WIDTH) return toRepr(text);
  const chunks: string[] = [];
  const lines = splitLines(text, true);
  for (const [i, line] of lines.entries()) {
    const parts = fits(line, i === lines.length - 1) ? [line] : words(line);
    let current = '';
    for (const [j, part] of parts.entries()) {
      const isLast = i === lines.length - 1 && j === parts.length - 1;
      if (current !== '' && !fits(current + part, isLast)) {
        chunks.push(current);
        current = part;
      } else current += part;
    }
    chunks.push(current);
  }
  const written = chunks.map(toRepr);
  return written.length === 1 ? written[0]! : `(${written.join('\n ')})`;
}

/** On a line of its own, after one place of indention; the last one has the bracket behind it. */
function fits(text: string, isLast: boolean): boolean {
  return toRepr(text).length <= WIDTH - (isLast ? 2 : 1);
}

function words(line: string): string[] {
  return line.match(/\S*\s*/gu)!.filter(part => part !== '');
}
