import { Fault } from '../grammar/fault.ts';

export interface TimeParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
  /** Monday is 0. */
  weekday: number;
  zone: { name: string; minutes: number } | undefined;
  epoch: number;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** strftime of the C locale. */
export function strftime(format: string, time: TimeParts): string {
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, kind: string) => {
    const text = part(kind, time);
    if (text === undefined) return whole;
    if (flag === '-') return text.replace(/^[0 ]+(?=\d)/, '');
    if (flag === '_') return text.replace(/^0+(?=\d)/, zeros => ' '.repeat(zeros.length));
    if (flag === '^') return text.toUpperCase();
    if (flag === '#') return kind === 'p' ? text.toLowerCase() : text.toUpperCase();
    return text;
  });
}

function part(kind: string, time: TimeParts): string | undefined {
  const two = (value: number): string => String(value).padStart(2, '0');
  const again = (format: string): string => strftime(format, time);
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  switch (kind) {
    case 'a':
      return DAYS[time.weekday]!.slice(0, 3);
    case 'A':
      return DAYS[time.weekday]!;
    case 'b':
    case 'h':
      return MONTHS[time.month - 1]!.slice(0, 3);
    case 'B':
      return MONTHS[time.month - 1]!;
    case 'c':
      return again('%a %b %e %H:%M:%S %Y');
    case 'C':
      return two(Math.floor(time.year / 100));
    case 'd':
      return two(time.day);
    case 'D':
    case 'x':
      return again('%m/%d/%y');
    case 'e':
      return String(time.day).padStart(2);
    case 'f':
      return String(time.microsecond).padStart(6, '0');
    case 'F':
      return again('%Y-%m-%d');
    case 'G':
      return String(isoWeek(time).year);
    case 'H':
      return two(time.hour);
    case 'I':
      return two(hour12);
    case 'j':
      return String(dayOfYear(time)).padStart(3, '0');
    case 'k':
      return String(time.hour).padStart(2);
    case 'l':
      return String(hour12).padStart(2);
    case 'm':
      return two(time.month);
    case 'M':
      return two(time.minute);
    case 'n':
      return '\n';
    case 'p':
      return time.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return time.hour < 12 ? 'am' : 'pm';
    case 'r':
      return again('%I:%M:%S %p');
    case 'R':
      return again('%H:%M');
    case 's':
      return String(Math.floor(time.epoch));
    case 'S':
      return two(time.second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return again('%H:%M:%S');
    case 'u':
      return String(time.weekday + 1);
    case 'U':
      return two(Math.floor((dayOfYear(time) + 6 - ((time.weekday + 1) % 7)) / 7));
    case 'V':
      return two(isoWeek(time).week);
    case 'w':
      return String((time.weekday + 1) % 7);
    case 'W':
      return two(Math.floor((dayOfYear(time) + 6 - time.weekday) / 7));
    case 'y':
      return two(time.year % 100);
    case 'Y':
      return String(time.year);
    case 'z':
      return time.zone ? offset(time.zone.minutes) : '';
    case 'Z':
      return time.zone?.name ?? '';
    case '%':
      return '%';
    default:
      return undefined;
  }
}

function offset(minutes: number): string {
  const absolute = Math.abs(minutes);
  const clock = String(Math.floor(absolute / 60) * 100 + (absolute % 60)).padStart(4, '0');
  return (minutes < 0 ? '-' : '+') + clock;
}

function dayOfYear({ year, month, day }: TimeParts): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
}

function isoWeek(time: TimeParts): { year: number; week: number } {
  const thursday = new Date(Date.UTC(time.year, time.month - 1, time.day - time.weekday + 3));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1 };
}

const FIELDS: Readonly<Record<string, string | undefined>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>1[0-2]|0?[1-9])',
  d: '(?<d>3[01]|[12]\\d|0?[1-9]| [1-9])',
  e: '(?<d>3[01]|[12]\\d|0?[1-9]| [1-9])',
  H: '(?<H>2[0-3]|[01]?\\d)',
  I: '(?<I>1[0-2]|0?[1-9])',
  M: '(?<M>[0-5]?\\d)',
  S: '(?<S>6[01]|[0-5]?\\d)',
  f: '(?<f>\\d{1,6})',
  y: '(?<y>\\d{2})',
  p: '(?<p>[AaPp][Mm])',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]+)',
  a: '(?:[A-Za-z]{3})',
  A: '(?:[A-Za-z]+)',
  j: '(?<j>36[0-6]|3[0-5]\\d|[12]\\d\\d|0?\\d?\\d)',
  z: '(?<z>Z|[-+]\\d{2}:?\\d{2})',
  Z: '(?<Z>[A-Za-z]+)',
  '%': '%',
};

/** strptime: the wall clock in milliseconds, the microseconds beyond, and the minutes ahead of UTC. */
export function strptime(
  text: string,
  format: string,
): { wall: number; micros: number; ahead: number | undefined } {
  const expanded = format
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll('%D', '%m/%d/%y')
    .replaceAll('%R', '%H:%M');
  const pattern = expanded.replace(/%(.)|\s+|[\\^$.*+?()[\]{}|/]/g, (whole, kind?: string) => {
    if (kind === undefined) return /^\s/.test(whole) ? '\\s+' : `\\${whole}`;
    const field = FIELDS[kind];
    if (!field) throw new Fault(`'${kind}' is a bad directive in format '${format}'`);
    return field;
  });
  const match = patternOf(pattern, format).exec(text);
  if (!match) throw new Fault(`time data '${text}' does not match format '${format}'`);
  const groups = match.groups ?? {};
  const number = (name: string, fallback: number): number =>
    groups[name] === undefined ? fallback : Number(groups[name]);
  const short = number('y', -1);
  const year = short >= 0 ? short + (short < 69 ? 2000 : 1900) : number('Y', 1900);
  const named = (groups.b ?? groups.B)?.slice(0, 3).toLowerCase();
  const month =
    named === undefined
      ? number('m', 1)
      : MONTHS.findIndex(one => one.slice(0, 3).toLowerCase() === named) + 1;
  const half = groups.p?.toLowerCase();
  const hour12 = number('I', -1);
  const hour = hour12 >= 0 ? (hour12 % 12) + (half === 'pm' ? 12 : 0) : number('H', 0);
  const day = groups.j === undefined ? number('d', 1) : number('j', 1);
  const micros = Number((groups.f ?? '0').padEnd(6, '0'));
  const wall = Date.UTC(
    year,
    groups.j === undefined ? month - 1 : 0,
    day,
    hour,
    number('M', 0),
    number('S', 0),
    Math.floor(micros / 1000),
  );
  if (groups.j === undefined && new Date(wall).getUTCDate() !== day)
    throw new Fault('day is out of range for month');
  return { wall, micros: micros % 1000, ahead: minutesAhead(groups.z) };
}

function minutesAhead(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const [, sign, hours, minutes] = /^([-+])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function patternOf(pattern: string, format: string): RegExp {
  try {
    return new RegExp(`^${pattern}$`);
  } catch {
    throw new Fault(`the format '${format}' has a directive twice`);
  }
}
