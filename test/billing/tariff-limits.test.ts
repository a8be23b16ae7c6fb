import { describe, expect, test } from 'vitest';
import { receiptSchema } from '../../contract/shapes/receipt.ts';
import { previewSchema, type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { previewTariff } from '../../src/billing/preview-tariff.ts';
import { price } from '../../src/billing/price.ts';
import { receiptOf } from '../../src/billing/receipt.ts';
import { allDay, local, readingsAt, shanghai } from '../support/tariffs.ts';

// What a tariff may say: the last that is taken, and the first that is not.

const name = { zh: '月卡', en: 'Month' };
const month = { packageId: 'm', name, priceFen: 1, kind: 'days' as const, amount: 1, validDays: 1 };
/** Everything that a tariff can have, each at its least. */
const whole: Tariff = {
  ...{ tariffVersion: 'v', timeZone: 'Asia/Shanghai', currency: 'CNY', facilityId: 'garage' },
  effectiveFromMs: 0,
  electricity: [
    { days: ['weekday'], fromHalfHour: 0, toHalfHour: 1, priceMilliYuanPerKWh: 0, name: 'sharp' },
    { fromHalfHour: 1, toHalfHour: 2, priceMilliYuanPerKWh: 1 },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 0 },
  calendar: { holidays: ['2026-10-01'], workdays: ['2026-10-10'] },
  ...{ startFeeFen: 1, minimum: { feeFen: 1, coversMinutes: 1 }, freeMinutes: 1, minimumPerSessionFen: 1 },
  ...{ capPerSessionFen: 1, capPerDayFen: 1, overstay: { graceMinutes: 0, priceMilliYuanPerHour: 0 } },
  ...{ packages: [month], holdFen: 1, timeAloneAcknowledged: '发改办价格〔2024〕537号' },
};
const anHour = (priceMilliYuanPerHour: number) => ({ by: 'time', priceMilliYuanPerHour });
const aKWh = (priceMilliYuanPerKWh: number) => ({ by: 'energy', priceMilliYuanPerKWh });
const classOf = (changes: object) => ({ electricity: [{ ...allDay(1), ...changes }] });
const days = (holidays: number, workdays: number) => ({
  calendar: { holidays: Array(holidays).fill('2026-10-01'), workdays: Array(workdays).fill('2026-10-10') },
});
const overstay = (graceMinutes: number, priceMilliYuanPerHour: number) => ({
  overstay: { graceMinutes, priceMilliYuanPerHour },
});
const takes = (tariff: unknown) => tariffSchema.safeParse(tariff).success;
const byPower = (count: number, upToW: number, price: number) => ({
  ...{ by: 'power', bands: Array(count).fill({ upToW, priceMilliYuanPerHour: price }) },
});
const byEnergy = (count: number, upToW: number, price: number) => ({
  ...{ by: 'energy-by-power', bands: Array(count).fill({ upToW, priceMilliYuanPerKWh: price }) },
});

test('a tariff is read back with everything that it says', () => {
  expect(tariffSchema.parse(whole)).toEqual(whole);
  expect(tariffSchema.parse({ ...whole, unknown: 1 })).toEqual(whole);
});

describe('a number is taken up to its limits', () => {
  test.each<[string, (value: number) => object, least: number, most: number]>([
    ['start fee', (startFeeFen) => ({ startFeeFen }), 1, 100_000],
    ['fee of a minimum', (feeFen) => ({ minimum: { feeFen, coversMinutes: 1 } }), 1, 100_000],
    ['minutes of a minimum', (coversMinutes) => ({ minimum: { feeFen: 1, coversMinutes } }), 1, 1440],
    ['free minutes', (freeMinutes) => ({ freeMinutes }), 1, 1440],
    ['minimum of a session', (minimumPerSessionFen) => ({ minimumPerSessionFen }), 1, 100_000],
    ['cap of a session', (capPerSessionFen) => ({ capPerSessionFen }), 1, 100_000],
    ['cap of a day', (capPerDayFen) => ({ capPerDayFen }), 1, 100_000],
    ['grace', (minutes) => overstay(minutes, 1), 0, 1440],
    ['price of an overstay', (price) => overstay(1, price), 0, 100_000],
    ['hold', (holdFen) => ({ holdFen }), 1, 100_000],
    ['moment', (effectiveFromMs) => ({ effectiveFromMs }), 0, 9_999_999_999_999],
    ['price of electricity', (price) => ({ electricity: [allDay(price)] }), 0, 100_000],
    ['beginning of a class', (fromHalfHour) => classOf({ fromHalfHour }), 0, 47],
    ['end of a class', (toHalfHour) => classOf({ toHalfHour }), 1, 48],
    ['service by energy', (price) => ({ service: aKWh(price) }), 0, 100_000],
    ['service by time', (price) => ({ service: anHour(price) }), 0, 100_000],
    ['service by power', (price) => ({ service: byPower(1, 100, price) }), 0, 100_000],
    ['power of a band', (upToW) => ({ service: byPower(1, upToW, 1) }), 1, 20_000],
    ['energy by power', (price) => ({ service: byEnergy(1, 100, price) }), 0, 100_000],
    ['power of a band of energy', (upToW) => ({ service: byEnergy(1, upToW, 1) }), 1, 20_000],
    ['price of a package', (priceFen) => ({ packages: [{ ...month, priceFen }] }), 1, 100_000],
    ['amount of a package', (amount) => ({ packages: [{ ...month, amount }] }), 1, 10_000_000],
    ['days of a package', (validDays) => ({ packages: [{ ...month, validDays }] }), 1, 400],
  ])('%s', (_, of, least, most) => {
    const taken = [least - 1, least, most, most + 1, least + 0.5].map((value) =>
      takes({ ...whole, ...of(value) }),
    );
    expect(taken).toEqual([false, true, true, false, false]);
  });

  test.each<[string, (count: number) => object, least: number, most: number]>([
    ['classes of electricity', (count) => ({ electricity: Array(count).fill(whole.electricity[0]) }), 0, 144],
    ['kinds of day', (count) => classOf({ days: Array(count).fill('weekend') }), 1, 3],
    ['holidays', (count) => days(count, 0), 0, 400],
    ['days that are worked', (count) => days(0, count), 0, 400],
    ['bands', (count) => ({ service: byPower(count, 100, 1) }), 1, 8],
    ['bands of energy', (count) => ({ service: byEnergy(count, 100, 1) }), 1, 8],
    ['packages', (count) => ({ packages: Array(count).fill(month) }), 0, 20],
    ['letters of a version', (count) => ({ tariffVersion: 'v'.repeat(count) }), 1, 40],
    ['letters of a package', (count) => ({ packages: [{ ...month, packageId: 'p'.repeat(count) }] }), 1, 40],
  ])('of %s', (_, of, least, most) => {
    const taken = [least, most, most + 1].map((count) => takes({ ...whole, ...of(count) }));
    expect(taken).toEqual([true, true, false]);
    if (least > 0) expect(takes({ ...whole, ...of(least - 1) })).toBe(false);
  });
});

test.each<[string, object]>([
  ['another currency', { currency: 'EUR' }],
  ['a day that is written otherwise', { calendar: { holidays: ['26-10-01'], workdays: [] } }],
  ['a kind of day that there is not', { electricity: [{ ...whole.electricity[0], days: ['monday'] }] }],
  ['a name that no board knows', { electricity: [{ ...whole.electricity[0], name: 'cheap' }] }],
  ['a package with a name that is no key', { packages: [{ ...month, packageId: '-m' }] }],
  ['a package of something else', { packages: [{ ...month, kind: 'hours' }] }],
  ['the acknowledgement of another rule', { timeAloneAcknowledged: '发改价格〔2018〕943号' }],
  ['a service by something else', { service: { by: 'colour' } }],
])('%s is not taken', (_, change) => {
  expect(takes({ ...whole, ...change })).toBe(false);
});

test.each(['sharp', 'peak', 'flat', 'valley', 'deep'])('a class may be called %s', (name) => {
  expect(takes({ ...whole, electricity: [{ ...whole.electricity[0], name }] })).toBe(true);
});

describe('what is kept is read back with everything that it says', () => {
  const tariff: Tariff = {
    ...shanghai,
    service: { by: 'power', bands: [{ upToW: 1100, priceMilliYuanPerHour: 300 }] },
    ...{ startFeeFen: 10, freeMinutes: 5, capPerDayFen: 80, minimumPerSessionFen: 20 },
    overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 },
  };
  const readings = readingsAt(
    ['2026-11-23T19:00', 0],
    ['2026-11-23T20:00', 400, 400],
    ['2026-11-23T21:00', 700, 300],
  );
  const removedAtMs = local('2026-11-23T22:00');
  const paid = { allowance: { purchaseId: 'p', energyWh: 100 }, spentBefore: { '2026-11-23': 36_000_000 } };
  const adjustments = [{ atMs: 7, why: 'late-reading' as const, beforeFen: 1, afterFen: 2 }];
  const boardClaim = {
    ...{ fen: 9, energyWh: 700, stopReason: 'full' as const, priceVersion: 'v7' },
    bands: [{ seconds: 7200, priceMilliYuanPerHour: 300 }],
  };

  test('a receipt', () => {
    const receipt = receiptOf({
      ...{ sessionId: 'b-1', code: 'C', tariff, readings, removedAtMs, holdFen: 300, estimated: false },
      ...{ ...paid, remarks: ['estimated'], boardClaim, adjustments, revision: 3 },
    });
    expect(receiptSchema.parse(JSON.parse(JSON.stringify(receipt)))).toEqual(receipt);
    expect(receipt).toEqual({
      ...{ sessionId: 'b-1', code: 'C', tariffVersion: '2026-01', readings, removedAtMs, holdFen: 300 },
      ...{
        ...paid,
        estimated: false,
        remarks: ['capped-per-day', 'estimated'],
        boardClaim,
        adjustments,
        revision: 3,
      },
      whyDifferent: [
        ...['board-rounds', 'other-prices-on-board', 'package', 'free-minutes', 'capped', 'overstay'],
      ],
      lines: price(tariff, { readings, removedAtMs, ...paid }).lines,
      ...{ totalFen: 79 + 60, chargedFen: 79 + 60 },
    });
  });

  test('a preview', () => {
    const session = {
      householdId: 'h1',
      beforeFen: { electricity: 1, service: 2 },
      framesGone: true,
      readings,
    };
    const { preview } = previewTariff(tariff, [session], { paidAtBoard: 3, unfinished: 4 });
    expect(previewSchema.parse(JSON.parse(JSON.stringify(preview)))).toEqual(preview);
    expect(preview).toMatchObject({ sessions: 1, leftOut: { paidAtBoard: 3, unfinished: 4 } });
  });
});
