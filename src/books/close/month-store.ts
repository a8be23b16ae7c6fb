import * as z from 'zod/mini';
import { monthSchema } from '../../../contract/shapes/books.ts';
import { closedMonthFacts } from '../../journal/facts/month.ts';
import { DomainError } from '../../shared/errors.ts';
import { keys } from '../../shared/keys.ts';
import { startingWith } from '../../shared/keys-read.ts';
import type { Item, Table, Write } from '../../shared/table.ts';

export type AccountOfMonth = MonthItem['accounts'][string];

export const closingOf = ({ openingFen, debitFen, creditFen }: AccountOfMonth): number =>
  openingFen + creditFen - debitFen;

/**
 * A month that is being closed, or is. While it runs, everything that has been done is behind `cursor`, and every step
 * moves it in one transaction with what it wrote. Once it is closed it is never written again.
 */
export const monthItemSchema = z.extend(closedMonthFacts, {
  /** `entries` takes the ledger in, `carry` takes over the households that nothing happened to, `seal` adds up. */
  phase: z.enum(['entries', 'carry', 'seal', 'closed']),
  /** The sort key up to which the phase has come. */
  cursor: z.string(),
  /** Of the facilities as they were called then. */
  facilities: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
  version: z.optional(z.int()),
});
export type MonthItem = z.infer<typeof monthItemSchema>;

/** Which months are closed: all from the first to the last. */
const booksSchema = z.object({
  firstMonth: monthSchema,
  lastMonth: monthSchema,
  version: z.optional(z.int()),
});
export type Books = z.infer<typeof booksSchema>;

export async function readBooks(table: Table, estateId: string): Promise<Books | undefined> {
  const [item] = await table.get([keys.books(estateId)]);
  return item === undefined ? undefined : booksSchema.parse(item);
}

export function putBooks(estateId: string, { version, ...books }: Books): Write {
  return { put: { ...keys.books(estateId), ...books }, when: { version } };
}

export async function readMonth(
  table: Table,
  estateId: string,
  month: string,
): Promise<MonthItem | undefined> {
  const [item] = await table.get([keys.month(estateId, month)]);
  return item === undefined ? undefined : monthItemSchema.parse(item);
}

export async function readMonths(table: Table, estateId: string): Promise<MonthItem[]> {
  const items = await table.query(startingWith(keys.month(estateId, '')));
  return items.map((item) => monthItemSchema.parse(item));
}

/** Throws `not-found` for a month that nobody has begun to close, and `month-open` for one that is not closed yet. */
export async function closedMonth(table: Table, estateId: string, month: string): Promise<MonthItem> {
  const item = await readMonth(table, estateId, month);
  if (item === undefined) throw new DomainError('not-found', `${month} is not closed`);
  if (item.state !== 'closed') throw new DomainError('month-open', `${month} is still being closed`);
  return item;
}

export function putMonth({ version, ...month }: MonthItem): Write {
  return { put: { ...keys.month(month.estateId, month.month), ...month }, when: { version } };
}

/** At most so many items of a partition after a sort key, in order. */
export async function itemsAfter(table: Table, pk: string, after: string, limit: number): Promise<Item[]> {
  return itemsBetween(table, pk, after, '\u007f', limit);
}

/** The same up to a sort key, inclusive. Our sort keys are ASCII, so DEL is behind all of them. */
export async function itemsBetween(
  table: Table,
  pk: string,
  after: string,
  until: string,
  limit: number,
): Promise<Item[]> {
  // Bounds are inclusive and the first item may be the one we have: one more is read and that one dropped. No key is
  // empty, so a space stands before all of them.
  const found = await table.query({ pk, between: [after === '' ? ' ' : after, until], limit: limit + 1 });
  return found.filter(({ sk }) => sk !== after).slice(0, limit);
}
