import { Secret } from '../../core/secret.ts';
import { Fault } from '../grammar/fault.ts';
import { csvRows } from '../python/csv.ts';
import { toText } from '../python/print.ts';
import { readEncoded } from './controller-files.ts';
import { type Asked, type LookupTable, lookup } from './lookup.ts';
import { inlineOptions, Options } from './options.ts';

const OPTIONS = 'col keycol default delimiter file encoding';

/** A field of the row whose key is the term. */
export const csvLookup: LookupTable = {
  csvfile: lookup(OPTIONS, asked => {
    if (asked.terms.length === 0) throw new Fault('the lookup csvfile needs a key to look for');
    const options = new Map(asked.options);
    return asked.terms.flatMap(term => found(toText(term), options, asked));
  }),
};

/** Options within a term hold for the terms after it as well. */
function found(term: string, all: Map<string, unknown>, { engine }: Asked): readonly unknown[] {
  const inline = inlineOptions(term);
  if (inline.rest === '') throw new Fault('the lookup csvfile needs a key to look for');
  for (const [name, value] of inline.options) {
    if (!OPTIONS.split(' ').includes(name)) throw new Fault(`the lookup csvfile has no option '${name}'`);
    all.set(name, value);
  }
  const options = new Options(all);
  const file = options.text('file') ?? 'ansible.csv';
  const { text, secret } = readEncoded(file, options.text('encoding') ?? 'utf-8', engine, 'csvfile');
  const delimiter = options.text('delimiter') ?? 'TAB';
  const keyColumn = options.integer('keycol') ?? 0;
  for (const row of rowsOf(text, delimiter === 'TAB' ? '\t' : delimiter)) {
    if (row.length === 0 || field(row, keyColumn) !== inline.rest) continue;
    const value = field(row, options.integer('col') ?? 1);
    return [secret ? new Secret(value) : value];
  }
  const usual = options.value('default');
  return usual === undefined ? [] : Array.isArray(usual) ? usual : [usual];
}

function field(row: readonly string[], column: number): string {
  const value = row.at(column);
  if (value === undefined) throw new Fault(`a row has no column ${column}: ${row.length} columns`);
  return value;
}

function rowsOf(text: string, delimiter: string): string[][] {
  if (delimiter.length !== 1) throw new Fault('a delimiter is a single character');
  // A file may end its lines as it likes.
  return csvRows(text.replaceAll(/\r\n?/g, '\n'), { delimiter, skipSpace: false, strict: false });
}
