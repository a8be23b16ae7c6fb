import { beforeEach, describe, expect, test } from 'vitest';
import { startOfMonth } from '../../src/books/book-day.ts';
import { BookPage, readPage } from '../../src/books/book-page.ts';
import { factOf } from '../../src/books/booking.ts';
import type { MonthItem } from '../../src/books/month-store.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { type BooksWorld, booksWorld, cost, estateId } from './ledger-builder.ts';

const zone = 'Asia/Shanghai';
const october = startOfMonth('2026-10', zone);
const closeMs = startOfMonth('2026-11', zone) + 14 * 3_600_000;
const begun: MonthItem = {
  ...{ estateId, month: '2026-10', timeZone: zone, state: 'running', phase: 'entries', cursor: '' },
  ...{ startedBy: 'manager-1', startedAtMs: closeMs, cutoffMs: closeMs, accounts: {}, facilities: {} },
  ...{ entries: 0, lateEntries: 0, postings: 0, rows: 0, statements: 0 },
  sealed: { statements: 0, balancesFen: 0, owedFen: 0, hash: '' },
};

let world: BooksWorld;
beforeEach(async () => {
  world = await booksWorld(zone);
});

describe('a page of the books', () => {
  const fill = async (fact: (number: number) => ReturnType<typeof factOf>) => {
    const { table } = world;
    const facts = Array.from({ length: 100 }, (_, number) => fact(number));
    const page = new BookPage(begun, await readPage(table, begun, facts));
    let taken = 0;
    for (const one of facts) {
      if (page.isFull) break;
      page.book(one, `${closeMs}#${taken}`);
      taken += 1;
    }
    return { taken, writes: page.writes({ phase: 'entries', cursor: 'x' }).length };
  };
  const fact = (number: number, householdId: string, day: string, isCharge: boolean) => {
    const entry: Entry = {
      ...{
        pk: 'P',
        sk: String(number),
        type: 'entry',
        kind: 'k',
        estateId,
        deviceId: 'd',
        topic: 't',
        raw: '',
      },
      ...{ sender: 's', digest: '', outcome: 'o', expiresAtS: 0, receivedAtMs: october, facts: {} },
    };
    const { charge: _, ...plain } = factOf(entry, zone);
    const charge = {
      ...{ chargeId: `c${number}`, householdId, facilityId: 'f', deviceId: 'd', port: 1, tariffVersion: 'v' },
      ...{ energyWh: 1, revision: 0, remarks: [] },
    };
    const postings = isCharge
      ? cost(householdId, 1, 0)
      : [{ debit: 'cash', credit: `wallet:${householdId}`, amountFen: 1, memo: 'm' }];
    return { ...plain, day, postings, ...(isCharge ? { charge } : {}) };
  };

  // DynamoDB takes a hundred writes at once. The next entry may need nine.
  test.each([
    ['one household', () => fact(0, 'h1', '2026-10-01', false), 41, 84],
    ['two households', (number: number) => fact(number, `h${number % 2}`, '2026-10-01', false), 40, 83],
    [
      'as many households as entries',
      (number: number) => fact(number, `h${number}`, '2026-10-01', false),
      28,
      85,
    ],
    ['charges of one household and day', (number: number) => fact(number, 'h1', '2026-10-01', true), 27, 84],
    [
      'charges of as many days',
      (number: number) => fact(number, 'h1', `2026-10-${10 + number}`, true),
      21,
      86,
    ],
  ])('of %s is full after so many entries', async (_, of, taken, writes) => {
    expect(await fill(of)).toEqual({ taken, writes });
  });
});
