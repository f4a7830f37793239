import { UserError } from '../core/error.ts';
import type { Position } from '../core/position.ts';
import { Float, isList, type Value } from '../core/value.ts';

/**
 * A play's hosts in the batches that `serial` asks for: a number of hosts, a percentage, or a list of those
 * of which the last repeats. Nothing, or zero, means all at once.
 */
export function hostBatches(
  hosts: readonly string[],
  serial: Value | undefined,
  position?: Position,
): readonly (readonly string[])[] {
  const entries =
    serial === undefined || serial === null ? [] : isList(serial) ? (serial as readonly Value[]) : [serial];
  const sizes = entries.map(entry => batchSize(entry, hosts.length, position));
  if (hosts.length === 0 || sizes.length === 0) return [hosts];
  const batches: string[][] = [];
  for (let at = 0, turn = 0; at < hosts.length; turn++) {
    const size = sizes[Math.min(turn, sizes.length - 1)]!;
    const end = size <= 0 ? hosts.length : at + size;
    batches.push(hosts.slice(at, end));
    at = end;
  }
  return batches;
}

function batchSize(entry: Value, total: number, position: Position | undefined): number {
  if (typeof entry === 'number') return entry;
  if (entry instanceof Float) return Math.trunc(entry.value);
  if (typeof entry === 'string') {
    const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(entry);
    // A share of few hosts is still one host.
    if (percent) return Math.max(1, Math.trunc((Number(percent[1]) / 100) * total));
    if (/^\s*-?\d+\s*$/.test(entry)) return Number(entry);
  }
  throw new UserError('"serial" wants a number of hosts or a percentage', {
    position,
    hint: 'such as 2, "30%" or [1, 5, "50%"]',
  });
}
