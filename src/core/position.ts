/** A text that positions point into: a file, or something named like one (`<command line>`). */
export class Source {
  #lineStarts: readonly number[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
    /** Decrypted text: its lines are never quoted in an error. */
    readonly secret = false,
  ) {}

  /** Offsets: found once, for the many positions in a file. */
  get lineStarts(): readonly number[] {
    this.#lineStarts ??= lineStartsOf(this.text);
    return this.#lineStarts;
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A place in a source; line and column count from 1. */
export interface Position {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

export function formatPosition(position: Position): string {
  return `${position.source.file}:${position.line}:${position.column}`;
}

/** The place `offset` characters into the source. */
export function positionAt(source: Source, offset: number): Position {
  const starts = source.lineStarts;
  let [line, after] = [0, starts.length];
  while (after - line > 1) {
    const middle = (line + after) >> 1;
    if (starts[middle]! <= offset) line = middle;
    else after = middle;
  }
  return { source, line: line + 1, column: offset - starts[line]! + 1 };
}

/**
 * Where the parts of a loaded mapping or list stand in their file. Kept beside the data rather than in it,
 * so that values stay plain; data that was computed has no entry.
 */
const places = new WeakMap<object, { self: Position; parts: Map<unknown, Position> }>();

/** Records where a container starts and where each of its keys (or indices) has its value. */
export function recordPositions(container: object, self: Position, parts: Map<unknown, Position>): void {
  places.set(container, { self, parts });
}

/** The place of a loaded container, or of the value under `key` in it. */
export function positionOf(container: object, key?: unknown): Position | undefined {
  const entry = places.get(container);
  return key === undefined ? entry?.self : entry?.parts.get(key);
}
