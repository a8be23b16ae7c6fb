import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { nextTableChange, wantedTables } from '../../src/tariffs/price-table.ts';
import { allDay, shanghai } from '../support/tariffs.ts';

/** Its classes in the order of the day. */
const inOrder = shanghai.electricity.toSorted((a, b) => a.fromHalfHour - b.fromHalfHour);
const tariff: Tariff = { ...shanghai, electricity: inOrder };

/** What a board shows in a half hour: energy and service. */
function shown(of: Tariff, halfHour: number, kind: 'weekday' | 'weekend' | 'holiday' = 'weekday') {
  const { prices } = wantedTables(of, kind);
  const price = prices.classes[prices.halfHours[halfHour] ?? -1];
  return [price?.energyMilliYuanPerKWh, price?.serviceMilliYuanPerKWh];
}

/** So many half hours, each at its own price. */
const staircase = (prices: readonly number[]): Tariff['electricity'] => [
  ...prices.map((priceMilliYuanPerKWh, index) => ({
    fromHalfHour: index,
    toHalfHour: index + 1,
    priceMilliYuanPerKWh,
  })),
  { fromHalfHour: prices.length, toHalfHour: 48, priceMilliYuanPerKWh: prices.at(-1) ?? 0 },
];

describe('prices by the half hour', () => {
  test('peak and valley, with the service of the kWh, in their places', () => {
    const { prices, bands, cannotShow } = wantedTables(tariff, 'weekday');
    expect(prices.mode).toBe('peak-valley');
    expect(prices.halfHours).toEqual([...Array(12).fill(3), ...Array(32).fill(1), ...Array(4).fill(3)]);
    expect([shown(tariff, 11), shown(tariff, 12)]).toEqual([
      [307, 300],
      [617, 300],
    ]);
    expect(prices.classes.map((it) => it.energyMilliYuanPerKWh)).toEqual([617, 617, 617, 307, 617]);
    expect([bands, cannotShow]).toEqual([undefined, []]);
  });

  test('one price is flat, and names that fit are believed', () => {
    const flat = { ...tariff, electricity: [allDay(500)] };
    expect(new Set(wantedTables(flat, 'holiday').prices.halfHours)).toEqual(new Set([2]));
    const named = { ...tariff, electricity: tariff.electricity.map((it) => ({ ...it })) };
    const names = ['deep', 'sharp', 'deep'] as const;
    named.electricity = named.electricity.map((it, index) => ({ ...it, name: names[index] ?? 'flat' }));
    const places = wantedTables(named, 'weekday').prices.halfHours;
    expect([places[0], places[12], places[47]]).toEqual([4, 0, 4]);
    // One name for two prices fits nothing.
    const confused = named.electricity.map((it) => ({ ...it, name: 'peak' as const }));
    expect(shown({ ...named, electricity: confused }, 0)).toEqual([307, 300]);
  });

  test.each([
    [
      [5, 4, 3],
      [1, 2, 3],
    ],
    [
      [5, 4, 3, 2],
      [0, 1, 2, 3],
    ],
    [
      [5, 4, 3, 2, 0],
      [0, 1, 2, 3, 4],
    ],
  ])('without names, %j are in the places %j, and what is free is free', (prices, places) => {
    const table = wantedTables({ ...tariff, electricity: staircase(prices) }, 'weekday').prices;
    expect(prices.map((_, halfHour) => table.halfHours[halfHour])).toEqual(places);
    expect(places.map((place) => table.classes[place]?.energyMilliYuanPerKWh)).toEqual(prices);
  });

  test('of more than five prices the cheapest are shown at the fifth, and it is said', () => {
    const seven = { ...tariff, electricity: staircase([100, 200, 300, 400, 500, 600, 700]) };
    expect(wantedTables(seven, 'weekday').cannotShow).toEqual(['more-than-five-prices']);
    expect([0, 1, 2, 3, 4, 5, 6].map((halfHour) => shown(seven, halfHour)[0])).toEqual([
      300, 300, 300, 400, 500, 600, 700,
    ]);
    const five = { ...tariff, electricity: staircase([100, 200, 300, 400, 500]) };
    expect(wantedTables(five, 'weekday').cannotShow).toEqual([]);
  });

  test('a price that does not fit the board is shown as far as it fits', () => {
    const dear = { ...tariff, service: { by: 'energy', priceMilliYuanPerKWh: 70_000 } } as const;
    expect(shown(dear, 0)).toEqual([307, 65_535]);
    expect(wantedTables(dear, 'weekday').cannotShow).toEqual(['price-of-a-kwh-above-65.535']);
  });
});

