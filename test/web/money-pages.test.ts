import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Movement } from '../../contract/shapes/wallet.ts';
import { addPreviews, type TariffPreview } from '../../src/billing/preview-tariff.ts';
import { pageOf, pagesOf } from '../../web/src/cloud/route.ts';
import { daysOfMonth, revenueLines, statementLines, sumOf } from '../../web/src/month/tables.ts';
import { addPages, compared } from '../../web/src/tariff/comparison.ts';
import { datesBetween, isWeekend, spansOf, withDates } from '../../web/src/tariff/dates.ts';
import { spanOf } from '../../web/src/tariff/replay.tsx';
import { freeFenOf, refundableFen, sessionsIn, spendingOf } from '../../web/src/wallet/spending.ts';
import { localOf, monthOf, msOfLocal } from '../../web/src/words/time.ts';

// What the pages about money work out by themselves.

test('a role opens its pages, and an address only those', () => {
  expect(pagesOf(['resident'])).toEqual(['wallet']);
  expect(pagesOf(['operator', 'manager'])).toEqual(['estate', 'tariffs', 'office', 'month']);
  expect(pagesOf(['committee', 'resident'])).toEqual(['wallet', 'estate']);
  expect(pagesOf([])).toEqual(['estate']);
  expect(pageOf('#/month', pagesOf(['manager']))).toBe('month');
  expect(pageOf('#/month', pagesOf(['resident']))).toBe('wallet');
  expect(pageOf('', pagesOf(['manager']))).toBe('estate');
});

