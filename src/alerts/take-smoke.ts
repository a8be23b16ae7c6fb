import type { BoardAlarm, SmokeChange } from '../devices/events.ts';
import { unanswered } from '../devices/outbox.ts';
import type { DoorBoard, Sensor } from '../estate/device.ts';
import { type Facility, facilitySchema } from '../estate/facility.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Key, Write } from '../shared/table.ts';
import { newAlert } from './alert.ts';
import { putAlert } from './alert-store.ts';
import { evacuate, release, repeatMs } from './evacuation.ts';

/**
 * Smoke in a facility: its ports are cut, its doors stand open, nothing starts, and the committee hears of it — one
 * transaction, then the commands. They are sent again every minute until each device has answered.
 */
export async function takeSmoke(
  backend: Backend,
  origin: Origin,
  sensor: Sensor,
  event: SmokeChange,
): Promise<Recorded> {
  const { facilityId } = sensor;
  const key = keys.event(sensor.deviceId, event.identity);
  if (facilityId === undefined) {
    return record(backend, async () => ({
      entry: entryOf(
        key,
        origin,
        { kind: 'smoke', outcome: 'refused', refusal: 'sensor-without-facility', keep: 'operation' },
        backend.vault,
      ),
      writes: event.level === 'alarm' ? [putAlert(smokeAlert(origin, sensor))] : [],
    }));
  }
  return event.level === 'alarm'
    ? record(backend, () =>
        alarm(
          backend,
          origin,
          key,
          facilityId,
          sensor.deviceId,
          smokeAlert(origin, sensor),
          event.occurredAtMs,
        ),
      )
    : record(backend, () => clear(backend, origin, key, facilityId, event));
}

/** The fire input of a door board is as good as smoke. It has no clear: a person ends it. */
export async function takeFireInput(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardAlarm,
): Promise<Recorded> {
  const key = keys.event(board.deviceId, event.identity);
  const facility = (await backend.registry.facilities(board.estateId)).find(
    ({ facilityId }) => facilityId === board.facilityId,
  );
  const place = facility?.name ?? { zh: board.deviceId, en: board.deviceId };
  const alert = newAlert({
    estateId: board.estateId,
    kind: 'fire-input',
    severity: 'life',
    createdAtMs: origin.receivedAtMs,
    deviceId: board.deviceId,
    facilityId: board.facilityId,
    place,
    text: {
      zh: `${place.zh}：消防报警输入动作，已断电并敞开门`,
      en: `${place.en}: fire input active; ports cut, doors held open`,
    },
  });
  return record(backend, () =>
    alarm(backend, origin, key, board.facilityId, `fire:${board.deviceId}`, alert, event.occurredAtMs),
  );
}

function smokeAlert(origin: Origin, sensor: Sensor) {
  return newAlert({
    estateId: sensor.estateId,
    kind: 'smoke',
    severity: 'life',
    createdAtMs: origin.receivedAtMs,
    deviceId: sensor.deviceId,
    ...(sensor.facilityId === undefined ? {} : { facilityId: sensor.facilityId }),
    place: sensor.place,
    text: {
      zh: `${sensor.place.zh}：烟雾报警，充电已切断，门已敞开`,
      en: `${sensor.place.en}: smoke; charging cut, doors held open`,
    },
  });
}

async function alarm(
  backend: Backend,
  origin: Origin,
  key: Key,
  facilityId: string,
  detector: string,
  alert: ReturnType<typeof newAlert>,
  seenAtMs: number = origin.receivedAtMs,
): Promise<Decision> {
  const { facility, clearedAtMs } = await readFacility(backend, origin.estateId, facilityId);
  const clearedSince = (clearedAtMs[detector] ?? -1) > seenAtMs;
  const running = facility.evacuation;
  const commands = clearedSince
    ? []
    : await evacuate(backend, facility, running?.alertId ?? alert.alertId, origin.receivedAtMs);
  const entry = entryOf(
    key,
    origin,
    {
      kind: 'smoke',
      outcome: clearedSince ? 'overtaken' : 'alarm',
      keep: 'operation',
      facts: { facilityId, alertId: alert.alertId },
      commands,
    },
    backend.vault,
  );
  if (clearedSince) return { entry, writes: [putAlert(alert)] };
  const detectors = [...new Set([...(running?.detectors ?? []), detector])];
  const evacuation = { sinceMs: origin.receivedAtMs, alertId: alert.alertId, ...running, detectors };
  return {
    entry,
    writes: [
      putFacility(facility, {
        evacuation,
        detectorsClearedAtMs: clearedAtMs,
        dueAtMs: origin.receivedAtMs + repeatMs,
      }),
      ...(running === undefined ? [putAlert(alert)] : []),
    ],
  };
}

