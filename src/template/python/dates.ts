import { Float } from '../../core/value.ts';
import { Fault } from '../grammar/fault.ts';
import { index, numeric, toFloat } from './numbers.ts';
import { Signature } from './signature.ts';
import { strftime, type TimeParts } from './strftime.ts';
import { type CallArguments, Callable, NamedTuple, Thing } from './values.ts';

/** Python's datetime: parts of a wall clock, and how many minutes that is ahead of UTC, if it is known. */
export class DateTime extends Thing {
  readonly type: string = 'datetime';
  /** Milliseconds of the wall clock, counted as if it were UTC's, and the microseconds beyond. */
  constructor(
    readonly wall: number,
    readonly micros: number,
    readonly ahead?: number,
  ) {
    super();
  }

  static now(utc: boolean): DateTime {
    const now = Date.now();
    const micros = Math.floor((performance.now() * 1000) % 1000);
    return new DateTime(
      utc ? now : now - new Date(now).getTimezoneOffset() * 60_000,
      micros,
      utc ? 0 : undefined,
    );
  }

  get parts(): TimeParts {
    const date = new Date(this.wall);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      microsecond: date.getUTCMilliseconds() * 1000 + this.micros,
      weekday: (date.getUTCDay() + 6) % 7,
      zone:
        this.ahead === undefined
          ? undefined
          : { name: `UTC${this.offset(':').replace('+00:00', '')}`, minutes: this.ahead },
      epoch: this.epoch,
    };
  }

  private get epoch(): number {
    if (this.ahead !== undefined) return this.wall / 1000 - this.ahead * 60;
    const { wall } = this;
    const local = new Date(wall);
    const there = new Date(
      local.getUTCFullYear(),
      local.getUTCMonth(),
      local.getUTCDate(),
      local.getUTCHours(),
      local.getUTCMinutes(),
      local.getUTCSeconds(),
      local.getUTCMilliseconds(),
    );
    return there.getTime() / 1000;
  }

  override attribute(name: string): unknown {
    const { parts } = this;
    switch (name) {
      case 'year':
      case 'month':
      case 'day':
      case 'hour':
      case 'minute':
      case 'second':
      case 'microsecond':
        return parts[name];
      case 'tzinfo':
        return null;
      case 'strftime':
        return new Callable(name, ({ positional }) => this.format(String(positional[0])));
      case 'isoformat':
        return new Callable(name, ({ positional }) =>
          this.iso(positional.length > 0 ? String(positional[0]) : 'T'),
        );
      case 'timestamp':
        return new Callable(name, () => new Float(this.epoch + this.micros / 1e6));
      case 'weekday':
        return new Callable(name, () => parts.weekday);
      case 'isoweekday':
        return new Callable(name, () => parts.weekday + 1);
      case 'date':
        return new Callable(name, () => new Day(Math.floor(this.wall / DAY) * DAY));
      case 'time':
        return new Callable(name, () => new Clock(this.wall, this.micros));
      case 'ctime':
        return new Callable(name, () => this.format('%c'));
      case 'toordinal':
        return new Callable(name, () => Math.floor(this.wall / DAY) + DAYS_BEFORE_1970);
      case 'isocalendar':
        return new Callable(
          name,
          () =>
            new NamedTuple(
              ['%G', '%V', '%u'].map(part => Number(this.format(part))),
              ['year', 'week', 'weekday'],
              'IsoCalendarDate',
              'datetime.IsoCalendarDate',
            ),
        );
      case 'timetuple':
        return new Callable(name, () => new TimeTuple(parts, -1));
      case 'utctimetuple':
        return new Callable(
          name,
          () => new TimeTuple(new DateTime(this.wall - (this.ahead ?? 0) * 60_000, 0).parts, 0),
        );
      case 'replace':
        return new Callable(name, args => this.replaced(args));
      default:
        return undefined;
    }
  }

  private replaced(args: CallArguments): DateTime {
    const { parts } = this;
    const names = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;
    const given = REPLACE.bind('replace', args);
    const [year, month, day, hour, minute, second, micro] = names.map((part, i) =>
      given[i] === null ? parts[part] : index(given[i]),
    ) as [number, number, number, number, number, number, number];
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(micro / 1000));
    if (new Date(wall).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59)
      throw new Fault('there is no such time');
    return new DateTime(wall, micro % 1000, this.ahead);
  }

  format(format: string): string {
    return format === '' ? this.print() : strftime(format, this.parts);
  }

  iso(separator: string): string {
    const { parts } = this;
    const text = strftime(`%Y-%m-%d${separator.replaceAll('%', '%%')}%H:%M:%S`, parts).padStart(19, '0');
    const fraction = parts.microsecond === 0 ? '' : `.${String(parts.microsecond).padStart(6, '0')}`;
    return text + fraction + this.offset(':');
  }

  /** `+02:00`, or nothing where no zone is known. */
  private offset(separator: string): string {
    if (this.ahead === undefined) return '';
    const size = Math.abs(this.ahead);
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${this.ahead < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
  }

  /** By how many milliseconds this is later; undefined where only one of both has a zone. */
  private after(other: DateTime): number | undefined {
    if ((this.ahead === undefined) !== (other.ahead === undefined)) return undefined;
    return this.wall - other.wall - ((this.ahead ?? 0) - (other.ahead ?? 0)) * 60_000;
  }

  override print(): string {
    return this.iso(' ');
  }

  compareTo(other: Thing): number | undefined {
    if (!(other instanceof DateTime)) return undefined;
    const later = this.after(other);
    return later === undefined ? undefined : later || this.micros - other.micros;
  }

  calculate(operator: string, other: unknown, isLeft: boolean): unknown {
    if (other instanceof Duration) {
      if (operator === '+') return this.plus(other.micros);
      if (operator === '-' && isLeft) return this.plus(-other.micros);
    }
    if (other instanceof DateTime && operator === '-' && isLeft) {
      const later = this.after(other);
      if (later === undefined) throw new Fault('a time with a zone and one without cannot be subtracted');
      return new Duration(later * 1000 + this.micros - other.micros);
    }
    return undefined;
  }

  private plus(micros: number): DateTime {
    const total = this.wall * 1000 + this.micros + micros;
    const wall = Math.floor(total / 1000);
    return new DateTime(wall, total - wall * 1000, this.ahead);
  }
}

