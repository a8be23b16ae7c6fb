/** The estate's wall clock. The process's own zone never matters. */
const formats = new Map<string, Intl.DateTimeFormat>();

export interface WallClock {
  /** YYYY-MM-DD */
  readonly date: string;
  /** Minutes since local midnight, 0 to 1439. */
  readonly minute: number;
}

// Formatting is the dearest part of pricing: two thirds of its time. What a clock shows at a quarter hour of UTC it
// shows, with the minutes added, until the next: every offset since 1980 is a whole number of them.
const quarterMs = 900_000;
const quartersFromMs = Date.UTC(1980, 0);
const mostRemembered = 10_000;
const remembered = new Map<string, Map<number, WallClock>>();

/** What the clock on the wall shows at a moment. Throws RangeError for a zone that is not in the IANA list. */
export function wallClock(atMs: number, timeZone: string): WallClock {
  if (!(atMs >= quartersFromMs)) return formatted(atMs, timeZone);
  const quarter = Math.floor(atMs / quarterMs);
  const quarters = remembered.get(timeZone) ?? new Map<number, WallClock>();
  let known = quarters.get(quarter);
  if (known === undefined) {
    known = formatted(quarter * quarterMs, timeZone);
    if (quarters.size >= mostRemembered) quarters.clear();
    quarters.set(quarter, known);
    remembered.set(timeZone, quarters);
  }
  return { date: known.date, minute: known.minute + Math.floor((atMs - quarter * quarterMs) / 60_000) };
}

function formatted(atMs: number, timeZone: string): WallClock {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // en-CA writes dates as YYYY-MM-DD; h23 keeps midnight 00, not 24.
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(atMs)) part[type] = value;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    minute: Number(part.hour) * 60 + Number(part.minute),
  };
}

/** Whether a name is a zone of the IANA list, as this runtime knows it. */
export function isTimeZone(name: string): boolean {
  // `+08:00` is taken by Intl too, and is no place: it has no summer time to keep.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    wallClock(0, name);
    return true;
  } catch {
    return false;
  }
}

/** The date so many days after a date; both YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The month of a date, YYYY-MM. */
export const monthOf = (date: string): string => date.slice(0, 7);

/** The month, YYYY-MM, that a clock on the wall shows at a moment. */
export const monthAt = (atMs: number, timeZone: string): string => monthOf(wallClock(atMs, timeZone).date);

export function nextMonth(month: string): string {
  return monthOf(addDays(`${month}-28`, 4));
}

export function previousMonth(month: string): string {
  return monthOf(addDays(`${month}-01`, -1));
}

/** The moment at which a date begins somewhere: 00:00, or later where the clock is put forward over midnight. */
export function startOfDay(date: string, timeZone: string): number {
  // No zone is more than 15 hours from UTC, and every offset is a whole number of quarter hours.
  let atMs = Date.parse(`${date}T00:00:00Z`) - 15 * 3_600_000;
  while (wallClock(atMs, timeZone).date < date) atMs += 900_000;
  return atMs;
}
