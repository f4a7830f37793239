/** Python's int: a number as long as that is exact, a bigint beyond. */
export type Integer = number | bigint;

/** A Python float: kept apart from whole numbers, so that `8.0` prints as `8.0`. */
export class Float {
  constructor(readonly value: number) {}

  /** As Python's repr() writes it. */
  toString(): string {
    return floatText(this.value);
  }

  toJSON(): number {
    return this.value;
  }
}

export function integer(value: bigint): Integer {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A float as Python's repr() writes it. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = String(value);
  if (text.includes('e')) return plainDecimal(mantissa, exponent);
  return text.includes('.') ? text : `${text}.0`;
}

function plainDecimal(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace(/[-.]/g, '');
  return `${negative ? '-' : ''}0.${'0'.repeat(-exponent - 1)}${digits}`;
}
