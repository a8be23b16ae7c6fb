import { nextMonth, startOfDay, wallClock } from '../shared/local-time.ts';

/**
 * How long after its end a month settles before it can be closed. A board ends every session after 12 hours, and the
 * watchdog closes one whose board was lost a while after that, at its last reading: so the end of a session that
 * belongs to the month may be written this much later.
 */
export const settlingMs = 13 * 3_600_000;

/** The moment at which a month begins in a zone. */
export function startOfMonth(month: string, timeZone: string): number {
  return startOfDay(`${month}-01`, timeZone);
}

/** From this moment on the month can be closed. */
export function closableFromMs(month: string, timeZone: string): number {
  return startOfMonth(nextMonth(month), timeZone) + settlingMs;
}

/** What the day of an entry depends on. */
export interface Dated {
  readonly receivedAtMs: number;
  /** For what a session cost, first or corrected: when the session ended. */
  readonly endedAtMs?: number | undefined;
}

/** The local day an entry belongs to: a session to the day it ended, everything else to the day it was booked. */
export function dayOf({ receivedAtMs, endedAtMs }: Dated, timeZone: string): string {
  return wallClock(endedAtMs ?? receivedAtMs, timeZone).date;
}

/** A month that was closed, and the moment up to which entries were taken into it. */
export interface Close {
  readonly month: string;
  readonly cutoffMs: number;
}

/**
 * The month in whose books an entry stands: the first one, of its own and the later ones, that took entries up to the
 * moment it was recorded. So what comes after its month was closed stands in the next one that is; undefined: in none
 * yet. `closes` are in the order of their months, and their cutoffs never fall.
 */
export function bookedIn(
  entry: { readonly ownMonth: string; readonly recordedAtMs: number },
  closes: readonly Close[],
): string | undefined {
  return closes.find(({ month, cutoffMs }) => month >= entry.ownMonth && cutoffMs >= entry.recordedAtMs)
    ?.month;
}
