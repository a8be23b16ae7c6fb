import type { Language } from './text.ts';

/** Times as people at one estate read them: in the estate's zone, whatever the zone of the reader's machine. */
export interface EstateTime {
  /** 19:42 */
  time(atMs: number): string;
  /** 19:42:07 */
  seconds(atMs: number): string;
  /** 11月23日 or 23 Nov */
  day(atMs: number): string;
  /** 2026年11月23日 */
  fullDay(atMs: number): string;
  /** Of a month such as 2026-11: 2026年11月 or November 2026 */
  month(month: string): string;
  /** 11月23日 19:42 */
  dayAndTime(atMs: number): string;
  /** 2026年11月23日 19:42 */
  fullDayAndTime(atMs: number): string;
  /** Both ends, with their days where these differ. */
  ends(fromMs: number, toMs: number): readonly [string, string];
  sameDay(oneMs: number, otherMs: number): boolean;
}

export function estateTime(timeZone: string, language: Language): EstateTime {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
    return (atMs: number) => formatter.format(atMs);
  };
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const day = format({ month: 'short', day: 'numeric' });
  const date = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const sameDay = (oneMs: number, otherMs: number) => date(oneMs) === date(otherMs);
  const longDay = format({ year: 'numeric', month: 'long', day: 'numeric' });
  const longMonth = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' });
  const dayAndTime = (atMs: number) => `${day(atMs)} ${time(atMs)}`;
  return {
    time,
    seconds: format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day,
    fullDay: longDay,
    month: (month) => longMonth.format(Date.parse(`${month}-01T00:00:00Z`)),
    dayAndTime,
    fullDayAndTime: (atMs) => `${longDay(atMs)} ${time(atMs)}`,
    ends: (fromMs, toMs) =>
      sameDay(fromMs, toMs) ? [time(fromMs), time(toMs)] : [dayAndTime(fromMs), dayAndTime(toMs)],
    sameDay,
  };
}

/** How long something took, to the second or, where there are any, the millisecond: 1:15:00, 0:08:20.250 */
export function hoursMinutesSeconds(ms: number): string {
  const two = (whole: number) => String(whole).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const rest = ms % 1000;
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return rest === 0 ? clock : `${clock}.${String(rest).padStart(3, '0')}`;
}

interface Local {
  /** 2026-03-05 */
  readonly date: string;
  /** 21:30 */
  readonly time: string;
}

/** What the clock and the calendar on the wall say there. */
export const localOf = (timeZone: string, atMs: number): Local => wallOf(timeZone)(atMs);

function wallOf(timeZone: string): (atMs: number) => Local {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const [year, month, day] = [parts.get('year'), parts.get('month'), parts.get('day')];
    return { date: `${year}-${month}-${day}`, time: `${parts.get('hour')}:${parts.get('minute')}` };
  };
}

const quarterMs = 900_000;

/**
 * The moment at which the wall there says so. A time that is skipped in spring, or is no time at all, is undefined; of
 * one that comes twice in autumn it is the first.
 */
export function msOfLocal(timeZone: string, date: string, time: string): number | undefined {
  const asUtcMs = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asUtcMs)) return undefined;
  const wall = wallOf(timeZone);
  // Zones lie between 14 hours ahead and 12 behind, a whole number of quarters off.
  for (let quarters = -14 * 4; quarters <= 12 * 4; quarters++) {
    const atMs = asUtcMs + quarters * quarterMs;
    const local = wall(atMs);
    if (local.date === date && local.time === time) return atMs;
  }
  return undefined;
}

/** The month of a date, or so many months before or after it: `2026-03`. */
export function monthOf(date: string, months: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 7);
}