test.each([
  ['Asia/Shanghai', '2026-04-01', '00:00', '2026-03-31T16:00:00.000Z'],
  ['Europe/Oslo', '2026-07-01', '12:30', '2026-07-01T10:30:00.000Z'],
  ['Asia/Kathmandu', '2026-01-01', '00:00', '2025-12-31T18:15:00.000Z'],
  ['America/St_Johns', '2026-01-01', '00:00', '2026-01-01T03:30:00.000Z'],
  // The first of the two.
  ['Europe/Oslo', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
])('on the wall in %s it is %s %s', (timeZone, date, time, moment) => {
  const atMs = msOfLocal(timeZone, date, time);
  expect(atMs === undefined ? undefined : new Date(atMs).toISOString()).toBe(moment);
  expect(localOf(timeZone, Date.parse(moment))).toEqual({ date, time });
});

test('a time that no clock shows is none', () => {
  expect(msOfLocal('Europe/Oslo', '2026-03-29', '02:30')).toBeUndefined();
  expect(msOfLocal('Asia/Shanghai', '', '00:00')).toBeUndefined();
});

test('last month is the calendar’s, in the estate’s zone', () => {
  const nowMs = Date.parse('2026-03-01T00:30:00+08:00');
  expect(spanOf('last-month', 'Asia/Shanghai', nowMs)).toEqual({
    fromMs: Date.parse('2026-02-01T00:00:00+08:00'),
    untilMs: Date.parse('2026-03-01T00:00:00+08:00'),
  });
  expect(monthOf('2026-01-31', -1)).toBe('2025-12');
});

test('holidays are typed as spans and shown as spans', () => {
  const dates = withDates(['2026-10-03'], datesBetween('2026-10-01', '2026-10-02'));
  expect(dates).toEqual(['2026-10-01', '2026-10-02', '2026-10-03']);
  expect(spansOf([...dates, '2026-12-31', '2027-01-01'])).toMatchObject([
    { first: '2026-10-01', last: '2026-10-03' },
    { first: '2026-12-31', last: '2027-01-01' },
  ]);
  expect(datesBetween('2026-10-02', '2026-10-01')).toEqual([]);
  expect(datesBetween('2026-10-01', '')).toEqual(['2026-10-01']);
  expect(['2026-10-09', '2026-10-10', '2026-10-11', '2026-10-12'].map(isWeekend)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('who pays most more or less comes first, and the bars are to scale', () => {
  const row = (householdId: string, beforeFen: number, afterFen: number) => ({
    ...{ householdId, beforeFen, afterFen },
    sessions: 1,
  });
  const { households, count } = compared([
    row('a', 100, 110),
    row('b', 100, 60),
    row('c', 100, 100),
    row('d', 60, 80),
  ]);
  expect(households.map(({ householdId, pays, percent }) => [householdId, pays, percent])).toEqual([
    ['b', 'less', 100],
    ['d', 'more', 50],
    ['a', 'more', 25],
    ['c', 'same', 0],
  ]);
  expect(count).toEqual({ more: 2, less: 1, same: 1 });
});

test('pages of a preview add up as they do on the server', () => {
  const fen = fc.integer({ min: 0, max: 10_000 });
  const page = fc
    .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.tuple(fc.nat(9), fen, fen)), fc.nat(9))
    .map(([rows, unfinished]): TariffPreview => {
      const households = Object.entries(rows)
        .sort()
        .map(([householdId, [sessions, beforeFen, afterFen]]) => ({
          ...{ householdId, sessions, beforeFen, afterFen },
          differenceFen: afterFen - beforeFen,
        }));
      const sum = (of: (row: (typeof households)[number]) => number) =>
        households.reduce((total, row) => total + of(row), 0);
      const [beforeFen, afterFen] = [sum((row) => row.beforeFen), sum((row) => row.afterFen)];
      return {
        sessions: sum((row) => row.sessions),
        interpolated: 1,
        leftOut: { paidAtBoard: 2, unfinished },
        households,
        totals: { beforeFen, afterFen, differenceFen: afterFen - beforeFen },
        byLine: [],
        ...{ payMore: 0, payLess: 0, paySame: 0 },
      };
    });
  fc.assert(
    fc.property(page, page, (one, other) => {
      const ours = addPages(one, other);
      const theirs = addPreviews(one, other);
      const { sessions, interpolated, leftOut } = theirs;
      expect(ours).toMatchObject({ sessions, interpolated, leftOut });
      expect(theirs.totals).toMatchObject(ours.totals);
      const sorted = ours.households.toSorted((a, b) => (a.householdId < b.householdId ? -1 : 1));
      expect(theirs.households).toMatchObject(sorted);
    }),
  );
});

const spent = { month: '2026-03', byMember: {}, noticed: [] };

test.each([
  [7999, 79, 'below'],
  [8000, 80, 'near'],
  [9999, 99, 'near'],
  [10_000, 100, 'reached'],
  [12_000, 100, 'reached'],
])('%i fen of 100 yuan are %i %%: %s', (totalFen, percent, state) => {
  const budget = { monthLimitFen: 10_000, members: {}, spent: { ...spent, totalFen } };
  expect(spendingOf(budget, '2026-03')).toMatchObject({ percent, state });
  expect(spendingOf(budget, '2026-04')).toMatchObject({ spentFen: 0, state: 'below' });
});

test('a member has a month of their own', () => {
  const budget = {
    members: { son: { monthLimitFen: 2000 }, gran: {} },
    spent: { ...spent, totalFen: 1900, byMember: { son: 1700 } },
  };
  expect(spendingOf(budget, '2026-03', 'son')).toMatchObject({ percent: 85, state: 'near' });
  expect(spendingOf(budget, '2026-03', 'gran')).toMatchObject({ spentFen: 0, state: 'no-limit' });
});

test('what goes back is what is free, and what did not go back before', () => {
  expect(freeFenOf({ balanceFen: 1000, heldFen: 300, owedFen: 0 })).toBe(700);
  expect(freeFenOf({ balanceFen: 100, heldFen: 300, owedFen: 0 })).toBe(0);
  const payment = {
    ...({ orderId: 'P1', householdId: 'h1', provider: 'alipay', way: 'native' } as const),
    ...{ createdAtMs: 0, expiresAtMs: 0, amountFen: 500, refundedFen: 200 },
  };
  expect(refundableFen({ ...payment, state: 'paid' }, 10_000)).toBe(300);
  expect(refundableFen({ ...payment, state: 'paid' }, 120)).toBe(120);
  expect(refundableFen({ ...payment, state: 'created' }, 10_000)).toBe(0);
});

test('the last sessions are found in the movements, each once', () => {
  const movement = (kind: Movement['kind'], memo: string) => ({
    ...{ movementId: `${kind}${memo}`, atMs: 0, kind, memo, amountFen: -1, account: 'x' },
    ...{ balanceFen: 0, owedFen: 0 },
  });
  const movements = [
    movement('settlement', 'c1'),
    movement('cash-top-up', 't1'),
    movement('session-closed', 'c2'),
    movement('settlement', 'c2'),
    movement('session-adjusted', 'c1'),
  ];
  expect(sessionsIn(movements, 5)).toEqual(['c1', 'c2']);
  expect(sessionsIn(movements, 1)).toEqual(['c1']);
});

const revenue = {
  columns: [
    '归属日 day',
    '车棚 facility',
    '车棚名 facility name',
    '电价版本 tariff',
    '项目 line',
    '电量 energy (kWh)',
    '收入 revenue (元)',
  ],
  rows: [
    ['2026-03-01', 'g1', '车库', 'v1', 'electricity', 900, 55],
    ['2026-03-01', 'g1', '车库', 'v1', 'service', 0, 36],
    ['2026-03-02', 's1', '一号棚', 'v2', 'service', 0, 10],
    ['2026-03-02', '', '', 'v1', 'package', 0, 3000],
  ],
};

test.each(['facility', 'day', 'tariff'] as const)('revenue by %s adds up to the same', (by) => {
  expect(sumOf(revenueLines(revenue, by))).toEqual({
    ...{ group: '', electricityFen: 55, serviceFen: 46, packageFen: 3000, totalFen: 3101, energyWh: 900 },
  });
});

test('what belongs to no facility is a group of its own', () => {
  expect(revenueLines(revenue, 'facility').map(({ group }) => group)).toEqual(['', 'g1', 's1']);
});

test('the file of statements becomes a line a household', () => {
  const columns = [
    '户 household',
    '楼 building',
    '单元 unit',
    '类型 kind',
    '电量 energy (kWh)',
    '余额变动 balance change (元)',
    '余额 balance (元)',
    '欠款 owed (元)',
  ];
  const rows = [
    ['7-2-401', '7', '2', 'opening', null, null, 500, 0],
    ['7-2-401', '7', '2', 'session', 900, -91, 409, 0],
    ['7-2-401', '7', '2', 'closing', 900, null, 409, 0],
    ['8-1-101', '8', '1', 'opening', null, null, 0, 20],
  ];
  expect(statementLines({ columns, rows })).toEqual([
    { householdId: '7-2-401', place: '7-2', openingFen: 500, closingFen: 409, owedFen: 0, energyWh: 900 },
    { householdId: '8-1-101', place: '8-1', openingFen: 0, closingFen: 0, owedFen: 20, energyWh: 0 },
  ]);
  expect(daysOfMonth('2028-02')).toHaveLength(29);
});
