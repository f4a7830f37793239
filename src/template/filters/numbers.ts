import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { toFloatNumber, toInteger } from '../python/format.ts';
import { arithmetic, index, numeric, wholeNumber } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { PythonRandom } from '../python/random.ts';
import { iterate } from '../python/sequences.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter, opaque, picking } from './filter.ts';

/** Ansible's filters for numbers and chance. */
export const numberFilters: FilterTable = {
  log: filter('x, base=2.718281828459045', ([x, base]) => {
    const value = real(x, 'log');
    const root = real(base, 'log');
    if (value <= 0) throw new Fault('log() can only be used on positive numbers');
    if (root === 10) return new Float(Math.log10(value));
    if (root === Math.E) return new Float(Math.log(value));
    return new Float(Math.log(value) / Math.log(root));
  }),
  pow: filter('x, y', ([x, y]) => new Float(real(x, 'pow') ** real(y, 'pow'))),
  root: filter('x, base=2', ([x, base]) => {
    const value = real(x, 'root');
    const root = real(base, 'root');
    if (value < 0 && root === 2) throw new Fault('root() can only be used on numbers that are not negative');
    return new Float(root === 2 ? Math.sqrt(value) : value ** (1 / root));
  }),
  human_readable: filter('size, isbits=False, unit=None', ([size, isBits, unit]) =>
    humanReadable(real(size, 'human_readable'), truth(isBits), unit),
  ),
  human_to_bytes: filter('size, default_unit=None, isbits=False', ([size, unit, isBits]) =>
    humanToBytes(toText(size), unit, truth(isBits)),
  ),
  ansible_random: opaque('end, start=None, step=None, seed=None', ([end, start, step, seed]) => {
    const random = seed === null ? undefined : new PythonRandom(seed);
    const below = (count: number): number => random?.below(count) ?? Math.floor(Math.random() * count);
    if (isInteger(end)) {
      const from = start === null ? 0 : index(start);
      const by = step === null ? 1 : index(step);
      const count = Math.ceil((Number(end) - from) / by);
      if (count <= 0) throw new Fault('random needs a range that is not empty');
      return from + by * below(count);
    }
    if (start !== null || step !== null)
      throw new Fault('start and step can only be used with integer values');
    const items = iterate(end);
    if (items.length === 0) throw new Fault('random needs a sequence that is not empty');
    return items[below(items.length)];
  }),
  shuffle: picking('mylist, seed=None', ([list, seed]) => {
    const items = [...iterate(list)];
    const random = seed === null ? undefined : new PythonRandom(seed);
    for (let i = items.length - 1; i > 0; i--) {
      const j = random?.below(i + 1) ?? Math.floor(Math.random() * (i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }),
};

function real(value: unknown, name: string): number {
  const number = numeric(value);
  if (number === undefined)
    throw new Fault(`${name}() can only be used on numbers, not ${pythonType(value)}`);
  return number instanceof Float ? number.value : Number(number);
}

const POWERS = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function humanReadable(size: number, isBits: boolean, unit: unknown): string {
  const base = isBits ? 'bits' : 'Bytes';
  const wanted = unit === null ? undefined : toText(unit).toUpperCase();
  for (let power = POWERS.length - 1; power >= 0; power--) {
    const limit = 1024 ** power;
    const letter = POWERS[power]!;
    if (
      (wanted === undefined && size >= limit && (power > 0 || true)) ||
      (wanted !== undefined && wanted === letter)
    ) {
      const suffix = power === 0 ? base : `${letter}${isBits ? 'b' : 'B'}`;
      return `${(size / limit).toFixed(2)} ${suffix}`;
    }
  }
  return `${size.toFixed(2)} ${base}`;
}

function humanToBytes(size: string, defaultUnit: unknown, isBits: boolean): unknown {
  const match = /^\s*([-+]?\d*\.?\d+)\s*([A-Za-z]+)?/.exec(size);
  if (!match) throw new Fault(`human_to_bytes() can't interpret following string: ${size}`);
  const unit = match[2] ?? (defaultUnit === null ? undefined : toText(defaultUnit));
  const number = toFloatNumber(match[1])!;
  if (unit === undefined) return wholeNumber(Math.round(number));
  const letter = unit[0]!.toUpperCase();
  const power = POWERS.indexOf(letter === 'B' ? '' : letter);
  const small = unit[1];
  const isWrong = power === -1 || (unit.length === 2 && small !== (isBits ? 'b' : 'B'));
  const isWord = unit.length <= 2 || unit.toLowerCase() === (isBits ? 'bits' : 'bytes');
  if (isWrong || !isWord) {
    throw new Fault(`human_to_bytes() failed to convert ${size}: '${unit}' is no unit`);
  }
  const scaled = arithmetic(
    '*',
    new Float(number),
    1024 ** Math.max(0, unit.length > 2 ? 0 : power),
  ) as Float;
  return toInteger(new Float(Math.round(scaled.value)));
}
