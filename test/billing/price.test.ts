import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { affordableMs, affordableWh } from '../../src/billing/affordable.ts';
import type { Bill, Reading, SessionToPrice } from '../../src/billing/bill.ts';
import { electricityPriceAt } from '../../src/billing/calendar.ts';
import { grainsPerFen } from '../../src/billing/grains.ts';
import { price } from '../../src/billing/price.ts';
import { allDay, juyBands, local, readingsAt, shanghai, timeAlone } from '../support/tariffs.ts';

const lineOf = (bill: Bill, name: string) => {
  const line = bill.lines.find(({ line }) => line === name);
  if (line === undefined) throw new Error('a bill has two lines');
  return line;
};
const electricity = (tariff: Tariff, readings: readonly Reading[]) =>
  lineOf(price(tariff, { readings }), 'electricity');
const service = (tariff: Tariff, session: SessionToPrice) => lineOf(price(tariff, session), 'service');
const fens = ({ lines }: Bill) => lines.map(({ amountFen }) => amountFen);

/** Two hours at noon, 500 Wh an hour. */
const noon = readingsAt(['2026-11-23T12:00', 0], ['2026-11-23T13:00', 500], ['2026-11-23T14:00', 1000]);

describe('electricity', () => {
  test('is cut at 22:00, where a reading was taken', () => {
    const line = electricity(
      shanghai,
      readingsAt(['2026-11-23T21:00', 0], ['2026-11-23T22:00', 250], ['2026-11-23T23:00', 400]),
    );
    expect(line.slices).toEqual([
      {
        kind: 'energy',
        fromMs: local('2026-11-23T21:00'),
        toMs: local('2026-11-23T22:00'),
        energyWh: 250,
        priceMilliYuan: 617,
        per: 'kWh',
        amountGrains: 154_250 * 3600,
        measured: true,
      },
      {
        kind: 'energy',
        fromMs: local('2026-11-23T22:00'),
        toMs: local('2026-11-23T23:00'),
        energyWh: 150,
        priceMilliYuan: 307,
        per: 'kWh',
        amountGrains: 46_050 * 3600,
        measured: true,
      },
    ]);
    // 0.2003 yuan: rounded once, for the line.
    expect(line.amountFen).toBe(20);
  });

  test('marks the energy at a boundary that no reading fell on', () => {
    const line = electricity(shanghai, readingsAt(['2026-11-23T05:30', 0], ['2026-11-23T07:00', 300]));
    expect(line.slices.map(({ energyWh, measured }) => [energyWh, measured])).toEqual([
      [100, false],
      [200, false],
    ]);
  });

  test('rounds half a fen up, once a line', () => {
    const oneHour = (energyWh: number) => readingsAt(['2026-11-23T12:00', 0], ['2026-11-23T13:00', energyWh]);
    const flat = { ...shanghai, electricity: [allDay(500)] };
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

  test('has its own price on weekends, on holidays, and none of them on a weekend day that is worked', () => {
    const tariff: Tariff = {
      ...shanghai,
      electricity: [allDay(600, 'weekday'), allDay(500, 'weekend'), allDay(400, 'holiday')],
      calendar: { holidays: ['2026-10-01', '2026-10-03'], workdays: ['2026-10-10'] },
    };
    const priceOn = (date: string) => electricityPriceAt(tariff, local(`${date}T12:00`));
    expect(priceOn('2026-09-30')).toBe(600);
    expect(priceOn('2026-10-01')).toBe(400);
    // A Saturday that is a holiday, one that is worked, and one as any other.
    expect(priceOn('2026-10-03')).toBe(400);
    expect(priceOn('2026-10-10')).toBe(600);
    expect(priceOn('2026-10-17')).toBe(500);
    const overMidnight = electricity(
      tariff,
      readingsAt(['2026-09-30T23:00', 0], ['2026-10-01T00:00', 100], ['2026-10-01T01:00', 200]),
    );
    expect(overMidnight.slices.map((slice) => slice.priceMilliYuan)).toEqual([600, 400]);
  });
});

describe('the service fee', () => {
  test('by time is one slice, whatever the electricity', () => {
    const tariff: Tariff = { ...shanghai, service: { by: 'time', priceMilliYuanPerHour: 250 } };
    const bill = price(tariff, { readings: noon });
    expect(fens(bill)).toEqual([62, 50]);
    expect(lineOf(bill, 'service').slices).toMatchObject([
      { kind: 'time', per: 'hour', priceMilliYuan: 250, energyWh: 1000, amountGrains: 7_200_000 * 250 },
    ]);
  });

  test('by power takes each stretch at the band of its power: told by the board, else the mean', () => {
    const readings = readingsAt(
      ['2026-11-23T12:00', 0],
      ['2026-11-23T13:00', 150, 320],
      ['2026-11-23T14:00', 300],
      ['2026-11-23T15:00', 600],
    );
    const line = service({ ...shanghai, service: juyBands }, { readings });
    expect(line.slices.map(({ priceMilliYuan, energyWh }) => [priceMilliYuan, energyWh])).toEqual([
      [300, 150],
      [200, 150],
      [250, 300],
    ]);
    expect(line.amountFen).toBe(75);
  });

  test('by power beyond the last band is charged at the last one, and says so', () => {
    const readings = readingsAt(['2026-11-23T12:00', 0], ['2026-11-23T13:00', 900, 1600]);
    const bill = price({ ...shanghai, service: juyBands }, { readings });
    expect(bill.remarks).toEqual(['power-beyond-bands']);
    expect(fens(bill)).toEqual([56, 100]);
  });
});

describe('a package', () => {
  const tariff: Tariff = { ...shanghai, startFeeFen: 20 };
  test('of sessions pays for everything', () => {
    const bill = price(tariff, { readings: noon, allowance: { purchaseId: 'p' } });
    expect(bill.totalFen).toBe(0);
    expect(lineOf(bill, 'service').slices.every(({ free }) => free === 'package')).toBe(true);
  });

  test('of energy pays for the first Wh in both lines, up to the moment when they were reached', () => {
    const bill = price(tariff, { readings: noon, allowance: { purchaseId: 'p', energyWh: 800 } });
    // 200 Wh at 0.617 and at 0.300, and the start fee.
    expect(fens(bill)).toEqual([12, 26]);
    expect(lineOf(bill, 'electricity').slices.map(({ energyWh, toMs }) => [energyWh, toMs])).toEqual([
      [800, local('2026-11-23T13:36')],
      [200, local('2026-11-23T14:00')],
    ]);
  });
});

describe('a cap', () => {
  // 61.7 fen of electricity and 30 of service.
  test('of a session lets the service give way first, and is what is shown', () => {
    const bill = price({ ...shanghai, capPerSessionFen: 70 }, { readings: noon });
    expect(fens(bill)).toEqual([62, 8]);
    expect(bill.remarks).toEqual(['capped-per-session']);
    expect(lineOf(bill, 'service').slices.at(-1)).toMatchObject({
      kind: 'cap',
      amountGrains: -22 * grainsPerFen,
    });
    expect(fens(price({ ...shanghai, capPerSessionFen: 40 }, { readings: noon }))).toEqual([40, 0]);
  });

  test('of a day counts the sessions before, each day for itself', () => {
    const readings = readingsAt(
      ['2026-11-23T23:00', 0],
      ['2026-11-24T00:00', 1000],
      ['2026-11-24T01:00', 2000],
    );
    const tariff: Tariff = { ...shanghai, capPerDayFen: 50 };
    // 60.7 fen in each of the days.
    const bill = price(tariff, { readings });
    expect(fens(bill)).toEqual([61, 39]);
    expect(bill.spent).toEqual({ '2026-11-23': 50 * grainsPerFen, '2026-11-24': 50 * grainsPerFen });
    const after = price(tariff, { readings, spentBefore: { '2026-11-23': 45 * grainsPerFen } });
    expect(after.totalFen).toBe(55);
    expect(after.remarks).toEqual(['capped-per-day']);
    expect(after.spent).toEqual({ '2026-11-23': 5 * grainsPerFen, '2026-11-24': 50 * grainsPerFen });
  });
});

describe('what a hold can pay for', () => {
  test('is bounded by energy alone where time costs nothing', () => {
    expect(affordableWh(shanghai, 300)).toBe(3260);
    expect(affordableMs(shanghai, 300)).toBeUndefined();
  });

  test('is bounded by time too where time is charged, so that both together stay within it', () => {
    const tariff: Tariff = { ...shanghai, service: { by: 'time', priceMilliYuanPerHour: 250 } };
    const hours = (affordableMs(tariff, 300) ?? 0) / 3_600_000;
    // 2.99 yuan at 0.25 yuan an hour and 0.3 kW × 0.617 yuan.
    expect(hours).toBeCloseTo(2.99 / (0.25 + 0.3 * 0.617), 5);
    expect(affordableWh(tariff, 300)).toBe(Math.floor(hours * 300));
  });

  test('has no bound where the cap of a session is within the hold', () => {
    const tariff: Tariff = { ...timeAlone, capPerSessionFen: 200 };
    expect(affordableWh(tariff, 200)).toBe(1_000_000);
    expect(affordableMs(tariff, 200)).toBeUndefined();
    expect(affordableMs(tariff, 199)).toBe(Math.floor((198 * grainsPerFen) / 250));
  });

  test('is nothing where the hold does not cover the fees', () => {
    const tariff: Tariff = { ...shanghai, startFeeFen: 100, minimum: { feeFen: 200, coversMinutes: 60 } };
    expect(affordableWh(tariff, 299)).toBe(0);
  });
});

test('a session that never began costs nothing', () => {
  const empty = {
    lines: [
      { line: 'electricity', amountFen: 0, slices: [] },
      { line: 'service', amountFen: 0, slices: [] },
    ],
    totalFen: 0,
    remarks: [],
    spent: {},
  };
  expect(price({ ...shanghai, startFeeFen: 100 }, { readings: [] })).toEqual(empty);
  expect(price({ ...shanghai, startFeeFen: 100 }, { readings: noon.slice(0, 1) })).toEqual(empty);
});