const DAY = 86_400_000;
const DAYS_BEFORE_1970 = 719_163;
const REPLACE = new Signature(
  'year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None',
);

/** Python's struct_time. */
class TimeTuple extends NamedTuple {
  constructor(parts: TimeParts, isSummer: number) {
    const { year, month, day, hour, minute, second, weekday } = parts;
    const dayOfYear = Number(strftime('%j', parts));
    super(
      [year, month, day, hour, minute, second, weekday, dayOfYear, isSummer],
      TIME_FIELDS,
      'struct_time',
      'time.struct_time',
    );
  }
  override attribute(name: string): unknown {
    // Python has two more in it, which count as none of its parts and are not known.
    if (name === 'n_fields') return TIME_FIELDS.length + 2;
    return name === 'tm_zone' || name === 'tm_gmtoff' ? null : super.attribute(name);
  }
}

const TIME_FIELDS = ['year', 'mon', 'mday', 'hour', 'min', 'sec', 'wday', 'yday', 'isdst'].map(
  field => `tm_${field}`,
);

/** Python's date. */
class Day extends DateTime {
  override readonly type: string = 'date';
  constructor(wall: number) {
    super(wall, 0);
  }
  override iso(): string {
    return this.format('%Y-%m-%d');
  }
  override attribute(name: string): unknown {
    if (name === 'isoformat') return new Callable(name, () => this.print());
    return ['hour', 'minute', 'second', 'microsecond', 'time', 'timestamp', 'date', 'utctimetuple'].includes(
      name,
    )
      ? undefined
      : super.attribute(name);
  }
}

/** Python's time of a day. */
class Clock extends DateTime {
  override readonly type: string = 'time';
  override iso(): string {
    return this.format(this.parts.microsecond === 0 ? '%H:%M:%S' : '%H:%M:%S.%f');
  }
  override attribute(name: string): unknown {
    if (name === 'isoformat') return new Callable(name, () => this.print());
    return ['hour', 'minute', 'second', 'microsecond', 'strftime'].includes(name)
      ? super.attribute(name)
      : undefined;
  }
}

/** Python's timedelta. */
export class Duration extends Thing {
  readonly type = 'timedelta';
  constructor(readonly micros: number) {
    super();
  }

  override attribute(name: string): unknown {
    const days = Math.floor(this.micros / (DAY * 1000));
    const rest = this.micros - days * DAY * 1000;
    if (name === 'days') return days;
    if (name === 'seconds') return Math.floor(rest / 1e6);
    if (name === 'microseconds') return rest % 1e6;
    if (name === 'total_seconds') return new Callable(name, () => new Float(this.micros / 1e6));
    return undefined;
  }

  override print(): string {
    const days = this.attribute('days') as number;
    const seconds = this.attribute('seconds') as number;
    const micros = this.attribute('microseconds') as number;
    const two = (value: number): string => String(value).padStart(2, '0');
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`;
    return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${clock}${fraction}`;
  }

  compareTo(other: Thing): number | undefined {
    return other instanceof Duration ? this.micros - other.micros : undefined;
  }

  calculate(operator: string, other: unknown, isLeft: boolean): unknown {
    if (other instanceof Duration) {
      if (operator === '+') return new Duration(this.micros + other.micros);
      if (operator === '-')
        return new Duration(isLeft ? this.micros - other.micros : other.micros - this.micros);
      if (operator === '/' && isLeft) return new Float(this.micros / other.micros);
    }
    const number = numeric(other);
    if (number !== undefined && operator === '*')
      return new Duration(Math.round(this.micros * toFloat(number)));
    if (number !== undefined && operator === '/' && isLeft)
      return new Duration(Math.round(this.micros / toFloat(number)));
    return undefined;
  }
}

/** A date of a number of seconds since 1970, in the controller's zone or in UTC. */
export function fromSeconds(seconds: number, utc: boolean): DateTime {
  if (!Number.isFinite(seconds)) throw new Fault('the number of seconds is not a time');
  const millis = Math.floor(seconds * 1000);
  const offset = utc ? 0 : new Date(millis).getTimezoneOffset() * 60_000;
  return new DateTime(millis - offset, Math.round((seconds * 1000 - millis) * 1000), utc ? 0 : undefined);
}
