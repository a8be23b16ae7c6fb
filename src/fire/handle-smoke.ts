import { type Alert, newAlert } from '../alerts/alert.ts';
import { putAlert } from '../alerts/alert-store.ts';
import type { BoardAlarm, SmokeChange } from '../devices/events.ts';
import type { DoorBoard, Sensor } from '../estate/device.ts';
import type { Backend, Recorded } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { recordAnyway, recordDanger } from '../journal/record-anyway.ts';
import { clear } from './clear-alarm.ts';
import { raise } from './raise-alarm.ts';

/**
 * Smoke in a facility: its ports are cut, its doors stand open, nothing starts, and the committee hears of it — one
 * transaction, then the commands. They are sent again every minute until each device has answered.
 */
export async function handleSmoke(
  backend: Backend,
  origin: Origin,
  sensor: Sensor,
  event: SmokeChange,
): Promise<Recorded> {
  const { facilityId } = sensor;
  if (facilityId === undefined) {
    const recordIt = event.level === 'alarm' ? recordDanger : recordAnyway;
    return recordIt(backend, origin, event.identity, async (key) => ({
      entry: draft(key, origin, {
        kind: 'smoke',
        outcome: 'refused',
        refusal: 'sensor-without-facility',
      }),
      writes: event.level === 'alarm' ? [putAlert(smokeAlert(origin, sensor))] : [],
    }));
  }
  return event.level === 'alarm'
    ? raise(backend, origin, event.identity, facilityId, sensor.deviceId, smokeAlert(origin, sensor))
    : clear(backend, origin, event.identity, facilityId, event.deviceId);
}

/** The fire input of a door board is as good as smoke. It has no clear: a person ends it. */
export async function handleFireInput(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardAlarm,
): Promise<Recorded> {
  const facility = (await backend.registry.facilities(board.estateId)).find(
    ({ facilityId }) => facilityId === board.facilityId,
  );
  const place = facility?.name ?? { zh: board.deviceId, en: board.deviceId };
  const alert = newAlert({
    estateId: board.estateId,
    kind: 'fire-input',
    severity: 'life',
    createdAtMs: origin.receivedAtMs,
    cause: origin.fact,
    deviceId: board.deviceId,
    facilityId: board.facilityId,
    place,
    text: {
      zh: `${place.zh}：消防报警输入动作，已要求断电并敞开各门`,
      en: `${place.en}: fire input active; ports told to stop, doors to open`,
    },
  });
  return raise(backend, origin, event.identity, board.facilityId, `fire:${board.deviceId}`, alert);
}

function smokeAlert(origin: Origin, sensor: Sensor): Alert {
  return newAlert({
    estateId: sensor.estateId,
    kind: 'smoke',
    severity: 'life',
    createdAtMs: origin.receivedAtMs,
    cause: origin.fact,
    deviceId: sensor.deviceId,
    ...(sensor.facilityId === undefined ? {} : { facilityId: sensor.facilityId }),
    place: sensor.place,
    text: {
      zh: `${sensor.place.zh}：烟雾报警，已要求切断充电、敞开各门`,
      en: `${sensor.place.en}: smoke; ports told to stop, doors to open`,
    },
  });
}
