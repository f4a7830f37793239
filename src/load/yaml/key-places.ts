import { type Position, positionOf } from '../../core/position.ts';

/** Where the keys of loaded mappings stand: for errors that are about a key rather than its value. */
const places = new WeakMap<object, Map<unknown, Position>>();

export function recordKeys(mapping: object, keys: Map<unknown, Position>): void {
  places.set(mapping, keys);
}

/** The place of a key; else that of its value, else that of the mapping. */
export function keyPosition(mapping: object, key: unknown): Position | undefined {
  return places.get(mapping)?.get(key) ?? positionOf(mapping, key) ?? positionOf(mapping);
}
