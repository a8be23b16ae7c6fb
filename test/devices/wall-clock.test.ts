import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wallClockToMs } from '../../src/devices/wall-clock.ts';

test.each([
  // CST is not US Central time here, and no abbreviation is believed anywhere.
  ['2026-11-23 20:00:00 CST', 'Asia/Shanghai', '2026-11-23T12:00:00Z'],
  ['2026-11-23 20:00:00', 'Asia/Shanghai', '2026-11-23T12:00:00Z'],
  ['2026-11-23 00:00:00 CST', 'Asia/Shanghai', '2026-11-22T16:00:00Z'],
  ['2019-08-09 16:18:55 PDT', 'America/Los_Angeles', '2019-08-09T23:18:55Z'],
  ['2024-02-29 23:59:59 XYZ', 'UTC', '2024-02-29T23:59:59Z'],
  ['1970-01-01 00:00:00 CST', 'Asia/Shanghai', '1969-12-31T16:00:00Z'],
  ['1900-01-01 00:00:00 UTC', 'UTC', '1900-01-01T00:00:00Z'],
  ['2999-12-31 23:59:59 CST', 'Asia/Shanghai', '2999-12-31T15:59:59Z'],
  // Shanghai had summer time from 1986 to 1991.
  ['1988-07-01 12:00:00 CDT', 'Asia/Shanghai', '1988-07-01T03:00:00Z'],
  // Oslo leaves out 02:00–03:00: read with the offset before the change.
  ['2026-03-29 01:59:59 CET', 'Europe/Oslo', '2026-03-29T00:59:59Z'],
  ['2026-03-29 02:30:00 CET', 'Europe/Oslo', '2026-03-29T01:30:00Z'],
  ['2026-03-29 03:00:00 CEST', 'Europe/Oslo', '2026-03-29T01:00:00Z'],
  // 02:30 comes twice: the first one. The hours around it are plain.
  ['2026-10-25 01:59:59 CEST', 'Europe/Oslo', '2026-10-24T23:59:59Z'],
  ['2026-10-25 02:30:00 CET', 'Europe/Oslo', '2026-10-25T00:30:00Z'],
  ['2026-10-25 03:00:00 CET', 'Europe/Oslo', '2026-10-25T02:00:00Z'],
  // Half an hour of summer time, and a zone of 45 minutes.
  ['2026-10-04 02:15:00 LHST', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z'],
  ['2026-06-01 05:45:00 +0545', 'Asia/Kathmandu', '2026-06-01T00:00:00Z'],
])('%s in %s is %s', (text, timeZone, instant) => {
  expect(wallClockToMs(text, timeZone)).toBe(Date.parse(instant));
});

test.each([
  '',
  'yesterday',
  '2026-11-23',
  '2026-11-23T20:00:00Z',
  '2026-11-23 20:00',
  '2026-11-23 20:00:00.5',
  '2026-11-23 24:00:00 CST',
  '2026-02-29 12:00:00 CST',
  '2026-13-01 12:00:00 CST',
  '2026-06-31 12:00:00 CST',
  '0001-01-01 00:00:00 UTC',
  '1899-12-31 23:59:59 CST',
  '2026-11-23 20:60:00 CST',
  '２０２６-11-23 20:00:00 CST',
  ' 2026-11-23 20:00:00 CST',
])('%j is no time', (text) => {
  expect(wallClockToMs(text, 'Asia/Shanghai')).toBeUndefined();
});

test('what a wall clock shows is read back to the moment, or to the same showing an offset earlier', () => {
  const zones = [
    'Asia/Shanghai',
    'Europe/Oslo',
    'America/Los_Angeles',
    'Australia/Lord_Howe',
    'UTC',
  ] as const;
  const seconds = fc.integer({ min: 0, max: Date.UTC(2037, 0, 1) / 1000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), seconds, (timeZone, atS) => {
      const shown = wallClock(atS * 1000, timeZone);
      const readMs = wallClockToMs(shown, timeZone) ?? Number.NaN;
      expect(wallClock(readMs, timeZone)).toBe(shown);
      expect(readMs).toBeLessThanOrEqual(atS * 1000);
    }),
  );
});

/** Sweden writes dates as the boards do. */
function wallClock(atMs: number, timeZone: string): string {
  return new Date(atMs).toLocaleString('sv-SE', { timeZone });
}
