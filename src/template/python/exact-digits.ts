import { repeatText } from '../limits.ts';

// Floats to any number of digits, as Python prints them: every float is a decimal fraction of at most 1074 digits,
// and exact ties go to the even digit. JavaScript takes ties upwards and ends at 100 digits.

/** With so many digits behind the point; `value` is not negative. */
export function exactFixed(value: number, precision: number): string {
  const { digits, scale } = exact(value);
  const kept = Math.min(precision, scale);
  const text = String(rounded(digits, scale - kept)).padStart(kept + 1, '0');
  if (precision === 0) return text;
  const whole = text.slice(0, text.length - kept);
  return `${whole}.${text.slice(text.length - kept)}${repeatText('0', precision - kept)}`;
}

/** One digit before the point and so many behind it, and the power of ten. */
export function exactExponential(value: number, precision: number): { mantissa: string; exponent: number } {
  const { digits, scale } = exact(value);
  const length = String(digits).length;
  let text = String(rounded(digits, Math.max(0, length - precision - 1)));
  let exponent = digits === 0n ? 0 : length - 1 - scale;
  // 9.96 to two digits is 10.
  if (text.length > Math.min(length, precision + 1)) {
    text = text.slice(0, -1);
    exponent++;
  }
  const zeros = repeatText('0', precision + 1 - text.length);
  return { mantissa: precision === 0 ? text : `${text[0]}.${text.slice(1)}${zeros}`, exponent };
}

/** `digits / 10 ** scale`. */
function exact(value: number): { digits: bigint; scale: number } {
  let whole = value;
  let scale = 0;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    scale++;
  }
  return { digits: BigInt(whole) * 5n ** BigInt(scale), scale };
}

/** Without its last digits. */
function rounded(digits: bigint, places: number): bigint {
  if (places === 0) return digits;
  const unit = 10n ** BigInt(places);
  const [floor, twice] = [digits / unit, (digits % unit) * 2n];
  return twice > unit || (twice === unit && floor % 2n === 1n) ? floor + 1n : floor;
}
