import { describe, expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import type { SessionToPrice } from '../../src/billing/bill.ts';
import { price } from '../../src/billing/price.ts';
import { local, readingsAt, shanghai, timeAlone } from '../support/tariffs.ts';

function service(tariff: Tariff, session: SessionToPrice) {
  const [, line] = price(tariff, session).lines;
  if (line === undefined) throw new Error('a bill has two lines');
  return line;
}

describe('fees', () => {
  const tariff: Tariff = {
    ...timeAlone,
    freeMinutes: 10,
    startFeeFen: 20,
    minimum: { feeFen: 50, coversMinutes: 70 },
  };
  const lasting = (minutes: number): SessionToPrice => ({
    readings: [
      { atMs: local('2026-11-23T12:00'), energyWh: 0 },
      { atMs: local('2026-11-23T12:00') + minutes * 60_000, energyWh: minutes },
    ],
  });

  test('are not due for a session that ends within the free minutes', () => {
    expect(price(tariff, lasting(10)).totalFen).toBe(0);
    expect(service(tariff, lasting(10)).slices).toMatchObject([{ free: 'free-minutes', amountGrains: 0 }]);
  });

  test('are due once, and the minimum is not paid again by the minutes that it covers', () => {
    expect(price(tariff, lasting(11)).totalFen).toBe(70);
    expect(price(tariff, lasting(70)).totalFen).toBe(70);
    // One more hour at 0.25.
    const line = service(tariff, lasting(130));
    expect(line.amountFen).toBe(95);
    expect(line.slices.map(({ kind, free }) => [kind, free])).toEqual([
      ['start-fee', undefined],
      ['minimum', undefined],
      ['time', 'free-minutes'],
      ['time', 'minimum'],
      ['time', undefined],
    ]);
  });

  test('for overstaying begin after the grace, and are neither free nor capped', () => {
    const overstay: Tariff = {
      ...tariff,
      capPerSessionFen: 70,
      overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1000 },
    };
    const session = lasting(130);
    const removed = (minutes: number) =>
      price(overstay, { ...session, removedAtMs: local('2026-11-23T14:10') + minutes * 60_000 });
    expect(removed(30).totalFen).toBe(70);
    expect(removed(90).totalFen).toBe(170);
    const none = price(overstay, { ...lasting(5), removedAtMs: local('2026-11-23T13:35') });
    expect(none.totalFen).toBe(100);
  });
});

describe('the minimum of a session, in which electricity and service are', () => {
  const tariff: Tariff = { ...shanghai, minimumPerSessionFen: 500 };
  /** An hour at noon: 0.617 and 0.300 yuan/kWh. */
  const lasting = (energyWh: number, more: Partial<SessionToPrice> = {}): SessionToPrice => ({
    readings: readingsAt(['2026-11-23T12:00', 0], ['2026-11-23T13:00', energyWh]),
    ...more,
  });
  const missing = (of: Tariff, session: SessionToPrice) =>
    service(of, session).slices.filter(({ kind }) => kind === 'up-to-minimum');

  test('is come up to by what is missing, in the service line', () => {
    // 0.617 and 0.300 are 0.62 and 0.30: 4.08 are missing.
    const bill = price(tariff, lasting(1000));
    expect(bill.lines.map(({ amountFen }) => amountFen)).toEqual([62, 438]);
    expect(missing(tariff, lasting(1000))).toMatchObject([
      { per: 'once', priceMilliYuan: 5000, amountGrains: 408 * 36_000_000 },
    ]);
  });

  test('is come up to exactly, where both lines are rounded up', () => {
    // 0.03085 and 0.015, that is 0.03 and 0.02.
    expect(price(tariff, lasting(50)).totalFen).toBe(500);
  });

  test('costs nothing once the two come to it', () => {
    // 3.3626 and 1.635 yuan, rounded 3.36 and 1.64, are the 5.00.
    expect(missing(tariff, lasting(5450))).toEqual([]);
    expect(price(tariff, lasting(5450)).totalFen).toBe(500);
    expect(price(tariff, lasting(6000)).totalFen).toBe(370 + 180);
  });

  test('counts the fees, and not the overstay', () => {
    const dear: Tariff = {
      ...tariff,
      startFeeFen: 100,
      overstay: { graceMinutes: 0, priceMilliYuanPerHour: 1000 },
    };
    const session = lasting(1000, { removedAtMs: local('2026-11-23T14:00') });
    expect(missing(dear, session)).toMatchObject([{ amountGrains: 308 * 36_000_000 }]);
    expect(price(dear, session).totalFen).toBe(600);
  });

  test('is not due within the free minutes, nor where a package pays', () => {
    expect(price({ ...tariff, freeMinutes: 60 }, lasting(1000)).totalFen).toBe(0);
    const allowance = { purchaseId: 'p' };
    expect(price(tariff, lasting(1000, { allowance })).totalFen).toBe(0);
    const some = { ...allowance, energyWh: 500 };
    expect(price(tariff, lasting(1000, { allowance: some })).totalFen).toBe(31 + 15);
  });

  test('is not gone beyond by a cap that the day has left', () => {
    const capped: Tariff = { ...tariff, capPerDayFen: 600 };
    const spentBefore = { '2026-11-23': 300 * 36_000_000 };
    expect(price(capped, lasting(1000, { spentBefore })).totalFen).toBe(300);
  });
});

test('a price of energy in bands of power is that of the band of each stretch', () => {
  const tariff: Tariff = {
    ...shanghai,
    service: {
      by: 'energy-by-power',
      bands: [
        { upToW: 3700, priceMilliYuanPerKWh: 360 },
        { upToW: 11_000, priceMilliYuanPerKWh: 460 },
      ],
    },
  };
  const told = readingsAt(
    ['2026-11-23T12:00', 0],
    ['2026-11-23T13:00', 3700],
    ['2026-11-23T14:00', 7401],
    ['2026-11-23T15:00', 8401, 3701],
    ['2026-11-23T16:00', 20_401],
  );
  const line = service(tariff, { readings: told });
  expect(line.slices.map(({ per, energyWh, priceMilliYuan }) => [per, energyWh, priceMilliYuan])).toEqual([
    ['kWh', 3700, 360],
    ['kWh', 16_701, 460],
  ]);
  // 1.332 and 7.68246 yuan.
  expect(line.amountFen).toBe(901);
  expect(price(tariff, { readings: told }).remarks).toEqual(['power-beyond-bands']);
});

test('an overstay without grace begins when the session ends', () => {
  const tariff: Tariff = { ...shanghai, overstay: { graceMinutes: 0, priceMilliYuanPerHour: 1000 } };
  const readings = readingsAt(['2026-11-23T12:00', 0], ['2026-11-23T13:00', 1000]);
  const overstay = (removed: string) =>
    service(tariff, { readings, removedAtMs: local(removed) }).slices.filter(
      ({ kind }) => kind === 'overstay',
    );
  expect(overstay('2026-11-23T13:00')).toEqual([]);
  expect(overstay('2026-11-23T13:30')).toMatchObject([
    { fromMs: local('2026-11-23T13:00'), amountGrains: 50 * 36_000_000 },
  ]);
  expect(tariffSchema.safeParse(tariff).success).toBe(true);
});
