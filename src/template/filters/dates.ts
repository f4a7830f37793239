import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { DateTime, fromSeconds } from '../python/dates.ts';
import { toFloatNumber } from '../python/format.ts';
import { toText } from '../python/print.ts';
import { strptime } from '../python/strftime.ts';
import { type FilterTable, filter } from './filter.ts';

/** Ansible's filters for times. */
export const dateFilters: FilterTable = {
  strftime: filter('string_format, second=None, utc=False', ([format, second, utc]) => {
    const seconds = second === null ? Date.now() / 1000 : toFloatNumber(second);
    if (seconds === undefined) throw new Fault(`Invalid value for epoch value (${toText(second)})`);
    const time = fromSeconds(Math.floor(seconds), truth(utc));
    return truth(utc) ? time.format(toText(format)) : localFormat(time, toText(format));
  }),
  to_datetime: filter("string, format='%Y-%m-%d %H:%M:%S'", ([text, format]) => {
    const { wall, micros } = strptime(toText(text), toText(format));
    return new DateTime(wall, micros);
  }),
};

/** The time of strftime knows its zone, which a datetime of to_datetime does not. */
function localFormat(time: DateTime, format: string): string {
  const minutes = -new Date(time.parts.epoch * 1000).getTimezoneOffset();
  const name =
    new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
      .formatToParts(new Date(time.parts.epoch * 1000))
      .find(one => one.type === 'timeZoneName')?.value ?? '';
  const absolute = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${String(Math.floor(absolute / 60) * 100 + (absolute % 60)).padStart(4, '0')}`;
  const known = format.replace(/%(.)/g, (whole, kind: string) =>
    kind === 'z' ? offset : kind === 'Z' ? name : whole,
  );
  return time.format(known);
}
