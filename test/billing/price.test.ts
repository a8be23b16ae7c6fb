import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisive, price, type Reading } from '../../src/billing/price.ts';
import { affordableWh, checkTariff, electricityPriceAt, type Tariff } from '../../src/billing/tariff.ts';

const shanghai: Tariff = {
  tariffVersion: '2026-01',
  timeZone: 'Asia/Shanghai',
  effectiveFromMs: 0,
  electricity: [
    { fromHalfHour: 12, toHalfHour: 44, priceMilliYuanPerKWh: 617 },
    { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
  ],
  serviceMilliYuanPerKWh: 300,
  holdFen: 300,
};
const local = (text: string) => Date.parse(`${text}+08:00`);
const electricity = (tariff: Tariff, readings: readonly Reading[]) => {
  const [line] = price(tariff, readings).lines;
  if (line === undefined) throw new Error('a bill has two lines');
  return line;
};

const zones = [
  'Asia/Shanghai',
  'Europe/Oslo',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
];
const prices = fc.integer({ min: 0, max: 3000 });
const tariffs = fc
  .record({
    zone: fc.constantFrom(...zones),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 47 }), { maxLength: 6 }),
    classes: fc.array(prices, { minLength: 7, maxLength: 7 }),
    service: prices,
  })
  .map(({ zone, cuts, classes, service }): Tariff => {
    const edges = [0, ...cuts.sort((a, b) => a - b), 48];
    return {
      ...shanghai,
      timeZone: zone,
      serviceMilliYuanPerKWh: service,
      electricity: edges.slice(0, -1).map((fromHalfHour, index) => ({
        fromHalfHour,
        toHalfHour: edges[index + 1] ?? 48,
        priceMilliYuanPerKWh: classes[index] ?? 0,
      })),
    };
  });
const charges = fc
  .record({
    startMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
    steps: fc.array(fc.tuple(fc.integer({ min: 1000, max: 3_600_000 }), fc.integer({ min: 0, max: 400 })), {
      minLength: 1,
      maxLength: 20,
    }),
  })
  .map(({ startMs, steps }) => {
    const readings: Reading[] = [{ atMs: startMs, energyWh: 0 }];
    for (const [ms, wh] of steps) {
      const last = readings.at(-1) ?? { atMs: startMs, energyWh: 0 };
      readings.push({ atMs: last.atMs + ms, energyWh: last.energyWh + wh });
    }
    return readings;
  });

