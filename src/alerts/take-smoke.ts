import type { BoardAlarm, SmokeChange } from '../devices/events.ts';
import { type Outgoing, send, unanswered } from '../devices/outbox.ts';
import type { DoorBoard, Sensor } from '../estate/device.ts';
import { type Facility, facilitySchema } from '../estate/facility.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { commandsOf, entryOf, type Origin, timerOrigin } from '../journal/entry.ts';
import { believedMs } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import type { Key, Write } from '../shared/table.ts';
import { newAlert } from './alert.ts';
import { putAlert } from './alert-store.ts';
import { cutPorts, holdOpen, release, releaseAgainMs, repeatMs } from './evacuation.ts';
import { later, laterAlarm, putFacility, readFacility, type Told } from './evacuation-store.ts';

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
    ? raise(backend, origin, key, facilityId, sensor.deviceId, smokeAlert(origin, sensor))
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
    cause: origin.fact,
    deviceId: board.deviceId,
    facilityId: board.facilityId,
    place,
    text: {
      zh: `${place.zh}：消防报警输入动作，已断电并敞开门`,
      en: `${place.en}: fire input active; ports cut, doors held open`,
    },
  });
  return raise(backend, origin, key, board.facilityId, `fire:${board.deviceId}`, alert);
}

function smokeAlert(origin: Origin, sensor: Sensor) {
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
      zh: `${sensor.place.zh}：烟雾报警，充电已切断，门已敞开`,
      en: `${sensor.place.en}: smoke; charging cut, doors held open`,
    },
  });
}

async function raise(
  backend: Backend,
  origin: Origin,
  key: Key,
  facilityId: string,
  detector: string,
  alert: ReturnType<typeof newAlert>,
): Promise<Recorded> {
  const recorded = await record(backend, () => alarm(backend, origin, key, facilityId, detector, alert));
  if (recorded.recorded !== 'now' || recorded.entry.outcome !== 'alarm') return recorded;
  // A start that was committed while the alarm was being decided is not in its list. From here on there can be none.
  const { facility } = await readFacility(backend, origin.estateId, facilityId);
  const told = new Set(
    commandsOf(recorded.entry, backend.vault).map(({ command }) => JSON.stringify(command)),
  );
  const live = await cutPorts(backend, facility, origin.receivedAtMs);
  const late = live.filter(({ command }) => !told.has(JSON.stringify(command)));
  await send(backend.publisher, backend.clock, late);
  return recorded;
}

