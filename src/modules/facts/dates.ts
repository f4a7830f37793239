import { Float } from '../../core/value.ts';
import type { Collector } from './collector.ts';

export const dateTime: Collector = {
  name: 'date_time',
  minimal: true,
  commands: { date: `date '+%s|%Y|%m|%d|%H|%M|%S|%A|%w|%U|%Z|%z|%N'` },
  collect(raw) {
    const line = raw.output('date').trim();
    const [epoch = '0', year, month, day, hour, minute, second, weekday, number, week, zone, offset, nanos] =
      line.split('|');
    const micros = /^\d{9}$/.test(nanos ?? '') ? nanos!.slice(0, 6) : '000000';
    const utc = new Date(Number(epoch) * 1000).toISOString().slice(0, 19);
    const basic = `${year}${month}${day}T${hour}${minute}${second}`;
    return {
      date_time: {
        year,
        month,
        weekday,
        weekday_number: number,
        weeknumber: week,
        day,
        hour,
        minute,
        second,
        epoch,
        epoch_int: epoch,
        date: `${year}-${month}-${day}`,
        time: `${hour}:${minute}:${second}`,
        iso8601_micro: `${utc}.${micros}Z`,
        iso8601: `${utc}Z`,
        iso8601_basic: `${basic}${micros}`,
        iso8601_basic_short: basic,
        tz: zone,
        tz_dst: zone,
        tz_offset: offset,
      },
    };
  },
};

export const uptime: Collector = {
  name: 'uptime',
  group: 'hardware',
  files: ['/proc/uptime'],
  collect: raw => ({ uptime_seconds: Math.floor(Number(raw.line('/proc/uptime')?.split(' ')[0] ?? 0)) }),
};

export const loadAverage: Collector = {
  name: 'loadavg',
  minimal: true,
  files: ['/proc/loadavg'],
  collect(raw) {
    const [one, five, fifteen] = (raw.line('/proc/loadavg') ?? '').split(' ');
    if (fifteen === undefined) return {};
    const float = (text: string | undefined) => new Float(Number(text));
    return { loadavg: { '1m': float(one), '5m': float(five), '15m': float(fifteen) } };
  },
};
