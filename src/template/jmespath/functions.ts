import type { Integer } from '../../core/number.ts';
import { revealed } from '../../core/secret.ts';
import { Float } from '../../core/value.ts';
import { writeJson } from '../filters/json.ts';
import { Fault } from '../grammar/fault.ts';
import { compare, contains } from '../python/compare.ts';
import { sorted } from '../python/container-methods.ts';
import { arithmetic, parseFloatText, parseInteger, toFloat, wholeNumber } from '../python/numbers.ts';
import { characters, lengthOf } from '../python/sequences.ts';
import { hide, isInteger, Thing } from '../python/values.ts';
import { SECRET, traits, unwrap } from '../traits.ts';

export type Type = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'null' | 'expression' | 'unknown';

/** `&name`, handed to a function. */
export class Reference extends Thing {
  readonly type = 'expression';

  constructor(readonly of: (value: unknown) => unknown) {
    super();
  }
}

export function typeOf(value: unknown): Type {
  const plain = revealed(value);
  if (typeof plain === 'string') return 'string';
  if (typeof plain === 'boolean') return 'boolean';
  if (plain === null) return 'null';
  if (Array.isArray(plain)) return 'array';
  if (plain instanceof Map) return 'object';
  if (plain instanceof Reference) return 'expression';
  return isInteger(plain) || plain instanceof Float ? 'number' : 'unknown';
}

/** Calls a function of JMESPath's. */
export function callFunction(name: string, args: readonly unknown[]): unknown {
  const known = FUNCTIONS.get(name);
  if (!known) throw new Fault(`there is no JMESPath function '${name}'`);
  const { takes, isOpen } = known;
  if (isOpen ? args.length < takes.length : args.length !== takes.length) {
    const count = `${isOpen ? 'at least ' : ''}${takes.length}`;
    throw new Fault(`the JMESPath function ${name} takes ${count} arguments, not ${args.length}`);
  }
  args.forEach((arg, i) => {
    const allowed = takes[Math.min(i, takes.length - 1)]!;
    if (!allowed.split(' ').some(type => isOf(arg, type))) refuse(name, arg, allowed);
  });
  if (known.picks || !args.some(arg => traits(arg) & SECRET)) return known.run(...(args as never[]));
  return hide(known.run(...(args.map(unwrap) as never[])));
}

interface Fn {
  /** The types of each argument, with a space between; none is any. */
  readonly takes: readonly string[];
  readonly run: (...args: readonly never[]) => unknown;
  /** The last argument may come more often. */
  readonly isOpen?: boolean;
  /** Leaves the values as they are, secrets too. */
  readonly picks?: boolean;
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'any') return true;
  const [outer, inner] = type.split('-');
  if (typeOf(value) !== outer) return false;
  return inner === undefined || (value as unknown[]).every(item => typeOf(item) === inner);
}

function refuse(name: string, value: unknown, allowed: string): never {
  throw new Fault(
    `the JMESPath function ${name} takes ${allowed.replaceAll(' ', ' or ')}, not a value of the type ${typeOf(value)}`,
  );
}

const NUMBERS_OR_TEXTS = 'array-number array-string';

