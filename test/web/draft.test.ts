import { expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { checkTariff } from '../../src/billing/check-tariff.ts';
import { type Draft, draftOf, emptyDraft } from '../../web/src/tariff/draft.ts';
import { tariffOf } from '../../web/src/tariff/tariff-of.ts';

const timeZone = 'Asia/Shanghai';
const nowMs = Date.parse('2026-03-05T21:30:00+08:00');
const around = { timeZone, nowMs, noticeMs: 120_000, taken: ['2026-01'] };
const site = { portPowerW: 1000 };

const base: Tariff = {
  ...{ tariffVersion: '2026-01', timeZone, currency: 'CNY' },
  effectiveFromMs: Date.parse('2026-01-01T00:00:00+08:00'),
  electricity: [
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307, name: 'valley' },
    { fromHalfHour: 12, toHalfHour: 44, priceMilliYuanPerKWh: 617, name: 'peak' },
    { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307, name: 'valley' },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 400 },
  holdFen: 300,
};

const [month, kWh] = [
  { zh: '月卡', en: 'Month card' },
  { zh: '二十度', en: '20 kWh' },
];
/** With every component at once. */
const full: Tariff = {
  ...base,
  facilityId: 'garage',
  electricity: [
    { days: ['weekday'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 617, name: 'peak' },
    { days: ['weekend', 'holiday'], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
  ],
  service: {
    by: 'power',
    bands: [
      { upToW: 200, priceMilliYuanPerHour: 250 },
      { upToW: 1000, priceMilliYuanPerHour: 500 },
    ],
  },
  calendar: { holidays: ['2026-10-01', '2026-10-02'], workdays: ['2026-10-10'] },
  ...{ startFeeFen: 10, minimum: { feeFen: 20, coversMinutes: 60 }, freeMinutes: 5 },
  ...{ capPerSessionFen: 300, capPerDayFen: 500 },
  overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1000 },
  packages: [
    { packageId: 'month-card', name: month, priceFen: 3000, kind: 'days', amount: 30, validDays: 31 },
    { packageId: 'kwh-20', name: kWh, priceFen: 1500, kind: 'energy', amount: 20_500, validDays: 90 },
  ],
};

const renamed = (draft: Draft): Draft => ({
  ...draft,
  tariffVersion: '2026-04',
  fromDate: '2026-04-01',
  fromTime: '00:00',
});

/** What `full` does not have beside the rest. */
const otherwise: Tariff = {
  ...base,
  service: {
    by: 'energy-by-power',
    bands: [
      { upToW: 200, priceMilliYuanPerKWh: 250 },
      { upToW: 1000, priceMilliYuanPerKWh: 460 },
    ],
  },
  minimumPerSessionFen: 250,
  overstay: { graceMinutes: 0, priceMilliYuanPerHour: 1000 },
};

test.each([
  ['simple', base],
  ['full', full],
  ['differently priced', otherwise],
])('a copy of a %s version says the same, but for its name and its beginning', (_, version) => {
  const { tariff, problems } = tariffOf(renamed(draftOf(version, nowMs)), around);
  expect(problems).toEqual({});
  const effectiveFromMs = Date.parse('2026-04-01T00:00:00+08:00');
  expect(tariff).toEqual({ ...version, tariffVersion: '2026-04', effectiveFromMs });
  expect(tariffSchema.parse(tariff)).toEqual(tariff);
  expect(() => checkTariff(tariff, site)).not.toThrow();
});

const level = ['0.2', '0.3'].map((price, index) => ({ key: `b${index}`, upToW: '500', price }));
const problemsOf = (patch: Partial<Draft>, of: Tariff = full) =>
  tariffOf({ ...renamed(draftOf(of, nowMs)), ...patch }, around).problems;

test.each<[string, Partial<Draft>, Record<string, string>]>([
  ['no name', { tariffVersion: '' }, { tariffVersion: 'missing' }],
  ['a name that is no path', { tariffVersion: '四月' }, { tariffVersion: 'no-name' }],
  ['a name that is taken', { tariffVersion: '2026-01' }, { tariffVersion: 'name-taken' }],
  ['the past', { fromDate: '2026-03-05', fromTime: '21:30' }, { fromDate: 'not-future' }],
  ['too short a notice', { fromDate: '2026-03-05', fromTime: '21:32' }, { fromDate: 'not-future' }],
  ['no day', { fromDate: '' }, { fromDate: 'missing' }],
  ['a fraction of a fen', { startFee: '0.105' }, { startFee: 'no-amount' }],
  ['a fee of nothing', { capPerDay: '0' }, { capPerDay: 'not-positive' }],
  ['half a minute', { freeMinutes: '0.5' }, { freeMinutes: 'no-count' }],
  ['a minimum without minutes', { minimumMinutes: '' }, { minimumMinutes: 'needs-other' }],
  ['a grace without a price', { overstayPrice: '' }, { overstayPrice: 'needs-other' }],
  ['no hold', { hold: '' }, { hold: 'missing' }],
  ['holiday prices without a holiday', { holidays: [] }, { holidays: 'no-holidays' }],
  ['bands that do not rise', { bands: level }, { 'bands.1.upToW': 'not-rising' }],
  ['time alone that nobody acknowledged', { timeAlone: true }, { acknowledged: 'not-acknowledged' }],
])('%s is said where it is', (_, patch, problems) => {
  expect(problemsOf(patch)).toEqual(problems);
});

test('a gap in a kind of day is said at every kind of day that has it', () => {
  const plans: Draft['plans'] = {
    weekday: { stretches: [{ from: 0, to: 40, priceId: 'p1' }] },
    weekend: { stretches: [{ from: 0, to: 48, priceId: 'p1' }] },
    holiday: { sameAs: 'weekday' },
  };
  expect(problemsOf({ plans })).toEqual({ 'plans.weekday': 'flawed-day', 'plans.holiday': 'flawed-day' });
});

test('time alone names the rule that it breaks, and the server takes it', () => {
  const draft: Draft = {
    ...renamed(draftOf(base, nowMs)),
    timeAlone: true,
    acknowledged: true,
    serviceBy: 'time',
    servicePrice: '0.25',
  };
  const { tariff, problems } = tariffOf(draft, around);
  expect(problems).toEqual({});
  expect(tariff).toMatchObject({ electricity: [], timeAloneAcknowledged: '发改办价格〔2024〕537号' });
  expect(() => checkTariff(tariff, site)).not.toThrow();
});

test('without a version to copy, prices are asked for', () => {
  expect(tariffOf(emptyDraft(timeZone, nowMs), around).problems).toEqual({
    'prices.p1': 'missing',
    'prices.p2': 'missing',
    servicePrice: 'missing',
    hold: 'missing',
  });
});
