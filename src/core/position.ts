/** A text that positions point into: a file, or something named like one (`<command line>`). */
export class Source {
  constructor(
    readonly file: string,
    readonly text: string,
    /** Decrypted text: its lines are never quoted in an error. */
    readonly secret = false,
  ) {}
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
  const before = source.text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  let line = 1;
  for (let i = before.indexOf('\n'); i !== -1; i = before.indexOf('\n', i + 1)) line++;
  return { source, line, column: offset - lastBreak };
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
