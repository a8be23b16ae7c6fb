import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { checkTariff } from '../../src/billing/check-tariff.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { allDay, flat, juyBands, shanghai, timeAlone } from '../support/tariffs.ts';

const port = { portPowerW: 1100 };
/** A tariff that differs from Shanghai’s in this. */
const having = (terms: Partial<Tariff>): Tariff => ({ ...shanghai, ...terms });
const classes = (...list: [number, number][]): Tariff =>
  having({
    electricity: list.map(([fromHalfHour, toHalfHour]) => ({ ...allDay(1), fromHalfHour, toHalfHour })),
  });
const ofDays = (...list: [('weekday' | 'weekend' | 'holiday')[], number, number][]): Tariff['electricity'] =>
  list.map(([days, fromHalfHour, toHalfHour]) => ({ ...allDay(1, ...days), fromHalfHour, toHalfHour }));
const byPower = (...list: [number, number][]): Tariff['service'] => ({
  by: 'power',
  bands: list.map(([upToW, priceMilliYuanPerHour]) => ({ upToW, priceMilliYuanPerHour })),
});
const bands = (...list: [number, number][]) => having({ service: byPower(...list) });
const energyBands = (...list: [number, number][]): Tariff['service'] => ({
  by: 'energy-by-power',
  bands: list.map(([upToW, priceMilliYuanPerKWh]) => ({ upToW, priceMilliYuanPerKWh })),
});
const calendar = (holidays: string[], workdays: string[] = [], terms: Partial<Tariff> = {}) =>
  having({ calendar: { holidays, workdays }, ...terms });
const withoutElectricity = (tariff: Tariff): Tariff => ({ ...tariff, electricity: [allDay(0)] });
const hasDays = ofDays([['weekday'], 0, 48], [['weekend', 'holiday'], 0, 48]);
const { timeAloneAcknowledged: acknowledged, ...timeUnacknowledged } = timeAlone;
const name = { zh: '月卡', en: 'Month card' };
const packageOf = (packageId: string, kind: 'sessions' | 'days', amount: number) => ({
  ...{ packageId, name, priceFen: 3000, kind, amount, validDays: 31 },
});
const energyAt = (priceMilliYuanPerKWh: number) => ({ by: 'energy', priceMilliYuanPerKWh }) as const;
const asksForElectricity = '发改办价格〔2024〕537号 asks for electricity';
const forbidsEnergyAlone =
  'A price of energy without an electricity price is not allowed by 发改办价格〔2024〕537号';
const fees = { startFeeFen: 30, minimum: { feeFen: 30, coversMinutes: 60 } };
const [workday, notHoliday] = [[allDay(1, 'weekday')], [allDay(1, 'weekday', 'weekend')]];
const powerAlone = withoutElectricity(having({ service: juyBands }));
const startFeeAlone = having({ service: { by: 'time', priceMilliYuanPerHour: 0 }, startFeeFen: 100 });
/** New Year in Shanghai. */
const newYearMs = Date.UTC(2026, 11, 31, 16);

