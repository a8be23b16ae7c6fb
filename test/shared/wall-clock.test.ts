import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { wallClock } from '../../src/shared/local-time.ts';
import { runs } from '../support/runs.ts';

const zones = [
  'Asia/Shanghai',
  'Europe/Oslo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'UTC',
];
const moments = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2050, 0) });

test('what a clock shows is the same whatever it was asked before, and more often than it remembers', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), moments, (timeZone, atMs) => {
      const shown = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
      expect(wallClock(atMs, timeZone)).toEqual({
        date: shown.toPlainDate().toString(),
        minute: shown.hour * 60 + shown.minute,
      });
    }),
    { numRuns: runs(20_000) },
  );
  const firstMs = Date.UTC(2026, 9, 24, 22);
  const shownThen = wallClock(firstMs, 'Europe/Oslo');
  for (let quarter = 0; quarter < 20_000; quarter += 1) wallClock(firstMs + quarter * 900_000, 'Europe/Oslo');
  expect(wallClock(firstMs, 'Europe/Oslo')).toEqual(shownThen);
});

test('what a clock showed before the quarter hours of today is shown as it was', () => {
  // Liberia was 44 minutes and 30 seconds behind until 1972.
  const monrovia = (...at: [number, number, number, number, number, number]) =>
    wallClock(Date.UTC(...at), 'Africa/Monrovia');
  expect(monrovia(1971, 0, 1, 0, 44, 29)).toEqual({ date: '1970-12-31', minute: 1439 });
  expect(monrovia(1971, 0, 1, 0, 44, 30)).toEqual({ date: '1971-01-01', minute: 0 });
  expect(monrovia(1971, 0, 1, 0, 59, 59)).toEqual({ date: '1971-01-01', minute: 15 });
  expect(wallClock(Date.UTC(1980, 0), 'UTC')).toEqual({ date: '1980-01-01', minute: 0 });
  expect(wallClock(Date.UTC(1980, 0) - 1, 'UTC')).toEqual({ date: '1979-12-31', minute: 1439 });
});

test('a zone that is not in the list is refused', () => {
  expect(() => wallClock(Date.UTC(2026, 0), 'Asia/Atlantis')).toThrow(RangeError);
  expect(() => wallClock(0, 'Asia/Atlantis')).toThrow(RangeError);
});
