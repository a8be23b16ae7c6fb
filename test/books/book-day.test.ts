import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookedIn, type Close, closableFromMs, dayOf, startOfMonth } from '../../src/books/close/book-day.ts';
import { nextMonth, previousMonth } from '../../src/shared/local-time.ts';

const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];

describe('months', () => {
  test('follow each other over the year and over a leap day', () => {
    expect(nextMonth('2026-12')).toBe('2027-01');
    expect(nextMonth('2028-02')).toBe('2028-03');
    expect(previousMonth('2028-03')).toBe('2028-02');
    expect(previousMonth('2027-01')).toBe('2026-12');
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2098 }), fc.integer({ min: 1, max: 12 }), (year, number) => {
        const month = `${year}-${String(number).padStart(2, '0')}`;
        expect(previousMonth(nextMonth(month))).toBe(month);
        expect(nextMonth(month) > month).toBe(true);
      }),
    );
  });

  test('begin at midnight of the estate, also where clocks were changed within them', () => {
    expect(startOfMonth('2026-11', 'Asia/Shanghai')).toBe(Date.UTC(2026, 9, 31, 16));
    // March has 743 hours in Oslo, and October 745.
    const hours = (month: string) =>
      (startOfMonth(nextMonth(month), 'Europe/Oslo') - startOfMonth(month, 'Europe/Oslo')) / 3_600_000;
    expect([hours('2026-03'), hours('2026-10'), hours('2028-02')]).toEqual([743, 745, 29 * 24]);
  });

  test('can be closed thirteen hours after their end', () => {
    expect(new Date(closableFromMs('2026-10', 'Asia/Shanghai')).toISOString()).toBe(
      '2026-11-01T05:00:00.000Z',
    );
  });
});

describe('the day of an entry', () => {
  const midnight = Date.UTC(2026, 9, 31, 16);

  test('is that of the end of a session, and of the booking for everything else', () => {
    const recorded = { receivedAtMs: midnight + 600_000 };
    expect(dayOf({ ...recorded, endedAtMs: midnight - 1 }, 'Asia/Shanghai')).toBe('2026-10-31');
    expect(dayOf({ ...recorded, endedAtMs: midnight }, 'Asia/Shanghai')).toBe('2026-11-01');
    expect(dayOf(recorded, 'Asia/Shanghai')).toBe('2026-11-01');
  });
});

const closesArbitrary: fc.Arbitrary<Close[]> = fc
  .tuple(fc.integer({ min: 0, max: months.length }), fc.array(fc.nat(50), { minLength: 6, maxLength: 6 }))
  .map(([count, steps]) => {
    let cutoffMs = 0;
    return months.slice(0, count).map((month, index) => {
      cutoffMs += steps[index] ?? 0;
      return { month, cutoffMs };
    });
  });
const entryArbitrary = fc.record({ ownMonth: fc.constantFrom(...months), recordedAtMs: fc.nat(250) });

describe('the month that takes an entry', () => {
  test('is exactly one: its own in time, or the first that was open when it came', () => {
    fc.assert(
      fc.property(closesArbitrary, entryArbitrary, (closes, entry) => {
        const cutoffOf = (month: string) => closes.find((close) => close.month === month)?.cutoffMs;
        // The rule as it is told: own month in time, or a later one, not taken by any month between.
        const taking = closes.filter(({ month, cutoffMs }) => {
          if (entry.recordedAtMs > cutoffMs || entry.ownMonth > month) return false;
          const between = months.filter((other) => other >= entry.ownMonth && other < month);
          return between.every((other) => entry.recordedAtMs > (cutoffOf(other) ?? -1));
        });
        expect(taking.length).toBeLessThanOrEqual(1);
        expect(bookedIn(entry, closes)).toBe(taking[0]?.month);
        const last = closes.at(-1);
        const isOpen =
          last === undefined || entry.ownMonth > last.month || entry.recordedAtMs > last.cutoffMs;
        expect(taking.length === 0).toBe(isOpen);
      }),
      { numRuns: 2000 },
    );
  });

  test('does not change when further months are closed', () => {
    fc.assert(
      fc.property(closesArbitrary, entryArbitrary, fc.nat(5), (closes, entry, count) => {
        const before = bookedIn(entry, closes.slice(0, count));
        if (before !== undefined) expect(bookedIn(entry, closes)).toBe(before);
      }),
    );
  });
});
