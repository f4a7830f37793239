import type { RawFacts } from './raw.ts';

/** One group of facts: what it needs to read, and what it makes of it. */
export interface Collector {
  /** Its name in gather_subset. */
  readonly name: string;
  /** Single facts that gather_subset may name to mean this group. */
  readonly aliases?: readonly string[];
  readonly group?: 'hardware' | 'network' | 'virtual';
  /** Gathered even with `!all`. */
  readonly minimal?: boolean;
  /** Files as shell patterns; all of all collectors are read by one process. */
  readonly files?: readonly string[];
  /** Name -> shell text whose output is wanted. Written by us: no value is pasted into it. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Facts without the prefix; `undefined` values are left out. */
  collect(raw: RawFacts): Readonly<Record<string, unknown>>;
}
