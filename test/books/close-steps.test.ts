import { beforeEach, describe, expect, test } from 'vitest';
import { startOfMonth } from '../../src/books/close/book-day.ts';
import { closeMonth, progressOf } from '../../src/books/close/close-month.ts';
import { type MonthItem, putBooks, putMonth, readMonth } from '../../src/books/close/month-store.ts';
import type { Posting } from '../../src/ledger/ledger.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import {
  type BooksWorld,
  begunMonth,
  booksWorld,
  close,
  closeInTime,
  cost,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';

const day = 24 * hour;
const closeMs = november + 14 * hour;

let world: BooksWorld;
beforeEach(async () => {
  world = await booksWorld(zone, 'h1', 'h2');
});
const step = (month = '2026-10', table: Table = world.table) =>
  closeMonth({ ...world.backend, table }, world.origin(), month, { steps: 1 });
const begun: MonthItem = {
  ...{ ...begunMonth, startedAtMs: closeMs, cutoffMs: closeMs },
  facilities: { garage: { zh: '车库', en: 'Garage' } },
};

describe('a closing, step by step', () => {
  test('begins with whatever there is, takes it in, carries over, adds up and seals', async () => {
    await world.topUp(october - day, 'h1', 400);
    world.nowMs = closeMs;
    await expect(step()).rejects.toMatchObject({ error: 'month-open' });
    world.nowMs = october + 14 * hour;
    await close(world, '2026-09');
    await world.topUp(october + hour, 'h2', 100);
    world.nowMs = closeMs;
    /** Phase, cursor and version; entries and statements; and how many of these are sealed. */
    const seen = async () => {
      const month = await readMonth(world.table, estateId, '2026-10');
      const { cursor, phase, version, entries, statements, sealed } = month ?? begun;
      return [phase, cursor, version, entries, statements, sealed.statements];
    };
    expect(await step()).toEqual({ state: 'running', done: 0, total: 1000 });
    expect(await readMonth(world.table, estateId, '2026-10')).toStrictEqual({
      ...begun,
      version: 1,
      // What was kept by a queue and among the dead letters for a month and a half may be told now.
      cursor: String(startOfMonth('2026-08', zone) + 16 * day),
      accounts: {
        cash: { openingFen: -400, debitFen: 0, creditFen: 0 },
        wallets: { openingFen: 400, debitFen: 0, creditFen: 0 },
      },
    });
    expect(await step()).toEqual({ state: 'running', done: 700, total: 1000 });
    expect(await seen()).toEqual(['carry', '', 2, 1, 1, 0]);
    expect(await step()).toEqual({ state: 'running', done: 800, total: 1000 });
    expect(await seen()).toEqual(['seal', '', 3, 1, 2, 0]);
    expect(await step()).toEqual({ state: 'running', done: 999, total: 1000 });
    expect(await seen()).toEqual(['seal', 'h2', 4, 1, 2, 2]);
    expect(await step()).toEqual({ state: 'closed', done: 1000, total: 1000 });
    expect(await step()).toEqual({ state: 'closed', done: 1000, total: 1000 });
  });

  const quarter = (closeMs - october) / 4;
  const oneSealed = { ...begun.sealed, statements: 1 };
  test.each<[string, Partial<MonthItem>, number]>([
    ['before the first entry', { cursor: '' }, 0],
    ['before its month', { cursor: `${october - day}#x` }, 0],
    ['a quarter of the way', { cursor: `${october + quarter}#x` }, 175],
    ['just not half way', { cursor: `${october + 2 * quarter - 1}` }, 349],
    ['at the end of the entries', { cursor: `${closeMs}#x` }, 700],
    ['behind it', { cursor: `${closeMs + day}` }, 700],
    ['carrying over', { phase: 'carry' }, 700],
    ['with nothing to add up', { phase: 'seal' }, 800],
    ['with a third added up', { phase: 'seal', statements: 3, sealed: oneSealed }, 866],
    ['closed', { phase: 'closed' }, 1000],
  ])('%s is told in thousandths', (_, changes, done) => {
    expect(progressOf({ ...begun, ...changes })).toEqual({ state: 'running', done, total: 1000 });
  });

  test('that has not begun is at nothing', () => {
    expect(progressOf(undefined)).toEqual({ state: 'running', done: 0, total: 1000 });
  });
});

