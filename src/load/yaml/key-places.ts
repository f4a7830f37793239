import { type Position, positionOf, recordPositions } from '../../core/position.ts';

/** Where the keys of loaded mappings stand: for errors that are about a key rather than its value. */
const places = new WeakMap<object, Map<unknown, Position>>();

export function recordKeys(mapping: object, keys: Map<unknown, Position>): void {
  places.set(mapping, keys);
}

/** The place of a key; else that of its value, else that of the mapping. */
export function keyPosition(mapping: object, key: unknown): Position | undefined {
  return places.get(mapping)?.get(key) ?? positionOf(mapping, key) ?? positionOf(mapping);
}

/** Gives a mapping the places that its keys have in others it was made from; the first that knows a key counts. */
export function copyPositions(to: ReadonlyMap<unknown, unknown>, ...from: readonly object[]): void {
  const self = from.map(each => positionOf(each)).find(Boolean);
  if (!self) return;
  const values = new Map<unknown, Position>();
  const keys = new Map<unknown, Position>();
  for (const key of to.keys()) {
    const source = from.find(each => positionOf(each, key));
    if (!source) continue;
    values.set(key, positionOf(source, key)!);
    keys.set(key, keyPosition(source, key)!);
  }
  recordPositions(to, self, values);
  recordKeys(to, keys);
}
