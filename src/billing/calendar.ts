import type { ElectricityClass, Tariff } from '../../contract/shapes/tariff.ts';
import { type DayKind, dayKinds } from '../../contract/words/words.ts';
import { DomainError } from '../shared/errors.ts';
import { wallClock } from '../shared/local-time.ts';

/** What kind of day a local date is: the tariff's own calendar, else the day of the week. */
export function dayKindOf({ calendar }: Pick<Tariff, 'calendar'>, date: string): DayKind {
  if (calendar?.holidays.includes(date)) return 'holiday';
  if (calendar?.workdays.includes(date)) return 'weekday';
  return isWeekend(date) ? 'weekend' : 'weekday';
}

export function isWeekend(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}

/** Whether there is such a day, written YYYY-MM-DD: 31 February is not. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}

/** Whether some price is of certain kinds of day only: then it matters which days are holidays. */
export function asksForDays({ electricity }: Pick<Tariff, 'electricity'>): boolean {
  return electricity.some(({ days = dayKinds }) => new Set(days).size < dayKinds.length);
}

/**
 * Whether holidays of a date's year are missing that its price depends on: the calendar lists those of other years
 * only, and every holiday of this one is charged as the day of the week that it falls on.
 */
export function lacksHolidays(tariff: Tariff, date: string): boolean {
  const holidays = tariff.calendar?.holidays ?? [];
  return (
    asksForDays(tariff) &&
    holidays.length > 0 &&
    !holidays.some((holiday) => holiday.slice(0, 4) === date.slice(0, 4))
  );
}

export function isInForce(entry: ElectricityClass, kind: DayKind, halfHour: number): boolean {
  const { days, fromHalfHour, toHalfHour } = entry;
  return (days === undefined || days.includes(kind)) && fromHalfHour <= halfHour && halfHour < toHalfHour;
}

/** The local day of a moment, and the class of electricity that is in force in it; none in a tariff of time alone. */
export interface Moment {
  readonly date: string;
  readonly electricity: ElectricityClass | undefined;
}

/**
 * Reads the tariff's wall clock and calendar. Throws `tariff-invalid` for a moment that no class covers, which a
 * tariff that was checked when it was saved does not have.
 */
export function momentsOf(tariff: Tariff): (atMs: number) => Moment {
  return (atMs) => {
    const { date, minute } = wallClock(atMs, tariff.timeZone);
    if (tariff.electricity.length === 0) return { date, electricity: undefined };
    const kind = dayKindOf(tariff, date);
    const halfHour = Math.floor(minute / 30);
    for (const entry of tariff.electricity)
      if (isInForce(entry, kind, halfHour)) return { date, electricity: entry };
    throw new DomainError('tariff-invalid', `No electricity price at ${clock(halfHour)} on ${date}`);
  };
}

/** The electricity price in force at a moment, in milli-yuan per kWh. 0 in a tariff of time alone. */
export function electricityPriceAt(tariff: Tariff, atMs: number): number {
  return momentsOf(tariff)(atMs).electricity?.priceMilliYuanPerKWh ?? 0;
}

/** 12 is 06:00. */
export function clock(halfHour: number): string {
  return `${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${halfHour % 2 === 0 ? '00' : '30'}`;
}
