import type { Integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { parseInteger } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { isInteger, pythonType, Tuple } from '../python/values.ts';

/** Arguments as Ansible's collections take them: given as another type, they are converted or refused. */

export function asText(value: unknown): string {
  return value === null ? '' : toText(value);
}

/** None stays none. */
export function asInteger(value: unknown, name: string): Integer | null {
  if (value === null || isInteger(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Float && Number.isInteger(value.value)) return value.value;
  const parsed = typeof value === 'string' ? parseInteger(value) : undefined;
  if (parsed === undefined)
    throw new Fault(`the argument '${name}' must be a whole number, not ${said(value)}`);
  return parsed;
}

export function asList(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (typeof value === 'string') return value.split(',').map(part => part.trim());
  if (isInteger(value) || value instanceof Float) return [toText(value)];
  throw new Fault(`the argument '${name}' must be a list, not ${said(value)}`);
}

function said(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : pythonType(value);
}
