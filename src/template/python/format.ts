import { floatText, type Integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { repeatText } from '../limits.ts';
import { getKey } from './compare.ts';
import { exactExponential, exactFixed } from './exact-digits.ts';
import { numeric, parseFloatText, parseInteger, toFloat, wholeNumber } from './numbers.ts';
import { codeEscape, toRepr, toText } from './print.ts';
import { textLength } from './sequences.ts';
import { isInteger, pythonType, Thing, Tuple, Undefined, use } from './values.ts';

const CONVERSION = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(\.(?:\*|\d*))?[hlL]?([\s\S]?)/g;

/** `'%s …' % arguments` */
export function percentFormat(format: string, given: unknown): string {
  const list = given instanceof Tuple ? given.items : [given];
  let used = 0;
  const next = (): unknown => {
    if (used >= list.length) throw new Fault('not enough arguments for format string');
    return use(list[used++]);
  };
  const count = (text: string): number => (text === '*' ? Number(next()) : Number(text));
  const replace = (
    whole: string,
    name: string | undefined,
    flags: string,
    width = '',
    dot = '',
    kind = '',
  ): string => {
    if (whole === '%%') return '%';
    const wide = count(width);
    const precision = dot === '' ? undefined : count(dot.slice(1));
    return convert(kind, flags, wide, precision, name === undefined ? next() : named(given, name));
  };
  const text = format.replace(CONVERSION, replace);
  // Python takes what has items for a mapping, where nothing need be used. What is undefined counts as such.
  const isMapping = given instanceof Map || Array.isArray(given) || given instanceof Undefined;
  if (used < list.length && !isMapping)
    throw new Fault('not all arguments converted during string formatting');
  return text;
}

function named(given: unknown, name: string): unknown {
  if (!(given instanceof Map)) throw new Fault('format requires a mapping');
  const value = getKey(given, name);
  if (value === undefined) throw new Fault(`the format names a key that is missing: '${name}'`);
  return value;
}

function convert(
  kind: string,
  flags: string,
  width: number,
  precision: number | undefined,
  value: unknown,
): string {
  const left = flags.includes('-') || width < 0;
  const wide = Math.abs(width);
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const zero = flags.includes('0') && !left;
  const pad = (body: string): string => (left ? padEnd(body, wide) : padStart(body, wide));
  switch (kind) {
    case 's':
    case 'r':
    case 'a': {
      const text = kind === 's' ? toText(value) : kind === 'r' ? toRepr(value) : toAscii(value);
      return pad(precision === undefined ? text : [...text].slice(0, precision).join(''));
    }
    case 'c':
      return pad(character(value));
    case 'd':
    case 'i':
    case 'u': {
      const number = numeric(value);
      if (number === undefined)
        throw new Fault(`%${kind} format: a real number is required, not ${pythonType(value)}`);
      const whole = number instanceof Float ? wholeNumber(Math.trunc(number.value)) : number;
      return signed(digitsOf(whole, 10, precision), whole < 0, sign, wide, zero, left);
    }
    case 'x':
    case 'X':
    case 'o': {
      const number = numeric(value);
      if (number === undefined || number instanceof Float) {
        throw new Fault(`%${kind} format: an integer is required, not ${pythonType(value)}`);
      }
      const radix = kind === 'o' ? 8 : 16;
      const prefix = flags.includes('#') ? (kind === 'o' ? '0o' : `0${kind}`) : '';
      let digits = digitsOf(number, radix, precision);
      if (kind === 'X') digits = digits.toUpperCase();
      return signed(digits, number < 0, sign, wide, zero, left, prefix);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const number = numeric(value);
      if (number === undefined) throw new Fault(`must be real number, not ${pythonType(value)}`);
      const float = toFloat(number);
      const body = floatDigits(Math.abs(float), kind, precision ?? 6, flags.includes('#'));
      const negative = float < 0 || Object.is(float, -0);
      return signed(body, negative, sign, wide, zero && Number.isFinite(float), left);
    }
    default:
      throw new Fault(kind === '' ? 'incomplete format' : `unsupported format character '${kind}'`);
  }
}

function digitsOf(value: Integer, radix: number, precision = 0): string {
  const absolute = value < 0 ? -value : value;
  return padStart(absolute.toString(radix), precision, '0');
}

function signed(
  digits: string,
  negative: boolean,
  sign: string,
  width: number,
  zero: boolean,
  left: boolean,
  prefix = '',
): string {
  const lead = (negative ? '-' : sign) + prefix;
  if (zero) return lead + padStart(digits, width - lead.length, '0');
  return left ? padEnd(lead + digits, width) : padStart(lead + digits, width);
}

/** The digits of a float that is not negative, for the kinds e, f and g (and % is done by the caller). */
export function floatDigits(value: number, kind: string, precision: number, alternate = false): string {
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'nan' : 'inf';
    return /[EFG]/.test(kind) ? text.toUpperCase() : text;
  }
  // Python's own limit.
  if (precision > 2 ** 31 - 1) throw new Fault('precision too big');
  const lower = kind.toLowerCase();
  let text: string;
  if (lower === 'f') text = fixed(value, precision) + (alternate && precision === 0 ? '.' : '');
  else if (lower === 'e') text = exponential(value, precision);
  else {
    const significant = precision === 0 ? 1 : precision;
    const { exponent } = exactExponential(value, significant - 1);
    text =
      exponent < -4 || exponent >= significant
        ? exponential(value, significant - 1)
        : fixed(value, significant - 1 - exponent);
    if (!alternate && text.includes('.')) text = text.replace(/\.?0+(?=e|$)/, '');
  }
  return kind === lower ? text : text.toUpperCase();
}

