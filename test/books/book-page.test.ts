import { beforeEach, describe, expect, test } from 'vitest';
import { BookPage, readPage } from '../../src/books/close/book-page.ts';
import type { BilledSession, LedgerFact } from '../../src/books/close/booking.ts';
import { readMonth } from '../../src/books/close/month-store.ts';
import { openStatement } from '../../src/books/close/statement.ts';
import type { Posting } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import {
  type BooksWorld,
  booksWorld,
  cost,
  estateId,
  begunMonth as month,
  october,
  zone,
} from './ledger-builder.ts';

let world: BooksWorld;
beforeEach(async () => {
  world = await booksWorld(zone, 'h1', 'h2');
});

const billed = (sessionId: string, more: Partial<BilledSession> = {}): BilledSession => ({
  ...{ sessionId, householdId: 'h1', facilityId: 'garage', deviceId: 'd', port: 1, tariffVersion: 'v' },
  ...{ startedAtMs: 1, endedAtMs: 2, energyWh: 100, revision: 0, remarks: [], ...more },
});
const fact = (postings: readonly Posting[], more: Partial<LedgerFact> = {}): LedgerFact => ({
  ...{ entry: { pk: 'P', sk: 'S' }, entryKind: 'k', recordedAtMs: october, postings },
  ...{ day: '2026-10-01', ownMonth: '2026-10', about: {}, ...more },
});
const topUp = (householdId: string): Posting[] => [
  { debit: 'cash', credit: `wallet:${householdId}`, amountFen: 1, memo: 'm' },
];

/** One transaction of the closing with these. */
async function booked(...facts: LedgerFact[]): Promise<Item[]> {
  const now = (await readMonth(world.table, estateId, '2026-10')) ?? month;
  const page = new BookPage(now, await readPage(world.table, now, facts));
  for (const [index, one] of facts.entries()) page.book(one, `${october}#${now.entries + index}`);
  const writes = page.writes({ phase: 'entries', cursor: 'x' });
  expect(await world.table.commit(writes)).toEqual({ committed: true });
  return writes.flatMap((write) => ('put' in write ? [write.put] : []));
}
const statementPk = `STATEMENTS#${estateId}#2026-10`;
/** Of each row: whose, what it is, what it moves, its energy, what it says, and of which session it is. */
const rowsIn = (items: readonly Item[]) =>
  items
    .filter(({ pk }) => pk.startsWith(`${statementPk}#`))
    .map(({ pk, kind, balanceFen, energyWh, memo, remarks, session }) => [
      pk.replace(`${statementPk}#`, ''),
      ...[kind, balanceFen, energyWh, memo, remarks],
      (session as BilledSession | undefined)?.sessionId,
    ]);

describe('a row of a statement', () => {
  test('of a session is its household’s; whoever’s money it moves besides has a movement and no energy', async () => {
    const both: Posting[] = [
      ...cost('h1', 7, 0, 'c1'),
      { debit: 'cash', credit: 'wallet:h2', amountFen: 2, memo: 'gift' },
    ];
    const session = billed('c1', { remarks: ['estimated'] });
    const items = await booked(fact(both, { session, about: { reason: 'other' } }));
    expect(rowsIn(items)).toEqual([
      ['h1', 'session', -7, 100, 'c1', ['estimated'], 'c1'],
      ['h2', 'top-up', 2, 0, 'c1', ['other'], undefined],
    ]);
  });

  test('of a session of no household is that of whoever paid', async () => {
    const items = await booked(
      fact(cost('h2', 7, 0, 'memo'), { session: billed('c1', { householdId: undefined }) }),
    );
    expect(rowsIn(items)).toEqual([['h2', 'session', -7, 100, 'memo', [], 'c1']]);
    const [revenue] = items.filter(({ pk }) => pk.startsWith('REVENUE#'));
    expect(revenue?.['cells']).toMatchObject([{ line: 'electricity', amountFen: 7, energyWh: 0 }]);
  });

  test('is missing where a session never began and nothing moved, or a later truth changed nothing', async () => {
    const { startedAtMs: _, endedAtMs: _e, ...never } = billed('c2', { energyWh: 0 });
    const items = await booked(
      fact([], { session: billed('c1', { energyWh: 0 }) }),
      fact([], { session: billed('c1', { energyWh: 0, revision: 1 }) }),
      fact([], { session: billed('c1', { energyWh: 5, revision: 2 }) }),
      fact([], { session: never }),
      fact(cost('h1', 1, 0, 'fee'), { session: never }),
    );
    expect(rowsIn(items)).toEqual([
      ['h1', 'session', 0, 0, 'c1', [], 'c1'],
      ['h1', 'adjustment', 0, 5, 'c1', [], 'c1'],
      ['h1', 'adjustment', -1, 0, 'fee', [], 'c2'],
    ]);
    expect(items[0]).toMatchObject({ entries: 5, rows: 3, postings: 1, statements: 1, cursor: 'x' });
  });

  test('of an older truth that comes after a newer adds no energy, and is not what is remembered', async () => {
    const facts = [1, 0, 1].map((revision, index) =>
      fact(cost('h1', index + 1, 0), { session: billed('c1', { revision, energyWh: 100 + 10 * index }) }),
    );
    const items = await booked(...facts);
    expect(rowsIn(items).map(([, kind, fen, energyWh]) => [kind, fen, energyWh])).toEqual([
      ...[
        ['session', -1, 100],
        ['adjustment', -2, 0],
        ['adjustment', -3, 20],
      ],
    ]);
    expect(await world.table.get([keys.bookedSession(estateId, 'c1')])).toMatchObject([
      { revision: 1, energyWh: 120, version: 1 },
    ]);
    // In the next transaction it is known from the table.
    const again = await booked(fact([], { session: billed('c1', { revision: 2, energyWh: 121 }) }));
    expect(rowsIn(again)).toEqual([['h1', 'adjustment', 0, 1, 'c1', [], 'c1']]);
    expect(await world.table.get([keys.bookedSession(estateId, 'c1')])).toMatchObject([
      { revision: 2, energyWh: 121, version: 2 },
    ]);
  });
});

