import { Secret } from '../../core/secret.ts';
import { Float, LazyDict } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { equal, truth } from '../python/compare.ts';
import { toFloatNumber, toInteger } from '../python/format.ts';
import { index, numeric, roundHalfEven, toFloat, wholeNumber } from '../python/numbers.ts';
import { toRepr, toText } from '../python/print.ts';
import { isMissing, pythonType, Undefined, use } from '../python/values.ts';
import { catching, type FilterTable, filter, opaque } from './filter.ts';

/** Filters that catch undefined values, choose, and convert. */
export const basicFilters: FilterTable = {
  default: catching("value, default_value='', boolean=False", ([value, fallback, boolean]) => {
    // Asked first: an undefined answer is a mistake, whatever the value.
    const alsoFalse = truth(boolean);
    return isMissing(value) || (alsoFalse && !truth(value)) ? fallback : value;
  }),
  mandatory: catching('a, msg=None', ([value, message]) => {
    if (!isMissing(value)) return use(value);
    throw new Fault(message === null ? `Mandatory variable '${value.name}' not defined.` : toText(message));
  }),
  ternary: catching('value, true_val, false_val, none_val=None', ([value, yes, no, none]) => {
    if (value instanceof Undefined) value.fail();
    if (value === null && none !== null) return none;
    return truth(value) ? yes : no;
  }),
  bool: filter('value', ([value]) => toBoolean(value)),
  int: filter('value, default=0, base=10', ([value, fallback, base]) => {
    const whole = toInteger(value, index(base));
    if (whole !== undefined) return whole;
    const float = typeof value === 'string' ? toFloatNumber(value) : undefined;
    return float !== undefined && Number.isFinite(float) ? wholeNumber(Math.trunc(float)) : fallback;
  }),
  float: filter('value, default=0.0', ([value, fallback]) => {
    const number = toFloatNumber(value);
    return number === undefined ? fallback : new Float(number);
  }),
  abs: filter('x', ([value]) => {
    const number = numeric(value);
    if (number === undefined) throw new Fault(`bad operand type for abs(): '${pythonType(value)}'`);
    return number instanceof Float ? new Float(Math.abs(number.value)) : number < 0 ? -number : number;
  }),
  round: filter("value, precision=0, method='common'", ([value, precision, method]) => {
    const number = numeric(value);
    if (number === undefined) throw new Fault(`round needs a number, not ${pythonType(value)}`);
    const digits = index(precision);
    if (method === 'common') {
      return number instanceof Float
        ? new Float(roundHalfEven(number.value, digits))
        : digits >= 0
          ? number
          : wholeNumber(roundHalfEven(Number(number), digits));
    }
    if (method !== 'ceil' && method !== 'floor') throw new Fault('method must be common, ceil or floor');
    const scale = 10 ** digits;
    return new Float(Math[method](toFloat(number) * scale) / scale);
  }),
  attr: filter('obj, name', ([value, name], engine) => {
    const attribute = toText(name);
    // Never an item: that is what tells attr('x') from ['x'].
    if (value instanceof Map)
      return new Undefined(attribute, () => ({ text: `a mapping has no attribute '${attribute}'` }));
    return engine.reach(value, attribute, true);
  }),
  pprint: filter('value', ([value]) => toRepr(value)),
  filesizeformat: filter('value, binary=False', ([value, binary]) => {
    const bytes = toFloatNumber(value) ?? 0;
    const base = truth(binary) ? 1024 : 1000;
    const units = truth(binary)
      ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
      : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
    if (bytes === 1) return '1 Byte';
    if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
    let size = 0;
    while (size < units.length - 1 && bytes >= base ** (size + 2)) size++;
    return `${(bytes / base ** (size + 1)).toFixed(1)} ${units[size]}`;
  }),
  random: opaque('end, start=None, step=None, seed=None', ([end, start, step, seed], engine) =>
    engine.filter('ansible_random', { positional: [end, start, step, seed], named: new Map() }),
  ),
  type_debug: catching('value', ([value]) => pythonType(value)),
  undef: catching('value', ([value]) => value),
};

const YES = new Set(['yes', 'on', '1', 'true', 't', 'y']);
const NO = new Set(['no', 'off', '0', 'false', 'f', 'n', '']);

/** Ansible's idea of a boolean. */
export function toBoolean(given: unknown): unknown {
  const value = given instanceof Secret ? given.content : given;
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const text = value.trim().toLowerCase();
    if (YES.has(text)) return true;
    if (NO.has(text)) return false;
    return false;
  }
  if (value instanceof LazyDict) return true;
  return equal(value, 1);
}
