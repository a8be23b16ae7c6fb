import * as xlsx from '@e965/xlsx';
import { type Cell, type Column, numberText, type Row } from '../src/books/csv.ts';

/** Excel's own limits of a sheet and a cell. */
const rowsOfSheet = 1_000_000;
const lettersOfCell = 32_767;

const formats = { text: undefined, money: '0.00', energy: '0.000', count: '0' } as const;

/**
 * A table as an Excel file, in bytes that depend on nothing but the table. Words are strings and never formulas, since
 * a cell has no formula unless it is given one; amounts are numbers whose digits are those of the CSV file.
 */
export function workbookOf(name: string, columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const book = xlsx.utils.book_new();
  for (let from = 0; from === 0 || from < rows.length; from += rowsOfSheet) {
    const sheet = sheetOf(columns, rows.slice(from, from + rowsOfSheet));
    xlsx.utils.book_append_sheet(book, sheet, from === 0 ? name : `${name} ${from / rowsOfSheet + 1}`);
  }
  // Shared strings, because a string of its own cell is written as if a formula had made it.
  const options = { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true } as const;
  return xlsx.write(book, options) as Uint8Array;
}

function sheetOf(columns: readonly Column[], rows: readonly Row[]): xlsx.WorkSheet {
  const sheet: xlsx.WorkSheet = {};
  for (const [index, { name }] of columns.entries()) sheet[at(0, index)] = { t: 's', v: name };
  for (const [line, row] of rows.entries()) {
    for (const [index, column] of columns.entries()) {
      const cell = cellOf(column, row[index] ?? null);
      if (cell !== undefined) sheet[at(line + 1, index)] = cell;
    }
  }
  sheet['!ref'] = `A1:${at(rows.length, Math.max(0, columns.length - 1))}`;
  return sheet;
}

function cellOf({ type }: Column, cell: Cell): xlsx.CellObject | undefined {
  if (cell === null || cell === '') return undefined;
  if (typeof cell === 'string') return { t: 's', v: cell.slice(0, lettersOfCell) };
  // Read from its digits: the number nearest to them, which is written with the same digits again.
  const z = formats[type];
  return { t: 'n', v: Number(numberText(type, cell)), ...(z === undefined ? {} : { z }) };
}

const at = (r: number, c: number): string => xlsx.utils.encode_cell({ r, c });
