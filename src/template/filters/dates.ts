import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { DateTime, fromSeconds } from '../python/dates.ts';
import { toFloatNumber } from '../python/format.ts';
import { toText } from '../python/print.ts';
import { strftime, strptime } from '../python/strftime.ts';
import { text } from '../python/string-methods.ts';
import { type FilterTable, filter } from './filter.ts';

/** Ansible's filters for times. */
export const dateFilters: FilterTable = {
  strftime: filter('string_format, second=None, utc=False', ([format, second, utc]) => {
    const seconds = second === null ? Date.now() / 1000 : toFloatNumber(second);
    if (seconds === undefined) throw new Fault(`Invalid value for epoch value (${toText(second)})`);
    const { parts } = fromSeconds(Math.floor(seconds), truth(utc));
    const zone = truth(utc) ? { name: 'GMT', minutes: 0 } : localZone(parts.epoch);
    // Whole seconds have no %f.
    return strftime(text(format).replaceAll('%f', '%%f'), { ...parts, zone });
  }),
  to_datetime: filter("string, format='%Y-%m-%d %H:%M:%S'", ([string, format]) => {
    const { wall, micros, ahead } = strptime(toText(string), toText(format));
    return new DateTime(wall, micros, ahead);
  }),
};

function localZone(epoch: number): { name: string; minutes: number } {
  const date = new Date(epoch * 1000);
  const name = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find(one => one.type === 'timeZoneName')?.value;
  return { name: name ?? '', minutes: -date.getTimezoneOffset() };
}
