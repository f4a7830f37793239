import { type Integer, integer } from '../../core/number.ts';
import { revealed } from '../../core/secret.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { equal, truth } from '../python/compare.ts';
import { dictChanges, dictMethods } from '../python/container-methods.ts';
import { floatDigits, toFloatNumber, toInteger } from '../python/format.ts';
import { index, numeric, roundHalfEven, toFloat, wholeNumber } from '../python/numbers.ts';
import { toRepr, toText } from '../python/print.ts';
import { isMissing, pythonType, Undefined, use } from '../python/values.ts';
import { catching, type FilterTable, filter } from './filter.ts';
import { prettyText } from './pretty.ts';

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
    const radix = index(base);
    if (value instanceof Float && Math.abs(value.value) === Infinity)
      throw new Fault('int: an infinite number is no whole number');
    const whole = radix === 0 || (radix >= 2 && radix <= 36) ? toInteger(value, radix) : undefined;
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
    if (method === 'common') return rounded(number, precision);
    const digits = index(precision);
    if (method !== 'ceil' && method !== 'floor') throw new Fault('method must be common, ceil or floor');
    const scale = 10 ** digits;
    if (!Number.isFinite(toFloat(number)))
      throw new Fault(`round: there is nothing to ${method} of ${number}`);
    // Python has gone through a whole number here, of which none is -0.
    return new Float((Math[method](toFloat(number) * scale) + 0) / scale);
  }),
  attr: filter('obj, name', ([value, name], engine) => {
    const attribute = toText(name);
    // Never an item: that is what tells attr('x') from ['x'].
    if (value instanceof Map && !dictMethods.has(attribute) && !dictChanges.has(attribute))
      return new Undefined(attribute, () => ({ text: `a mapping has no attribute '${attribute}'` }));
    return engine.reach(value, attribute, true);
  }),
  pprint: filter('value', ([value]) => (typeof value === 'string' ? prettyText(value) : toRepr(value))),
  filesizeformat: filter('value, binary=False', ([value, binary]) => {
    const bytes = toFloatNumber(value);
    if (bytes === undefined) throw new Fault(`could not convert to a number: ${toRepr(value)}`);
    const base = truth(binary) ? 1024 : 1000;
    const units = truth(binary)
      ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
      : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
    if (bytes === 1) return '1 Byte';
    if (bytes < base) return `${wholeNumber(Math.trunc(bytes))} Bytes`;
    let size = 0;
    while (size < units.length - 1 && bytes >= base ** (size + 2)) size++;
    return `${floatDigits((base * bytes) / base ** (size + 2), 'f', 1)} ${units[size]}`;
  }),
  type_debug: catching('value', ([value]) => pythonType(value)),
};

/** Python's round(): to a whole number where no digits are asked for, else to a number of the same type. */
function rounded(number: Integer | Float, precision: unknown): unknown {
  if (precision === null)
    return number instanceof Float ? wholeNumber(roundHalfEven(number.value, 0)) : number;
  const digits = index(precision);
  if (number instanceof Float) return new Float(roundHalfEven(number.value, digits));
  if (digits >= 0) return number;
  const unit = 10n ** BigInt(-digits);
  const twice = (BigInt(number) % unit) * 2n;
  const whole = BigInt(number) / unit;
  const size = twice < 0n ? -twice : twice;
  const away = size > unit || (size === unit && whole % 2n !== 0n);
  return integer((whole + (away ? (number < 0 ? -1n : 1n) : 0n)) * unit);
}

const YES = new Set(['yes', 'on', '1', 'true']);

/** Ansible's idea of a boolean. */
export function toBoolean(given: unknown): boolean {
  const value = revealed(given);
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? YES.has(value.toLowerCase()) : equal(value, 1);
}
