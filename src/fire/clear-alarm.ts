import type { Backend, Decision, Recorded } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { recordAnyway } from '../journal/record-anyway.ts';
import { believedMs } from '../shared/clock.ts';
import { ownOf } from '../shared/own.ts';
import type { Key } from '../shared/table.ts';
import { release, repeatMs } from './evacuation.ts';
import {
  ended,
  later,
  longestOnItsWayMs,
  putFacility,
  readFacility,
  releasing,
  type Told,
} from './evacuation-store.ts';

/**
 * A detector is clear, under whatever identity it says so. With the last one the evacuation ends, where somebody has
 * answered for it.
 */
export function clear(
  backend: Backend,
  origin: Origin,
  identity: string,
  facilityId: string,
  detector: string,
): Promise<Recorded> {
  return recordAnyway(backend, origin, identity, (key) =>
    cleared(backend, origin, key, facilityId, detector),
  );
}

async function cleared(
  backend: Backend,
  origin: Origin,
  key: Key,
  facilityId: string,
  detector: string,
): Promise<Decision> {
  const { facility, told } = await readFacility(backend, origin.estateId, facilityId);
  const clearedAtMs = believedMs(origin, longestHeldUpMs);
  // An alarm from before a clear moves nothing: how long before, its own word tells better than when we heard of it.
  const saidAtMs = Math.min(clearedAtMs, origin.occurredAtMs ?? clearedAtMs);
  const toldClear = later(
    later(told, 'detectorsClearedAtMs', detector, saidAtMs),
    'detectorsClearHeardMs',
    detector,
    origin.receivedAtMs,
  );
  const running = facility.evacuation;
  // A clear that was on its way while the detector went into alarm again clears nothing.
  const alarmedSince =
    isBeforeAlarm(origin, told, detector) ?? (ownOf(told.detectorsAlarmedAtMs, detector) ?? -1) > clearedAtMs;
  const detectors = running?.detectors.filter((other) => alarmedSince || other !== detector) ?? [];
  const ends = running !== undefined && detectors.length === 0 && running.acknowledgedBy !== undefined;
  const commands = ends ? await release(backend, facility, running.alertId, origin.receivedAtMs) : [];
  const after =
    running === undefined
      ? releasing(facility.releasing, origin.receivedAtMs)
      : ends
        ? ended(running.alertId, origin.receivedAtMs)
        : { evacuation: { ...running, detectors }, dueAtMs: origin.receivedAtMs + repeatMs };
  return {
    entry: draft(key, origin, {
      kind: 'smoke',
      outcome: ends ? 'evacuation-ended' : alarmedSince ? 'overtaken' : 'clear',
      facts: { facilityId },
      commands,
    }),
    writes: [putFacility(facility, toldClear, after)],
  };
}

/**
 * A clear may be held up for so long and still be taken for what it was: news from before an alarm. Only what seems older
 * than that is said by a clock that is wrong. Better one evacuation that lasts too long than one that ends too early.
 */
const longestHeldUpMs = 12 * 3_600_000;

/**
 * Whether a detector was clear before it was in alarm, and only the news came later: by its own clock, right or wrong.
 * Undefined where the two were not said by one clock.
 */
function isBeforeAlarm(
  { occurredAtMs, receivedAtMs }: Origin,
  told: Told,
  detector: string,
): boolean | undefined {
  const saidMs = ownOf(told.detectorsAlarmSaidMs, detector);
  const alarmedAtMs = ownOf(told.detectorsAlarmedAtMs, detector);
  if (occurredAtMs === undefined || saidMs === undefined || alarmedAtMs === undefined) return undefined;
  const clocksApartMs = receivedAtMs - occurredAtMs - (alarmedAtMs - saidMs);
  return Math.abs(clocksApartMs) < longestOnItsWayMs ? occurredAtMs < saidMs : undefined;
}