describe('the entries of a month', () => {
  const memos = async (month: string) =>
    (await world.table.query({ pk: keys.booked(estateId, 0, '').pk }))
      .filter((item) => item['month'] === month)
      .map(({ sk }) => /t\d/.exec(sk)?.[0]);

  test('are those that were recorded until it began to be closed, of its own and of earlier months', async () => {
    // t1 to t4, in the order in which they come.
    for (const atMs of [october + hour, november - 1, november, closeMs]) await world.topUp(atMs, 'h1', 100);
    const readings = [october, october + hour].map((atMs) => ({ atMs, energyWh: 0 }));
    const ended = {
      agreement: { sessionId: 'c', facilityId: 'garage', deviceId: 'd', port: 1, householdId: 'h1' },
      receipt: { tariffVersion: 'v', readings, estimated: false, remarks: [] },
    };
    for (const [order, atMs] of [closeMs, closeMs + 1].entries()) {
      const key = { pk: `DEVICE#t${5 + order}`, sk: `SESSION#${order}#settled` };
      await world.post(atMs, key, 'settlement', ended, cost('h1', 1, 0));
    }
    await closeInTime(world, '2026-10');
    expect(await memos('2026-10')).toEqual(['t1', 't2', 't5']);
    await closeInTime(world, '2026-11');
    expect(await memos('2026-11')).toEqual(['t3', 't4', 't6']);
  });

  test('may have waited forty-five days before its beginning, and no longer', async () => {
    await world.topUp(october + hour, 'h1', 100);
    await closeInTime(world, '2026-10');
    const seenMs = november - 45 * day;
    for (const atMs of [seenMs - 1, seenMs]) await world.topUp(atMs, 'h1', 100);
    await closeInTime(world, '2026-11');
    expect(await memos('2026-11')).toEqual(['t3']);
  });
});

describe('what stands in the way of a step', () => {
  const failing = (error: Error, isIt: (pk: string, sk: string) => boolean): Table => ({
    ...world.table,
    commit: async (writes) => {
      for (const write of writes) if ('put' in write && isIt(write.put.pk, write.put.sk)) throw error;
      return world.table.commit(writes);
    },
  });
  const busy = new DomainError('table-busy', 'Later');

  test.each(['entries', 'seal'] as const)(
    'is another caller, in the phase %s: then it goes on; or a fault, which is told',
    async (phase) => {
      await world.topUp(october + hour, 'h1', 100);
      world.nowMs = closeMs;
      for (let steps = phase === 'entries' ? 1 : 3; steps > 0; steps -= 1) await step();
      const before = await readMonth(world.table, estateId, '2026-10');
      expect(before?.phase).toBe(phase);
      const isMonth = (_: string, sk: string) => sk === 'MONTH#2026-10';
      expect(await step('2026-10', failing(busy, isMonth))).toMatchObject({ state: 'running' });
      for (const error of [new DomainError('not-found', 'Gone'), new Error('The table is gone')])
        await expect(step('2026-10', failing(error, isMonth))).rejects.toThrow(error);
      expect(await readMonth(world.table, estateId, '2026-10')).toEqual(before);
    },
  );

  test('is a line of the ledger whose entry is gone: it must not pass as no money', async () => {
    await world.topUp(october + hour, 'h1', 100);
    await world.table.commit([{ remove: keys.topUp(estateId, 't1') }]);
    world.nowMs = closeMs;
    await expect(closeMonth(world.backend, world.origin(), '2026-10')).rejects.toThrow(/has no entry/);
  });

  test('is a moment before thirteen hours after its end, and no later one', async () => {
    world.nowMs = november + 13 * hour - 1;
    const message = '2026-10 can be closed from 2026-11-01T05:00:00.000Z on';
    await expect(step()).rejects.toMatchObject({ error: 'month-not-over', message });
    world.nowMs += 1;
    expect(await step()).toMatchObject({ state: 'running' });
  });

  test('is nobody where another has closed it in the same moment: it is closed once, and both are told so', async () => {
    await world.topUp(october + hour, 'h1', 100);
    world.nowMs = closeMs;
    for (let steps = 0; steps < 4; steps += 1) await step();
    const late = interruptedAfter(
      world.table,
      ([key]) => key?.pk === `STATEMENTS#${estateId}#2026-10`,
      async () => expect(await step()).toMatchObject({ state: 'closed' }),
    );
    expect(await step('2026-10', late)).toMatchObject({ state: 'closed' });
    expect(world.entries().filter(({ kind }) => kind === 'month-closed')).toHaveLength(1);
  });

  test('are books that have gone on to another month meanwhile', async () => {
    world.nowMs = closeMs;
    for (let steps = 0; steps < 3; steps += 1) await step();
    const books = (lastMonth: string, version?: number) =>
      putBooks(estateId, { firstMonth: '2026-01', lastMonth, version });
    await world.table.commit([books('2026-08')]);
    const message = 'After 2026-08 comes 2026-09';
    await expect(step()).rejects.toMatchObject({ error: 'month-open', message });
    await world.table.commit([books('2026-09', 1)]);
    expect(await step()).toMatchObject({ state: 'closed' });
    expect(await world.table.get([keys.books(estateId)])).toMatchObject([
      { firstMonth: '2026-01', lastMonth: '2026-10', version: 3 },
    ]);
  });
});

