import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { SessionToPrice } from '../../src/billing/bill.ts';
import { clock, isDate, isWeekend, lacksHolidays } from '../../src/billing/calendar.ts';
import { checkTariff } from '../../src/billing/check-tariff.ts';
import { meterOf } from '../../src/billing/meter.ts';
import { bandReadings } from '../../src/billing/power-bands.ts';
import { addPreviews, previewTariff } from '../../src/billing/preview-tariff.ts';
import { decisive, most, price, pricedWindow } from '../../src/billing/price.ts';
import { receiptCodeOf } from '../../src/billing/receipt.ts';
import { allDay, readingsAt, shanghai } from '../support/tariffs.ts';

// What bills are made of, at its limits.

describe('a meter', () => {
  const readings = [0, 100, 100, 200].map((energyWh, index) => ({ atMs: index * 1000, energyWh }));

  test.each([
    [0, 0],
    [1, 10],
    [100, 1000],
    [101, 2010],
    [200, 3000],
    [201, undefined],
  ])('has used up a package of %i Wh at %s ms: when that was first reached', (allowanceWh, atMs) => {
    expect(meterOf(readings, allowanceWh).usedUpAtMs).toBe(atMs);
  });

  test('has used up a package at the first whole millisecond', () => {
    const three = [
      { atMs: 0, energyWh: 0 },
      { atMs: 10, energyWh: 3 },
    ];
    expect([1, 2, 3].map((allowanceWh) => meterOf(three, allowanceWh).usedUpAtMs)).toEqual([4, 7, 10]);
  });

  test.each([
    [-5, 0, false],
    [0, 0, true],
    [4, 0, false],
    // Half a Wh is rounded up.
    [5, 1, false],
    [1000, 100, true],
    [1500, 100, false],
    [2994, 199, false],
    [3000, 200, true],
    [4000, 200, false],
  ])('at %i ms shows %i Wh, read there: %s', (atMs, energyWh, measured) => {
    expect(meterOf(readings, undefined).at(atMs)).toEqual({ atMs, energyWh, measured });
  });

  test('shows all of a package where that is used up', () => {
    const { usedUpAtMs = 0, at } = meterOf(readings, 101);
    expect(at(usedUpAtMs)).toEqual({ atMs: 2010, energyWh: 101, measured: false });
  });
});