async function alarm(
  backend: Backend,
  origin: Origin,
  key: Key,
  facilityId: string,
  detector: string,
  alert: ReturnType<typeof newAlert>,
): Promise<Decision> {
  const { facility, told } = await readFacility(backend, origin.estateId, facilityId);
  const seenAtMs = believedMs(origin, longestOnItsWayMs);
  const clearedSince = (told.detectorsClearedAtMs[detector] ?? -1) > seenAtMs;
  const running = facility.evacuation;
  // Another detector, or smoke after somebody had taken charge, is told anew: what was answered was something else.
  const toldAlready =
    running !== undefined && running.acknowledgedBy === undefined && running.detectors.includes(detector);
  const alertId = toldAlready ? running.alertId : alert.alertId;
  const commands = clearedSince
    ? []
    : [
        ...(await cutPorts(backend, facility, origin.receivedAtMs)),
        ...(await holdOpen(backend, facility, alertId, origin.receivedAtMs)),
      ];
  const entry = entryOf(
    key,
    origin,
    {
      kind: 'smoke',
      outcome: clearedSince ? 'overtaken' : 'alarm',
      keep: 'operation',
      facts: { facilityId, alertId },
      commands,
    },
    backend.vault,
  );
  if (clearedSince) return { entry, writes: [putAlert(alert)] };
  const detectors = [...new Set([...(running?.detectors ?? []), detector])];
  const evacuation = { sinceMs: running?.sinceMs ?? origin.receivedAtMs, alertId, detectors };
  return {
    entry,
    writes: [
      putFacility(facility, laterAlarm(told, detector, seenAtMs, origin.occurredAtMs), {
        evacuation,
        dueAtMs: origin.receivedAtMs + repeatMs,
      }),
      ...(toldAlready ? [] : [putAlert(alert)]),
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
  const { facility, told } = await readFacility(backend, origin.estateId, facilityId);
  const clearedAtMs = believedMs(origin, longestOnItsWayMs);
  const running = facility.evacuation;
  // A clear that was on its way while the detector went into alarm again clears nothing.
  const alarmedSince =
    (told.detectorsAlarmedAtMs[event.deviceId] ?? -1) > clearedAtMs ||
    isBeforeAlarm(origin, told, event.deviceId);
  const detectors =
    running?.detectors.filter((detector) => alarmedSince || detector !== event.deviceId) ?? [];
  const ends = running !== undefined && detectors.length === 0 && running.acknowledgedBy !== undefined;
  const commands = ends ? await release(backend, facility, running.alertId, origin.receivedAtMs) : [];
  const after =
    running === undefined
      ? releasing(facility.releasing, origin.receivedAtMs)
      : ends
        ? ended(running.alertId, origin.receivedAtMs)
        : { evacuation: { ...running, detectors }, dueAtMs: origin.receivedAtMs + repeatMs };
  return {
    entry: entryOf(
      key,
      origin,
      {
        kind: 'smoke',
        outcome: ends ? 'evacuation-ended' : alarmedSince ? 'overtaken' : 'clear',
        keep: 'operation',
        facts: { facilityId },
        commands,
      },
      backend.vault,
    ),
    writes: [putFacility(facility, later(told, 'detectorsClearedAtMs', event.deviceId, clearedAtMs), after)],
  };
}

/** Whether, by one clock, right or wrong, a detector was clear before it was in alarm, and only the news came later. */
function isBeforeAlarm({ occurredAtMs, receivedAtMs }: Origin, told: Told, detector: string): boolean {
  const { [detector]: saidMs } = told.detectorsAlarmSaidMs;
  const { [detector]: alarmedAtMs } = told.detectorsAlarmedAtMs;
  if (occurredAtMs === undefined || saidMs === undefined || alarmedAtMs === undefined) return false;
  const clocksApartMs = receivedAtMs - occurredAtMs - (alarmedAtMs - saidMs);
  return occurredAtMs < saidMs && Math.abs(clocksApartMs) < longestOnItsWayMs;
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
  const { facility, told } = await readFacility(backend, estateId, facilityId);
  const running = facility.evacuation;
  if (running?.alertId !== alertId) return { writes: [], commands: [] };
  const detectors = running.detectors.filter((detector) => !detector.startsWith('fire:'));
  const nowMs = backend.clock.now();
  const ends = detectors.length === 0;
  const after = ends
    ? ended(alertId, nowMs)
    : { evacuation: { ...running, detectors, acknowledgedBy: by }, dueAtMs: nowMs + repeatMs };
  return {
    writes: [putFacility(facility, told, after)],
    commands: ends ? await release(backend, facility, alertId, nowMs) : [],
  };
}

const ended = (alertId: string, atMs: number) => ({ evacuationEndedAtMs: atMs, ...releasing(alertId, atMs) });

const releasing = (alertId: string | undefined, atMs: number) =>
  alertId === undefined ? {} : { releasing: alertId, dueAtMs: atMs + releaseAgainMs };

/**
 * While an evacuation lasts, its commands are sent again every minute: to a door until it has answered, to a port as
 * long as it may be live, whatever it has answered. A stop can arrive before its start, or name an order of yesterday.
 * After it, doors are told to go back to their cards until each has answered.
 */
export async function facilityDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined || item.dueAtMs === undefined || item.dueAtMs > nowMs) return;
  const { estateId, facilityId } = facilitySchema.parse(item);
  const origin = timerOrigin({ estateId, deviceId: facilityId }, nowMs, 'repeat');
  await record(backend, async () => {
    const { facility, told } = await readFacility(backend, estateId, facilityId);
    const { evacuation } = facility;
    const commands = await stillNeeded(backend, facility, nowMs);
    const after =
      evacuation === undefined
        ? releasing(commands.length === 0 ? undefined : facility.releasing, nowMs)
        : { evacuation, dueAtMs: nowMs + repeatMs };
    return {
      entry: entryOf(
        keys.event(facilityId, `repeat:${nowMs}`),
        origin,
        {
          kind: evacuation === undefined ? 'release-repeated' : 'evacuation-repeated',
          outcome: `${commands.length} sent again`,
          keep: 'operation',
          commands,
        },
        backend.vault,
      ),
      writes: [putFacility(facility, told, after)],
    };
  });
}

async function stillNeeded(backend: Backend, facility: Facility, nowMs: number): Promise<Outgoing[]> {
  if (facility.evacuation === undefined) {
    const alertId = facility.releasing;
    if (alertId === undefined) return [];
    return unanswered(backend.table, await release(backend, facility, alertId, nowMs));
  }
  const doors = await holdOpen(backend, facility, facility.evacuation.alertId, nowMs);
  return [...(await cutPorts(backend, facility, nowMs)), ...(await unanswered(backend.table, doors))];
}

/** Told later than this, a detector's clock is not believed: better one evacuation too many than one too few. */
const longestOnItsWayMs = 3_600_000;
