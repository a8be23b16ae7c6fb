import { expect, test } from 'vitest';
import { beijingTime, beijingTimestamp, parseBeijingTime } from '../../src/payments/beijing-time.ts';

const newYearMs = Date.UTC(2026, 11, 31, 16);

test('a moment is written as the clock in Beijing shows it, in the form of each provider', () => {
  expect(beijingTime(newYearMs - 1)).toBe('2026-12-31 23:59:59');
  expect(beijingTime(newYearMs)).toBe('2027-01-01 00:00:00');
  expect(beijingTimestamp(newYearMs)).toBe('2027-01-01T00:00:00+08:00');
});

test.each<[string, number | undefined]>([
  ['2027-01-01 00:00:00', newYearMs],
  [' 2027-01-01 00:00:00\t', newYearMs],
  ['2026-13-01 00:00:00', undefined],
  ['2026-12-01 24:61:00', undefined],
  ['2027-01-01T00:00:00', undefined],
  ['2027-01-01', undefined],
  ['at 2027-01-01 00:00:00', undefined],
  ['2027-01-01 00:00:00.5', undefined],
  ['', undefined],
])('%j is read as %s', (text, atMs) => {
  expect(parseBeijingTime(text)).toBe(atMs);
});
