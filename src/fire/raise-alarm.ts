import type { Alert } from '../alerts/alert.ts';
import { putAlert } from '../alerts/alert-store.ts';
import type { Backend, Decision, Recorded } from '../journal/commit.ts';
import { commandsOf, draft, type Origin } from '../journal/entry.ts';
import { send } from '../journal/outbox.ts';
import { recordDanger } from '../journal/record-anyway.ts';
import { believedMs } from '../shared/clock.ts';
import { ownOf } from '../shared/own.ts';
import type { Key } from '../shared/table.ts';
import { cutPorts, holdOpen, repeatMs } from './evacuation.ts';
import { laterAlarm, longestOnItsWayMs, putFacility, readFacility, type Told } from './evacuation-store.ts';

/**
 * A detector is in alarm: the ports are cut, the doors stand open, and the committee is told, once for as long as nobody
 * has answered for it, whatever identity it comes under. An alarm that is proved to be from before the last clear of its
 * detector moves nothing, and is told all the same.
 */
export async function raise(
  backend: Backend,
  origin: Origin,
  identity: string,
  facilityId: string,
  detector: string,
  alert: Alert,
): Promise<Recorded> {
  const recorded = await recordDanger(backend, origin, identity, (key) =>
    alarm(backend, origin, key, facilityId, detector, alert),
  );
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
  alert: Alert,
): Promise<Decision> {
  const { facility, told } = await readFacility(backend, origin.estateId, facilityId);
  const seenAtMs = believedMs(origin, longestOnItsWayMs);
  const clearedSince = isBeforeClear(origin.receivedAtMs, seenAtMs, told, detector);
  const running = facility.evacuation;
  // Another detector, or smoke after somebody had answered for it, is told anew: what was answered was something else.
  const toldAlready =
    running !== undefined && running.acknowledgedBy === undefined && running.detectors.includes(detector);
  const alertId = toldAlready ? running.alertId : alert.alertId;
  const commands = clearedSince
    ? []
    : [
        ...(await cutPorts(backend, facility, origin.receivedAtMs)),
        ...(await holdOpen(backend, facility, alertId, origin.receivedAtMs)),
      ];
  const entry = draft(key, origin, {
    kind: 'smoke',
    outcome: clearedSince ? 'overtaken' : 'alarm',
    facts: { facilityId, alertId },
    commands,
  });
  if (clearedSince) return { entry, writes: [putAlert(alert)] };
  const detectors = [...new Set([...(running?.detectors ?? []), detector])];
  const evacuation = {
    sinceMs: running?.sinceMs ?? origin.receivedAtMs,
    alertId,
    ...(toldAlready
      ? { askedAtMs: running.askedAtMs ?? running.sinceMs, doorsToldAtMs: running.doorsToldAtMs }
      : { askedAtMs: origin.receivedAtMs }),
    detectors,
  };
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

/**
 * Whether a detector was in alarm before it was clear, and only the news is taken later. Its clock alone does not prove
 * it: set back between the two, it says the same. The broker must have heard the alarm first as well, which keeps the
 * messages of one connection in their order.
 */
function isBeforeClear(heardAtMs: number, seenAtMs: number, told: Told, detector: string): boolean {
  const isBefore = (atMs: number, clear: number | undefined) => clear !== undefined && atMs < clear;
  return (
    isBefore(heardAtMs, ownOf(told.detectorsClearHeardMs, detector)) &&
    isBefore(seenAtMs, ownOf(told.detectorsClearedAtMs, detector))
  );
}
