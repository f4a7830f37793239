import { type Integer, integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { methods } from './methods.ts';
import { exactParts, fromParts } from './power.ts';
import { pythonType, Tuple } from './values.ts';

/** Numbers are their own real part; undefined for what is no attribute of a number. */
export function numberAttribute(value: Integer | Float | boolean, name: string): unknown {
  const number = typeof value === 'boolean' ? Number(value) : value;
  switch (name) {
    case 'real':
      return number;
    case 'imag':
      return number instanceof Float ? new Float(0) : 0;
    case 'numerator':
      return number instanceof Float ? undefined : number;
    case 'denominator':
      return number instanceof Float ? undefined : 1;
    default:
      return undefined;
  }
}

export const floatMethods = methods<Float>([
  ['is_integer', '', self => Number.isInteger(self.value)],
  ['conjugate', '', self => self],
  ['hex', '', self => hexadecimal(self.value)],
  ['fromhex', 'string', (_, [text]) => new Float(fromHexadecimal(text))],
  ['as_integer_ratio', '', self => ratio(self.value)],
]);

export const integerMethods = methods<Integer>([
  ['bit_length', '', self => (self < 0 ? -self : self).toString(2).replace(/^0$/, '').length],
  ['bit_count', '', self => (self < 0 ? -self : self).toString(2).replaceAll('0', '').length],
  ['is_integer', '', () => true],
  ['conjugate', '', self => self],
  ['as_integer_ratio', '', self => new Tuple([self, 1])],
]);

const FRACTION_BITS = 52;

function hexadecimal(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}inf`;
  if (value === 0) return `${sign}0x0.0p+0`;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const all = bits.getBigUint64(0);
  const exponent = Number((all >> 52n) & 0x7ffn);
  const fraction = (all & ((1n << 52n) - 1n)).toString(16).padStart(FRACTION_BITS / 4, '0');
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${fraction}p${power < 0 ? '' : '+'}${power}`;
}

const HEXADECIMAL = /^([-+]?)(?:0x)?([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([-+]?\d+))?$/i;

function fromHexadecimal(text: unknown): number {
  if (typeof text !== 'string') throw new Fault(`fromhex needs text, not ${pythonType(text)}`);
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text.trim());
  if (special) return Number(`${special[1]}${/^n/i.test(special[2]!) ? 'NaN' : 'Infinity'}`);
  const [, sign, whole = '', fraction = '', power = '0'] = HEXADECIMAL.exec(text.trim()) ?? [];
  if (sign === undefined || whole + fraction === '') throw new Fault('fromhex: no hexadecimal float');
  const value = fromParts(BigInt(`0x${whole}${fraction}`), Number(power) - 4 * fraction.length);
  if (!Number.isFinite(value)) throw new Fault('fromhex: the number is too large for a float');
  return sign === '-' ? -value : value;
}

function ratio(value: number): Tuple {
  if (!Number.isFinite(value))
    throw new Fault(`${Number.isNaN(value) ? 'NaN' : 'an infinite number'} is no ratio of whole numbers`);
  const { whole, shift } = exactParts(value);
  return new Tuple([
    integer(whole << BigInt(Math.max(0, shift))),
    integer(1n << BigInt(Math.max(0, -shift))),
  ]);
}
