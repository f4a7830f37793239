import type { Engine } from '../compile/engine.ts';

/** What a lookup is asked: its terms, its options, and the templar it works for. */
export interface Asked {
  terms: readonly unknown[];
  options: ReadonlyMap<string, unknown>;
  engine: Engine;
}

/** A lookup gives a list; `lookup()` joins it, `query()` hands it on. What it read is data, never a template. */
export type Lookup = (asked: Asked) => readonly unknown[];

export type LookupTable = Readonly<Record<string, Lookup>>;