describe('the price of a charge', () => {
  test('is cut at 22:00, where a reading was taken', () => {
    const line = electricity(shanghai, [
      { atMs: local('2026-11-23T21:00'), energyWh: 0 },
      { atMs: local('2026-11-23T22:00'), energyWh: 250 },
      { atMs: local('2026-11-23T23:00'), energyWh: 400 },
    ]);
    expect(line.slices).toEqual([
      {
        fromMs: local('2026-11-23T21:00'),
        toMs: local('2026-11-23T22:00'),
        energyWh: 250,
        priceMilliYuanPerKWh: 617,
        amountMicroYuan: 154_250,
        measured: true,
      },
      {
        fromMs: local('2026-11-23T22:00'),
        toMs: local('2026-11-23T23:00'),
        energyWh: 150,
        priceMilliYuanPerKWh: 307,
        amountMicroYuan: 46_050,
        measured: true,
      },
    ]);
    // 0.2003 yuan: rounded once, for the line.
    expect(line.amountFen).toBe(20);
  });

  test('marks the energy at a boundary that no reading fell on', () => {
    const line = electricity(shanghai, [
      { atMs: local('2026-11-23T05:30'), energyWh: 0 },
      { atMs: local('2026-11-23T07:00'), energyWh: 300 },
    ]);
    expect(line.slices.map(({ energyWh, measured }) => [energyWh, measured])).toEqual([
      [100, false],
      [200, false],
    ]);
  });

  test('rounds half a fen up, once a line', () => {
    const oneHour = (energyWh: number) => [
      { atMs: local('2026-11-23T12:00'), energyWh: 0 },
      { atMs: local('2026-11-23T13:00'), energyWh },
    ];
    const flat = {
      ...shanghai,
      electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }],
    };
    expect(electricity(flat, oneHour(10)).amountFen).toBe(1);
    expect(electricity(flat, oneHour(9)).amountFen).toBe(0);
  });

  test('knows the hour that comes twice: 02:30 in Oslo in October has two instants and one price', () => {
    const oslo = { ...shanghai, timeZone: 'Europe/Oslo' };
    expect(electricityPriceAt(oslo, Date.UTC(2026, 9, 25, 0, 30))).toBe(307);
    expect(electricityPriceAt(oslo, Date.UTC(2026, 9, 25, 1, 30))).toBe(307);
    // 06:00 winter time.
    expect(electricityPriceAt(oslo, Date.UTC(2026, 9, 25, 4, 59))).toBe(307);
    expect(electricityPriceAt(oslo, Date.UTC(2026, 9, 25, 5, 0))).toBe(617);
  });

  test('slices cover the charge without a gap, and their energy is the energy of the charge', () => {
    fc.assert(
      fc.property(tariffs, charges, (tariff, readings) => {
        for (const { slices, amountFen } of price(tariff, readings).lines) {
          expect(slices[0]?.fromMs).toBe(readings[0]?.atMs);
          expect(slices.at(-1)?.toMs).toBe(readings.at(-1)?.atMs);
          for (const [index, slice] of slices.entries()) {
            if (index > 0) expect(slice.fromMs).toBe(slices[index - 1]?.toMs);
            expect(slice.energyWh).toBeGreaterThanOrEqual(0);
          }
          expect(slices.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(readings.at(-1)?.energyWh);
          const exact = slices.reduce(
            (sum, { energyWh, priceMilliYuanPerKWh }) => sum + energyWh * priceMilliYuanPerKWh,
            0,
          );
          expect(Math.abs(exact - amountFen * 10_000)).toBeLessThanOrEqual(5_000);
        }
      }),
    );
  });

  test('rests on a few readings, and is the same when it is computed again from them alone', () => {
    fc.assert(
      fc.property(tariffs, charges, (tariff, readings) => {
        const bill = price(tariff, readings);
        const kept = decisive(readings, bill);
        expect(price(tariff, kept)).toEqual(bill);
        expect(kept.length).toBeLessThanOrEqual(2 + 2 * electricity(tariff, readings).slices.length);
      }),
    );
  });

  test('is one price inside each slice, whatever the zone and its summer time', () => {
    fc.assert(
      fc.property(tariffs, charges, (tariff, readings) => {
        for (const slice of electricity(tariff, readings).slices) {
          for (let atMs = slice.fromMs; atMs < slice.toMs; atMs += 600_000)
            expect(electricityPriceAt(tariff, atMs)).toBe(slice.priceMilliYuanPerKWh);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('never exceeds the hold, when the port stops at what the hold can pay for', () => {
    fc.assert(
      fc.property(tariffs, charges, fc.integer({ min: 2, max: 5000 }), (tariff, readings, holdFen) => {
        const limitWh = affordableWh(tariff, holdFen);
        const limited = readings.map(({ atMs, energyWh }) => ({
          atMs,
          energyWh: Math.min(energyWh, limitWh),
        }));
        expect(price(tariff, limited).totalFen).toBeLessThanOrEqual(holdFen);
      }),
    );
  });
});

describe('a tariff is refused', () => {
  const classes = (...list: [number, number][]): Tariff => ({
    ...shanghai,
    electricity: list.map(([fromHalfHour, toHalfHour]) => ({
      fromHalfHour,
      toHalfHour,
      priceMilliYuanPerKWh: 1,
    })),
  });
  test.each<[string, Tariff, string]>([
    ['with a gap', classes([0, 12], [13, 48]), 'No electricity price from 06:00 to 06:30'],
    ['with an overlap', classes([0, 13], [12, 48]), 'Two electricity prices at 06:00'],
    ['that ends before midnight', classes([0, 47]), 'No electricity price from 23:30 to 24:00'],
    [
      'with a class that ends before it begins',
      classes([0, 48], [20, 10]),
      'A class ends before it begins: 10:00',
    ],
    ['in no real zone', { ...shanghai, timeZone: 'Asia/Atlantis' }, 'Asia/Atlantis is no IANA time zone'],
  ])('%s', (_, tariff, message) => {
    expect(() => checkTariff(tariff)).toThrow(message);
  });
});
