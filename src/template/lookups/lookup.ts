import type { Engine } from '../compile/engine.ts';

/** What a lookup is asked: its terms, its options, and the templar it works for. */
export interface Asked {
  terms: readonly unknown[];
  options: ReadonlyMap<string, unknown>;
  engine: Engine;
}

/** A lookup gives a list; `lookup()` joins it, `query()` hands it on. What it read is data, never a template. */
export type Run = (asked: Asked) => readonly unknown[];

export interface Lookup {
  readonly run: Run;
  /** The options it knows, besides those of `lookup` itself. */
  readonly options: readonly string[];
  /** Passes along what it is given without looking into it: secrets stay wrapped one by one. */
  readonly arranges?: boolean;
  /** Gets undefined terms and options as they are. */
  readonly takesUndefined?: boolean;
}

export type LookupTable = Readonly<Record<string, Lookup>>;

/** A lookup that computes with its terms: where a secret is among them, all that it gives is secret. */
export function lookup(options: string, run: Run): Lookup {
  return { options: options === '' ? [] : options.split(' '), run };
}

export function arranging(run: Run): Lookup {
  return { options: [], run, arranges: true };
}
