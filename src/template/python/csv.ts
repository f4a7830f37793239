import { Fault } from '../grammar/fault.ts';

export interface CsvFormat {
  readonly delimiter: string;
  readonly skipSpace: boolean;
  readonly strict: boolean;
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
          throw new Fault(`the CSV text is wrong: '${delimiter}' expected after '"'`);
      }
    } else if (character === delimiter) endField();
    else if (character === '\n') endRow();
    else if (character === '\r') {
      if (text[at] === '\n') at++;
      else if (at < text.length)
        throw new Fault('the CSV text is wrong: a carriage return in a field that is not quoted');
      endRow();
    } else if (character === '"' && !isBegun) {
      isQuoted = true;
      isBegun = true;
    } else if (!(character === ' ' && skipSpace && !isBegun)) {
      field += character;
      isBegun = true;
    }
  }
  if (isQuoted && strict) throw new Fault('the CSV text is wrong: unexpected end of data');
  if (row.length > 0 || isBegun) endRow();
  return rows;
}
