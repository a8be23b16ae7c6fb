import * as z from 'zod/mini';
import { type Device, nameSchema } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import type { Clock } from '../shared/clock.ts';
import { boardSchema, boardView } from './board-view.ts';
import { doorSchema, doorViews } from './door-view.ts';
import { occupancyOf, occupancySchema } from './occupancy.ts';
import { heardAt, presence, presenceSchema, spokesmanOf } from './presence.ts';
import type { ViewSources } from './view.ts';
import { insideOf } from './view-of-change.ts';

export const facilityViewSchema = z.object({
  facilityId: z.string(),
  kind: z.enum(['shed', 'garage']),
  name: nameSchema,
  bays: z.int(),
  alarm: z.boolean(),
  occupancy: occupancySchema,
  boards: z.array(boardSchema),
  doors: z.array(doorSchema),
});

/** A device that is neither a board nor a door: a sensor, or a gateway by which door boards are heard. */
export const watcherSchema = z.extend(presenceSchema, {
  deviceId: z.string(),
  kind: z.enum(['bay', 'smoke', 'corridor', 'gate', 'door-gateway']),
  place: z.optional(nameSchema),
});

export const overviewSchema = z.object({
  estate: z.object({ estateId: z.string(), name: nameSchema, timeZone: z.string() }),
  /** The server's clock: what is told here is so at this moment. */
  nowMs: z.int(),
  facilities: z.array(facilityViewSchema),
  sensors: z.array(watcherSchema),
});
export type Overview = z.infer<typeof overviewSchema>;

/** Everything a manager sees of an estate at a glance; from here on the live topics keep it up to date. */
export async function overview(sources: ViewSources, clock: Clock, estateId: string): Promise<Overview> {
  const [estate, facilities, devices] = await Promise.all([
    sources.registry.estate(estateId),
    sources.registry.facilities(estateId),
    sources.registry.devicesOfEstate(estateId),
  ]);
  const nowMs = clock.now();
  return {
    estate: { estateId, name: estate.name, timeZone: estate.timeZone },
    nowMs,
    facilities: await Promise.all(
      facilities.map((facility) => facilityView(sources, nowMs, facility, devices)),
    ),
    sensors: await watchers(sources, nowMs, devices),
  };
}

async function facilityView(
  { table }: ViewSources,
  nowMs: number,
  facility: Facility,
  devices: readonly Device[],
) {
  const own = devices.filter((device) => 'facilityId' in device && device.facilityId === facility.facilityId);
  const [inside, boards, doors] = await Promise.all([
    insideOf(table, facility.estateId, facility.facilityId),
    Promise.all(
      own.flatMap((device) => (device.kind === 'charging-board' ? [boardView(table, device, nowMs)] : [])),
    ),
    doorViews(table, facility, own, nowMs),
  ]);
  return {
    facilityId: facility.facilityId,
    kind: facility.facilityKind,
    name: facility.name,
    bays: facility.bays,
    alarm: facility.evacuation !== undefined,
    occupancy: occupancyOf(doors, inside.length),
    boards,
    doors,
  };
}

async function watchers({ table }: ViewSources, nowMs: number, devices: readonly Device[]) {
  const own = devices.filter(({ kind }) => kind === 'sensor' || kind === 'door-gateway');
  const heard = await heardAt(
    table,
    own.map(({ deviceId }) => deviceId),
  );
  return own.map((device) => ({
    deviceId: device.deviceId,
    ...(device.kind === 'sensor'
      ? { kind: device.sensor, place: device.place }
      : { kind: 'door-gateway' as const }),
    ...presence(spokesmanOf(device).silentMs, heard.get(device.deviceId), nowMs),
  }));
}
