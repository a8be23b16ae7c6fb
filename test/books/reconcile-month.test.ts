import { beforeEach, describe, expect, test } from 'vitest';
import { startOfMonth } from '../../src/books/close/book-day.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { type Moved, reconcile } from '../../src/books/reconcile/reconcile.ts';
import {
  daysOf,
  keepBill,
  readResults,
  reconcileMonth,
} from '../../src/books/reconcile/reconciliation-store.ts';
import type { BillLine } from '../../src/payments/bill.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { type BooksWorld, booksWorld, estateId, hour, november, october, zone } from './ledger-builder.ts';

const september = startOfMonth('2026-09', zone);
const moved = (kind: Moved['kind'], number: string, amountFen: number, day: string): Moved => ({
  ...{ kind, number, amountFen, day },
});

let world: BooksWorld;
beforeEach(async () => {
  // Its days are others than the provider's, which are those of Beijing.
  world = await booksWorld('America/New_York', 'h1');
});
const compare = (month = '2026-10', nowMs = november) =>
  reconcileMonth(world.table, estateId, month, 'alipay', { by: 'manager-1', nowMs });
const keep = (day: string, ...lines: BillLine[]) => keepBill(world.table, estateId, 'alipay', day, lines);
const paid = (orderId: string, amountFen: number, atMs: number): BillLine => ({
  ...{ kind: 'payment', orderId, amountFen, atMs },
});
const paidBack = (orderId: string, refundId: string, amountFen: number, atMs: number): BillLine => ({
  ...{ kind: 'refund', orderId, refundId, amountFen, atMs },
});
const refund = (atMs: number, memo: string, amountFen: number) =>
  world.post(atMs, { pk: 'REFUND', sk: memo }, 'refund-succeeded', {}, [
    { debit: 'refund-pending:alipay', credit: 'provider:alipay', amountFen, memo },
  ]);

describe('a difference', () => {
  test('says what each side has in the month, and on which days, in their order, in any', () => {
    const bill = [moved('payment', 'a', 5, '2026-11-01'), moved('payment', 'a', 7, '2026-10-31')];
    const ledger = [
      ...[moved('payment', 'a', 3, '2026-10-30'), moved('payment', 'a', 2, '2026-09-30')],
      ...[moved('refund', 'a', 4, '2026-10-02'), moved('refund', 'z', 1, '2026-09-30')],
    ];
    expect(reconcile('2026-10', bill, ledger)).toEqual({
      ...{ billFen: 7, ledgerFen: -1, differenceFen: 8, compared: 2 },
      differences: [
        {
          ...{ difference: 'amount-differs', kind: 'payment', number: 'a', billFen: 7, ledgerFen: 3 },
          ...{ billDays: ['2026-10-31', '2026-11-01'], ledgerDays: ['2026-09-30', '2026-10-30'] },
        },
        {
          ...{ difference: 'missing-in-bill', kind: 'refund', number: 'a', billFen: 0, ledgerFen: -4 },
          ...{ billDays: [], ledgerDays: ['2026-10-02'] },
        },
      ],
    });
  });

  test('is none where the same was moved on the same days, in whatever order it is told', () => {
    const rows = [
      ...[moved('payment', 'a', 5, '2026-10-02'), moved('payment', 'a', 7, '2026-10-01')],
      moved('payment', 'a', 1, '2026-10-01'),
    ];
    expect(reconcile('2026-10', rows, rows.toReversed()).differences).toEqual([]);
    const swapped = [
      ...[moved('payment', 'a', 7, '2026-10-02'), moved('payment', 'a', 5, '2026-10-01')],
      moved('payment', 'a', 1, '2026-10-01'),
    ];
    expect(reconcile('2026-10', rows, swapped).differences).toMatchObject([{ difference: 'day-differs' }]);
  });
});

describe('a provider’s bill of a day', () => {
  test('is kept by our numbers, under its own day; what went back may be dated by its payment', async () => {
    const lines = [paid('P1', 500, october), paidBack('P0', 'R1', 20, october - 40 * 24 * hour)];
    expect(await keep('2026-10-01', ...lines)).toBe(2);
    const { pk, sk } = keys.providerBill(estateId, 'alipay', '2026-10-01');
    expect(await world.table.get([{ pk, sk }])).toEqual([
      {
        ...{ pk, sk },
        moved: [moved('payment', 'P1', 500, '2026-10-01'), moved('refund', 'R1', 20, '2026-10-01')],
      },
    ]);
  });

  test.each([
    [-1, false],
    [0, true],
    [24 * hour - 1, true],
    [24 * hour, false],
  ])('has payments of that day in Beijing alone: %i ms after its beginning', async (ms, isKept) => {
    const kept = keep('2026-10-01', paid('P1', 1, october), paid('P2', 1, october + ms));
    if (isKept) expect(await kept).toBe(2);
    else await expect(kept).rejects.toMatchObject({ error: 'bad-request' });
  });
});