const FUNCTIONS: ReadonlyMap<string, Fn> = new Map(
  Object.entries({
    abs: {
      takes: ['number'],
      run: (value: Integer | Float) => (toFloat(value) < 0 ? arithmetic('-', 0, value) : value),
    },
    avg: {
      takes: ['array-number'],
      run: (list: (Integer | Float)[]) =>
        list.length === 0 ? null : arithmetic('/', sum(list), list.length),
    },
    ceil: { takes: ['number'], run: (value: Integer | Float) => rounded(value, Math.ceil) },
    contains: {
      takes: ['array string', 'any'],
      run: (where: string | unknown[], what: unknown) =>
        typeof where === 'string' ? where.includes(textOf('contains', what)) : contains(where, what),
    },
    ends_with: { takes: ['string', 'string'], run: (text: string, end: string) => text.endsWith(end) },
    floor: { takes: ['number'], run: (value: Integer | Float) => rounded(value, Math.floor) },
    join: { takes: ['string', 'array-string'], run: (between: string, list: string[]) => list.join(between) },
    keys: { takes: ['object'], run: (dict: ReadonlyMap<unknown, unknown>) => [...dict.keys()], picks: true },
    length: { takes: ['string array object'], run: lengthOf, picks: true },
    map: {
      takes: ['expression', 'array'],
      run: (reference: Reference, list: unknown[]) => list.map(item => reference.of(item)),
      picks: true,
    },
    max: { takes: [NUMBERS_OR_TEXTS], run: (list: unknown[]) => most(list, list, 1), picks: true },
    max_by: {
      takes: ['array', 'expression'],
      run: (list: unknown[], by: Reference) => most(list, keysOf('max_by', list, by), 1),
      picks: true,
    },
    merge: {
      takes: ['object'],
      run: (...dicts: ReadonlyMap<unknown, unknown>[]) => new Map(dicts.flatMap(dict => [...dict])),
      isOpen: true,
      picks: true,
    },
    min: { takes: [NUMBERS_OR_TEXTS], run: (list: unknown[]) => most(list, list, -1), picks: true },
    min_by: {
      takes: ['array', 'expression'],
      run: (list: unknown[], by: Reference) => most(list, keysOf('min_by', list, by), -1),
      picks: true,
    },
    not_null: {
      takes: ['any'],
      run: (...values: unknown[]) => values.find(value => value !== null) ?? null,
      isOpen: true,
      picks: true,
    },
    reverse: {
      takes: ['array string'],
      run: (value: string | unknown[]) =>
        typeof value === 'string' ? [...characters(value)].reverse().join('') : [...value].reverse(),
    },
    sort: {
      takes: [NUMBERS_OR_TEXTS],
      run: (list: unknown[]) => sorted(list, false, item => item),
      picks: true,
    },
    sort_by: { takes: ['array', 'expression'], run: sortBy, picks: true },
    starts_with: {
      takes: ['string', 'string'],
      run: (text: string, start: string) => text.startsWith(start),
    },
    sum: { takes: ['array-number'], run: sum },
    to_array: {
      takes: ['any'],
      run: (value: unknown) => (Array.isArray(value) ? value : [value]),
      picks: true,
    },
    to_number: { takes: ['any'], run: toNumber },
    to_string: {
      takes: ['any'],
      run: (value: unknown) =>
        typeof value === 'string'
          ? value
          : writeJson(value, { indent: undefined, sortKeys: false, ascii: true, separators: [',', ':'] }),
    },
    type: {
      takes: ['any'],
      run: (value: unknown) => (value instanceof Reference ? null : typeOf(value)),
      picks: true,
    },
    values: {
      takes: ['object'],
      run: (dict: ReadonlyMap<unknown, unknown>) => [...dict.values()],
      picks: true,
    },
  } satisfies Record<string, unknown> as unknown as Record<string, Fn>),
);

function sum(list: readonly (Integer | Float)[]): Integer | Float {
  return list.reduce((total, item) => arithmetic('+', total, item), 0 as Integer | Float);
}

function rounded(value: Integer | Float, round: (value: number) => number): Integer {
  if (!(value instanceof Float)) return value;
  if (!Number.isFinite(value.value)) throw new Fault(`${value} cannot be made a whole number`);
  return wholeNumber(round(value.value));
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') refuse(name, value, 'string');
  return value;
}

/** The first that is greater (or, with -1, less) than all others. */
function most(list: readonly unknown[], keys: readonly unknown[], sign: 1 | -1): unknown {
  let best = 0;
  for (let i = 1; i < keys.length; i++) if (compare(keys[i], keys[best]) * sign > 0) best = i;
  return list.length === 0 ? null : list[best];
}

function keysOf(name: string, list: readonly unknown[], by: Reference): unknown[] {
  return list.map(item => {
    const key = by.of(item);
    if (typeOf(key) !== 'number' && typeOf(key) !== 'string') refuse(name, key, 'number string');
    return key;
  });
}

function sortBy(list: readonly unknown[], by: Reference): unknown {
  const keys = keysOf('sort_by', list, by);
  const stray = keys.find(key => typeOf(key) !== typeOf(keys[0]));
  if (stray !== undefined) refuse('sort_by', stray, typeOf(keys[0]));
  const order = [...keys.keys()].sort((a, b) => compare(keys[a], keys[b]) || a - b);
  return order.map(at => list[at]);
}

function toNumber(value: unknown): unknown {
  if (typeof value !== 'string') return typeOf(value) === 'number' ? value : null;
  const whole = parseInteger(value);
  if (whole !== undefined) return whole;
  const float = parseFloatText(value);
  return float === undefined ? null : new Float(float);
}
