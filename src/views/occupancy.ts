import type * as z from 'zod/mini';
import type { occupancySchema } from '../../contract/shapes/overview.ts';
import type { DoorView } from './door-view.ts';

export type Occupancy = z.infer<typeof occupancySchema>;

type CountingDoor = Pick<DoorView, 'direction' | 'online' | 'lastSeenAtMs'>;

/**
 * What is known of a facility's occupancy, by its doors. Whoever comes in must be seen, and whoever goes out: an
 * entrance alone only ever counts up. One door for both ways is both. Pure.
 */
export function occupancyOf(doors: readonly CountingDoor[], inside: number): Occupancy {
  const counts = (way: 'in' | 'out') =>
    doors.some(({ direction }) => direction === way || direction === 'both');
  if (!counts('in') || !counts('out')) return { state: 'not-counted' };
  const away = doors.filter(({ online }) => !online);
  if (away.length === 0) return { state: 'counted', inside };
  const seen = away.map(({ lastSeenAtMs }) => lastSeenAtMs);
  // A door that was never heard: the number has no time at which it was true.
  return seen.includes(undefined)
    ? { state: 'last-known', inside }
    : { state: 'last-known', inside, asOfMs: Math.min(...seen.filter((atMs) => atMs !== undefined)) };
}
