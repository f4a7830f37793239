/**
 * The names that a host pattern with ranges stands for: `web[01:50]`, `db-[a:f]`, `node[1:9:2]`, several in
 * one name. A name without ranges stands for itself. Throws RangeMistake.
 */
export function expandRanges(pattern: string): string[] {
  const match = /^([^[]*)\[([^\]]*:[^\]]*)\]/.exec(pattern);
  if (!match) return [pattern];
  const [whole, before, range] = match;
  const rest = expandRanges(pattern.slice(whole.length));
  return rangeItems(range!).flatMap(item => rest.map(after => before! + item + after));
}

/** A range that cannot be expanded; the loader says where it stands. */
export class RangeMistake extends Error {
  override readonly name = 'RangeMistake';
}

function rangeItems(range: string): string[] {
  const parts = range.split(':');
  const [first = '', last = '', stepText] = parts;
  if (parts.length > 3)
    throw new RangeMistake(`a range is written [first:last] or [first:last:step], not [${range}]`);
  if (last === '') throw new RangeMistake(`the range [${range}] has no end`);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (!Number.isInteger(step) || step < 1)
    throw new RangeMistake(`the step of the range [${range}] is no whole number`);
  if (/^[a-zA-Z]$/.test(first) && /^[a-zA-Z]$/.test(last)) return letters(first, last, step, range);
  const begin = first === '' ? '0' : first;
  if (!/^\d+$/.test(begin) || !/^\d+$/.test(last)) {
    throw new RangeMistake(`a range runs over numbers or single letters, not [${range}]`);
  }
  const padded = begin.length > 1 && begin.startsWith('0');
  if (padded && begin.length !== last.length) {
    throw new RangeMistake(`both ends of the range [${range}] must have the same number of digits`);
  }
  return numbers(Number(begin), Number(last), step, range).map(n =>
    String(n).padStart(padded ? begin.length : 0, '0'),
  );
}

/** More hosts than this from one range is a slip, and would only fill the memory. */
const MOST = 1_000_000;

function numbers(begin: number, end: number, step: number, range: string): number[] {
  if (begin > end) throw new RangeMistake(`the range [${range}] runs backwards`);
  if ((end - begin) / step > MOST) throw new RangeMistake(`the range [${range}] has too many hosts`);
  return Array.from({ length: Math.floor((end - begin) / step) + 1 }, (_, i) => begin + i * step);
}

/** Lower case comes before upper case, as in Python's list of letters. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function letters(first: string, last: string, step: number, range: string): string[] {
  return numbers(ALPHABET.indexOf(first), ALPHABET.indexOf(last), step, range).map(i => ALPHABET[i]!);
}
