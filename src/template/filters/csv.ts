import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
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

export interface CsvFormat {
  readonly delimiter: string;
  readonly skipSpace: boolean;
  readonly strict: boolean;
}

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

/** The rows of a text as Python's csv module reads them; an empty line is an empty row. */
export function csvRows(text: string, { delimiter, skipSpace, strict }: CsvFormat): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let at = 0;
  let isQuoted = false;
  /** Whether the field has begun, so that a quote in it is a character like any other. */
  let isBegun = false;
  const endField = (): void => {
    row.push(field);
    field = '';
    isBegun = false;
  };
  const endRow = (): void => {
    if (row.length > 0 || isBegun) endField();
    rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const character = text[at++]!;
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at] === '"') {
        field += '"';
        at++;
      } else {
        isQuoted = false;
        const next = text[at];
        if (strict && next !== undefined && next !== delimiter && !/[\r\n]/.test(next))
          throw new Fault(`from_csv: '${delimiter}' expected after '"'`);
      }
    } else if (character === delimiter) endField();
    else if (character === '\n') endRow();
    else if (character === '\r') {
      if (text[at] === '\n') at++;
      else if (at < text.length) throw new Fault('from_csv: a carriage return in a field that is not quoted');
      endRow();
    } else if (character === '"' && !isBegun) {
      isQuoted = true;
      isBegun = true;
    } else if (!(character === ' ' && skipSpace && !isBegun)) {
      field += character;
      isBegun = true;
    }
  }
  if (isQuoted && strict) throw new Fault('from_csv: unexpected end of data');
  if (row.length > 0 || isBegun) endRow();
  return rows;
}
