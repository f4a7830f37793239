/**
 * Logarithms to the last digit. JavaScript's may be off by one there, which shows when Python prints all digits:
 * computed with whole numbers that stand for fractions of 2 ** 160.
 */
export function naturalLog(x: number): number {
  return fraction(fixedLog(x));
}

export function log10(x: number): number {
  return fraction((fixedLog(x) << BITS) / fixedLog(10));
}

const BITS = 160n;
const ONE = 1n << BITS;

function fixedLog(x: number): bigint {
  const exponent = Math.round(Math.log2(x));
  // Twice, as a single power of two may be outside of what numbers can be.
  const half = Math.trunc(exponent / 2);
  const near = x / 2 ** half / 2 ** (exponent - half);
  const scaled = BigInt(near * 2 ** 60) << (BITS - 60n);
  return logNearOne(scaled) + BigInt(exponent) * logOfTwo();
}

/** log(x) = 2 (z + z³/3 + z⁵/5 + …) with z = (x - 1) / (x + 1). */
function logNearOne(x: bigint): bigint {
  const z = ((x - ONE) << BITS) / (x + ONE);
  const square = (z * z) >> BITS;
  let sum = 0n;
  let power = z;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
  }
  return 2n * sum;
}

let two: bigint | undefined;

function logOfTwo(): bigint {
  // 2 is 4/3 times 3/2, which are both near one.
  two ??= logNearOne((4n * ONE) / 3n) + logNearOne((3n * ONE) / 2n);
  return two;
}

function fraction(fixed: bigint): number {
  return Number(fixed) / Number(ONE);
}
