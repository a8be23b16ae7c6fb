import type { Name } from '../../contract/shapes/name.ts';
import { type Alert, newAlert, over } from '../alerts/alert.ts';
import { putAlert, readAlert } from '../alerts/alert-store.ts';
import type { CorridorSighting } from '../devices/events.ts';
import type { Sensor } from '../estate/device.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin, timerOrigin } from '../journal/entry.ts';
import { believedMs } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import type { Key, Write } from '../shared/table.ts';
import {
  type Corridor,
  type CorridorEvent,
  correctWithinMs,
  corridorSchema,
  leastConfidence,
  transitions,
} from './case.ts';

/** Told later than this, a sensor's clock is not believed: a day off, it would make its corridor blind for a day. */
const longestOnItsWayMs = 3_600_000;

/** A corridor sensor saw bikes, or saw that they are gone. The first sighting opens a case and calls the committee. */
export async function handleSighting(
  backend: Backend,
  origin: Origin,
  sensor: Sensor,
  event: CorridorSighting,
): Promise<Recorded> {
  const key = keys.event(sensor.deviceId, event.identity);
  const seenAtMs = believedMs(origin, longestOnItsWayMs);
  return record(backend, async () => {
    const corridor = await readCorridor(backend, sensor);
    const vague = event.vehicles > 0 && event.confidence < leastConfidence;
    const overtaken =
      seenAtMs < (corridor.clearedAtMs ?? 0) ||
      (event.vehicles === 0 && seenAtMs < (corridor.blockedAtMs ?? 0));
    if (vague || overtaken) {
      const outcome = vague ? 'too-uncertain' : 'overtaken';
      return { entry: draft(key, origin, { kind: 'corridor', outcome }) };
    }
    return step(backend, origin, key, sensor, corridor, event.vehicles > 0 ? 'seen' : 'gone', seenAtMs);
  });
}

/** The time to correct is over, and the bike still stands there. */
export async function corridorDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const found = corridorSchema.parse(item);
  if (found.dueAtMs === undefined || found.dueAtMs > nowMs) return;
  const sensor = await backend.registry.device(found.deviceId);
  if (sensor?.kind !== 'sensor') return;
  const { estateId, deviceId, caseId = '' } = found;
  const origin = timerOrigin({ estateId, deviceId }, nowMs, `overdue ${caseId}`);
  await record(backend, async () => {
    const corridor = await readCorridor(backend, sensor);
    const key = keys.event(deviceId, `overdue:${caseId}`);
    // The bike was moved in the same moment.
    if (corridor.caseId !== caseId)
      return {
        entry: draft(key, origin, { kind: 'corridor', outcome: 'overtaken' }),
      };
    return step(backend, origin, key, sensor, corridor, 'due', nowMs);
  });
}

async function step(
  backend: Backend,
  origin: Origin,
  key: Key,
  sensor: Sensor,
  corridor: Corridor,
  event: CorridorEvent,
  atMs: number,
): Promise<Decision> {
  const { to, also } = transitions[corridor.state][event];
  const alert = also === 'open-case' || also === 'report' ? corridorAlert(origin, sensor, also) : undefined;
  const after = next(corridor, to, also, atMs, alert);
  const closing =
    // A report takes the place of the first call; what is over calls nobody.
    (also === 'close-case' || also === 'report') && corridor.alertId !== undefined
      ? await readAlert(backend.table, corridor.estateId, corridor.alertId)
      : undefined;
  const writes: Write[] = [
    putCorridor(after),
    ...(alert === undefined ? [] : [putAlert(alert)]),
    ...(closing === undefined ? [] : [putAlert(over(closing, origin.receivedAtMs))]),
  ];
  const facts = { caseId: after.caseId ?? corridor.caseId, state: to, also, sightings: after.sightings };
  return {
    entry: draft(key, origin, { kind: 'corridor', outcome: also ?? 'seen', facts }),
    writes,
  };
}

function next(
  corridor: Corridor,
  to: Corridor['state'],
  also: string | undefined,
  atMs: number,
  alert: Alert | undefined,
): Corridor {
  const { caseId: _case, alertId: _alert, blockedAtMs: _blocked, dueAtMs: _due, ...rest } = corridor;
  if (also === 'open-case') {
    return {
      ...rest,
      state: to,
      caseId: `${corridor.deviceId}-${atMs}`,
      blockedAtMs: atMs,
      sightings: 1,
      dueAtMs: atMs + correctWithinMs,
      ...named(alert),
    };
  }
  if (to === 'clear') return { ...rest, state: to, clearedAtMs: atMs, sightings: 0 };
  const { dueAtMs: _, ...reported } = corridor;
  return {
    // Once reported there is no further time to correct.
    ...(to === 'overdue' ? reported : corridor),
    state: to,
    ...named(alert),
    sightings: corridor.sightings + (also === 'count' ? 1 : 0),
  };
}

const named = (alert: Alert | undefined) => (alert === undefined ? {} : { alertId: alert.alertId });

const texts: Readonly<Record<'open-case' | 'report', (place: Name) => Name>> = {
  'open-case': (place) => ({
    zh: `${place.zh}：楼道停放电动自行车，请及时移走`,
    en: `${place.en}: e-bike in the corridor, please have it moved`,
  }),
  report: (place) => ({
    zh: `${place.zh}：楼道违停逾期未移走`,
    en: `${place.en}: the bike in the corridor was not moved in time`,
  }),
};

function corridorAlert(origin: Origin, sensor: Sensor, also: 'open-case' | 'report'): Alert {
  return newAlert({
    estateId: sensor.estateId,
    kind: also === 'report' ? 'corridor-overdue' : 'corridor',
    severity: also === 'report' ? 'urgent' : 'notice',
    createdAtMs: origin.receivedAtMs,
    cause: origin.fact,
    deviceId: sensor.deviceId,
    place: sensor.place,
    text: texts[also](sensor.place),
  });
}

async function readCorridor(backend: Backend, sensor: Sensor): Promise<Corridor> {
  const [item] = await backend.table.get([keys.corridor(sensor.deviceId)]);
  if (item !== undefined) return corridorSchema.parse(item);
  return { deviceId: sensor.deviceId, estateId: sensor.estateId, state: 'clear', sightings: 0 };
}

function putCorridor(corridor: Corridor): Write {
  const { version, ...content } = corridor;
  return { put: { ...keys.corridor(corridor.deviceId), ...content }, when: { version } };
}
