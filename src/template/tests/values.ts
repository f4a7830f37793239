import { Secret } from '../../core/secret.ts';
import { Float, LazyDict } from '../../core/value.ts';
import { findFilter } from '../filters/index.ts';
import { Fault } from '../grammar/fault.ts';
import { compare, contains, equal, SeenValues, truth } from '../python/compare.ts';
import { arithmetic, numeric } from '../python/numbers.ts';
import { match, regex } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { itemsOf, iterate } from '../python/sequences.ts';
import { Module } from '../python/things.ts';
import {
  Broken,
  isInteger,
  isNumber,
  pythonType,
  Range,
  Thing,
  Tuple,
  Undefined,
  use,
} from '../python/values.ts';
import { traits, UNDEFINED } from '../traits.ts';
import { findTest } from './index.ts';
import { type Test, type TestTable, test } from './test.ts';

const is = (check: (value: unknown) => boolean): Test => test('value', ([value]) => check(value));
const two = (check: (a: unknown, b: unknown) => boolean, signature = 'a, b'): Test =>
  test(signature, ([a, b]) => check(a, b));

const equals = two((a, b) => equal(settled(a), settled(b)));
const differs = two((a, b) => !equal(settled(a), settled(b)));
const less = two((a, b) => compare(a, b, '<') < 0);
const lessEqual = two((a, b) => compare(a, b, '<=') <= 0);
const greater = two((a, b) => compare(a, b, '>') > 0);
const greaterEqual = two((a, b) => compare(a, b, '>=') >= 0);

const subset = two((a, b) => isSubset(a, b));
const superset = two((a, b) => isSubset(b, a));

/** Tests of what a value is and how it compares: Jinja2's, and Ansible's for lists and patterns. */
export const valueTests: TestTable = {
  defined: catching(value => !isAbsent(value)),
  undefined: catching(isAbsent),
  none: is(value => value === null),
  boolean: is(value => typeof value === 'boolean'),
  true: is(value => value === true),
  false: is(value => value === false),
  integer: is(isInteger),
  float: is(value => value instanceof Float),
  number: is(isNumber),
  string: is(value => typeof value === 'string'),
  mapping: is(value => value instanceof Map || value instanceof LazyDict),
  iterable: is(value => itemsOf(value) !== undefined),
  sequence: is(
    value =>
      typeof value === 'string' ||
      Array.isArray(value) ||
      value instanceof Map ||
      value instanceof Tuple ||
      value instanceof Range,
  ),
  callable: is(value => value instanceof Thing && !(value instanceof Module)),
  sameas: two(
    (a, b) => a === b || (a instanceof Float && b instanceof Float && a.value === b.value),
    'value, other',
  ),
  escaped: is(() => false),
  lower: is(value => isCased(toText(value), text => text.toLowerCase())),
  upper: is(value => isCased(toText(value), text => text.toUpperCase())),
  even: is(value => remainder(value, 2) === 0),
  odd: is(value => remainder(value, 2) === 1),
  divisibleby: two((value, by) => remainder(value, by) === 0, 'value, num'),
  in: two((value, container) => isIn(value, container), 'value, seq'),
  contains: two((container, value) => isIn(value, container), 'seq, value'),
  filter: is(name => findFilter(nameOf(name)) !== undefined),
  test: is(name => findTest(nameOf(name)) !== undefined),
  eq: equals,
  equalto: equals,
  '==': equals,
  ne: differs,
  '!=': differs,
  lt: less,
  lessthan: less,
  '<': less,
  le: lessEqual,
  '<=': lessEqual,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: greaterEqual,
  '>=': greaterEqual,
  any: is(value => iterate(value).some(truth)),
  all: is(value => iterate(value).every(truth)),
  truthy: test('value, convert_bool=False', ([value, convert]) =>
    truth(truth(convert) ? converted(value) : value)),
  falsy: test('value, convert_bool=False', ([value, convert]) =>
    !truth(truth(convert) ? converted(value) : value)),
  nan: is(value => value instanceof Float && Number.isNaN(value.value)),
  isnan: is(value => value instanceof Float && Number.isNaN(value.value)),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  match: matching('match'),
  search: matching('search'),
  regex: test("value='', pattern='', ignorecase=False, multiline=False, match_type='search'", ([
    value,
    pattern,
    ignoreCase,
    multiline,
    kind,
  ]) => matches(value, pattern, ignoreCase, multiline, toText(kind))),
  vault_encrypted: is(value => value instanceof Secret),
};

/** Ansible's tests look at all that is directly in what they compare, whatever the comparison needs. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) for (const item of value) use(item);
  else if (value instanceof Map) for (const item of value.values()) use(item);
  return value;
}

function isIn(item: unknown, container: unknown): boolean {
  if (!Array.isArray(container) || (traits(container) & UNDEFINED) === 0)
    return contains(container, settled(item));
  settled(container);
  return container.some(element => equal(settled(element), settled(item)));
}

function isAbsent(value: unknown): boolean {
  if (value instanceof Broken) value.fail();
  return value instanceof Undefined;
}

function catching(check: (value: unknown) => boolean): Test {
  return { ...is(check), takesUndefined: true };
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string') throw new Fault(`a name must be text, not ${pythonType(value)}`);
  return value;
}

function isSubset(a: unknown, b: unknown): boolean {
  const parts = iterate(a);
  SeenValues.ofSet(parts);
  const all = SeenValues.ofSet(iterate(b));
  return parts.every(item => all.has(item));
}

function isCased(text: string, change: (text: string) => string): boolean {
  return text.toUpperCase() !== text.toLowerCase() && text === change(text);
}

function remainder(value: unknown, by: unknown): unknown {
  const [a, b] = [numeric(value), numeric(by)];
  if (a === undefined || b === undefined) throw new Fault('the test needs numbers');
  const rest = arithmetic('%', a, b);
  return rest instanceof Float ? rest.value : rest;
}

function converted(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const word = value.trim().toLowerCase();
  return YES.has(word) || (!NO.has(word) && value !== '');
}

const YES = new Set(['yes', 'on', '1', 'true', 't', 'y', '1.0']);
const NO = new Set(['no', 'off', '0', 'false', 'f', 'n']);

function matching(kind: string): Test {
  return test("value, pattern='', ignorecase=False, multiline=False", ([
    value,
    pattern,
    ignoreCase,
    multiline,
  ]) => matches(value, pattern, ignoreCase, multiline, kind));
}

const MATCH_TYPES = ['search', 'match', 'fullmatch'];

function matches(
  value: unknown,
  pattern: unknown,
  ignoreCase: unknown,
  multiline: unknown,
  kind: string,
): boolean {
  const compiled = regex(pattern, ignoreCase, multiline);
  const text = toText(value);
  if (!MATCH_TYPES.includes(kind))
    throw new Fault(`match_type must be one of ${MATCH_TYPES.join(', ')}, not '${kind}'`);
  if (kind === 'search') return match(compiled, text, () => compiled.test(text));
  // match and fullmatch begin where the text begins, which is not what ^ means in a multiline pattern.
  const source = kind === 'fullmatch' ? `(?:${compiled.source})(?![^])` : compiled.source;
  const anchored = new RegExp(source, compiled.flags.replace('g', 'y'));
  return match(anchored, text, () => anchored.test(text));
}
