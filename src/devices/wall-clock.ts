import { wallClock } from '../shared/local-time.ts';

/** `2019-08-09 16:18:55 PDT`: what follows the seconds is not read. No board was there before 1900. */
const WALL_CLOCK = /^((?:19|2\d)\d\d-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: |$)/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The moment that a wall clock in `timeZone` (IANA) means, or undefined for a text that is no time of this calendar.
 *
 * A zone abbreviation after the seconds is ignored: `CST` is China, Cuba and US Central time. An hour that summer time
 * leaves out is read with the offset before the change, and one that comes twice as its first occurrence.
 */
export function wallClockToMs(text: string, timeZone: string): number | undefined {
  const [, date, time] = WALL_CLOCK.exec(text) ?? [];
  const asIfUtcMs = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(asIfUtcMs)) return undefined;
  // Date.parse carries the 31st of June over into July, and takes 24:00 for the next day: such a text is no time.
  if (!new Date(asIfUtcMs).toISOString().startsWith(`${date}T${time}`)) return undefined;
  const before = offsetMs(asIfUtcMs - DAY_MS, timeZone);
  const after = offsetMs(asIfUtcMs + DAY_MS, timeZone);
  const reading = [before, after].find((offset) => offsetMs(asIfUtcMs - offset, timeZone) === offset);
  return asIfUtcMs - (reading ?? before);
}

/** How far the wall clock of a zone is ahead of UTC at a moment. */
function offsetMs(atMs: number, timeZone: string): number {
  const { date, minute } = wallClock(atMs, timeZone);
  return Date.parse(`${date}T00:00:00Z`) + (minute - Math.floor(atMs / MINUTE_MS)) * MINUTE_MS;
}
