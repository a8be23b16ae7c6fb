import { expect, test } from 'vitest';
import { grainsPerFen } from '../../src/billing/grains.ts';
import {
  durationOfMs,
  kWhOfWh,
  yuanOfFen,
  yuanOfGrains,
  yuanOfMilliYuan,
} from '../../src/receipts/amounts.ts';

test.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [100, '¥1.00'],
  [-5, '−¥0.05'],
  [-12_345, '−¥123.45'],
])('%i fen are %s', (fen, text) => {
  expect(yuanOfFen(fen)).toBe(text);
});

test('an exact amount is told to the micro-yuan, rounded half up, and nothing has no sign', () => {
  const grainsPerMicroYuan = grainsPerFen / 10_000;
  expect(yuanOfGrains(76_930 * grainsPerMicroYuan)).toBe('¥0.07693');
  expect(yuanOfGrains(-grainsPerFen)).toBe('−¥0.01');
  expect(yuanOfGrains(grainsPerMicroYuan / 2)).toBe('¥0.000001');
  expect(yuanOfGrains(-grainsPerMicroYuan / 2)).toBe('−¥0.000001');
  expect(yuanOfGrains(grainsPerMicroYuan / 2 - 1)).toBe('¥0.00');
  expect(yuanOfGrains(1 - grainsPerMicroYuan / 2)).toBe('¥0.00');
});

test('prices and energy lose only the zeros that say nothing', () => {
  const prices = [0, 500, 617, 1200, 25_050].map(yuanOfMilliYuan);
  expect(prices).toEqual(['0.00', '0.50', '0.617', '1.20', '25.05']);
  expect([0, 5, 30, 1000, 12_340].map(kWhOfWh)).toEqual(['0.0', '0.005', '0.03', '1.0', '12.34']);
});

test('a duration is told in hours, minutes and seconds, and in milliseconds where there are any', () => {
  const ms = (hours: number, minutes: number, seconds: number, rest = 0) =>
    ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
  const durations = [ms(0, 0, 0), ms(0, 59, 59), ms(1, 0, 0), ms(26, 3, 7)].map(durationOfMs);
  expect(durations).toEqual(['0:00:00', '0:59:59', '1:00:00', '26:03:07']);
  expect([ms(0, 1, 2, 3), ms(0, 1, 2, 250)].map(durationOfMs)).toEqual(['0:01:02.003', '0:01:02.250']);
});
