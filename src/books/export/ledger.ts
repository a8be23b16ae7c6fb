import { keys } from '../../shared/keys.ts';
import type { Table } from '../../shared/table.ts';
import { bookedSchema } from '../close/book-page.ts';
import { itemsAfter, type MonthItem } from '../close/month-store.ts';
import type { Row, Rows } from './csv.ts';
import { localTime } from './tables.ts';

/** Entries looked at for a page; those of other months lie between. */
const entriesAtOnce = 500;

/** The ledger of a month: every posting of the entries in its books, in the order in which they were recorded. */
export async function ledgerPage(
  table: Table,
  { estateId, month, timeZone }: MonthItem,
  after: string,
): Promise<Rows> {
  const items = await itemsAfter(table, keys.booked(estateId, 0, '').pk, after, entriesAtOnce);
  const rows = items.flatMap((item): Row[] => {
    const booked = bookedSchema.parse(item);
    if (booked.month !== month) return [];
    const { day, belongsTo = '', entryKind, entry, recordedAtMs, postings } = booked;
    const bookedAt = localTime(recordedAtMs, timeZone);
    return postings.map(({ debit, credit, amountFen, memo }): Row => {
      const voucher = `${entry.pk}|${entry.sk}`;
      return [month, day, bookedAt, belongsTo, entryKind, voucher, debit, credit, amountFen, memo];
    });
  });
  const last = items.at(-1)?.sk;
  return items.length < entriesAtOnce || last === undefined ? { rows } : { rows, after: last };
}