async function clear(
  backend: Backend,
  origin: Origin,
  key: Key,
  facilityId: string,
  event: SmokeChange,
): Promise<Decision> {
  const { facility, clearedAtMs } = await readFacility(backend, origin.estateId, facilityId);
  const cleared = { ...clearedAtMs, [event.deviceId]: event.occurredAtMs ?? origin.receivedAtMs };
  const running = facility.evacuation;
  const detectors = running?.detectors.filter((detector) => detector !== event.deviceId) ?? [];
  const ends = running !== undefined && detectors.length === 0 && running.acknowledgedBy !== undefined;
  const commands = ends ? await release(backend, facility, running.alertId, origin.receivedAtMs) : [];
  const after =
    running === undefined
      ? {}
      : ends
        ? { evacuationEndedAtMs: origin.receivedAtMs }
        : { evacuation: { ...running, detectors }, dueAtMs: origin.receivedAtMs + repeatMs };
  return {
    entry: entryOf(
      key,
      origin,
      {
        kind: 'smoke',
        outcome: ends ? 'evacuation-ended' : 'clear',
        keep: 'operation',
        facts: { facilityId },
        commands,
      },
      backend.vault,
    ),
    writes: [putFacility(facility, { ...after, detectorsClearedAtMs: cleared })],
  };
}

/**
 * A named person takes charge of an evacuation. It ends when no detector is in alarm any more and somebody has:
 * neither alone gives the doors back. Answers what has to be written and sent with the acknowledgement.
 */
export async function takeCharge(
  backend: Backend,
  estateId: string,
  facilityId: string,
  alertId: string,
  by: string,
): Promise<{ writes: Write[]; commands: Awaited<ReturnType<typeof release>> }> {
  const { facility, clearedAtMs } = await readFacility(backend, estateId, facilityId);
  const running = facility.evacuation;
  if (running?.alertId !== alertId) return { writes: [], commands: [] };
  const detectors = running.detectors.filter((detector) => !detector.startsWith('fire:'));
  const nowMs = backend.clock.now();
  const ends = detectors.length === 0;
  const after = ends
    ? { evacuationEndedAtMs: nowMs }
    : { evacuation: { ...running, detectors, acknowledgedBy: by }, dueAtMs: nowMs + repeatMs };
  return {
    writes: [putFacility(facility, { ...after, detectorsClearedAtMs: clearedAtMs })],
    commands: ends ? await release(backend, facility, alertId, nowMs) : [],
  };
}

/** While an evacuation lasts, what was not answered is sent again every minute. */
export async function facilityDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined || item.dueAtMs === undefined || item.dueAtMs > nowMs) return;
  const { facility, clearedAtMs } = await readFacility(
    backend,
    String(item['estateId']),
    String(item['facilityId']),
  );
  const { evacuation, estateId, facilityId } = facility;
  if (evacuation === undefined) return;
  const origin: Origin = {
    estateId,
    deviceId: facilityId,
    receivedAtMs: nowMs,
    topic: 'sweep',
    sender: 'sweep',
    payload: new Uint8Array(),
    fact: 'repeat',
  };
  const commands = await unanswered(
    backend.table,
    await evacuate(backend, facility, evacuation.alertId, nowMs),
  );
  await record(backend, async () => ({
    entry: entryOf(
      keys.event(facilityId, `repeat:${evacuation.alertId}:${nowMs}`),
      origin,
      { kind: 'evacuation-repeated', outcome: `${commands.length} sent again`, keep: 'operation', commands },
      backend.vault,
    ),
    writes: [
      putFacility(facility, { evacuation, detectorsClearedAtMs: clearedAtMs, dueAtMs: nowMs + repeatMs }),
    ],
  }));
}

async function readFacility(backend: Backend, estateId: string, facilityId: string) {
  const [item] = await backend.table.get([keys.facility(estateId, facilityId)]);
  const facility = facilitySchema.parse(item);
  return {
    facility,
    clearedAtMs: (item?.['detectorsClearedAtMs'] ?? {}) as Readonly<Record<string, number>>,
  };
}

function putFacility(facility: Facility, state: Readonly<Record<string, unknown>>): Write {
  const { version, evacuation: _, ...fixed } = facility;
  return {
    put: { ...keys.facility(facility.estateId, facility.facilityId), type: 'facility', ...fixed, ...state },
    when: { version },
  };
}
