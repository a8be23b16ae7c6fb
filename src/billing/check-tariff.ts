import type { ElectricityClass, Tariff } from '../../contract/shapes/tariff.ts';
import { type DayKind, dayKinds, electricityRule } from '../../contract/words/words.ts';
import { DomainError } from '../shared/errors.ts';
import { isTimeZone, wallClock } from '../shared/local-time.ts';
import { affordableWh, dueFen } from './affordable.ts';
import { asksForDays, clock, isDate, isWeekend } from './calendar.ts';
import { powerPricesOf } from './power-bands.ts';

/** What a tariff must be able to price. */
export interface TariffSite {
  /** The most that a port delivers: every power up to it needs a price. */
  readonly portPowerW: number;
}

/** A board counts energy in steps of 10 Wh: a hold that pays for less starts nothing. */
const leastSessionWh = 10;

/**
 * Throws `tariff-invalid`, with a reason for the person who writes the tariff, unless every session has exactly one
 * price under it at every moment. Called when a tariff is saved; what was saved is never refused later.
 */
export function checkTariff(tariff: Tariff, { portPowerW }: TariffSite): void {
  if (!isTimeZone(tariff.timeZone)) refuse(`${tariff.timeZone} is no IANA time zone`);
  checkCalendar(tariff);
  checkElectricity(tariff);
  checkBands(tariff, portPowerW);
  checkFees(tariff);
  checkPackages(tariff);
}

function checkCalendar(tariff: Tariff): void {
  const { calendar, electricity } = tariff;
  const { holidays, workdays } = calendar ?? { holidays: [], workdays: [] };
  for (const [name, dates] of [
    ['holidays', holidays],
    ['workdays', workdays],
  ] as const)
    for (const [index, date] of dates.entries()) {
      if (!isDate(date)) refuse(`${date} among the ${name} is no day of the calendar`);
      if (dates.indexOf(date) !== index) refuse(`${date} is twice among the ${name}`);
    }
  for (const date of workdays) {
    if (holidays.includes(date)) refuse(`${date} is both a holiday and a workday`);
    if (!isWeekend(date)) refuse(`${date} is no weekend day, and so a workday already`);
  }
  const forHolidays = electricity.find(
    ({ days }) => days?.includes('holiday') && days.length < dayKinds.length,
  );
  if (forHolidays !== undefined && holidays.length === 0)
    refuse(
      `There is an electricity price for holidays (from ${clock(forHolidays.fromHalfHour)}), and no holiday in the ` +
        'calendar: every holiday would be charged as the weekday that it falls on',
    );
  const last = holidays.toSorted().at(-1);
  const from = wallClock(tariff.effectiveFromMs, tariff.timeZone).date;
  // Holidays of a year are told late in the year before, so those of later years need not be known yet.
  if (last !== undefined && asksForDays(tariff) && last.slice(0, 4) < from.slice(0, 4))
    refuse(
      `The last holiday in the calendar is ${last}, and the tariff takes effect on ${from}: without the holidays of ` +
        `${from.slice(0, 4)} every one would be charged as the weekday that it falls on`,
    );
}

function checkElectricity(tariff: Tariff): void {
  const { electricity, service, timeAloneAcknowledged, calendar } = tariff;
  const isPriced = electricity.some(({ priceMilliYuanPerKWh }) => priceMilliYuanPerKWh > 0);
  if (isPriced && timeAloneAcknowledged !== undefined)
    refuse('The acknowledgement is for a tariff of time alone, and this one has electricity prices');
  // Prices of 0 are none: whoever charges for time alone says so, however it is written. What is given away is not.
  if (!isPriced && (electricity.length === 0 || costsMoney(tariff))) {
    if (service.by === 'energy' || service.by === 'energy-by-power')
      refuse(`A price of energy without an electricity price is not allowed by ${electricityRule}`);
    if (timeAloneAcknowledged === undefined)
      refuse(
        `There is no electricity price. ${electricityRule} asks for electricity and service priced and shown apart; ` +
          'a tariff of time alone must acknowledge that it does not follow it',
      );
  }
  if (electricity.length === 0) return;
  for (const { fromHalfHour, toHalfHour } of electricity)
    if (toHalfHour <= fromHalfHour) refuse(`A class ends before it begins: ${clock(fromHalfHour)}`);
  const everyDay = electricity.every(({ days }) => days === undefined);
  const kinds = dayKinds.filter((kind) => kind !== 'holiday' || (calendar?.holidays.length ?? 0) > 0);
  for (const kind of kinds) checkDay(electricity, kind, everyDay ? '' : ` on ${kind}s`);
}

