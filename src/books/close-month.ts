import { type Month, statementSchema } from '../../contract/shapes/books.ts';
import type { Backend } from '../journal/commit.ts';
import { type Origin, parseEntry } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { addDays, nextMonth, previousMonth, startOfDay } from '../shared/local-time.ts';
import type { Item, Table, Write } from '../shared/table.ts';
import { closableFromMs, startOfMonth } from './book-day.ts';
import { BookPage, readPage } from './book-page.ts';
import { factOf, type LedgerFact } from './booking.ts';
import {
  closingOf,
  itemsAfter,
  itemsBetween,
  type MonthItem,
  putMonth,
  readBooks,
  readMonth,
} from './month-store.ts';
import { seal, unlessBusy } from './seal-month.ts';

/** How far a closing has come, in thousandths of the way. */
export interface Progress {
  readonly state: 'running' | 'closed';
  readonly done: number;
  readonly total: number;
}

export interface CloseOptions {
  /** Why it may be closed although a provider's bill was not compared. */
  readonly withoutReconciliation?: string | undefined;
  /** How many transactions one call may make: with 24 it takes about two seconds. */
  readonly steps?: number;
}

const total = 1000;
const linesAtOnce = 100;
const statementsAtOnce = 20;

/**
 * How long before its month's beginning an entry may have been recorded and be seen now for the first time. A message
 * keeps the moment at which it came: it may have waited two weeks in a queue and two more among the dead letters.
 */
const seenLateDays = 45;

/**
 * Takes a few steps towards closing a month, and tells how far it is; called again until it is closed. Every step is
 * one transaction under the month's version: of two callers one wins each, and whoever comes next goes on from there.
 * Calling it for a closed month changes nothing.
 *
 * Throws `month-not-over`, `month-open` (an earlier one has to be closed first), `month-closed` (before the books
 * begin), `reconciliation-missing` at the end of the way, and `books-do-not-balance`, which is a defect.
 */
export async function closeMonth(
  backend: Backend,
  origin: Origin,
  month: string,
  options: CloseOptions = {},
): Promise<Progress> {
  const { table } = backend;
  const { estateId } = origin;
  let current = await readMonth(table, estateId, month);
  for (let step = options.steps ?? 24; step > 0 && current?.state !== 'closed'; step -= 1) {
    const writes =
      current === undefined ? [await opened(backend, origin, month)] : await nextStep(backend, current);
    if (writes === 'sealed') await seal(backend, origin, month, options.withoutReconciliation);
    // A lost race means that another caller has taken this step: it is not taken twice, and we go on behind it.
    else await table.commit(writes).catch(unlessBusy);
    current = await readMonth(table, estateId, month);
  }
  return progressOf(current);
}

export function progressOf(month: MonthItem | undefined): Progress {
  if (month === undefined) return { state: 'running', done: 0, total };
  return { state: month.state, done: doneOf(month), total };
}

function doneOf({ phase, cursor, cutoffMs, sealed, statements, ...month }: MonthItem): number {
  switch (phase) {
    case 'entries': {
      const fromMs = startOfMonth(month.month, month.timeZone);
      const atMs = Number(cursor.slice(0, 13));
      return Math.floor(700 * Math.min(1, Math.max(0, (atMs - fromMs) / (cutoffMs - fromMs))));
    }
    case 'carry':
      return 700;
    case 'seal':
      return 800 + Math.floor((199 * sealed.statements) / Math.max(1, statements));
    case 'closed':
      return total;
  }
}

/** The month as its closing begins, or the reason why it may not. */
async function opened({ table, clock, registry }: Backend, origin: Origin, month: string): Promise<Write> {
  const { estateId } = origin;
  const { timeZone } = await registry.estate(estateId);
  const nowMs = clock.now();
  if (nowMs < closableFromMs(month, timeZone))
    throw new DomainError(
      'month-not-over',
      `${month} can be closed from ${new Date(closableFromMs(month, timeZone)).toISOString()} on`,
    );
  await checkOrder(table, estateId, month, timeZone);
  const [before, facilities] = await Promise.all([
    readMonth(table, estateId, previousMonth(month)),
    registry.facilities(estateId),
  ]);
  const accounts = Object.entries(before?.accounts ?? {}).map(
    ([account, sums]) => [account, { openingFen: closingOf(sums), debitFen: 0, creditFen: 0 }] as const,
  );
  const firstMs = startOfDay(addDays(`${month}-01`, -seenLateDays), timeZone);
  return putMonth({
    estateId,
    month,
    timeZone,
    state: 'running',
    phase: 'entries',
    // The first month of all takes in whatever there is.
    cursor: before === undefined ? '' : time(firstMs),
    startedBy: origin.sender,
    startedAtMs: nowMs,
    cutoffMs: nowMs,
    facilities: Object.fromEntries(facilities.map(({ facilityId, name }) => [facilityId, name])),
    accounts: Object.fromEntries(accounts),
    entries: 0,
    lateEntries: 0,
    postings: 0,
    rows: 0,
    statements: 0,
    sealed: { statements: 0, balancesFen: 0, owedFen: 0, hash: '' },
  });
}

