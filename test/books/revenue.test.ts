import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRevenue, type RevenueCell, totalsOf } from '../../src/books/close/revenue.ts';

const empty = { day: '2026-11-02', cells: [] };
const cell = (more: Partial<RevenueCell> = {}): RevenueCell => ({
  ...{ facilityId: 'garage', tariffVersion: 'v1', line: 'service', amountFen: 10, energyWh: 0, ...more },
});
const cells = fc.array(
  fc.record({
    facilityId: fc.constantFrom('', 'garage', 'shed'),
    tariffVersion: fc.constantFrom('v1', 'v2'),
    line: fc.constantFrom('electricity' as const, 'service' as const, 'package' as const),
    amountFen: fc.integer({ min: -100, max: 100 }),
    energyWh: fc.nat(1000),
  }),
  { maxLength: 12 },
);

test('the same money makes the same day, in whatever order and in whatever parts it is added', () => {
  fc.assert(
    fc.property(cells, fc.nat(12), (added, cut) => {
      const atOnce = addRevenue(empty, added);
      expect(addRevenue(empty, added.toReversed())).toEqual(atOnce);
      expect(addRevenue(addRevenue(empty, added.slice(cut)), added.slice(0, cut))).toEqual(atOnce);
    }),
  );
});

test('a day is told by facility, then by version, then by line', () => {
  const { cells: sorted } = addRevenue(empty, [
    cell({ facilityId: 'shed' }),
    cell({ tariffVersion: 'v2' }),
    cell(),
    cell({ line: 'electricity' }),
    cell({ facilityId: '', line: 'package' }),
  ]);
  expect(
    sorted.map(({ facilityId, tariffVersion, line }) => `${facilityId} ${tariffVersion} ${line}`),
  ).toEqual([
    ' v1 package',
    'garage v1 electricity',
    'garage v1 service',
    'garage v2 service',
    'shed v1 service',
  ]);
});

test('what earned nothing and delivered nothing is in no day, but energy that cost nothing is', () => {
  const nothing = cell({ amountFen: 0 });
  expect(addRevenue(empty, [nothing]).cells).toEqual([]);
  const free = cell({ line: 'electricity', amountFen: 0, energyWh: 5 });
  expect(addRevenue(empty, [free]).cells).toEqual([free]);
});

test('the totals of days are those of their lines', () => {
  const day = addRevenue(empty, [cell(), cell({ line: 'electricity', amountFen: 7 })]);
  const sold = addRevenue(empty, [cell({ line: 'package', amountFen: 3 })]);
  expect(totalsOf([day, day, sold])).toEqual({ electricity: 14, service: 20, package: 3 });
});
