import { Fault } from '../grammar/fault.ts';
import { allowList } from '../limits.ts';
import { percentFormat } from '../python/format.ts';
import { toText } from '../python/print.ts';
import { text as textOf } from '../python/string-methods.ts';
import { type LookupTable, lookup } from './lookup.ts';
import { inlineOptions, Options } from './options.ts';

const OPTIONS = ['start', 'end', 'count', 'stride', 'format'];

/** Numbers as text: `start=1 end=5 format=host%02d`, or the short `2-10/2:host%02d`. */
export const sequenceLookup: LookupTable = {
  sequence: lookup(OPTIONS.join(' '), ({ terms, options }) =>
    (terms.length === 0 && options.size > 0 ? [''] : terms).flatMap(term =>
      sequence(new Options(new Map([...options, ...read(textOf(term))]))),
    ),
  ),
};

function sequence(options: Options): string[] {
  const start = options.integer('start') ?? 1;
  const stride = options.integer('stride') ?? 1;
  const count = options.integer('count');
  const format = options.text('format') ?? '%d';
  let end = options.integer('end');
  if (count === undefined && end === undefined) throw new Fault('must specify count or end in with_sequence');
  if (count !== undefined && end !== undefined)
    throw new Fault("can't specify both count and end in with_sequence");
  if (count === 0) return [];
  if (count !== undefined) end = start + count * stride - 1;
  const last = end!;
  if (stride > 0 && last < start) throw new Fault('to count backwards make stride negative');
  if (stride < 0 && last > start) throw new Fault("to count forward don't make stride negative");
  if (stride === 0) return [];
  if (format.split('%').length !== 2) throw new Fault(`bad formatting string: ${format}`);
  allowList(10 * Math.ceil(Math.abs((last - start) / stride)));
  const items: string[] = [];
  for (let at = start; stride > 0 ? at <= last : at >= last; at += stride)
    items.push(toText(percentFormat(format, at)));
  return items;
}

function read(term: string): ReadonlyMap<string, string> {
  const short = /^(?:(\d+|0x[0-9a-f]+)-)?(\d+|0x[0-9a-f]+)(?:\/([-+]?\d+|0x[0-9a-f]+))?(?::(.+))?$/i.exec(
    term,
  );
  if (short) {
    const [, start, end, stride, format] = short;
    const parts: [string, string | undefined][] = [
      ['start', start],
      ['end', end],
      ['stride', stride],
      ['format', format],
    ];
    return new Map(parts.filter((part): part is [string, string] => part[1] !== undefined));
  }
  const { rest, options } = inlineOptions(term);
  const unknown = [...options.keys()].find(name => !OPTIONS.includes(name)) ?? rest;
  if (unknown !== '') throw new Fault(`with_sequence does not know '${unknown}'`);
  return options;
}
