import { expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Reading } from '../../src/billing/bill.ts';
import { most, price } from '../../src/billing/price.ts';
import { shanghai } from '../support/tariffs.ts';
import { compare } from './against-oracle.ts';
import { type Case, portPowerW } from './arbitraries.ts';

test('the dearest and longest session that there can be is still exact', () => {
  const tariff: Tariff = {
    ...shanghai,
    electricity: [
      { fromHalfHour: 0, toHalfHour: 47, priceMilliYuanPerKWh: 100_000 },
      { fromHalfHour: 47, toHalfHour: 48, priceMilliYuanPerKWh: 99_999 },
    ],
    service: { by: 'power', bands: [{ upToW: portPowerW, priceMilliYuanPerHour: 100_000 }] },
    startFeeFen: 40_000,
    minimum: { feeFen: 40_000, coversMinutes: 1 },
    overstay: { graceMinutes: 1, priceMilliYuanPerHour: 100_000 },
    holdFen: 100_000,
  };
  const startMs = Date.UTC(2026, 10, 1, 0, 0, 0, 1);
  const longest: Case = {
    tariff,
    session: {
      readings: [
        { atMs: startMs, energyWh: 0 },
        { atMs: startMs + most.sessionMs, energyWh: most.energyWh },
      ],
      removedAtMs: startMs + most.stayMs,
    },
  };
  compare(longest);
  const grains = price(longest.tariff, longest.session).lines.map(({ slices }) =>
    slices.reduce((sum, { amountGrains }) => sum + amountGrains, 0),
  );
  expect(Math.max(...grains)).toBeGreaterThan(3e15);
  expect(grains.every(Number.isSafeInteger)).toBe(true);
  compare({ ...longest, tariff: { ...tariff, service: { by: 'energy', priceMilliYuanPerKWh: 100_000 } } });
  const beyond: Reading = { atMs: startMs + most.sessionMs + 1, energyWh: 1 };
  expect(() => price(tariff, { readings: [{ atMs: startMs, energyWh: 0 }, beyond] })).toThrow(RangeError);
});
