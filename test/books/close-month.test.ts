import { describe, expect, test } from 'vitest';
import { closableFromMs } from '../../src/books/close/book-day.ts';
import { closeMonth } from '../../src/books/close/close-month.ts';
import { closedMonth, closingOf, readMonth, readMonths } from '../../src/books/close/month-store.ts';
import { readRevenue, totalsOf } from '../../src/books/close/revenue.ts';
import { chained, readStatement } from '../../src/books/close/statement.ts';
import {
  type BooksWorld,
  booksOf,
  booksWorld,
  close,
  closeInTime,
  cost,
  december,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';

/** Two months with one of everything. */
async function twoMonths(): Promise<BooksWorld> {
  const made = await booksWorld(zone, 'h1', 'h2', 'h3');
  await made.topUp(october + hour, 'h1', 5000);
  await made.topUp(october + 2 * hour, 'h2', 3000);
  const plain = ran(1, 'h1', october + 5 * hour, october + 9 * hour, 800);
  await made.session(october + 9 * hour, 'closed', { ...plain, estimated: true }, cost('h1', 40, 24));
  const truth = { ...plain, energyWh: 700, revision: 1 };
  await made.session(october + 30 * hour, 'settled', truth, cost('h1', -5, -3));
  const overMidnight = ran(2, 'h2', november - 3 * hour, november + 4 * hour, 1500);
  await made.session(november + 4 * hour, 'settled', overMidnight, cost('h2', 75, 45));
  const toldInNovember = ran(3, 'h1', november - 4 * hour, november - hour, 300);
  await made.session(november + 6 * hour, 'closed', toldInNovember, cost('h1', 15, 9));
  // No money moves.
  const paidByPackage = ran(4, 'h2', november - 9 * hour, november - 2 * hour, 900);
  await made.session(november - 2 * hour, 'settled', paidByPackage, []);
  return made;
}

const statement = async (of: BooksWorld, month: string, householdId: string) =>
  readStatement(of.table, estateId, month, householdId);

describe('a closed month', () => {
  test('has a statement for each household that adds up, and revenue that is the ledger’s', async () => {
    const of = await twoMonths();
    expect(await closeInTime(of, '2026-10')).toEqual({ state: 'closed', done: 1000, total: 1000 });

    const first = await statement(of, '2026-10', 'h1');
    expect(first.statement).toMatchObject({ openingFen: 0, closingFen: 5000 - 64 + 8 - 24, energyWh: 1000 });
    expect(first.rows.map(({ kind, balanceFen, energyWh }) => [kind, balanceFen, energyWh])).toEqual([
      ['top-up', 5000, 0],
      ['session', -64, 800],
      ['adjustment', 8, -100],
      ['session', -24, 300],
    ]);
    const [, estimated] = first.rows;
    expect(estimated).toMatchObject({ remarks: ['estimated'], electricityFen: 40, serviceFen: 24 });
    expect(estimated?.day).toBe('2026-10-01');

    const second = await statement(of, '2026-10', 'h2');
    expect(second.rows.map(({ kind, balanceFen, energyWh }) => [kind, balanceFen, energyWh])).toEqual([
      ['top-up', 3000, 0],
      ['session', 0, 900],
    ]);

    const revenue = await readRevenue(of.table, estateId, '2026-10');
    expect(totalsOf(revenue)).toEqual({ electricity: 50, service: 30, package: 0 });
    expect(revenue.map(({ day }) => day)).toEqual(['2026-10-01', '2026-10-31']);
    const energyWh = revenue.flatMap(({ cells }) => cells).reduce((sum, cell) => sum + cell.energyWh, 0);
    expect(energyWh).toBe(1000 + 900);
  });

  test('leaves a session over its last midnight to the day it ended, which says so', async () => {
    const of = await twoMonths();
    await closeInTime(of, '2026-10');
    await closeInTime(of, '2026-11');
    const { rows, statement: november2 } = await statement(of, '2026-11', 'h2');
    expect(november2).toMatchObject({ openingFen: 3000, closingFen: 2880 });
    expect(rows).toMatchObject([
      { kind: 'session', day: '2026-11-01', remarks: ['began-in-the-month-before'], balanceAfterFen: 2880 },
    ]);
    expect(rows[0]?.belongsTo).toBeUndefined();
    // Nothing happened to this one in November; it has its statement all the same.
    const idle = (await statement(of, '2026-11', 'h1')).statement;
    expect(idle).toMatchObject({ openingFen: 4920, closingFen: 4920, rows: 0 });
    expect((await statement(of, '2026-11', 'h3')).statement).toMatchObject({ openingFen: 0, closingFen: 0 });
  });

  test('takes no more: what comes later stands in the open month, and names the one it belongs to', async () => {
    const of = await twoMonths();
    await closeInTime(of, '2026-10');
    const before = JSON.stringify(booksOf(of.table));
    const correction = ran(1, 'h1', october + 5 * hour, october + 9 * hour, 650);
    const second = { ...correction, revision: 2 };
    await of.session(november + 20 * hour, 'adjusted#2', second, cost('h1', -4, 0));
    // Recorded long ago, and seen only now: it had waited among the dead letters.
    const waited = ran(9, 'h1', november - 30 * hour, november - 20 * hour, 650);
    await of.session(november - 20 * hour, 'settled', waited, cost('h1', 20, 10));
    expect(await closeMonth(of.backend, of.origin(), '2026-10')).toMatchObject({ state: 'closed' });
    expect(JSON.stringify(booksOf(of.table))).toBe(before);

    await closeInTime(of, '2026-11');
    const { rows } = await statement(of, '2026-11', 'h1');
    expect(rows).toMatchObject([
      { kind: 'session', belongsTo: '2026-10', day: '2026-10-31', balanceFen: -30 },
      { kind: 'adjustment', belongsTo: '2026-10', day: '2026-10-01', balanceFen: 4, energyWh: -50 },
    ]);
    const month = await closedMonth(of.table, estateId, '2026-11');
    expect(month).toMatchObject({ lateEntries: 2, entries: 3 });
  });

  test('is journalled with who closed it, up to when, its sums and the hash of its statements', async () => {
    const of = await twoMonths();
    await closeInTime(of, '2026-10');
    const entry = of.entries().find(({ kind }) => kind === 'month-closed');
    const month = await closedMonth(of.table, estateId, '2026-10');
    expect(entry).toMatchObject({
      sender: 'manager-1',
      facts: { cutoffMs: november + 14 * hour, closedBy: 'manager-1', sealed: { hash: month.sealed.hash } },
    });
    const sums = Object.values(month.accounts).map(closingOf);
    expect(sums.reduce((sum, fen) => sum + fen, 0)).toBe(0);
    expect(month.accounts['wallets']).toEqual({ openingFen: 0, debitFen: 88, creditFen: 8008 });
    // The hash follows from the rows and the statements alone.
    const { rows, statement: h1 } = await statement(of, '2026-10', 'h1');
    expect(rows.reduce((hash, row) => chained(hash, row), '')).toBe(h1.hash);
  });
});

describe('the closing of a month', () => {
  test('is refused before the month is over and settled, and out of turn', async () => {
    const of = await twoMonths();
    const refused = (month: string, error: string) =>
      expect(closeMonth(of.backend, of.origin(), month)).rejects.toMatchObject({ error });
    of.nowMs = closableFromMs('2026-10', zone) - 1;
    await refused('2026-10', 'month-not-over');
    of.nowMs = december + 14 * hour;
    await refused('2026-11', 'month-open');
    expect(booksOf(of.table)).toEqual([]);
    await close(of, '2026-10');
    of.nowMs = december + 31 * 24 * hour + 14 * hour;
    await refused('2026-12', 'month-open');
    await refused('2026-09', 'month-closed');
    await close(of, '2026-11');
    await close(of, '2026-12');
    expect((await readMonths(of.table, estateId)).map(({ month, state }) => [month, state])).toEqual([
      ['2026-10', 'closed'],
      ['2026-11', 'closed'],
      ['2026-12', 'closed'],
    ]);
  });

  test('waits for the provider’s bill where a provider moved money, or for a reason why not', async () => {
    const of = await twoMonths();
    await of.topUp(october + 3 * hour, 'h3', 1000, 'provider:wechat-pay');
    of.nowMs = november + 14 * hour;
    const call = () => closeMonth(of.backend, of.origin(), '2026-10');
    await expect(call()).rejects.toMatchObject({ error: 'reconciliation-missing' });
    expect(await readMonth(of.table, estateId, '2026-10')).toMatchObject({ state: 'running', phase: 'seal' });
    const reason = { withoutReconciliation: 'The provider has no bill yet' };
    expect(await closeMonth(of.backend, of.origin(), '2026-10', reason)).toMatchObject({ state: 'closed' });
    expect(await closedMonth(of.table, estateId, '2026-10')).toMatchObject(reason);
  });
});