describe('a month of a provider', () => {
  test('is compared over the months beside it, and the result is kept as it is told', async () => {
    await world.topUp(october + hour, 'h1', 500, 'provider:alipay');
    await world.topUp(october + 2 * hour, 'h1', 9, 'provider:wechat-pay');
    await refund(october + 50 * hour, 'R1', 20);
    await refund(november + hour, 'R2', 30);
    await keep('2026-09-30', paid('t1', 500, october - hour));
    await keep('2026-10-03', paidBack('P0', 'R1', 20, october));
    await keep('2026-10-31', paidBack('P0', 'R2', 30, october));
    await keepBill(world.table, estateId, 'wechat-pay', '2026-10-05', [paid('x', 3, october + 100 * hour)]);
    const result = {
      ...{ provider: 'alipay', month: '2026-10', billFen: -50, ledgerFen: 480, differenceFen: -530 },
      ...{ compared: 3, differenceCount: 2 },
      differences: [
        {
          ...{ difference: 'day-differs', kind: 'refund', number: 'R2', billFen: -30, ledgerFen: 0 },
          ...{ billDays: ['2026-10-31'], ledgerDays: ['2026-11-01'] },
        },
        {
          ...{ difference: 'day-differs', kind: 'payment', number: 't1', billFen: 0, ledgerFen: 500 },
          ...{ billDays: ['2026-09-30'], ledgerDays: ['2026-10-01'] },
        },
      ],
      missingDays: daysOf('2026-10').filter((day) => day !== '2026-10-03' && day !== '2026-10-31'),
      ...{ by: 'manager-1', atMs: november },
    };
    expect(await compare()).toEqual(result);
    expect(await readResults(world.table, estateId, '2026-10')).toEqual([result]);
    const missing = result.missingDays.join(' ');
    const file = (month: string) => exportPage(world.table, estateId, month, 'reconciliation', undefined);
    expect(await file('2026-10')).toEqual({
      columns: expect.arrayContaining([{ name: '差额 difference (元)', type: 'money' }]),
      rows: [
        ['2026-10', 'alipay', 'sum', '', '', -50, 480, -530, `no bill of ${missing}`, ''],
        ['2026-10', 'alipay', 'day-differs', 'refund', 'R2', -30, 0, -30, '2026-10-31', '2026-11-01'],
        ['2026-10', 'alipay', 'day-differs', 'payment', 't1', 0, 500, -500, '2026-09-30', '2026-10-01'],
      ],
      ...{ done: 3, total: 3, source: ` alipay ${november}` },
    });
    await expect(file('2026-11')).rejects.toMatchObject({ error: 'not-found' });
  });

  test('may be compared from its end in Beijing on', async () => {
    await expect(compare('2026-10', november - 1)).rejects.toMatchObject({ error: 'month-not-over' });
    expect(await compare('2026-10', november)).toMatchObject({ compared: 0, differences: [] });
    expect((await compare('2026-10', november)).missingDays).toEqual(daysOf('2026-10'));
  });

  // From the beginning of the month before to five weeks behind its end.
  test.each([
    [september - 1, 'missing-in-ledger'],
    [september, 'day-differs'],
    [november + 35 * 24 * hour - 1, 'day-differs'],
    [november + 35 * 24 * hour, 'missing-in-ledger'],
  ])('finds what was booked at %i as %s', async (bookedMs, difference) => {
    await refund(bookedMs, 'R1', 20);
    await keep('2026-10-15', paidBack('P0', 'R1', 20, october));
    expect((await compare()).differences).toMatchObject([{ number: 'R1', difference }]);
  });

  test('goes by the provider’s own time where it told one', async () => {
    await world.topUp(november + hour, 'h1', 500, 'provider:alipay');
    await world.topUp(november + hour, 'h1', 700, 'provider:alipay');
    const key = keys.topUp(estateId, 't1');
    const [entry] = await world.table.get([key]);
    const occurred = { ...entry, ...key, occurredAtMs: november - 1 } as Item;
    await world.table.commit([{ put: occurred, when: 'always' }]);
    await keep('2026-10-31', paid('t1', 500, november - 1), paid('t2', 700, november - 1));
    expect((await compare()).differences).toMatchObject([{ number: 't2', ledgerDays: ['2026-11-01'] }]);
  });

  test('lists the first thousand differences, and says how many there are', async () => {
    const lines = (from: number) =>
      Array.from({ length: 501 }, (_, index) => paid(`P${from + index}`, 1, october + hour));
    await keep('2026-10-01', ...lines(1000));
    await keep('2026-10-02', ...lines(2000).map((line) => ({ ...line, atMs: october + 25 * hour })));
    const { differences, differenceCount, differenceFen } = await compare();
    expect({ differenceCount, differenceFen }).toEqual({ differenceCount: 1002, differenceFen: 1002 });
    expect(differences).toHaveLength(1000);
    expect(differences[0]?.number).toBe('P1000');
  });
});

test.each([
  ['2026-02', 28, '2026-02-28'],
  ['2028-02', 29, '2028-02-29'],
  ['2026-12', 31, '2026-12-31'],
])('the days of %s are %i', (month, count, last) => {
  const days = daysOf(month);
  expect([days.length, days[0], days.at(-1)]).toEqual([count, `${month}-01`, last]);
});