/** Whether a session has a price under it beside that of electricity. */
function costsMoney(tariff: Tariff): boolean {
  const { service } = tariff;
  if (dueFen(tariff) > 0) return true;
  if (service.by === 'energy') return service.priceMilliYuanPerKWh > 0;
  if (service.by === 'time') return service.priceMilliYuanPerHour > 0;
  return powerPricesOf(tariff)?.bands.some(({ priceMilliYuan }) => priceMilliYuan > 0) ?? false;
}

/** One kind of day is covered once from 00:00 to 24:00. */
function checkDay(electricity: readonly ElectricityClass[], kind: DayKind, onDays: string): void {
  const ofDay = electricity.filter(({ days }) => days === undefined || days.includes(kind));
  let next = 0;
  for (const { fromHalfHour, toHalfHour } of ofDay.sort((a, b) => a.fromHalfHour - b.fromHalfHour)) {
    if (fromHalfHour > next)
      refuse(`No electricity price from ${clock(next)} to ${clock(fromHalfHour)}${onDays}`);
    if (fromHalfHour < next) refuse(`Two electricity prices at ${clock(fromHalfHour)}${onDays}`);
    next = toHalfHour;
  }
  if (next !== 48) refuse(`No electricity price from ${clock(next)} to 24:00${onDays}`);
}

function checkBands(tariff: Tariff, portPowerW: number): void {
  const prices = powerPricesOf(tariff);
  if (prices === undefined) return;
  const what = prices.per === 'kWh' ? 'a kWh' : 'an hour';
  let last = { upToW: 0, priceMilliYuan: 0 };
  for (const band of prices.bands) {
    if (band.upToW <= last.upToW)
      refuse(`The power bands do not ascend: ${band.upToW} W comes after ${last.upToW} W`);
    if (band.priceMilliYuan < last.priceMilliYuan)
      refuse(
        `Up to ${band.upToW} W ${what} costs less than up to ${last.upToW} W: more power may not be cheaper`,
      );
    last = band;
  }
  if (last.upToW < portPowerW)
    refuse(
      `A power beyond the last band: from ${last.upToW + 1} to ${portPowerW} W, which a port delivers, has no price`,
    );
}

function checkFees(tariff: Tariff): void {
  const { minimum, freeMinutes = 0, capPerSessionFen, capPerDayFen, holdFen } = tariff;
  if (minimum !== undefined && minimum.coversMinutes <= freeMinutes)
    refuse(
      `The minimum covers the first ${minimum.coversMinutes} minutes, and ${freeMinutes} are free: it would buy nothing`,
    );
  const leastFen = dueFen(tariff);
  for (const [name, capFen] of [
    ['a session', capPerSessionFen],
    ['a day', capPerDayFen],
  ] as const)
    if (capFen !== undefined && capFen < leastFen)
      refuse(
        `The cap of ${name} (${capFen} fen) is less than what every session comes to (${leastFen} fen): the start fee ` +
          'and the minimum',
      );
  const energyWh = affordableWh(tariff, holdFen);
  if (energyWh < leastSessionWh)
    refuse(
      `The hold of ${holdFen} fen pays for the fees and the minimum of ${leastFen} fen and then for ${energyWh} Wh: nobody could charge`,
    );
}

function checkPackages({ packages = [] }: Tariff): void {
  const seen = new Set<string>();
  for (const { packageId, kind, amount, validDays } of packages) {
    if (seen.has(packageId)) refuse(`Two packages are called ${packageId}`);
    seen.add(packageId);
    if (kind === 'days' && amount > validDays)
      refuse(`The package ${packageId} sells ${amount} days and is valid for ${validDays}`);
  }
}

function refuse(reason: string): never {
  throw new DomainError('tariff-invalid', reason);
}
