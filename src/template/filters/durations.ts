import { didYouMean } from '../../core/error.ts';
import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { numeric, roundHalfEven, toFloat } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import { type Filter, type FilterTable, filter } from './filter.ts';

/** Durations such as `1h 30m` as a number of one unit. */
export const durationFilters: FilterTable = {
  to_time_unit: of("human_time, unit='ms', **named", (_, unit) => toText(unit)),
  to_milliseconds: to('ms'),
  to_seconds: to('s'),
  to_minutes: to('m'),
  to_hours: to('h'),
  to_days: to('d'),
  to_weeks: to('w'),
  to_months: to('mo'),
  to_years: to('y'),
};

function to(unit: string): Filter {
  return of('human_time, **named', () => unit);
}

function of(signature: string, unitOf: (...args: unknown[]) => string): Filter {
  return filter(signature, args => {
    const named = args.at(-1) as ReadonlyMap<string, unknown>;
    const units = unitsWith(named);
    const factor = lengthOf(unitOf(...args), units);
    if (factor === 0) throw new Fault('a unit of no length');
    return new Float(roundHalfEven(length(args[0], units) / factor, 12));
  });
}

/** How long each is, in milliseconds: whole ones, with which sums are exact. */
type Units = ReadonlyMap<string, number>;

const DAY = 86_400_000;

function unitsWith(named: ReadonlyMap<string, unknown>): Units {
  for (const name of named.keys()) {
    if (name !== 'year' && name !== 'month')
      throw new Fault(`durations have no option '${name}'`, 'year or month');
  }
  const days = (name: string, usual: number): number => {
    const value = numeric(named.get(name) ?? usual);
    if (value === undefined) throw new Fault(`the days of a ${name} must be a number`);
    return toFloat(value) * DAY;
  };
  return new Map([
    ['ms', 1],
    ['s', 1000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', DAY],
    ['w', 7 * DAY],
    ['mo', days('month', 30)],
    ['y', days('year', 365)],
  ]);
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ms: 'msec msecond millisecond',
    s: 'sec second',
    m: 'min minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    mo: 'month',
    y: 'year',
  }).flatMap(([unit, names]) => [
    [unit, unit],
    ...names.split(' ').flatMap((name): [string, string][] => [
      [name, unit],
      [`${name}s`, unit],
    ]),
  ]),
);

function lengthOf(name: string, units: Units): number {
  const unit = NAMES.get(name);
  if (unit === undefined)
    throw new Fault(`there is no unit of time '${name}'`, didYouMean(name, NAMES.keys()));
  return units.get(unit)!;
}

function length(value: unknown, units: Units): number {
  if (typeof value !== 'string')
    throw new Fault(`a duration is text such as '1h 30m', not ${pythonType(value)}`);
  let total = 0;
  for (const part of value.split(/\s+/).filter(one => one !== '')) {
    const [, amount, unit] = /^(-?\d+)(\w+)/.exec(part) ?? [];
    if (amount === undefined)
      throw new Fault(`'${part}' is no duration`, 'a number with its unit right after it: 90s, 1h 30m');
    total += Number(amount) * lengthOf(unit!, units);
  }
  return total;
}
