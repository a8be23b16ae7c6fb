import { newestFrame } from '../charging/frame-store.ts';
import { readPorts } from '../charging/port-store.ts';
import { type ChargingBoard, type Device, doorsOf } from '../estate/device.ts';
import type { Facility } from '../estate/facility.ts';
import type { Clock } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import type { Item } from '../shared/table.ts';
import { insideOf, type ViewSources } from './view.ts';

/** A board that has not been heard of for so long is shown as away: two heartbeats and a bit. */
const awayAfterMs = 10 * 60_000;

/** Everything a manager sees of an estate at a glance; from here on the live topics keep it up to date. */
export async function overview(sources: ViewSources, clock: Clock, estateId: string) {
  const [estate, facilities, devices] = await Promise.all([
    sources.registry.estate(estateId),
    sources.registry.facilities(estateId),
    sources.registry.devicesOfEstate(estateId),
  ]);
  return {
    estate: { estateId, name: estate.name, timeZone: estate.timeZone },
    facilities: await Promise.all(
      facilities.map((facility) => facilityView(sources, clock, facility, devices)),
    ),
    sensors: devices.flatMap((device) =>
      device.kind === 'sensor'
        ? [{ deviceId: device.deviceId, kind: device.sensor, place: device.place }]
        : [],
    ),
  };
}

async function facilityView(
  sources: ViewSources,
  clock: Clock,
  facility: Facility,
  devices: readonly Device[],
) {
  const own = devices.filter((device) => 'facilityId' in device && device.facilityId === facility.facilityId);
  const [inside, boards, doors] = await Promise.all([
    insideOf(sources.table, facility.estateId, facility.facilityId),
    Promise.all(
      own.flatMap((device) => (device.kind === 'charging-board' ? [boardView(sources, clock, device)] : [])),
    ),
    doorViews(sources, facility, own),
  ]);
  return {
    facilityId: facility.facilityId,
    kind: facility.facilityKind,
    name: facility.name,
    bays: facility.bays,
    alarm: facility.evacuation !== undefined,
    boards,
    doors,
    inside: inside.length,
  };
}

async function boardView({ table }: ViewSources, clock: Clock, board: ChargingBoard) {
  const [[state], slots, frame] = await Promise.all([
    table.get([keys.deviceState(board.deviceId)]),
    readPorts(table, board.deviceId),
    newestFrame(table, board),
  ]);
  const told = (state?.['state'] as { ports?: string[] } | undefined)?.ports ?? [];
  const lastSeenAtMs = Math.max(Number(state?.['atMs'] ?? 0), frame[0]?.receivedAtMs ?? 0);
  const ports = Array.from({ length: board.ports }, (_, index) => {
    const port = index + 1;
    const open = slots.find((slot) => slot.port === port)?.open;
    const reading = frame.find((candidate) => candidate.port === port);
    if (open === undefined)
      return { port, state: told[index] === 'in-use' ? 'idle' : (told[index] ?? 'idle') };
    const current =
      reading !== undefined && reading.receivedAtMs >= open.authorisedAtMs ? reading : undefined;
    return {
      port,
      state: current === undefined ? 'starting' : 'charging',
      chargeId: open.chargeId,
      ...(current === undefined
        ? {}
        : { powerW: current.powerW, energyWh: current.energyWh, chargingS: current.chargingS }),
    };
  });
  return {
    deviceId: board.deviceId,
    online: lastSeenAtMs > clock.now() - awayAfterMs,
    ...(lastSeenAtMs === 0 ? {} : { lastSeenAtMs }),
    ports,
  };
}

async function doorViews({ table }: ViewSources, facility: Facility, devices: readonly Device[]) {
  const doors = devices.flatMap((device) =>
    doorsOf(device).map((door) => ({ deviceId: device.deviceId, ...door })),
  );
  const last = await table.get(
    doors.map(({ deviceId, door }) => keys.lastAtDoor(facility.estateId, deviceId, door)),
  );
  return doors.map((door, index) => ({
    ...door,
    heldOpen: facility.evacuation !== undefined,
    ...(last[index] === undefined ? {} : { last: lastEvent(last[index]) }),
  }));
}

function lastEvent(item: Item) {
  return {
    atMs: Number(item['atMs']),
    outcome: item['outcome'],
    ...(item['reason'] === undefined ? {} : { reason: item['reason'] }),
  };
}