/** Up to here JavaScript's digits are exact but for ties, and much faster. */
const SHORT = 15;

function fixed(value: number, precision: number): string {
  if (value >= 1e21 || precision > SHORT) return exactFixed(value, precision);
  return tieToEven(value, precision) ?? value.toFixed(precision);
}

/** toFixed takes exact ties upwards, Python to the even digit. */
function tieToEven(value: number, precision: number): string | undefined {
  if (!Number.isInteger(value * 2 ** (precision + 1))) return undefined;
  const scaled = value * 10 ** precision;
  if (scaled % 1 !== 0.5 || scaled > 2 ** 52) return undefined;
  const floor = Math.floor(scaled);
  const digits = String(floor % 2 === 0 ? floor : floor + 1).padStart(precision + 1, '0');
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function exponential(value: number, precision: number): string {
  const { mantissa, exponent } = exactExponential(value, precision);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${power}`;
}

function character(value: unknown): string {
  if (typeof value === 'string' && textLength(value) === 1) return value;
  const code = typeof value === 'boolean' ? Number(value) : value;
  if (!isInteger(code)) throw new Fault(`%c requires int or char, not ${pythonType(value)}`);
  if (code < 0 || code >= 0x110000) throw new Fault('%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(code));
}

export function padStart(text: string, width: number, fill = ' '): string {
  return repeatText(fill, width - textLength(text)) + text;
}

export function padEnd(text: string, width: number, fill = ' '): string {
  return text + repeatText(fill, width - textLength(text));
}

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** Python's format(value, spec). */
export function formatValue(value: unknown, spec: string): string {
  if (value instanceof Thing && 'format' in value)
    return (value as unknown as { format(spec: string): string }).format(spec);
  if (spec === '') return toText(value);
  const match = SPEC.exec(spec);
  if (!match) throw new Fault('Invalid format specifier');
  const [, fill, align, sign = '-', noMinusZero, alternate, zero, widthText, grouping, precisionText, kind] =
    match;
  const width = Number(widthText ?? 0);
  const precision = precisionText === undefined ? undefined : Number(precisionText);
  const number = numeric(value);
  if (grouping && kind && (grouping === ',' ? /[bcnosxX]/ : /[cns]/).test(kind))
    throw new Fault(`Cannot specify '${grouping}' with '${kind}'.`);
  if (typeof value === 'string' || number === undefined) {
    if (number === undefined && typeof value !== 'string')
      throw new Fault(`unsupported format string passed to ${pythonType(value)}.__format__`);
    if (match[3] || noMinusZero || alternate || grouping || align === '=')
      throw new Fault(`'${spec}' is a format for numbers, not for text`);
    if (kind !== undefined && kind !== 's')
      throw new Fault(`Unknown format code '${kind}' for object of type 'str'`);
    let text = toText(value);
    if (precision !== undefined) text = [...text].slice(0, precision).join('');
    return alignText(text, width, fill ?? (zero ? '0' : ' '), align ?? '<');
  }
  let digits = numberDigits(number, kind, precision, alternate !== undefined, noMinusZero !== undefined);
  const isZero = noMinusZero !== undefined && !/[1-9]/.test(digits);
  const negative = !isZero && (toFloat(number) < 0 || Object.is(toFloat(number), -0));
  if (grouping) digits = group(digits, grouping, kind && /[xXob]/.test(kind) ? 4 : 3);
  const prefix = alternate && kind && /[xXob]/.test(kind) ? `0${kind}` : '';
  const lead = (negative ? '-' : sign === '-' ? '' : sign) + prefix;
  const padding = fill ?? (zero ? '0' : ' ');
  const how = align ?? (zero ? '=' : '>');
  if (how === '=') {
    const size = kind && /[xXob]/.test(kind) ? 4 : 3;
    const places = width - lead.length;
    return (
      lead +
      (grouping && padding === '0'
        ? zeroFilled(digits, grouping, size, places)
        : padStart(digits, places, padding))
    );
  }
  return alignText(lead + digits, width, padding, how);
}

/** Without a letter: as `g`, but with a digit after the point, for which one digit less is left before it. */
function plainDigits(value: number, precision: number, alternate: boolean): string {
  const text = floatDigits(value, 'g', precision, alternate);
  if (/[.ein]/.test(text)) return text;
  const { exponent } = exactExponential(value, precision - 1);
  if (exponent < precision - 1) return `${text}.0`;
  return floatDigits(value, 'e', precision - 1)
    .replace(/(\.\d*?)0+e/, '$1e')
    .replace('.e', 'e');
}

function numberDigits(
  number: Integer | Float,
  kind: string | undefined,
  precision: number | undefined,
  alternate: boolean,
  noMinusZero: boolean,
): string {
  if (!(number instanceof Float) && (kind === undefined || 'bcdoxXn'.includes(kind))) {
    if (noMinusZero) throw new Fault('Negative zero coercion (z) not allowed in integer format specifier');
    if (precision !== undefined) throw new Fault('Precision not allowed in integer format specifier');
    if (kind === 'c') return String.fromCodePoint(Number(number));
    const radix = { b: 2, o: 8, x: 16, X: 16 }[kind ?? ''] ?? 10;
    const digits = digitsOf(number, radix);
    return kind === 'X' ? digits.toUpperCase() : digits;
  }
  const float = Math.abs(toFloat(number));
  if (kind === undefined) {
    if (precision === undefined) return floatText(float);
    return plainDigits(float, Math.max(1, precision), alternate);
  }
  if (kind === '%') return `${floatDigits(float * 100, 'f', precision ?? 6)}%`;
  if (!'eEfFgGn'.includes(kind)) {
    throw new Fault(`Unknown format code '${kind}' for object of type '${pythonType(number)}'`);
  }
  return floatDigits(float, kind === 'n' ? 'g' : kind, precision ?? 6, alternate);
}

/** Zeros in front are grouped too; a separator never comes first. */
function zeroFilled(digits: string, separator: string, size: number, width: number): string {
  let plain = digits.replaceAll(separator, '');
  while (textLength(group(plain, separator, size)) < width) plain = `0${plain}`;
  return group(plain, separator, size);
}

function group(digits: string, separator: string, size: number): string {
  const [whole, ...rest] = digits.split(/(?=[.e])/);
  return whole!.replace(new RegExp(`\\B(?=([0-9a-fA-F]{${size}})+$)`, 'g'), separator) + rest.join('');
}

function alignText(text: string, width: number, fill: string, align: string): string {
  const missing = Math.max(0, width - textLength(text));
  if (align === '<') return text + repeatText(fill, missing);
  if (align === '^') {
    const before = Math.floor(missing / 2);
    return repeatText(fill, before) + text + repeatText(fill, missing - before);
  }
  return repeatText(fill, missing) + text;
}

/** `'{} {name!r:>8}'.format(…)`; `reach` follows `.name` and `[key]` inside of a field. */
export function braceFormat(
  format: string,
  positional: readonly unknown[],
  named: ReadonlyMap<string, unknown>,
  reach: (value: unknown, key: unknown, isAttribute: boolean) => unknown,
): string {
  let automatic = 0;
  let isAutomatic: boolean | undefined;
  const expand = (text: string, depth: number): string => {
    if (depth > 2) throw new Fault('Max string recursion exceeded');
    let result = '';
    for (let i = 0; i < text.length; ) {
      const character = text[i]!;
      if ((character === '{' || character === '}') && text[i + 1] === character && depth === 0) {
        result += character;
        i += 2;
      } else if (character === '{') {
        const end = fieldEnd(text, i);
        result += field(text.slice(i + 1, end), depth);
        i = end + 1;
      } else if (character === '}') throw new Fault("Single '}' encountered in format string");
      else {
        result += character;
        i++;
      }
    }
    return result;
  };
  const field = (text: string, depth: number): string => {
    const match = /^([^!:]*)(?:!([sra]))?(?::([\s\S]*))?$/.exec(text);
    if (!match) throw new Fault(`unexpected '${text}' in a format string`);
    const [, path = '', conversion, spec = ''] = match;
    const parts = path.match(/^[^.[]*|\.[^.[]*|\[[^\]]*\]?/g) ?? [''];
    const first = parts[0]!;
    let value: unknown;
    if (first === '' || /^\d+$/.test(first)) {
      const own = first === '';
      if (isAutomatic !== undefined && isAutomatic !== own)
        throw new Fault('numbered fields and fields without a number cannot be mixed');
      isAutomatic = own;
      const at = first === '' ? automatic++ : Number(first);
      if (at >= positional.length)
        throw new Fault(`Replacement index ${at} out of range for positional args tuple`);
      value = positional[at];
    } else if (named.has(first)) value = named.get(first);
    else throw new Fault(`the format names '${first}', which is not given`);
    if (/\][^.[]/.test(path)) throw new Fault("only '.' or '[' may follow ']' in a format string");
    for (const part of parts.slice(1)) {
      if (part.startsWith('[') && !part.endsWith(']')) throw new Fault("expected '}' before end of string");
      const key = part.startsWith('.') ? part.slice(1) : part.slice(1, -1);
      if (key === '') throw new Fault('empty attribute in a format string');
      value = reach(value, /^\d+$/.test(key) ? Number(key) : key, part.startsWith('.'));
    }
    if (conversion)
      value = conversion === 's' ? toText(value) : conversion === 'r' ? toRepr(value) : toAscii(value);
    return formatValue(value, spec.includes('{') ? expand(spec, depth + 1) : spec);
  };
  return expand(format, 0);
}

function fieldEnd(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  throw new Fault("expected '}' before end of string");
}

/** Python's ascii(). */
function toAscii(value: unknown): string {
  return [...toRepr(value)].map(one => (one > '~' ? codeEscape(one) : one)).join('');
}

/** Python's int(): undefined when the text is no number. */
export function toInteger(value: unknown, base = 10): Integer | undefined {
  const number = numeric(value);
  if (number instanceof Float)
    return Number.isFinite(number.value) ? wholeNumber(Math.trunc(number.value)) : undefined;
  if (number !== undefined) return number;
  return typeof value === 'string' ? parseInteger(value, base) : undefined;
}

/** Python's float(): undefined when the text is no number. */
export function toFloatNumber(value: unknown): number | undefined {
  const number = numeric(value);
  if (number !== undefined) return toFloat(number);
  return typeof value === 'string' ? parseFloatText(value) : undefined;
}
