import { createHash } from 'node:crypto';
import { type Integer, integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { hashOf } from './set-order.ts';
import { isInteger } from './values.ts';

/**
 * Python's random.Random: the Mersenne Twister, seeded as Python seeds it, so that `random(seed=…)` gives the
 * same choice as it gave before.
 */
export class PythonRandom {
  private readonly state = new Uint32Array(624);
  private at = 624;

  constructor(seed: unknown) {
    this.seedWith(seedNumber(seed));
  }

  private seedWith(seed: bigint): void {
    const key: number[] = [];
    for (let rest = seed < 0n ? -seed : seed; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    if (key.length === 0) key.push(0);
    const { state } = this;
    state[0] = 19650218;
    for (let i = 1; i < 624; i++)
      state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
    let i = 1;
    let j = 0;
    const advance = (): void => {
      if (++i >= 624) {
        state[0] = state[623]!;
        i = 1;
      }
    };
    for (let k = Math.max(624, key.length); k > 0; k--) {
      state[i] = (state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      advance();
      j = (j + 1) % key.length;
    }
    for (let k = 623; k > 0; k--) {
      state[i] = (state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), 1566083941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  private next(): number {
    const { state } = this;
    if (this.at >= 624) {
      for (let i = 0; i < 624; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
        state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.at = 0;
    }
    let y = state[this.at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private bits(count: number): bigint {
    if (count <= 32) return BigInt(this.next() >>> (32 - count));
    return BigInt(this.next()) | (this.bits(count - 32) << 32n);
  }

  /** A whole number from 0 up to, not including, `count`. */
  below(count: Integer): Integer {
    const size = count.toString(2).length;
    for (;;) {
      const value = this.bits(size);
      if (value < count) return integer(value);
    }
  }
}

function seedNumber(seed: unknown): bigint {
  if (isInteger(seed) || typeof seed === 'boolean') return BigInt(seed);
  if (seed instanceof Float && Number.isFinite(seed.value)) return BigInt.asUintN(64, hashOf(seed));
  if (typeof seed !== 'string') throw new Fault('a seed is text or a number');
  const bytes = Buffer.from(seed, 'utf8');
  const whole = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
  return BigInt(`0x${whole.toString('hex')}`);
}
