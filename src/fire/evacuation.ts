import { newestFrame } from '../charging/frame-store.ts';
import { readPorts } from '../charging/port-store.ts';
import { limits } from '../charging/session.ts';
import { stopCommand } from '../charging/stop-session.ts';
import { addressOf, type ChargingBoard, type Device, doorsOf } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import type { Backend } from '../journal/commit.ts';
import { digest } from '../journal/entry.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';

/** How often an unanswered command of an evacuation is sent again. */
export const repeatMs = 60_000;

/** How often a door that stands open after an evacuation is told again to go back to its cards. */
export const releaseAgainMs = 5 * 60_000;

/** Every port that may be live is cut. */
export async function cutPorts(backend: Backend, facility: Facility, nowMs: number): Promise<Outgoing[]> {
  const devices = await backend.registry.devicesOfFacility(facility.estateId, facility.facilityId);
  const boards = devices.filter((device) => device.kind === 'charging-board');
  return (await Promise.all(boards.map((board) => stopsFor(backend, board, nowMs)))).flat();
}

/** Every door is held open. */
export async function holdOpen(
  backend: Backend,
  facility: Facility,
  alertId: string,
  nowMs: number,
): Promise<Outgoing[]> {
  const devices = await backend.registry.devicesOfFacility(facility.estateId, facility.facilityId);
  return doorCommands(facility, devices, 'hold-door-open', alertId, nowMs);
}

/** The doors go back to their cards. */
export async function release(
  backend: Backend,
  facility: Facility,
  alertId: string,
  nowMs: number,
): Promise<Outgoing[]> {
  const devices = await backend.registry.devicesOfFacility(facility.estateId, facility.facilityId);
  return doorCommands(facility, devices, 'release-door', alertId, nowMs);
}

/** A port may be live when a session has it, or when its board's last heartbeat or its last frame says so. */
async function stopsFor(backend: Backend, board: ChargingBoard, nowMs: number): Promise<Outgoing[]> {
  const [slots, [state], frame] = await Promise.all([
    readPorts(backend.table, board.deviceId),
    backend.table.get([keys.deviceState(board.deviceId)]),
    newestFrame(backend.table, board),
  ]);
  const told = ((state?.['state'] as { ports?: string[] } | undefined)?.ports ?? []).flatMap((port, index) =>
    port === 'in-use' ? [index + 1] : [],
  );
  const live = new Map<number, number>([...told, ...frame.map(({ port }) => port)].map((port) => [port, 0]));
  for (const { port, open, last } of slots) {
    if (open !== undefined) live.set(port, open.order);
    else if (live.has(port)) live.set(port, last?.order ?? 0);
  }
  return [...live].map(([port, order]) => stopCommand(board, port, order, nowMs, 'smoke'));
}

type DoorCommandType = 'hold-door-open' | 'release-door';

/**
 * What the command of an evacuation to one door is called. A digest: a gateway answers with nothing but this name, which
 * must then tell its boards apart; and no name of a detector, however long, may make it longer than devices carry.
 */
export function doorCommandId(
  type: DoorCommandType,
  alertId: string,
  deviceId: string,
  door: number,
): string {
  return `${type}.${digest(`${alertId} ${deviceId}`)}.${door}`;
}

/** Whether an acknowledgement of this name is one of a door's, of an evacuation. */
export const isDoorCommandId = (commandId: string): boolean =>
  commandId.startsWith('hold-door-open.') || commandId.startsWith('release-door.');

function doorCommands(
  facility: Facility,
  devices: readonly Device[],
  type: DoorCommandType,
  alertId: string,
  nowMs: number,
): Outgoing[] {
  return devices.flatMap((device) =>
    doorsOf(device).map(({ door }): Outgoing => {
      const commandId = doorCommandId(type, alertId, device.deviceId, door);
      return {
        to: addressOf(device),
        command: { type, commandId, expiresAtMs: nowMs + limits.stopValidMs, door },
        acknowledgedAt: keys.commandAcknowledged(device.deviceId, commandId),
        onlyWhile: {
          key: keys.facility(facility.estateId, facility.facilityId),
          attribute: 'evacuation',
          is: type === 'hold-door-open' ? 'present' : 'absent',
        },
      };
    }),
  );
}