describe('a tariff is refused', () => {
  test.each<[string, Tariff, string]>([
    ['in no real zone', having({ timeZone: 'Asia/Atlantis' }), 'Asia/Atlantis is no IANA time zone'],
    ['with a gap', classes([0, 12], [13, 48]), 'No electricity price from 06:00 to 06:30'],
    ['with an overlap', classes([0, 13], [12, 48]), 'Two electricity prices at 06:00'],
    ['that ends before midnight', classes([0, 47]), 'No electricity price from 23:30 to 24:00'],
    [
      'with a class that ends before it begins',
      classes([0, 48], [20, 10]),
      'A class ends before it begins: 10:00',
    ],
    [
      'with a gap on one kind of day',
      having({ electricity: [...workday, ...ofDays([['weekend'], 0, 40])] }),
      'No electricity price from 20:00 to 24:00 on weekends',
    ],
    [
      'with an overlap on one kind of day',
      having({ electricity: [allDay(1), ...ofDays([['weekday'], 12, 13])] }),
      'Two electricity prices at 06:00 on weekdays',
    ],
    [
      'without a price on holidays that there are',
      calendar(['2027-01-01'], [], { electricity: notHoliday }),
      'No electricity price from 00:00 to 24:00 on holidays',
    ],
    [
      'with a price for holidays that there are not',
      having({ electricity: [...notHoliday, allDay(1, 'holiday')] }),
      'no holiday in the calendar',
    ],
    ['with a day that does not exist', calendar(['2026-02-31']), '2026-02-31 among the holidays is no day'],
    [
      'with a month that does not exist',
      calendar([], ['2026-13-01']),
      '2026-13-01 among the workdays is no day',
    ],
    [
      'with a day named twice',
      calendar(['2027-01-01', '2027-01-01']),
      '2027-01-01 is twice among the holidays',
    ],
    [
      'with a day that is a holiday and worked',
      calendar(['2026-10-10'], ['2026-10-10']),
      '2026-10-10 is both a holiday and a workday',
    ],
    ['with a Friday that is worked instead', calendar([], ['2026-10-09']), '2026-10-09 is no weekend day'],
    ['with bands that do not ascend', bands([300, 1], [300, 2], [2000, 3]), '300 W comes after 300 W'],
    [
      'with a band that is cheaper than the one below',
      bands([300, 20], [2000, 19]),
      'Up to 2000 W an hour costs less than up to 300 W',
    ],
    [
      'for a power beyond the last band',
      bands([200, 10], [1000, 20]),
      'A power beyond the last band: from 1001 to 1100 W',
    ],
    ['of time alone that does not say so', timeUnacknowledged, asksForElectricity],
    [
      'of time alone whose electricity costs nothing',
      withoutElectricity(timeUnacknowledged),
      asksForElectricity,
    ],
    ['of power alone whose electricity costs nothing', powerAlone, asksForElectricity],
    ['of a start fee alone', withoutElectricity(startFeeAlone), asksForElectricity],
    ['of energy whose electricity costs nothing', flat(0, 900), forbidsEnergyAlone],
    [
      'without electricity, with a gap all the same',
      { ...timeAlone, electricity: [{ ...allDay(0), toHalfHour: 47 }] },
      'No electricity price from 23:30 to 24:00',
    ],
    [
      'whose holidays are all of years before it',
      calendar(['2026-10-01'], [], { electricity: hasDays, effectiveFromMs: newYearMs }),
      'The last holiday in the calendar is 2026-10-01, and the tariff takes effect on 2027-01-01',
    ],
    ['in an offset', having({ timeZone: '+08:00' }), '+08:00 is no IANA time zone'],
    ['of energy without electricity', { ...timeAlone, service: energyAt(900) }, forbidsEnergyAlone],
    [
      'with an acknowledgement that it does not need',
      having({ timeAloneAcknowledged: acknowledged }),
      'The acknowledgement is for a tariff of time alone',
    ],
    [
      'with a minimum that buys nothing',
      having({ freeMinutes: 30, minimum: { feeFen: 50, coversMinutes: 30 } }),
      'The minimum covers the first 30 minutes, and 30 are free',
    ],
    [
      'with a cap of a session below its fees',
      having({ ...fees, capPerSessionFen: 59 }),
      'The cap of a session (59 fen) is less than what every session comes to (60 fen): the start fee and the minimum',
    ],
    [
      'with a cap of a day below its fees',
      having({ startFeeFen: 30, capPerDayFen: 29 }),
      'The cap of a day (29 fen) is less than',
    ],
    [
      'with a cap of a session below the minimum of a session',
      having({ minimumPerSessionFen: 100, capPerSessionFen: 99 }),
      'The cap of a session (99 fen) is less than what every session comes to (100 fen)',
    ],
    [
      'with a hold below the minimum of a session',
      having({ minimumPerSessionFen: 301 }),
      'The hold of 300 fen pays for the fees and the minimum of 301 fen and then for 0 Wh',
    ],
    [
      'with energy that is cheaper at more power',
      having({ service: energyBands([500, 300], [2000, 299]) }),
      'Up to 2000 W a kWh costs less than up to 500 W',
    ],
    [
      'of energy in bands of power without an electricity price',
      { ...timeAlone, service: energyBands([2000, 900]) },
      forbidsEnergyAlone,
    ],
    [
      'with a hold that pays for no session',
      having({ startFeeFen: 299 }),
      'The hold of 300 fen pays for the fees and the minimum of 299 fen and then for 0 Wh',
    ],
    [
      'with two packages of one name',
      having({ packages: [packageOf('month', 'sessions', 30), packageOf('month', 'sessions', 60)] }),
      'Two packages are called month',
    ],
    [
      'with a package that lapses before its last day',
      having({ packages: [packageOf('month', 'days', 32)] }),
      'The package month sells 32 days and is valid for 31',
    ],
  ])('%s', (_, tariff, message) => {
    expect(() => checkTariff(tariff, port)).toThrow(DomainError);
    expect(() => checkTariff(tariff, port)).toThrow(message);
  });
});

describe('a tariff is accepted', () => {
  test.each<[string, Tariff]>([
    ['by time of use', shanghai],
    ['of time alone that says so', timeAlone],
    ['of time alone whose electricity costs nothing, that says so', withoutElectricity(timeAlone)],
    ['that is free altogether', flat(0, 0)],
    [
      'with a holiday of its year, though it is over',
      calendar(['2026-01-01'], [], { electricity: hasDays, effectiveFromMs: newYearMs - 3_600_000 }),
    ],
    [
      'with holidays of the year after',
      calendar(['2027-01-01'], [], { electricity: hasDays, effectiveFromMs: Date.UTC(2026, 10, 23) }),
    ],
    [
      'with holidays that are over and change no price',
      calendar(['2025-01-01'], [], { effectiveFromMs: Date.UTC(2026, 10, 23) }),
    ],
    ['by power up to what a port delivers', having({ service: juyBands })],
    [
      'with holidays that cost as much as weekends',
      calendar(['2026-10-01'], ['2026-10-10'], {
        electricity: [
          ...workday,
          ...ofDays([['weekend', 'holiday'], 0, 24], [['weekend', 'holiday'], 24, 48]),
        ],
      }),
    ],
    [
      'that names all kinds of day and has no calendar',
      having({ electricity: [allDay(1, 'weekday', 'weekend', 'holiday')] }),
    ],
    [
      'with all components together',
      having({
        ...{
          service: juyBands,
          freeMinutes: 10,
          startFeeFen: 20,
          minimum: { feeFen: 50, coversMinutes: 60 },
        },
        ...{ capPerSessionFen: 290, capPerDayFen: 500 },
        overstay: { graceMinutes: 60, priceMilliYuanPerHour: 500 },
        packages: [packageOf('month', 'days', 31), packageOf('thirty', 'sessions', 30)],
      }),
    ],
  ])('%s', (_, tariff) => {
    expect(() => checkTariff(tariff, port)).not.toThrow();
  });
});
