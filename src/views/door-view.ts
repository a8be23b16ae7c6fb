import * as z from 'zod/mini';
import { doorSchema, type holdSchema } from '../../contract/shapes/overview.ts';
import { type Device, doorsOf } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import { doorCommandId } from '../fire/evacuation.ts';
import { getAll } from '../shared/get-all.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Key, Table } from '../shared/table.ts';
import { heardAt, reachability, spokesmanOf } from './reachability.ts';

export type Hold = z.infer<typeof holdSchema>;

/** A door that has not confirmed within so long is shown, and told, as one that did not answer. */
export const answerWithinMs = 60_000;

export type DoorView = z.infer<typeof doorSchema>;

/** The doors of a facility: whether what stands behind each is there, what it was told, and who came last. */
export async function doorViews(
  table: Table,
  facility: Facility,
  devices: readonly Device[],
  nowMs: number,
): Promise<DoorView[]> {
  const doors = devices.flatMap((device) => doorsOf(device).map((door) => ({ device, ...door })));
  const [heard, last, holds] = await Promise.all([
    heardAt(
      table,
      doors.map(({ device }) => spokesmanOf(device).deviceId),
    ),
    getAll(
      table,
      doors.map(({ device, door }) => keys.lastAtDoor(facility.estateId, device.deviceId, door)),
    ),
    holdsOf(table, facility, doors, nowMs),
  ]);
  return doors.map(({ device, ...door }, index) => {
    const { deviceId, silentMs } = spokesmanOf(device);
    const before = last[index];
    // Somebody who passes a reader has heard of it; what a board tells may have lain in its memory for a month.
    const passedAtMs = device.kind === 'reader' ? Number(before?.['atMs'] ?? 0) : 0;
    const lastSeenAtMs = Math.max(heard.get(deviceId) ?? 0, passedAtMs);
    return {
      deviceId: device.deviceId,
      ...door,
      heardBy: deviceId,
      ...reachability(silentMs, lastSeenAtMs === 0 ? undefined : lastSeenAtMs, nowMs),
      ...(holds[index] === undefined ? {} : { hold: holds[index] }),
      ...lastEvent(before),
    };
  });
}

async function holdsOf(
  table: Table,
  { evacuation, releasing, evacuationEndedAtMs }: Facility,
  doors: readonly { readonly device: Device; readonly door: number }[],
  nowMs: number,
): Promise<(Hold | undefined)[]> {
  const alertId = evacuation?.alertId ?? releasing;
  if (alertId === undefined) return doors.map(() => undefined);
  const wanted = evacuation === undefined ? 'by-card' : 'open';
  const askedAtMs = evacuation?.askedAtMs ?? evacuation?.sinceMs ?? evacuationEndedAtMs ?? 0;
  const command = wanted === 'open' ? 'hold-door-open' : 'release-door';
  const answers = await Promise.all(
    doors.map(({ device, door }) =>
      table.get(answerKeys(device, doorCommandId(command, alertId, device.deviceId, door))),
    ),
  );
  return answers.map(([done, ...failed]) => {
    const no = failed.find((item) => item !== undefined);
    const answeredAtMs = (done ?? no)?.['receivedAtMs'];
    const state = done !== undefined ? 'confirmed' : no !== undefined ? 'failed' : stateAt(askedAtMs, nowMs);
    return {
      wanted,
      state,
      askedAtMs,
      ...(typeof answeredAtMs === 'number' ? { answeredAtMs } : {}),
    };
  });
}

/** Of a door that has said nothing. */
const stateAt = (askedAtMs: number, nowMs: number) =>
  nowMs - askedAtMs < answerWithinMs ? 'asked' : 'unanswered';

/** Where an answer stands: that it was done, or that it was not. A gateway's own no names no board. */
function answerKeys(device: Device, commandId: string): Key[] {
  const said = [
    keys.commandAcknowledged(device.deviceId, commandId),
    keys.commandNotDone(device.deviceId, commandId),
  ];
  return device.kind === 'door-board' ? [...said, keys.commandNotDone(device.gatewayId, commandId)] : said;
}

/** What nobody here can read of the last event must not keep anybody from seeing what a door was told in a fire. */
function lastEvent(item: Item | undefined): Pick<DoorView, 'last'> {
  const { data } = z.safeParse(doorSchema.shape.last, item);
  return data === undefined ? {} : { last: data };
}