describe('of readings a bill keeps', () => {
  const prices = {
    per: 'hour' as const,
    bands: [
      { upToW: 200, priceMilliYuan: 1 },
      { upToW: 1100, priceMilliYuan: 2 },
    ],
  };
  const kept = (powers: (number | undefined)[], wh = powers.map((_, index) => index * 100)) =>
    bandReadings(
      prices,
      powers.map((powerW, index) => ({ atMs: index * 3_600_000, energyWh: wh[index] ?? 0, powerW })),
    ).map(({ atMs }) => atMs / 3_600_000);
  test.each<[string, number[], number[]]>([
    ['the ends where all is in one band', kept([0, 100, 100, 100]), [0, 3]],
    ['the last of a band', kept([0, 100, 100, 300, 300, 100]), [0, 2, 4, 5]],
    ['the last of what the board told', kept([0, 100, 100, undefined, undefined]), [0, 2, 4]],
    ['the last of what it did not tell', kept([undefined, undefined, 100, 100]), [0, 1, 3]],
    [
      '200 W with the band below, by the mean as by word',
      kept([undefined, undefined, undefined, undefined], [0, 200, 401, 601]),
      [0, 1, 2, 3],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('those around each boundary, and no others', () => {
    const readings = readingsAt(
      ['2026-11-23T21:00', 0],
      ['2026-11-23T21:20', 80],
      ['2026-11-23T21:50', 200],
      ['2026-11-23T22:10', 300],
      ['2026-11-23T22:30', 380],
      ['2026-11-23T23:00', 500],
    );
    const found = decisive(shanghai, readings, price(shanghai, { readings }));
    expect(found.map(({ energyWh }) => energyWh)).toEqual([0, 200, 300, 380, 500]);
    expect(price(shanghai, { readings: found })).toEqual(price(shanghai, { readings }));
  });
});

test('nothing is priced that no board delivers, up to the last that one could', () => {
  const readings = (ms: number, energyWh: number) => [
    { atMs: 0, energyWh: 0 },
    { atMs: ms, energyWh },
  ];
  const cost = (session: SessionToPrice) => () => price(shanghai, session);
  expect(cost({ readings: readings(most.sessionMs, most.energyWh), removedAtMs: most.stayMs })).not.toThrow();
  expect(cost({ readings: readings(most.sessionMs + 1, 1) })).toThrow(RangeError);
  expect(cost({ readings: readings(1, most.energyWh + 1) })).toThrow(RangeError);
  expect(cost({ readings: readings(1, 1), removedAtMs: most.stayMs + 1 })).toThrow(RangeError);
  const never = { readings: readings(0, 10) };
  expect(pricedWindow(shanghai, never, 0, 1)).toEqual({
    electricity: [],
    service: [],
    overstay: [],
    remarks: [],
  });
});

describe('the calendar', () => {
  const asking = { ...shanghai, electricity: [allDay(1, 'weekday', 'weekend'), allDay(1, 'holiday')] };
  const of = (holidays: string[]) => ({ ...asking, calendar: { holidays, workdays: [] } });
  test.each<[string, Tariff, boolean]>([
    ['none of its year', of(['2025-10-01', '2026-10-01']), true],
    ['one of its year', of(['2026-10-01', '2027-10-01']), false],
    ['none at all: it is not asked for', of([]), false],
    [
      'none, where all days cost the same',
      { ...of(['2026-10-01']), electricity: [allDay(1, 'weekday', 'weekend', 'holiday')] },
      false,
    ],
    ['no calendar', asking, false],
  ])('lacks holidays of 2027 where it has %s', (_, tariffOf, lacks) => {
    expect(lacksHolidays(tariffOf, '2027-03-01')).toBe(lacks);
  });

  test('knows which days there are, and which are of a weekend', () => {
    expect(['2026-02-28', '2028-02-29'].map(isDate)).toEqual([true, true]);
    expect(['2026-02-29', '2026-2-28', '2026-02-28T', ' 2026-02-28', '2026-13-01'].map(isDate)).toEqual(
      Array(5).fill(false),
    );
    const week = [
      '2026-11-22',
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-26',
      '2026-11-27',
      '2026-11-28',
    ];
    expect(week.map(isWeekend)).toEqual([true, false, false, false, false, false, true]);
    expect([0, 1, 12, 47, 48].map(clock)).toEqual(['00:00', '00:30', '06:00', '23:30', '24:00']);
  });

  test('is of a tariff’s last holiday, in whatever order they are written', () => {
    const later = { ...of(['2027-01-01', '2026-10-01']), effectiveFromMs: Date.UTC(2027, 5, 1) };
    expect(() => checkTariff(later, { portPowerW: 1100 })).not.toThrow();
  });
});

test('a cap may be all that a session comes to at least, and no fen less', () => {
  const fees = { startFeeFen: 30, minimum: { feeFen: 30, coversMinutes: 60 } };
  const check = (caps: Partial<Tariff>) => () =>
    checkTariff({ ...shanghai, ...fees, ...caps }, { portPowerW: 1100 });
  expect(check({ capPerSessionFen: 60, capPerDayFen: 60 })).not.toThrow();
  expect(check({ capPerSessionFen: 59 })).toThrow('The cap of a session (59 fen)');
  expect(check({ capPerDayFen: 59 })).toThrow('The cap of a day (59 fen)');
});

test('a tariff without a price of electricity is one of time alone from the first thousandth of a yuan on', () => {
  const electricity = [allDay(0)];
  const check =
    (service: Tariff['service'], more: Partial<Tariff> = {}) =>
    () =>
      checkTariff({ ...shanghai, electricity, service, ...more }, { portPowerW: 1100 });
  const bands = (...prices: number[]) =>
    prices.map((priceMilliYuanPerHour, index) => ({
      upToW: index === prices.length - 1 ? 1100 : index + 1,
      priceMilliYuanPerHour,
    }));
  expect(check({ by: 'energy', priceMilliYuanPerKWh: 1 })).toThrow('A price of energy without');
  expect(check({ by: 'time', priceMilliYuanPerHour: 1 })).toThrow('There is no electricity price');
  expect(check({ by: 'power', bands: bands(0, 1) })).toThrow('There is no electricity price');
  expect(check({ by: 'power', bands: bands(0, 0) })).not.toThrow();
  expect(check({ by: 'time', priceMilliYuanPerHour: 0 }, { startFeeFen: 1 })).toThrow(
    'There is no electricity price',
  );
});

const anHour = readingsAt(['2026-11-23T19:00', 0], ['2026-11-23T20:00', 400]);

test('a preview lists households in the order of their names, whoever charged first', () => {
  const session = (householdId: string) => ({
    householdId,
    beforeFen: { electricity: 1, service: 1 },
    readings: anHour,
    framesGone: false,
  });
  const { preview } = previewTariff(shanghai, ['c', 'a', 'b'].map(session));
  expect(preview.households.map(({ householdId }) => householdId)).toEqual(['a', 'b', 'c']);
  const more = previewTariff(shanghai, [session('aa')]).preview;
  expect(addPreviews(preview, more).households.map(({ householdId }) => householdId)).toEqual([
    'a',
    'aa',
    'b',
    'c',
  ]);
});

test('the code of a receipt is the first fifty bits of its seal, in digits that nobody confuses', () => {
  expect(receiptCodeOf('ffffffffffffffff')).toBe('ZZZZZZZZZZ');
  expect(receiptCodeOf('0000000000003fff')).toBe('0000000000');
  expect(receiptCodeOf('0000000000004000')).toBe('0000000001');
  expect(receiptCodeOf('0123456789abcdef')).toBe('04HMASW9NF');
});
