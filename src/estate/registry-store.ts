import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Clock } from '../shared/clock.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import type { Table } from '../shared/table.ts';
import { type ChargingBoard, type Device, type DoorBoard, deviceSchema } from './device.ts';
import { type Estate, estateSchema, type Facility, facilitySchema } from './facility.ts';
import { inForce, readTariffs } from './tariff-store.ts';

/** What stands where: read often, changed seldom. */
export interface Registry {
  device(deviceId: string): Promise<Device | undefined>;
  devicesOfEstate(estateId: string): Promise<Device[]>;
  devicesOfFacility(estateId: string, facilityId: string): Promise<Device[]>;
  /** Throws `not-found`. */
  estate(estateId: string): Promise<Estate>;
  facilities(estateId: string): Promise<Facility[]>;
  /** The tariff in force in a facility at a moment: its own, else the estate's. Throws `no-tariff`. */
  tariffAt(estateId: string, facilityId: string, atMs: number): Promise<Tariff>;
  /** Throws `not-found`. */
  tariff(estateId: string, tariffVersion: string): Promise<Tariff>;
}

/**
 * The registry, remembered for a minute by a warm function: a swipe should cost one read, and a device is moved once
 * in years. What must be true at once (revoked cards, alarms) is never read from here.
 */
export function registryStore(table: Table, clock: Clock, rememberMs = 60_000): Registry {
  const remembered = new Map<string, { untilMs: number; value: Promise<unknown> }>();
  const remember = <T>(name: string, load: () => Promise<T>): Promise<T> => {
    const known = remembered.get(name);
    const now = clock.now();
    if (known !== undefined && known.untilMs > now && known.untilMs <= now + rememberMs)
      return known.value as Promise<T>;
    const value = load();
    remembered.set(name, { untilMs: now + rememberMs, value });
    // A failed or empty answer is not remembered: a device that was just provisioned is known at its next message.
    value.then(
      (found) => {
        const isNothing = found === undefined || (Array.isArray(found) && found.length === 0);
        if (isNothing) remembered.delete(name);
      },
      () => remembered.delete(name),
    );
    return value;
  };

  const devicesOfEstate = (estateId: string) =>
    remember(`devices ${estateId}`, () => devicesNow(table, estateId));
  // A version is saved longer before it takes effect than it may be missing here: see noticeMs in save-tariff.ts.
  const tariffs = (estateId: string) => remember(`tariffs ${estateId}`, () => readTariffs(table, estateId));

  return {
    device: (deviceId) =>
      remember(`device ${deviceId}`, async () => {
        const [item] = await table.get([keys.device(deviceId)]);
        return item === undefined ? undefined : deviceSchema.parse(item['device']);
      }),
    devicesOfEstate,
    async devicesOfFacility(estateId, facilityId) {
      const devices = await devicesOfEstate(estateId);
      return devices.filter((device) => 'facilityId' in device && device.facilityId === facilityId);
    },
    estate: (estateId) => remember(`estate ${estateId}`, () => readEstate(table, estateId)),
    // Not remembered: a facility says whether it is being evacuated.
    facilities: async (estateId) =>
      (await table.query(startingWith(keys.facility(estateId, '')))).map((item) =>
        facilitySchema.parse(item),
      ),
    async tariffAt(estateId, facilityId, atMs) {
      // Nothing at all may mean: written a moment ago.
      const found =
        inForce(await tariffs(estateId), facilityId, atMs) ??
        inForce(await readTariffs(table, estateId), facilityId, atMs);
      if (found === undefined) throw new DomainError('no-tariff', `No tariff is in force in ${estateId}`);
      return found;
    },
    async tariff(estateId, tariffVersion) {
      const isIt = (tariff: Tariff) => tariff.tariffVersion === tariffVersion;
      const found = (await tariffs(estateId)).find(isIt) ?? (await readTariffs(table, estateId)).find(isIt);
      if (found === undefined) throw new DomainError('not-found', `There is no tariff ${tariffVersion}`);
      return found;
    },
  };
}

/** Not remembered: what was lowered a moment ago holds. Throws `not-found`. */
export async function readEstate(table: Table, estateId: string): Promise<Estate> {
  const [item] = await table.get([keys.estate(estateId)]);
  if (item === undefined) throw new DomainError('not-found', `There is no estate ${estateId}`);
  return estateSchema.parse(item);
}

/** Not remembered: a card that is granted must reach the board that was added a moment ago. */
export async function doorBoardsOf(table: Table, estateId: string): Promise<DoorBoard[]> {
  return (await devicesNow(table, estateId)).filter((device) => device.kind === 'door-board');
}

/** Not remembered, for the same reason: prices. */
export async function chargingBoardsOf(table: Table, estateId: string): Promise<ChargingBoard[]> {
  return (await devicesNow(table, estateId)).filter((device) => device.kind === 'charging-board');
}

async function devicesNow(table: Table, estateId: string): Promise<Device[]> {
  const items = await table.query(startingWith(keys.deviceOfEstate(estateId, '')));
  return items.map((item) => deviceSchema.parse(item['device']));
}
