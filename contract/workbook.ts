import { type CellObject, type DenseWorkSheet, utils, writeXLSX } from '@e965/xlsx';
import type { Cell, Column, ColumnType, Row } from './shapes/books.ts';

// Pages and the command line make the same files by it.

/** Excel's own limits of a sheet, a cell and a sheet's name. */
const rowsOfSheet = 1_000_000;
const lettersOfCell = 32_767;
const lettersOfName = 31;
/** How wide a column may be, in digits. */
const widest = 40;

/** Formatted as text, words that begin like a formula stay words when somebody goes into the cell and presses Enter. */
const formats: Readonly<Record<ColumnType, string>> = {
  text: '@',
  money: '0.00',
  energy: '0.000',
  count: '0',
};
/** Fen to yuan, Wh to kWh. */
const units: Readonly<Record<ColumnType, number>> = { text: 1, money: 100, energy: 1000, count: 1 };

/**
 * A table as an Excel file, in bytes that depend on nothing but the table; money is given in fen and energy in Wh.
 * Words are strings and never formulas, since a cell has no formula unless it is given one; amounts are numbers whose
 * digits are those of the CSV file. Throws a `RangeError` for a number that is not whole.
 */
export function workbookOf(
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  for (let from = 0; from === 0 || from < rows.length; from += rowsOfSheet) {
    const sheet = sheetOf(columns, rows.slice(from, from + rowsOfSheet));
    const number = from === 0 ? '' : ` ${from / rowsOfSheet + 1}`;
    utils.book_append_sheet(book, sheet, `${name.slice(0, lettersOfName - number.length)}${number}`);
  }
  // Shared strings, because a string of its own cell is written as if a formula had made it.
  return new Uint8Array(
    writeXLSX(book, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }),
  );
}

/** Row by row, which takes a third of the time of cells by their names. */
function sheetOf(columns: readonly Column[], rows: readonly Row[]): DenseWorkSheet {
  const head = columns.map(({ name }): CellObject => ({ t: 's', v: name }));
  const body = rows.map((row) => columns.map((column, index) => cellOf(column, row[index] ?? null)));
  const last = utils.encode_cell({ r: rows.length, c: Math.max(0, columns.length - 1) });
  return {
    // A cell that is not there is left out, which the library's types do not say.
    '!data': [head, ...body] as CellObject[][],
    '!cols': columns.map(({ name }, index) => ({ wch: widthOf(name, rows, index) })),
    '!ref': `A1:${last}`,
  };
}

/** In digits, as wide as the longest cell of a column: Excel shows ### for an amount that has no room. */
function widthOf(name: string, rows: readonly Row[], index: number): number {
  let width = roomOf(name);
  for (const row of rows) {
    const cell = row[index] ?? '';
    // A point, and a nought before it.
    if (typeof cell === 'number') width = Math.max(width, String(cell).length + 2);
    else if (2 * cell.length > width) width = Math.max(width, roomOf(cell));
  }
  return Math.min(widest, width + 1);
}

/** A Chinese character has the room of two digits. */
const roomOf = (words: string): number => words.replace(/[^ -ÿ]/g, '..').length;

function cellOf({ type }: Column, cell: Cell): CellObject | undefined {
  if (cell === null || cell === '') return undefined;
  if (typeof cell === 'string') return { t: 's', v: cell.slice(0, lettersOfCell), z: formats.text };
  if (!Number.isSafeInteger(cell)) throw new RangeError(`${cell} is no whole number`);
  // A division is rounded to the nearest number, which is written with the same digits again.
  return { t: 'n', v: cell / units[type], z: type === 'text' ? 'General' : formats[type] };
}
