import { Fault } from '../grammar/fault.ts';

/** Beyond these, powers of whole exponents are too long to be computed digit by digit. */
const MOST = 64;

/** Python's power of floats. JavaScript's may be off by one in the last digit, which shows when all are printed. */
export function floatPower(base: number, exponent: number): number {
  // Here JavaScript gives no number.
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  const result = base ** exponent;
  if (Number.isNaN(result) && base < 0 && !Number.isNaN(exponent))
    throw new Fault('a root of a negative number is no number');
  if (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isNaN(result))
    throw new Fault('the power is too large for a float');
  if (!Number.isFinite(base) || !Number.isInteger(exponent) || Math.abs(exponent) > MOST) return result;
  if (result === 0 || !Number.isFinite(result) || Math.abs(result) < 2 ** -1022) return result;
  const { whole, shift } = exactParts(base);
  const power = whole ** BigInt(Math.abs(exponent));
  if (exponent >= 0) return fromParts(power, shift * exponent);
  // 64 digits more than a float has: what is cut off cannot reach the last of its own.
  const bits = power.toString(16).length * 4 + 128;
  return fromParts((1n << BigInt(bits)) / power, -bits + shift * exponent);
}

/** `whole * 2 ** shift`, exactly. */
export function exactParts(value: number): { whole: bigint; shift: number } {
  let whole = value;
  let shift = 0;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift--;
  }
  return { whole: BigInt(whole), shift };
}

/** `whole * 2 ** shift`, rounded. */
export function fromParts(whole: bigint, shift: number): number {
  const length = whole.toString(16).length * 4;
  // First to a number of 64 digits and what is left, so that neither step leaves the range of floats.
  const cut = Math.max(0, length - 192);
  const near = Number(whole >> BigInt(cut));
  const total = cut + shift;
  const half = Math.trunc(total / 2);
  return near * 2 ** half * 2 ** (total - half);
}
