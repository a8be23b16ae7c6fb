import { expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { affordable } from '../../src/billing/affordable.ts';
import { price } from '../../src/billing/price.ts';
import { flat } from '../support/tariffs.ts';

const free = flat(0, 0, { startFeeFen: 100 });
const hourMs = 3_600_000;
const costOf = (tariff: Tariff, energyWh: number, ms: number) =>
  price(tariff, {
    readings: [
      { atMs: 0, energyWh: 0 },
      { atMs: ms, energyWh },
    ],
  }).totalFen;

test('where only the start costs something, its fee alone pays for a whole session, and a fen less for none', () => {
  const { energyWh, ms } = affordable(free, 100);
  expect(ms).toBeUndefined();
  expect(energyWh).toBeGreaterThan(10_000);
  expect(costOf(free, energyWh, 10 * hourMs)).toBe(100);
  expect(affordable(free, 99).energyWh).toBe(0);
});

test('where the cap of a session is held, nothing else bounds it', () => {
  const capped = {
    ...free,
    service: { by: 'time' as const, priceMilliYuanPerHour: 5000 },
    capPerSessionFen: 150,
  };
  expect(affordable(capped, 150)).toEqual({ energyWh: affordable(free, 100).energyWh });
  expect(affordable(capped, 149).ms).toBeDefined();
});

test('a price by time bounds the time, and what is promised costs no more than what is held', () => {
  const byTime = { ...free, startFeeFen: 10, service: { by: 'time' as const, priceMilliYuanPerHour: 600 } };
  const { energyWh, ms = Number.NaN } = affordable(byTime, 130);
  // 120 fen are two hours at 60 fen, less the fen that is kept back for rounding.
  expect(ms).toBeGreaterThan(1.9 * hourMs);
  expect(ms).toBeLessThanOrEqual(2 * hourMs);
  expect(costOf(byTime, energyWh, ms)).toBeLessThanOrEqual(130);
});
