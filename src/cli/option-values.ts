import { InvalidArgumentError } from 'commander';

/** For options that may be given several times: all of their values, in order. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** As `collect`, for values that are themselves lists with commas. */
export function collectWords(value: string, before: readonly string[] = []): string[] {
  const words = value.split(',').map(word => word.trim());
  return [...before, ...words.filter(word => word !== '')];
}

/** Patterns given one by one mean the same as joined by commas. */
export function joinPatterns(value: string, before?: string): string {
  return before === undefined ? value : `${before},${value}`;
}

/** For `-vvv`: how many there were. */
export function count(_value: unknown, before = 0): number {
  return before + 1;
}

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}