describe('prices by the hour', () => {
  test('power bands go into the parameters, and the last repeats up to eight', () => {
    const byPower: Tariff = {
      ...tariff,
      service: {
        by: 'power',
        bands: [
          { upToW: 300, priceMilliYuanPerHour: 250 },
          { upToW: 1100, priceMilliYuanPerHour: 604 },
        ],
      },
    };
    const { prices, bands, cannotShow } = wantedTables(byPower, 'weekday');
    expect(prices.mode).toBe('energy-and-time');
    expect(shown(byPower, 12)).toEqual([617, 0]);
    expect(bands).toEqual([
      { upToW: 300, priceFenPerHour: 25 },
      ...Array(7).fill({ upToW: 1100, priceFenPerHour: 60 }),
    ]);
    expect(cannotShow).toEqual(['fraction-of-a-fen-an-hour']);
  });

  test('a price of energy that depends on power is shown at its highest', () => {
    const bands = [
      { upToW: 500, priceMilliYuanPerKWh: 300 },
      { upToW: 1100, priceMilliYuanPerKWh: 460 },
    ];
    const byPower: Tariff = { ...tariff, service: { by: 'energy-by-power', bands } };
    expect(wantedTables(byPower, 'weekday').prices.mode).toBe('peak-valley');
    expect(wantedTables(byPower, 'weekday').bands).toBeUndefined();
    expect(shown(byPower, 12)).toEqual([617, 460]);
    expect(wantedTables(byPower, 'weekday').cannotShow).toEqual(['price-of-a-kwh-by-power']);
    const even = bands.map(({ upToW }) => ({ upToW, priceMilliYuanPerKWh: 460 }));
    const same: Tariff = { ...tariff, service: { by: 'energy-by-power', bands: even } };
    expect(wantedTables(same, 'weekday').cannotShow).toEqual([]);
  });

  test('one price for the hour is the same in every band; without electricity the half hours are off', () => {
    const byTime: Tariff = {
      ...tariff,
      electricity: [],
      service: { by: 'time', priceMilliYuanPerHour: 250 },
      timeAloneAcknowledged: '发改办价格〔2024〕537号',
    };
    const { prices, bands } = wantedTables(byTime, 'weekday');
    expect(prices.mode).toBe('off');
    expect(bands?.map((band) => band.priceFenPerHour)).toEqual(Array(8).fill(25));
  });
});

test('what only the bill knows is named', () => {
  const { cannotShow } = wantedTables(
    {
      ...tariff,
      startFeeFen: 10,
      minimum: { feeFen: 50, coversMinutes: 45 },
      minimumPerSessionFen: 100,
      freeMinutes: 5,
      capPerSessionFen: 200,
      capPerDayFen: 400,
      overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1000 },
      packages: [],
    },
    'weekday',
  );
  expect(cannotShow).toEqual([
    'cap-per-day',
    'cap-per-session',
    'free-minutes',
    'minimum',
    'minimum-per-session',
    'overstay',
    'start-fee',
  ]);
});

describe('another kind of day', () => {
  const weekend: Tariff = {
    ...tariff,
    electricity: [
      { days: ['weekday'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 617 },
      { days: ['weekend', 'holiday'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
    ],
    calendar: { holidays: ['2026-10-01'], workdays: ['2026-10-10'] },
  };
  /** Shanghai is eight hours ahead. */
  const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`);

  test('needs another table, from its local midnight on', () => {
    expect(wantedTables(weekend, 'weekday').cannotShow).toEqual(['other-days']);
    expect([shown(weekend, 0, 'weekday')[0], shown(weekend, 0, 'weekend')[0]]).toEqual([617, 307]);
    // The day before a holiday; the holiday; a Monday before a Saturday that is worked.
    expect(nextTableChange(weekend, midnight('2026-09-30') + 1)).toBe(midnight('2026-10-01'));
    expect(nextTableChange(weekend, midnight('2026-10-01'))).toBe(midnight('2026-10-02'));
    expect(nextTableChange(weekend, midnight('2026-10-05'))).toBe(midnight('2026-10-11'));
  });

  test('that costs the same needs none', () => {
    expect(nextTableChange(tariff, midnight('2026-09-30'))).toBeUndefined();
    const holidayOnly: Tariff = {
      ...weekend,
      electricity: [
        { days: ['weekday', 'weekend'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 617 },
        { days: ['holiday'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
      ],
    };
    expect(nextTableChange(holidayOnly, midnight('2026-09-25'))).toBe(midnight('2026-10-01'));
    // Nothing changes for a long time: it is looked at again in a month.
    expect(nextTableChange(holidayOnly, midnight('2026-10-02'))).toBe(midnight('2026-11-01'));
  });

  test('begins when the local clock says so, where the clock is put forward over midnight as well', () => {
    const santiago = { ...weekend, timeZone: 'America/Santiago', calendar: { holidays: [], workdays: [] } };
    // On Sunday, 6 September 2026, 00:00 becomes 01:00 in Santiago; the Saturday began at 04:00 UTC.
    expect(nextTableChange(santiago, Date.UTC(2026, 8, 3, 12))).toBe(Date.UTC(2026, 8, 5, 4));
    expect(nextTableChange(santiago, Date.UTC(2026, 8, 6, 12))).toBe(Date.UTC(2026, 8, 7, 3));
  });
});
