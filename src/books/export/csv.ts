import type { Cell, Column, ColumnType, Row } from '../../../contract/shapes/books.ts';
import { yuanOf } from '../../payments/yuan.ts';

export type { Cell, Column, ColumnType, Row };

/** With it Excel reads the file as UTF-8, and shows Chinese. */
export const byteOrderMark = '\uFEFF';

/** One line of a file, with its end (RFC 4180). */
export function csvLine(columns: readonly Column[], row: Row): string {
  const cells = columns.map(({ type }, index) => csvCell(type, row[index] ?? null));
  return `${cells.join(',')}\r\n`;
}

export function csvHead(columns: readonly Column[]): string {
  return csvLine(
    columns.map(({ name }) => ({ name, type: 'text' })),
    columns.map(({ name }) => name),
  );
}

function csvCell(type: ColumnType, cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return numberText(type, cell);
  return `"${harmless(cell).replaceAll('"', '""')}"`;
}

/** A number as it is written in the file: by its digits, with no floating number in between. */
export function numberText(type: ColumnType, value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`);
  if (type === 'money') return yuanOf(value);
  if (type !== 'energy') return value.toString();
  const digits = Math.abs(value).toString().padStart(4, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}

// Spreadsheets divide a line at commas, semicolons and tabs without being asked. What follows begins a formula with one
// of these signs, also in the full width of Chinese keyboards; but a sign before a number, and no operator after it, is
// an amount: -5元 is run by nothing, and stays what somebody has written.
const formula =
  /((?:^|[,;])["'\s]*)(?![+\-＋－﹢﹣−]\s*[¥￥]?\d[\p{L}\p{N}\s.%％]*(?:$|[,;]))([=+\-@＝＋－﹢﹣−＠﹫])/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come into a file
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
// What is not seen and is skipped by some readers: between it and the cell's beginning nothing may hide.
const unseen = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

/**
 * Words that no spreadsheet runs: what would begin a formula, in the cell or, where a reader divides cells at another
 * of the usual separators than we do, behind it, gets an apostrophe before it (OWASP, CSV injection); control
 * characters, which would begin a cell or a line, become spaces, and unseen characters go. The whole cell is quoted
 * besides.
 */
export function harmless(words: string): string {
  return words.replace(unseen, '').replace(controls, ' ').replace(formula, "$1'$2");
}

/** What a page is made of, and how far it reaches; `after` is absent behind the last row. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly after?: string;
}
