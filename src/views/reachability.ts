import type * as z from 'zod/mini';
import type { reachabilitySchema } from '../../contract/shapes/overview.ts';
import type { Device } from '../estate/device.ts';
import { getAll } from '../shared/get-all.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Table } from '../shared/table.ts';

const minuteMs = 60_000;

/**
 * How long each kind of device may be silent before what it said last is not the present any more. A charging board
 * speaks every four minutes, a gateway about every minute, a reader every quarter of an hour, a sensor on a battery
 * once a day. A door board is heard through its gateway alone.
 */
export const silentAfterMs: Readonly<Record<Exclude<Device['kind'], 'door-board'>, number>> = {
  'charging-board': 10 * minuteMs,
  'door-gateway': 5 * minuteMs,
  reader: 45 * minuteMs,
  sensor: 25 * 60 * minuteMs,
};

export type Reachability = z.infer<typeof reachabilitySchema>;

export function reachability(
  silentMs: number,
  lastSeenAtMs: number | undefined,
  nowMs: number,
): Reachability {
  return {
    ...(lastSeenAtMs === undefined ? {} : { lastSeenAtMs }),
    silentAfterMs: silentMs,
    online: lastSeenAtMs !== undefined && nowMs - lastSeenAtMs < silentMs,
  };
}

/** Who speaks for a device: the gateway for the boards that stand behind it. */
export function spokesmanOf(device: Device): { readonly deviceId: string; readonly silentMs: number } {
  return device.kind === 'door-board'
    ? { deviceId: device.gatewayId, silentMs: silentAfterMs['door-gateway'] }
    : { deviceId: device.deviceId, silentMs: silentAfterMs[device.kind] };
}

/** When each of these devices was last heard, as far as it says by itself that it is alive. */
export async function heardAt(table: Table, deviceIds: readonly string[]): Promise<Map<string, number>> {
  const different = [...new Set(deviceIds)];
  const states = await getAll(
    table,
    different.map((deviceId) => keys.deviceState(deviceId)),
  );
  return new Map(
    different.flatMap((deviceId, index) => {
      const atMs = heardAtOf(states[index]);
      return atMs === undefined ? [] : [[deviceId, atMs] as const];
    }),
  );
}

/** A device's own time of what it said may be wrong; when we heard it is not. */
export function heardAtOf(state: Item | undefined): number | undefined {
  const atMs = state?.['heardAtMs'] ?? state?.['atMs'];
  return typeof atMs === 'number' ? atMs : undefined;
}
