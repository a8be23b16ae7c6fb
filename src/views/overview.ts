import type { Overview } from '../../contract/shapes/overview.ts';
import type { Device } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import type { Clock } from '../shared/clock.ts';
import { boardView } from './board-view.ts';
import { doorViews } from './door-view.ts';
import { occupancyOf } from './occupancy.ts';
import { heardAt, reachability, spokesmanOf } from './reachability.ts';
import type { ViewSources } from './view.ts';
import { insideOf } from './view-of-change.ts';

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
    ...reachability(spokesmanOf(device).silentMs, heard.get(device.deviceId), nowMs),
  }));
}
