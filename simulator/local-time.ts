import { wallClock } from './devices/wall-clock.ts';

const HOUR_MS = 3_600_000;
/** No zone is further from UTC than this. */
const FURTHEST_OFFSET_HOURS = 15;
const QUARTERS = 4;

/**
 * The moments at which a clock on the wall in a zone shows this time, earliest first: one, two where the clock is put
 * back, none where it is put forward. `wall`: `YYYY-MM-DD HH:MM`.
 */
export function momentsOf(wall: string, timeZone: string): number[] {
  const asUtcMs = Date.parse(`${wall.replace(' ', 'T')}:00Z`);
  if (Number.isNaN(asUtcMs)) return [];
  const offsets = new Set([-1, 0, 1].map((days) => offsetMs(asUtcMs + days * 24 * HOUR_MS, timeZone)));
  return [...offsets]
    .map((offset) => asUtcMs - offset)
    .filter((atMs) => wallClock(atMs, timeZone).slice(0, 16) === wall)
    .toSorted((a, b) => a - b);
}

/** How far the wall clock there is ahead of UTC at a moment. */
function offsetMs(atMs: number, timeZone: string): number {
  const shownMs = Date.parse(`${wallClock(atMs, timeZone).replace(' ', 'T')}Z`);
  const offset = shownMs - Math.floor(atMs / 1000) * 1000;
  if (Math.abs(offset) > FURTHEST_OFFSET_HOURS * HOUR_MS || offset % (HOUR_MS / QUARTERS) !== 0) {
    throw new RangeError(`${timeZone} is ${offset} ms from UTC`);
  }
  return offset;
}
