import type { Position, Source } from '../../core/position.ts';

/** Turns offsets into positions; quick for offsets asked in ascending order, right for all. */
export class Lines {
  readonly #starts: number[] = [0];
  #line = 0;

  constructor(readonly source: Source) {
    const { text } = source;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  at(offset: number): Position {
    const starts = this.#starts;
    let line = this.#line;
    while (line > 0 && starts[line]! > offset) line--;
    while (line + 1 < starts.length && starts[line + 1]! <= offset) line++;
    this.#line = line;
    return { source: this.source, line: line + 1, column: offset - starts[line]! + 1 };
  }
}
