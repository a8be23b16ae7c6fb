import type { DeviceEvent } from '../devices/events.ts';
import { families } from '../devices/families/all.ts';
import type { Flood } from '../devices/family.ts';

/** Of whoever speaks under no family's topic. */
const strangers: Flood = { perS: 3, burst: 300 };

/** What becomes of a message: it is taken; or left, and told (once a minute), with how many were left untold before. */
export type FloodVerdict =
  | { readonly taken: true }
  | { readonly taken: false; readonly tell: boolean; readonly leftBefore: number };

export interface FloodGuard {
  ask(deviceId: string, family: string | undefined, nowMs: number): FloodVerdict;
}

interface Bucket {
  left: number;
  atMs: number;
  /** The minute in which it was last told, and how many messages were left since. */
  toldMinute: number | undefined;
  untold: number;
}

const taken: FloodVerdict = { taken: true };
const mostRemembered = 10_000;
const minuteMs = 60_000;

/**
 * Remembers, for as long as the process lives, how much each device has said. Each process of a function has its own
 * guard, and so lets as much through: it is there so that a device gone wild, or stolen, costs next to nothing, and has
 * no need to be exact.
 */
export function floodGuard(): FloodGuard {
  const buckets = new Map<string, Bucket>();
  return {
    ask(deviceId, family, nowMs) {
      const { perS, burst } = families.find(({ name }) => name === family)?.flood ?? strangers;
      const bucket = buckets.get(deviceId) ?? { left: burst, atMs: nowMs, toldMinute: undefined, untold: 0 };
      // The one that was silent the longest is forgotten first.
      buckets.delete(deviceId);
      buckets.set(deviceId, bucket);
      if (buckets.size > mostRemembered) buckets.delete([...buckets.keys()][0] ?? '');
      const passedS = Math.max(0, nowMs - bucket.atMs) / 1000;
      bucket.left = Math.min(burst, bucket.left + passedS * perS);
      bucket.atMs = nowMs;
      if (bucket.left >= 1) {
        bucket.left -= 1;
        return taken;
      }
      const minute = Math.floor(nowMs / minuteMs);
      const tell = bucket.toldMinute !== minute;
      const leftBefore = bucket.untold;
      bucket.untold = tell ? 0 : leftBefore + 1;
      bucket.toldMinute = minute;
      return { taken: false, tell, leftBefore };
    },
  };
}

/** For whoever has other limits, such as a queue. */
export const unguarded: FloodGuard = { ask: () => taken };

/** Fire, smoke, and a person under threat: they are heard however much the device says. */
export function isDanger(event: DeviceEvent): boolean {
  if (event.type === 'smoke-change') return true;
  return event.type === 'board-alarm' && (event.alarm === 'fire' || event.alarm === 'threat');
}
