import { floatText, type Integer, integer } from '../../core/number.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { floatDigits, toFloatNumber } from '../python/format.ts';
import { log10, naturalLog } from '../python/logarithm.ts';
import { index, numeric, roundHalfEven, wholeNumber } from '../python/numbers.ts';
import { floatPower } from '../python/power.ts';
import { toText } from '../python/print.ts';
import { PythonRandom } from '../python/random.ts';
import { itemsOf, iterate } from '../python/sequences.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter, opaque, picking } from './filter.ts';

/** Ansible's filters for numbers and chance. */
export const numberFilters: FilterTable = {
  log: filter('x, base=2.718281828459045', ([x, base]) => {
    const value = real(x, 'log');
    const root = real(base, 'log');
    if (value <= 0) throw new Fault('log() can only be used on positive numbers');
    if (root <= 0) throw new Fault('the base of log() must be positive');
    if (root === 1) throw new Fault('the base of log() cannot be 1');
    if (root === 10) return new Float(log10(value));
    if (root === Math.E) return new Float(naturalLog(value));
    return new Float(naturalLog(value) / naturalLog(root));
  }),
  pow: filter('x, y', ([x, y]) => new Float(power(real(x, 'pow'), real(y, 'pow'), 'pow'))),
  root: filter('x, base=2', ([x, base]) => {
    const value = real(x, 'root');
    const root = real(base, 'root');
    if (value < 0 && root === 2) throw new Fault('root() can only be used on numbers that are not negative');
    if (root === 0) throw new Fault('the base of root() cannot be 0');
    return new Float(root === 2 ? Math.sqrt(value) : power(value, 1 / root, 'root'));
  }),
  human_readable: filter('size, isbits=False, unit=None', ([size, isBits, unit]) =>
    humanReadable(real(size, 'human_readable'), truth(isBits), unit),
  ),
  human_to_bytes: filter('size, default_unit=None, isbits=False', ([size, unit, isBits]) =>
    humanToBytes(toText(size), unit, truth(isBits)),
  ),
  random: opaque('end, start=None, step=None, seed=None', ([end, start, step, seed]) => {
    const random = seed === null ? undefined : new PythonRandom(seed);
    if (isInteger(end) || typeof end === 'boolean') {
      const from = BigInt(truth(start) ? index(start) : 0);
      const by = BigInt(truth(step) ? index(step) : 1);
      const count = (BigInt(end) - from + by - (by > 0n ? 1n : -1n)) / by;
      if (count <= 0n) throw new Fault('random needs a range that is not empty');
      return integer(from + by * BigInt(below(random, integer(count))));
    }
    if (start !== null || step !== null)
      throw new Fault('start and step can only be used with integer values');
    if (end instanceof Map) throw new Fault('random needs a sequence, not a mapping');
    const items = iterate(end);
    if (items.length === 0) throw new Fault('random needs a sequence that is not empty');
    return items[Number(below(random, items.length))];
  }),
  shuffle: picking('mylist, seed=None', ([list, seed]) => {
    const elements = itemsOf(list);
    // Ansible shuffles what can be shuffled, and passes on the rest.
    if (!elements) return list;
    const items = [...elements];
    const random = seed === null ? undefined : new PythonRandom(seed);
    for (let i = items.length - 1; i > 0; i--) {
      const j = Number(below(random, i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }),
};

function below(random: PythonRandom | undefined, count: Integer): Integer {
  return random?.below(count) ?? Math.floor(Math.random() * Number(count));
}

function power(x: number, y: number, name: string): number {
  const result = floatPower(x, y);
  const isFine = Number.isFinite(result) || !Number.isFinite(x) || !Number.isFinite(y);
  if (!isFine) throw new Fault(`${name}() has no result for ${floatText(x)} and ${floatText(y)}`);
  return result;
}

function real(value: unknown, name: string): number {
  const number = numeric(value);
  if (number === undefined)
    throw new Fault(`${name}() can only be used on numbers, not ${pythonType(value)}`);
  return number instanceof Float ? number.value : Number(number);
}

const POWERS = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function humanReadable(size: number, isBits: boolean, unit: unknown): string {
  const base = isBits ? 'bits' : 'Bytes';
  if (unit !== null && typeof unit !== 'string') throw new Fault('the unit of human_readable is text');
  const wanted = unit === null ? undefined : unit.toUpperCase();
  for (let power = POWERS.length - 1; power >= 0; power--) {
    const limit = 1024 ** power;
    const letter = POWERS[power]!;
    if ((wanted === undefined && size >= limit) || (wanted !== undefined && wanted === letter)) {
      const suffix = power === 0 ? base : `${letter}${isBits ? 'b' : 'B'}`;
      return `${floatDigits(size / limit, 'f', 2)} ${suffix}`;
    }
  }
  return `${floatDigits(size, 'f', 2)} ${base}`;
}

const PREFIXES = ['', 'kilo', 'mega', 'giga', 'tera', 'peta', 'exa', 'zetta', 'yotta'];

function humanToBytes(size: string, defaultUnit: unknown, isBits: boolean): unknown {
  const match = /^(\d*\.?\d+)\s*([A-Za-z]+)?\s*$/.exec(size);
  if (!match) throw new Fault(`human_to_bytes cannot read '${size}'`);
  const unit = match[2] ?? (defaultUnit === null ? undefined : toText(defaultUnit));
  const number = toFloatNumber(match[1])!;
  if (unit === undefined) return wholeNumber(roundHalfEven(number, 0));
  const power = powerOf(unit, isBits);
  if (power === -1)
    throw new Fault(
      `human_to_bytes cannot read '${size}': '${unit}' is no unit of ${isBits ? 'bits' : 'bytes'}`,
    );
  return wholeNumber(roundHalfEven(number * 1024 ** power, 0));
}

/** Of `M`, `MB` (or `Mb`) and `megabyte`: 2; -1 for what is no unit. */
function powerOf(unit: string, isBits: boolean): number {
  if (unit.length === 1)
    return unit === 'b' && !isBits ? 0 : POWERS.indexOf(unit.toUpperCase().replace('B', ''));
  const [short, long] = isBits ? ['b', 'bit'] : ['B', 'byte'];
  const power = POWERS.findIndex((letter, i) => i > 0 && unit === letter + short);
  return power === -1 ? PREFIXES.findIndex(prefix => unit.toLowerCase() === prefix + long) : power;
}
