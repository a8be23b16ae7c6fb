import * as z from 'zod/mini';
import type { ExportKind } from '../../../contract/words/words.ts';
import { DomainError } from '../../shared/errors.ts';
import type { Table } from '../../shared/table.ts';
import { closedMonth, type MonthItem, readMonth } from '../close/month-store.ts';
import { readRevenue } from '../close/revenue.ts';
import { readResults } from '../reconcile/reconciliation-store.ts';
import { type Column, csvHead, csvLine, type Row, type Rows } from './csv.ts';
import { ledgerPage } from './ledger.ts';
import { statementPage } from './statements.ts';
import { columns, reconciliationRows, revenueRows, splitRows } from './tables.ts';

/** One page of a file, and where the next begins. Pages of one file are the same however often they are read. */
export interface ExportPage {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Absent on the last page. */
  readonly cursor?: string;
  /** Rows so far, and of how many. */
  readonly done: number;
  readonly total: number;
  /** Of what the file is made: a file that was begun under another one begins again. */
  readonly source: string;
}

/** `after` is a place of ours, of which none is empty or begins with a space. */
const cursorSchema = z.object({
  after: z.string().check(z.regex(/^[!-~]/)),
  done: z.int().check(z.minimum(0)),
});
export type Cursor = z.infer<typeof cursorSchema>;

const beginning: Cursor = { after: '', done: 0 };

/**
 * A page of one of a month's files. Throws `not-found`, `month-open`, and `bad-request` for a cursor that is not one
 * of ours. The differences to a provider's bill can be had before the month is closed.
 */
export async function exportPage(
  table: Table,
  estateId: string,
  month: string,
  kind: ExportKind,
  cursorText: string | undefined,
): Promise<ExportPage> {
  const from = cursorText === undefined ? beginning : readCursor(cursorText);
  if (kind === 'reconciliation') return reconciliationPage(table, estateId, month);
  const closed = await closedMonth(table, estateId, month);
  const { rows, after } = await rowsOf(table, closed, kind, from.after);
  const done = from.done + rows.length;
  return {
    columns: columns[kind],
    rows,
    done,
    total: after === undefined ? done : totalOf(kind, closed),
    source: closed.sealed.hash,
    ...(after === undefined ? {} : { cursor: cursorOf({ after, done }) }),
  };
}

function rowsOf(
  table: Table,
  month: MonthItem,
  kind: Exclude<ExportKind, 'reconciliation'>,
  after: string,
): Promise<Rows> {
  switch (kind) {
    case 'statements':
      return statementPage(table, month, after);
    case 'ledger':
      return ledgerPage(table, month, after);
    case 'revenue':
      return readRevenue(table, month.estateId, month.month).then((days) => ({
        rows: revenueRows(month, days),
      }));
    case 'split':
      return Promise.resolve({ rows: splitRows(month) });
  }
}

/** Every statement has a row for its opening and one for its closing. */
function totalOf(kind: ExportKind, { rows, statements, postings }: MonthItem): number {
  return kind === 'statements' ? rows + 2 * statements : postings;
}

async function reconciliationPage(table: Table, estateId: string, month: string): Promise<ExportPage> {
  const results = await readResults(table, estateId, month);
  if (results.length === 0) throw new DomainError('not-found', `No bill of ${month} was compared`);
  const zone = await readMonth(table, estateId, month);
  const rows = reconciliationRows(results);
  return {
    columns: columns.reconciliation,
    rows,
    done: rows.length,
    total: rows.length,
    source: `${zone?.sealed.hash ?? ''} ${results.map(({ provider, atMs }) => `${provider} ${atMs}`).join()}`,
  };
}

function cursorOf(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new DomainError('bad-request', 'The cursor is not one of ours');
  }
}

/** A page as the text of a file, with its head on the first; the pages one after the other are the file. */
export function csvOf({ columns: of, rows }: ExportPage, isFirst: boolean): string {
  return `${isFirst ? csvHead(of) : ''}${rows.map((row) => csvLine(of, row)).join('')}`;
}
