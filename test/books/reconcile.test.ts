import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeMonth } from '../../src/books/close/close-month.ts';
import { closedMonth } from '../../src/books/close/month-store.ts';
import { type Moved, reconcile } from '../../src/books/reconcile/reconcile.ts';
import {
  daysOf,
  fetchBill,
  keepBill,
  reconcileMonth,
} from '../../src/books/reconcile/reconciliation-store.ts';
import type { BillLine } from '../../src/payments/bill.ts';
import type { BillSource } from '../../src/payments/provider.ts';
import { keys } from '../../src/shared/keys.ts';
import { booksWorld, estateId, hour, november, october, zone } from './ledger-builder.ts';

const moved =
  (kind: Moved['kind']) =>
  (number: string, amountFen: number, day: string): Moved => ({ kind, number, amountFen, day });
const [paid, back] = [moved('payment'), moved('refund')];

describe('comparing a bill with the ledger', () => {
  test('finds nothing where both are the same', () => {
    const rows = [paid('p1', 1000, '2026-10-01'), back('r1', 300, '2026-10-31'), paid('p2', 5, '2026-10-31')];
    expect(reconcile('2026-10', rows, [...rows].reverse())).toEqual({
      ...{ billFen: 705, ledgerFen: 705, differenceFen: 0, compared: 3, differences: [] },
    });
  });

  test('names each difference by its kind', () => {
    const bill = [
      paid('twice', 100, '2026-10-02'),
      paid('twice', 100, '2026-10-02'),
      paid('unknown', 70, '2026-10-03'),
      paid('other-amount', 500, '2026-10-04'),
      paid('late', 40, '2026-10-31'),
      back('r1', 30, '2026-10-05'),
    ];
    const ledger = [
      paid('twice', 100, '2026-10-02'),
      paid('other-amount', 50, '2026-10-04'),
      paid('late', 40, '2026-11-01'),
      paid('never-billed', 9, '2026-10-20'),
      back('r1', 30, '2026-10-06'),
      paid('of november', 1, '2026-11-02'),
    ];
    const { differences, differenceFen, billFen, ledgerFen } = reconcile('2026-10', bill, ledger);
    expect(differences.map(({ difference, number }) => [number, difference])).toEqual([
      ['late', 'day-differs'],
      ['never-billed', 'missing-in-bill'],
      ['other-amount', 'amount-differs'],
      ['r1', 'day-differs'],
      ['twice', 'amount-differs'],
      ['unknown', 'missing-in-ledger'],
    ]);
    expect(billFen - ledgerFen).toBe(differenceFen);
    expect(differenceFen).toBe(40 - 9 + 450 + 0 + 100 + 70);
  });

  test('explains every fen, whatever is on either side', () => {
    const row: fc.Arbitrary<Moved> = fc.record({
      kind: fc.constantFrom('payment', 'refund'),
      number: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      amountFen: fc.integer({ min: 1, max: 9 }),
      day: fc.constantFrom('2026-09-30', '2026-10-01', '2026-10-31', '2026-11-01'),
    });
    const side = fc.array(row, { maxLength: 8 });
    const sum = (rows: readonly Moved[]) =>
      rows
        .filter(({ day }) => day.startsWith('2026-10'))
        .reduce((fen, { kind, amountFen }) => fen + (kind === 'payment' ? amountFen : -amountFen), 0);
    fc.assert(
      fc.property(side, side, (bill, ledger) => {
        const result = reconcile('2026-10', bill, ledger);
        expect(result.billFen).toBe(sum(bill));
        expect(result.ledgerFen).toBe(sum(ledger));
        expect(result.billFen - result.ledgerFen).toBe(result.differenceFen);
        // The other way round the same numbers differ, by the opposite.
        const reverse = reconcile('2026-10', ledger, bill);
        expect(reverse.differences.map(({ number, kind }) => [number, kind])).toEqual(
          result.differences.map(({ number, kind }) => [number, kind]),
        );
        expect(reverse.differenceFen + result.differenceFen).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a provider’s bill of a month', () => {
  const line = (orderId: string, amountFen: number, atMs: number): BillLine => ({
    ...{ orderId, kind: 'payment', amountFen, atMs },
  });

  async function worldWithPayments() {
    const world = await booksWorld(zone, 'h1');
    // t1 to t3, in the order in which they come.
    await world.topUp(october + hour, 'h1', 1000, 'provider:wechat-pay');
    await world.topUp(november - 60_000, 'h1', 2000, 'provider:wechat-pay');
    await world.topUp(november + 60_000, 'h1', 3000, 'provider:wechat-pay');
    const theirs = { ...keys.paymentOrder('theirs'), estateId: 'youyi' };
    await world.table.commit([{ put: theirs, when: 'absent' }]);
    world.nowMs = november + 14 * hour;
    return world;
  }
  const by = (nowMs: number) => ({ by: 'manager-1', nowMs });

  test('is equal to the ledger to the fen, other estates’ orders left aside, and lets the month be closed', async () => {
    const { table, backend, origin, nowMs } = await worldWithPayments();
    for (const day of daysOf('2026-10')) {
      const lines = [
        ...(day === '2026-10-01' ? [line('t1', 1000, october + hour), line('theirs', 77, october)] : []),
        ...(day === '2026-10-31' ? [line('t2', 2000, november - 60_000)] : []),
      ];
      // Given twice, it is the same bill.
      for (let time = 0; time < 2; time += 1) await keepBill(table, estateId, 'wechat-pay', day, lines);
    }
    const result = await reconcileMonth(table, estateId, '2026-10', 'wechat-pay', by(nowMs));
    expect(result).toMatchObject({ billFen: 3000, ledgerFen: 3000, differences: [], missingDays: [] });
    expect(result.differenceFen).toBe(0);
    expect(await closeMonth(backend, origin(), '2026-10')).toMatchObject({ state: 'closed' });
    expect((await closedMonth(table, estateId, '2026-10')).reconciliation).toEqual([
      { provider: 'wechat-pay', differences: 0, differenceFen: 0, atMs: nowMs },
    ]);
  });

  test('says which days are missing, what nobody knows of, and what was told only after midnight', async () => {
    const { table, nowMs } = await worldWithPayments();
    await keepBill(table, estateId, 'wechat-pay', '2026-10-31', [
      line('t2', 2000, november - 60_000),
      line('t3', 3000, november - 1000),
      line('nobody', 5, november - 3000),
    ]);
    const result = await reconcileMonth(table, estateId, '2026-10', 'wechat-pay', by(nowMs));
    expect(result.missingDays).toHaveLength(30);
    expect(result.differences).toMatchObject([
      { number: 'nobody', difference: 'missing-in-ledger' },
      { number: 't1', difference: 'missing-in-bill' },
      { number: 't3', difference: 'day-differs', billDays: ['2026-10-31'], ledgerDays: ['2026-11-01'] },
    ]);
    // In November the same payment is no news.
    const next = await reconcileMonth(table, estateId, '2026-11', 'wechat-pay', by(nowMs + 31 * 24 * hour));
    expect(next.differences).toMatchObject([{ number: 't3', difference: 'day-differs' }]);
  });

  test('leaves other estates’ orders aside wherever they stand in it, and is kept up to two thousand lines', async () => {
    const { table } = await worldWithPayments();
    const keep = (lines: readonly BillLine[]) => keepBill(table, estateId, 'wechat-pay', '2026-10-01', lines);
    const own = (count: number) =>
      Array.from({ length: count }, (_, index) => line(`own-${index}`, 1, october));
    for (const place of [0, 99, 100, 249]) {
      const lines = own(249).toSpliced(place, 0, line('theirs', 77, october));
      expect(await keep(lines), String(place)).toBe(249);
    }
    expect(await keep([...own(2000), line('theirs', 77, october)])).toBe(2000);
    await expect(keep(own(2001))).rejects.toMatchObject({ error: 'bad-request' });
  });

  test('is refused when it is of another day, or its month is not over', async () => {
    const { table } = await worldWithPayments();
    const lines = [line('t1', 1000, october + hour)];
    const kept = keepBill(table, estateId, 'wechat-pay', '2026-10-02', lines);
    await expect(kept).rejects.toMatchObject({ error: 'bad-request' });
    const early = reconcileMonth(table, estateId, '2026-10', 'wechat-pay', by(november - 1));
    await expect(early).rejects.toMatchObject({ error: 'month-not-over' });
  });

  test('is fetched when it is made, at ten in the next morning: before, there is none of any day', async () => {
    const asked: string[] = [];
    const source: BillSource = {
      async downloadBill(day) {
        asked.push(day);
        return '';
      },
    };
    for (const early of [october, november, november + 10 * hour - 1])
      await expect(fetchBill(source, '2026-10-31', early)).rejects.toMatchObject({ error: 'bad-request' });
    expect(asked).toEqual([]);
    expect(await fetchBill(source, '2026-10-31', november + 10 * hour)).toBe('');
    expect(await fetchBill(source, '2026-10-30', november - 14 * hour)).toBe('');
    expect(asked).toEqual(['2026-10-31', '2026-10-30']);
  });
});