describe('books that do not balance', () => {
  beforeEach(async () => {
    await world.topUp(october + hour, 'h1', 500);
    const claim: Posting = { debit: 'receivable:h2', credit: 'revenue:service', amountFen: 7, memo: 'm' };
    await world.post(october + hour, { pk: 'CLAIM', sk: '1' }, 'correction', {}, [claim]);
    await world.session(
      october + hour,
      'settled',
      ran(1, 'h1', october, october + hour, 9),
      cost('h1', 20, 3),
    );
    const bought: Posting = { debit: 'wallet:h1', credit: 'revenue:package', amountFen: 50, memo: 'p' };
    await world.post(october + hour, { pk: 'PACKAGE', sk: '1' }, 'package-bought', {}, [bought]);
    world.nowMs = closeMs;
    for (let steps = 0; steps < 4; steps += 1) await step();
  });
  const closing = async (change: (month: MonthItem) => Partial<MonthItem>) => {
    const month = await readMonth(world.table, estateId, '2026-10');
    if (month === undefined) throw new Error('There is no month');
    await world.table.commit([putMonth({ ...month, ...change(month) })]);
    return step();
  };
  const sealed = (changes: Partial<MonthItem['sealed']>) => (month: MonthItem) => ({
    sealed: { ...month.sealed, ...changes },
  });
  const account =
    (name: string, creditFen: number, openingFen = 0) =>
    (month: MonthItem) => ({
      accounts: { ...month.accounts, [name]: { openingFen, debitFen: 0, creditFen } },
    });

  test.each<[string, (month: MonthItem) => Partial<MonthItem>]>([
    ['1 statements of 2', sealed({ statements: 1 })],
    ['balances 426', sealed({ balancesFen: 426 })],
    ['owed 8', sealed({ owedFen: 8 })],
    ['owed 7', account('receivables', 0)],
    ['electricity 20', account('revenue:electricity', 19)],
    ['service 10', account('revenue:service', 11)],
    ['package 50', account('revenue:package', 0)],
    ['balances 427', account('wallets', 0)],
    ['2 statements of 3, balances 427', (month) => ({ ...account('wallets', 1)(month), statements: 3 })],
  ])('are not closed: %s', async (told, change) => {
    const message = `2026-10: ${told}, not as the ledger says`;
    await expect(closing(change)).rejects.toMatchObject({ error: 'books-do-not-balance', message });
    expect(await readMonth(world.table, estateId, '2026-10')).toMatchObject({ state: 'running' });
  });

  test('are another matter than what an account had before', async () => {
    expect(await closing(account('revenue:electricity', 20, 1000))).toMatchObject({ state: 'closed' });
  });
});
