import { type Facility, facilitySchema } from '../estate/facility.ts';
import type { Backend } from '../journal/commit.ts';
import { keys } from '../shared/keys.ts';
import { ownOf } from '../shared/own.ts';
import type { Write } from '../shared/table.ts';
import { releaseAgainMs } from './evacuation.ts';

/**
 * When each detector last was in alarm, and last was clear: in whatever order it is told, the later of the two holds.
 * Beside it, when by its own clock it was last in alarm: a clock that is wrong still tells what came first. And when the
 * broker last heard that it was clear: no clock of a detector can alter that.
 */
export type Told = Readonly<
  Record<
    'detectorsAlarmedAtMs' | 'detectorsClearedAtMs' | 'detectorsAlarmSaidMs' | 'detectorsClearHeardMs',
    Readonly<Record<string, number>>
  >
>;

/** Told later than this, a detector's clock is not believed: better one evacuation too many than one too few. */
export const longestOnItsWayMs = 3_600_000;

/** What has been told, with an alarm more. */
export function laterAlarm(told: Told, detector: string, atMs: number, saidMs: number | undefined): Told {
  const isNewest = atMs >= (ownOf(told.detectorsAlarmedAtMs, detector) ?? 0);
  const after = later(told, 'detectorsAlarmedAtMs', detector, atMs);
  if (!isNewest) return after;
  const { [detector]: _, ...others } = told.detectorsAlarmSaidMs;
  return {
    ...after,
    detectorsAlarmSaidMs: saidMs === undefined ? others : { ...others, [detector]: saidMs },
  };
}

/** What has been told, with one thing more. */
export function later(told: Told, what: keyof Told, detector: string, atMs: number): Told {
  return { ...told, [what]: { ...told[what], [detector]: Math.max(ownOf(told[what], detector) ?? 0, atMs) } };
}

/** A facility with its evacuation, and what its detectors have told. */
export async function readFacility({ table }: Pick<Backend, 'table'>, estateId: string, facilityId: string) {
  const [item] = await table.get([keys.facility(estateId, facilityId)]);
  const facility = facilitySchema.parse(item);
  const before = item as unknown as Partial<Told>;
  const { detectorsAlarmedAtMs = {}, detectorsClearedAtMs = {} } = before;
  const { detectorsAlarmSaidMs = {}, detectorsClearHeardMs = {} } = before;
  return {
    facility,
    told: { detectorsAlarmedAtMs, detectorsClearedAtMs, detectorsAlarmSaidMs, detectorsClearHeardMs },
  };
}

/** Writes the facility's state anew, under the version at which it was read. */
export function putFacility(facility: Facility, told: Told, state: Readonly<Record<string, unknown>>): Write {
  const { version, evacuation: _evacuation, releasing: _releasing, ...fixed } = facility;
  const key = keys.facility(facility.estateId, facility.facilityId);
  return { put: { ...key, type: 'facility', ...fixed, ...told, ...state }, when: { version } };
}

/** What a facility becomes when its evacuation is over. */
export const ended = (alertId: string, atMs: number) => ({
  evacuationEndedAtMs: atMs,
  ...releasing(alertId, atMs),
});

/** Its doors are told to go back to their cards; without an alert that they stood open for, none are left to tell. */
export const releasing = (alertId: string | undefined, atMs: number) =>
  alertId === undefined ? {} : { releasing: alertId, dueAtMs: atMs + releaseAgainMs };