/** Months are closed in their order, so that every opening balance is a closing balance. */
async function checkOrder(table: Table, estateId: string, month: string, timeZone: string): Promise<void> {
  const books = await readBooks(table, estateId);
  if (books === undefined) {
    const [first] = await factsAfter(table, estateId, '', '\u007f', 1, timeZone);
    if (first !== undefined && first.fact.ownMonth < month)
      throw new DomainError('month-open', `${first.fact.ownMonth} has to be closed first`);
    return;
  }
  if (month < books.firstMonth)
    throw new DomainError('month-closed', `The books of ${estateId} begin with ${books.firstMonth}`);
  if (month > nextMonth(books.lastMonth))
    throw new DomainError('month-open', `${nextMonth(books.lastMonth)} has to be closed first`);
}

/** What the next step writes; `sealed` when only the end is left. */
async function nextStep(backend: Backend, month: MonthItem): Promise<Write[] | 'sealed'> {
  switch (month.phase) {
    case 'entries':
      return takeEntries(backend.table, month);
    case 'carry':
      return carryOver(backend.table, month);
    default:
      return 'sealed';
  }
}

async function takeEntries(table: Table, month: MonthItem): Promise<Write[]> {
  const { estateId, cursor, cutoffMs, timeZone } = month;
  const until = `${time(cutoffMs)}#\u007f`;
  const found = await factsAfter(table, estateId, cursor, until, linesAtOnce, timeZone);
  const own = found.filter(({ fact, isBooked }) => !isBooked && fact.ownMonth <= month.month);
  const items = await readPage(
    table,
    month,
    own.map(({ fact }) => fact),
  );
  const page = new BookPage(month, items);
  let reached = cursor;
  for (const line of found) {
    if (page.isFull) return page.writes({ phase: 'entries', cursor: reached });
    if (own.includes(line)) page.book(line.fact, line.place);
    reached = line.place;
  }
  return found.length < linesAtOnce
    ? page.writes({ phase: 'carry', cursor: '' })
    : page.writes({ phase: 'entries', cursor: reached });
}

interface Line {
  readonly place: string;
  readonly fact: LedgerFact;
  /** It stands in the books of an earlier month. */
  readonly isBooked: boolean;
}

/** The lines of the ledger behind a place, each with its entry of the journal. */
async function factsAfter(
  table: Table,
  estateId: string,
  after: string,
  until: string,
  limit: number,
  timeZone: string,
): Promise<Line[]> {
  const { pk } = keys.postingsOfEstate(estateId, 0, '');
  const lines = await itemsBetween(table, pk, after, until, limit);
  const bookedPk = keys.booked(estateId, 0, '').pk;
  const [booked, entries] = await Promise.all([
    table.get(lines.map(({ sk }) => ({ pk: bookedPk, sk }))),
    table.get(lines.map((line) => line['entry'] as Item)),
  ]);
  return lines.map(({ sk }, index) => {
    const entry = entries[index];
    // The journal keeps money for three years: a line without its entry is a defect that must not pass as no money.
    if (entry === undefined) throw new Error(`The ledger's line ${sk} has no entry in the journal`);
    return { place: sk, fact: factOf(parseEntry(entry), timeZone), isBooked: booked[index] !== undefined };
  });
}

/** Households to whom nothing happened have a statement too: that nothing did. */
async function carryOver(table: Table, month: MonthItem): Promise<Write[]> {
  const { pk } = keys.statement(month.estateId, previousMonth(month.month), '');
  const items = await itemsAfter(table, pk, month.cursor, statementsAtOnce);
  const before = items.map((item) => statementSchema.parse(item));
  const names = before.map(({ householdId }) => householdId);
  const page = new BookPage(month, await readPage(table, month, [], names));
  for (const statement of before) page.carry(statement);
  return items.length < statementsAtOnce
    ? page.writes({ phase: 'seal', cursor: '' })
    : page.writes({ phase: 'carry', cursor: items.at(-1)?.sk ?? '' });
}

/** A month as people see it. */
export function shownMonth(month: MonthItem): Month {
  const { state, cutoffMs, closedBy, closedAtMs, entries, lateEntries, statements, split } = month;
  const { done, total } = progressOf(month);
  const accounts = Object.entries(month.accounts).map(
    ([account, sums]) => [account, { ...sums, closingFen: closingOf(sums) }] as const,
  );
  return {
    ...{ month: month.month, state, done, total, cutoffMs, closedBy, closedAtMs },
    ...{ entries, lateEntries, statements, split, withoutReconciliation: month.withoutReconciliation },
    ...(state === 'closed' ? { hash: month.sealed.hash } : {}),
    accounts: Object.fromEntries(accounts),
  };
}
