import { revealed, Secret } from '../../core/secret.ts';
import { withoutPieces } from '../../core/secret-pieces.ts';
import { Fault } from '../grammar/fault.ts';
import { allowList, allowText, repeatText } from '../limits.ts';
import { compare, contains, equal } from '../python/compare.ts';
import { percentFormat } from '../python/format.ts';
import { type Arithmetic, arithmetic, index, numeric } from '../python/numbers.ts';
import { hide, pythonType, Thing, Tuple, use } from '../python/values.ts';
import { SECRET, traits, unwrap } from '../traits.ts';
import type { Engine } from './engine.ts';

/** A thing with arithmetic of its own, such as a date. */
export interface Calculating {
  calculate(operator: Arithmetic, other: unknown, isLeft: boolean): unknown;
}

/** `a + b` and its like, on settled values of any type. Whatever a secret goes into is a secret. */
export function operate(engine: Engine, operator: Arithmetic, left: unknown, right: unknown): unknown {
  const a = engine.whole(use(left));
  // A format that uses nothing may be given what is undefined.
  const b = engine.whole(operator === '%' && typeof a === 'string' ? right : use(right));
  const isOpaque = operator === '+' && !(a instanceof Secret) && !(b instanceof Secret);
  if (isOpaque || ((traits(a) | traits(b)) & SECRET) === 0) return apply(operator, a, b);
  const made = applyToSecrets(operator, a, b);
  return operator === '+' && typeof made === 'string' ? new Secret(made, true) : hide(made);
}

function applyToSecrets(operator: Arithmetic, a: unknown, b: unknown): unknown {
  try {
    return apply(operator, unwrap(a), unwrap(b));
  } catch (error) {
    throw withoutPieces(error, [a, b]);
  }
}

function apply(operator: Arithmetic, a: unknown, b: unknown): unknown {
  const x = numeric(a);
  const y = numeric(b);
  if (x !== undefined && y !== undefined) return arithmetic(operator, x, y);
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string') {
      allowText(a.length + b.length);
      return a + b;
    }
    if (Array.isArray(a) && Array.isArray(b)) return joinLists(a, b);
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple(joinLists(a.items, b.items));
    if (typeof a === 'string') {
      const found = pythonType(b);
      throw new Fault(
        `can only concatenate str (not "${found}") to str`,
        found === 'int' || found === 'float' ? 'use ~ to join text and numbers' : undefined,
      );
    }
  }
  if (operator === '*') {
    const repeated = repeat(a, y) ?? repeat(b, x);
    if (repeated !== undefined) return repeated;
  }
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  for (const [one, other, isLeft] of [[a, b, true] as const, [b, a, false] as const]) {
    if (one instanceof Thing && 'calculate' in one) {
      const result = (one as unknown as Calculating).calculate(operator, other, isLeft);
      if (result !== undefined) return result;
    }
  }
  throw new Fault(`unsupported operand type(s) for ${operator}: '${pythonType(a)}' and '${pythonType(b)}'`);
}

function joinLists(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  allowList(a.length + b.length);
  return [...a, ...b];
}

function repeat(value: unknown, times: unknown): unknown {
  if (times === undefined || typeof times === 'object') return undefined;
  const count = Math.max(0, index(times));
  if (typeof value === 'string') return repeatText(value, count);
  if (Array.isArray(value)) return repeatItems(value, count);
  if (value instanceof Tuple) return new Tuple(repeatItems(value.items, count));
  return undefined;
}

function repeatItems(items: readonly unknown[], count: number): unknown[] {
  allowList(items.length * count);
  const all: unknown[] = [];
  for (let i = 0; i < count; i++) for (const item of items) all.push(item);
  return all;
}

export function negate(engine: Engine, operand: unknown, sign: '-' | '+'): unknown {
  const value = engine.whole(use(operand));
  const number = numeric(revealed(value));
  if (number === undefined) throw new Fault(`bad operand type for unary ${sign}: '${pythonType(value)}'`);
  const result = sign === '+' ? number : arithmetic('*', number, -1);
  return value instanceof Secret ? hide(result) : result;
}

export type Comparing = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** A comparison; whether it holds is no secret. */
export function compareValues(engine: Engine, operator: Comparing, left: unknown, right: unknown): boolean {
  // What nothing is compared with, in an empty list, may be undefined.
  const a = engine.whole(operator === 'in' || operator === 'not in' ? left : use(left));
  const b = engine.whole(use(right));
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case '<':
      return compare(a, b, '<') < 0;
    case '<=':
      return compare(a, b, '<=') <= 0;
    case '>':
      return compare(a, b, '>') > 0;
    case '>=':
      return compare(a, b, '>=') >= 0;
    case 'in':
      return contains(b, a);
    default:
      return !contains(b, a);
  }
}
