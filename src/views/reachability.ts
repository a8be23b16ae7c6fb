import type * as z from 'zod/mini';
import type { reachabilitySchema } from '../../contract/shapes/overview.ts';
import { familyOf } from '../devices/families/all.ts';
import type { Device } from '../estate/device.ts';
import { getAll } from '../shared/get-all.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Table } from '../shared/table.ts';

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

/** Who speaks for a device, the gateway for the boards that stand behind it; and how long it may be silent. */
export function spokesmanOf(device: Device): { readonly deviceId: string; readonly silentMs: number } {
  const { silentAfterS = 0 } = familyOf(device.family).kinds[device.kind] ?? {};
  const deviceId = device.kind === 'door-board' ? device.gatewayId : device.deviceId;
  return { deviceId, silentMs: silentAfterS * 1000 };
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
