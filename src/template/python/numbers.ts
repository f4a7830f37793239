import { Float, type Integer, integer } from '../../core/number.ts';
import { Secret } from '../../core/secret.ts';
import { Fault } from '../grammar/fault.ts';
import { floatPower } from './power.ts';
import { pythonType } from './values.ts';

/** A JS number with a whole value (of any size) as an integer. */
export function wholeNumber(value: number): Integer {
  return Number.isSafeInteger(value) ? value : integer(BigInt(value));
}

/** The number that a value is in arithmetic: booleans count as 0 and 1; undefined when it is none. */
export function numeric(value: unknown): Integer | Float | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return undefined;
}

export function toFloat(value: Integer | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Python's arithmetic on two numbers. */
export function arithmetic(operator: Arithmetic, a: Integer | Float, b: Integer | Float): Integer | Float {
  if (a instanceof Float || b instanceof Float || operator === '/') {
    return new Float(floats(operator, toFloat(a), toFloat(b)));
  }
  if (operator === '**') return power(a, b);
  if (typeof a === 'number' && typeof b === 'number') {
    const result = smallIntegers(operator, a, b);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  return integer(bigIntegers(operator, BigInt(a), BigInt(b)));
}

function floats(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new Fault('division by zero');
      return a / b;
    case '//':
      if (b === 0) throw new Fault('float floor division by zero');
      return floorDivision(a, b);
    case '%':
      if (b === 0) throw new Fault('float modulo');
      return mod(a, b);
    default:
      if (a === 0 && b < 0) throw new Fault('0.0 cannot be raised to a negative power');
      return floatPower(a, b);
  }
}

function smallIntegers(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      if (b === 0) throw new Fault('integer division or modulo by zero');
      return Math.floor((a - mod(a, b)) / b);
    default:
      if (b === 0) throw new Fault('integer modulo by zero');
      return mod(a, b);
  }
}

/** By way of what remains, as a quotient that is rounded up to a whole number would be one too many. */
function floorDivision(a: number, b: number): number {
  const rest = a % b;
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function mod(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function bigIntegers(operator: Arithmetic, a: bigint, b: bigint): bigint {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') {
    if (bits(a) + bits(b) > MOST_BITS) throw new Fault('the product is too large');
    return a * b;
  }
  if (b === 0n)
    throw new Fault(operator === '%' ? 'integer modulo by zero' : 'integer division or modulo by zero');
  const rest = a % b;
  const adjust = rest !== 0n && rest < 0n !== b < 0n;
  if (operator === '%') return adjust ? rest + b : rest;
  return adjust ? a / b - 1n : a / b;
}

/** More digits than a configuration needs; without a limit `9**9**9` would never end. */
const MOST_BITS = 100_000;

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

function power(a: Integer, b: Integer): Integer | Float {
  if (b < 0) {
    if (Number(a) === 0) throw new Fault('0.0 cannot be raised to a negative power');
    return new Float(floatPower(Number(a), Number(b)));
  }
  if (typeof a === 'number' && typeof b === 'number') {
    const result = a ** b;
    if (Number.isSafeInteger(result)) return result;
  }
  if (a !== 0 && a !== 1 && a !== -1 && BigInt(b) * BigInt(a.toString(2).length) > MOST_BITS) {
    throw new Fault(`${a} ** ${b} is too large`);
  }
  return integer(BigInt(a) ** BigInt(b));
}

/** Reading a number takes time with the square of its length. */
/** Python reads the digits of every script. */
export function asciiDigits(text: string): string {
  return PLAIN.test(text)
    ? text
    : text.replaceAll(/\p{Nd}/gu, digit => String(digitValue(digit.codePointAt(0)!)));
}

const PLAIN = /^[ -~]*$/;

/** Digits stand in rows of ten, from 0 to 9. */
function digitValue(code: number): number {
  let above = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - above - 1))) above++;
  return above % 10;
}

const MOST_DIGITS = 10_000;

/** Python's int() on text: digits with underscores, white space around, an optional sign and base. */
export function parseInteger(text: string, base = 10): Integer | undefined {
  let digits = asciiDigits(text.trim().toLowerCase());
  const negative = digits.startsWith('-');
  if (/^[-+]/.test(digits)) digits = digits.slice(1);
  const prefix = /^0([xob])_?/.exec(digits);
  const named = prefix && { x: 16, o: 8, b: 2 }[prefix[1] as 'x' | 'o' | 'b'];
  let radix = base;
  if (prefix && (base === 0 || base === named)) {
    digits = digits.slice(prefix[0].length);
    radix = named!;
  } else if (base === 0) {
    if (/^0[\d_]*[1-9]/.test(digits)) return undefined;
    radix = 10;
  }
  if (!/^[0-9a-z]+(_[0-9a-z]+)*$/.test(digits)) return undefined;
  if (digits.length > MOST_DIGITS)
    throw new Fault(`a number of ${digits.length} digits is too large (at most ${MOST_DIGITS} digits)`);
  let value = 0n;
  for (const digit of digits.replaceAll('_', '')) {
    const number = Number.parseInt(digit, 36);
    if (number >= radix) return undefined;
    value = value * BigInt(radix) + BigInt(number);
  }
  return integer(negative ? -value : value);
}

/** Python's float() on text. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = asciiDigits(text.trim());
  if (/^[-+]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[-+]?\d+(_\d+)*)?$/i.test(trimmed)) {
    return Number(trimmed.replaceAll('_', ''));
  }
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (!special) return undefined;
  if (special[2]!.toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}

/** A whole JS number for counting and indexing. */
export function index(value: unknown, what = 'list indices'): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Secret) return index(value.content, what);
  throw new Fault(`${what} must be integers, not ${pythonType(value)}`);
}

/** Rounded half to even, as Python rounds. */
export function roundHalfEven(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  if (digits === 0) {
    const floor = Math.floor(value);
    const rest = value - floor;
    if (rest !== 0.5) return Math.round(value);
    return floor % 2 === 0 ? floor : floor + 1;
  }
  if (digits > 0) return digits > 100 ? value : roundDecimal(value, digits);
  const scale = 10 ** -digits;
  return roundHalfEven(value / scale, 0) * scale;
}

/** Correct rounding of the exact binary value: toFixed does that, except for exact ties, which it takes upwards. */
function roundDecimal(value: number, digits: number): number {
  const scaled = Math.abs(value) * 10 ** digits;
  const exactTie = scaled % 1 === 0.5 && scaled < 2 ** 52 && isExact(value, digits);
  if (!exactTie) return Number(value.toFixed(digits));
  const floor = Math.floor(scaled);
  return (Math.sign(value) * (floor % 2 === 0 ? floor : floor + 1)) / 10 ** digits;
}

function isExact(value: number, digits: number): boolean {
  // A tie at `digits` decimals is exact in binary only if the value is a multiple of 1/2^(digits+1).
  const multiple = value * 2 ** (digits + 1);
  return Number.isInteger(multiple);
}
