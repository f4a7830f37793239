import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { type CsvFormat, csvRows } from '../python/csv.ts';
import { toText } from '../python/print.ts';
import { iterate } from '../python/sequences.ts';
import { type FilterTable, filter } from './filter.ts';

/** Tables as text, with the names of their columns in the first line or given. */
export const csvFilters: FilterTable = {
  from_csv: filter(
    "data, dialect='excel', fieldnames=None, delimiter=None, skipinitialspace=None, strict=None",
    ([data, dialect, names, delimiter, skipSpace, strict]) => {
      const usual = DELIMITERS.get(toText(dialect));
      if (usual === undefined)
        throw new Fault(
          `from_csv knows no dialect '${toText(dialect)}'`,
          `one of ${[...DELIMITERS.keys()].join(', ')}`,
        );
      const format: CsvFormat = {
        delimiter: delimiter === null ? usual : toText(delimiter),
        skipSpace: skipSpace !== null && truth(skipSpace),
        strict: strict !== null && truth(strict),
      };
      if ([...format.delimiter].length !== 1) throw new Fault('the delimiter must be one character');
      const rows = csvRows(toText(data), format);
      const columns = names === null ? (rows.shift() ?? []) : iterate(names);
      return rows.filter(row => row.length > 0).map(row => named(row, columns));
    },
  ),
};

const DELIMITERS: ReadonlyMap<string, string> = new Map([
  ['excel', ','],
  ['excel-tab', '\t'],
  ['unix', ','],
]);

/** Fields beyond the columns go under None, columns without a field get None. */
function named(row: readonly string[], columns: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  columns.forEach((column, i) => {
    if (i < row.length) dict.set(column, row[i]);
  });
  if (row.length > columns.length) dict.set(null, row.slice(columns.length));
  columns.forEach((column, i) => {
    if (i >= row.length) dict.set(column, null);
  });
  return dict;
}