describe('what is earned', () => {
  test('stands under the facility and the prices of its session, the bill’s own before those of what it is about', async () => {
    const about = { sessionId: 'c1', tariffVersion: 'w' };
    const items = await booked(
      fact(cost('h1', 1, 0), { session: billed('c1') }),
      fact(cost('h1', 0, 2), { about }),
      fact(cost('h1', 0, 4), { about: { ...about, sessionId: 'unknown' } }),
      fact(cost('h1', 0, 8)),
      fact(cost('h1', 0, 16), { about, session: billed('c2', { facilityId: 'shed', tariffVersion: 'x' }) }),
    );
    const [revenue] = items.filter(({ pk }) => pk.startsWith('REVENUE#'));
    expect(revenue?.['cells']).toEqual([
      { facilityId: '', tariffVersion: '', line: 'service', amountFen: 8, energyWh: 0 },
      { facilityId: '', tariffVersion: 'w', line: 'service', amountFen: 4, energyWh: 0 },
      { facilityId: 'garage', tariffVersion: 'v', line: 'electricity', amountFen: 1, energyWh: 100 },
      { facilityId: 'garage', tariffVersion: 'v', line: 'service', amountFen: 2, energyWh: 0 },
      { facilityId: 'shed', tariffVersion: 'x', line: 'electricity', amountFen: 0, energyWh: 100 },
      { facilityId: 'shed', tariffVersion: 'x', line: 'service', amountFen: 16, energyWh: 0 },
    ]);
    expect(items.filter(({ pk }) => pk.startsWith('REVENUE#'))).toHaveLength(1);
    expect(
      (await booked(fact(topUp('h1'), { day: '2026-10-02' }))).filter(({ pk }) => pk.startsWith('REVENUE#')),
    ).toEqual([]);
  });
});

test('a household is carried over once, with what it had, unless it has a statement already', async () => {
  const before = (householdId: string) => ({
    ...openStatement(estateId, '2026-09', { householdId, building: '9', unit: '9' }, undefined),
    ...{ closingFen: 70, closingOwedFen: 5 },
  });
  for (const householdId of ['h1', 'h2']) {
    const put = { ...keys.statement(estateId, '2026-09', householdId), ...before(householdId) };
    await world.table.commit([{ put, when: 'absent' }]);
  }
  await booked(fact(topUp('h1')));
  const page = new BookPage(month, await readPage(world.table, month, [], ['h1', 'h2']));
  for (const householdId of ['h1', 'h2', 'h2']) page.carry(before(householdId));
  expect(page.writes({ phase: 'carry', cursor: 'h2' })).toEqual([
    expect.objectContaining({
      put: expect.objectContaining({ phase: 'carry', cursor: 'h2', statements: 1 }),
    }),
    {
      put: {
        ...keys.statement(estateId, '2026-10', 'h2'),
        // As it is registered now.
        ...{ estateId, month: '2026-10', householdId: 'h2', building: '3', unit: 'h2', movedFen: {} },
        ...{ openingFen: 70, openingOwedFen: 5, closingFen: 70, closingOwedFen: 5 },
        ...{ energyWh: 0, rows: 0, hash: '' },
      },
      when: { version: undefined },
    },
  ]);
});

describe('a page', () => {
  const bill = (number: number, day = '2026-10-01') =>
    fact(cost('h1', 1, 0), { day, session: billed(`c${number}`) });

  // DynamoDB takes a hundred writes at once. The next entry may need nine.
  test.each<[string, (number: number) => LedgerFact, number, number]>([
    ['one household', () => fact(topUp('h1')), 41, 84],
    ['two households', (number) => fact(topUp(`h${number % 2}`)), 40, 83],
    ['as many households as entries', (number) => fact(topUp(`h${number}`)), 28, 85],
    ['sessions of one household and day', (number) => bill(number), 27, 84],
    ['sessions of as many days', (number) => bill(number, `2026-10-${10 + number}`), 21, 86],
  ])('of %s is full after so many entries', async (_, of, most, writes) => {
    const facts = Array.from({ length: 100 }, (_one, number) => of(number));
    const page = new BookPage(month, await readPage(world.table, month, facts));
    let taken = 0;
    for (; !page.isFull; taken += 1) page.book(of(taken), `${october}#${taken}`);
    expect([taken, page.writes({ phase: 'entries', cursor: 'x' }).length]).toEqual([most, writes]);
  });
});
