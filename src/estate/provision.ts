import { saveTariff } from '../billing/save-tariff.ts';
import { tariffSchema } from '../billing/tariff.ts';
import { setSplitRule } from '../books/split-store.ts';
import { limits } from '../charging/charge.ts';
import { afresh, parsePriceList, putPriceList } from '../charging/price-list-store.ts';
import { listAll } from '../devices/access/card-list.ts';
import { credentialsOf } from '../devices/access/credential-store.ts';
import { grant } from '../devices/access/grant.ts';
import type { Backend } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { isTimeZone } from '../shared/local-time.ts';
import type { Table, Write } from '../shared/table.ts';
import { topUp } from '../wallet/top-up.ts';
import { hashPassword } from './board-login.ts';
import type { ChargingBoard, Device } from './device.ts';
import type { ProvisioningRecord } from './provisioning.ts';

type Of<K extends ProvisioningRecord['kind']> = Extract<ProvisioningRecord, { kind: K }>;
type DeviceRecord = Of<'charging-board' | 'reader' | 'door-gateway' | 'door-board' | 'sensor'>;

/**
 * Writes one record of an estate's configuration; what a record names must have been written before. Throws
 * `bad-request`, `tariff-invalid`, `tariff-in-past`, `tariff-immutable`, `month-closed`, `card-number-taken`, `already-exists` (a device of another estate
 * or kind, a credential with another card), and `not-found` for an estate or a household that is not there.
 */
export async function provision(backend: Backend, origin: Origin, item: ProvisioningRecord): Promise<void> {
  const { estateId } = origin;
  switch (item.kind) {
    case 'estate':
      return putEstate(backend, estateId, item);
    case 'tariff':
      return putTariff(backend, origin, item);
    case 'facility':
      return putFacility(backend, estateId, item);
    case 'household':
      return put(backend, [
        { put: { ...keys.household(estateId, item.householdId), ...item, estateId }, when: 'always' },
      ]);
    case 'credential':
      return grant(backend, { ...origin, fact: `grant ${JSON.stringify(item)}` }, withoutKind(item));
    case 'top-up':
      await topUp(backend, origin, item);
      return;
    case 'split-rule':
      return setSplitRule(backend, origin, { fromMonth: item.fromMonth, shares: item.shares });
    default:
      return putDevice(backend, origin, item);
  }
}

async function putEstate(
  backend: Backend,
  estateId: string,
  { kind: _, ...estate }: Of<'estate'>,
): Promise<void> {
  if (!isTimeZone(estate.timeZone))
    throw new DomainError('bad-request', `${estate.timeZone} is no IANA time zone`);
  await put(backend, [{ put: { ...keys.estate(estateId), estateId, ...estate }, when: 'always' }]);
}

async function putTariff(
  backend: Backend,
  origin: Origin,
  { kind: _, ...terms }: Of<'tariff'>,
): Promise<void> {
  const { timeZone } = await backend.registry.estate(origin.estateId);
  const tariff = tariffSchema.parse({ ...terms, timeZone, currency: 'CNY' });
  await saveTariff(backend, origin, tariff, limits.portPowerW);
}

/** A facility's own state (an evacuation that is going on) is kept when its description is written again. */
async function putFacility(
  backend: Backend,
  estateId: string,
  { kind: _, ...facility }: Of<'facility'>,
): Promise<void> {
  const key = keys.facility(estateId, facility.facilityId);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [existing] = await backend.table.get([key]);
    const result = await backend.table.commit([
      {
        put: { ...existing, ...key, type: 'facility', estateId, ...facility },
        when: { version: existing?.version },
      },
    ]);
    if (result.committed) return;
  }
  throw new DomainError('lost-race', 'The facility is being changed; write it again');
}

/**
 * Writes a device on what stands there, so that of two estates that name it at once one gets it. What it names must be
 * there: a board behind a gateway that nobody has, or a detector of a facility that is misspelt, would never be heard.
 */
async function putDevice(backend: Backend, origin: Origin, item: DeviceRecord): Promise<void> {
  const { estateId } = origin;
  const { timeZone } = await backend.registry.estate(estateId);
  await checkNamed(backend.table, estateId, item);
  const device = deviceOf(item, { estateId, timeZone });
  const key = keys.device(item.deviceId);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [existing] = await backend.table.get([key]);
    const before = existing?.['device'] as Device | undefined;
    // A device cannot be taken out of another estate by naming it.
    if (before !== undefined && before.estateId !== estateId)
      throw new DomainError('already-exists', `Another estate has a device ${item.deviceId}`);
    // What it has begun, a charge or an evacuation, could not be ended by a device of another kind.
    if (before !== undefined && before.kind !== item.kind)
      throw new DomainError('already-exists', `${item.deviceId} is a ${before.kind}; use a new name`);
    const { committed } = await backend.table.commit([
      { put: { ...key, device }, when: { version: existing?.version } },
      { put: { ...keys.deviceOfEstate(estateId, item.deviceId), device }, when: 'always' },
      ...(device.kind === 'charging-board'
        ? await pricesAfresh(backend.table, device, before, origin.receivedAtMs)
        : []),
    ]);
    if (!committed) continue;
    if (device.kind === 'door-board')
      await listAll(backend.table, device, await credentialsOf(backend.table, estateId), origin.receivedAtMs);
    return;
  }
  throw new DomainError('lost-race', 'The device is being changed; write it again');
}

/** A board that is new, or stands elsewhere than before, is told its prices. */
async function pricesAfresh(
  table: Table,
  board: ChargingBoard,
  before: Device | undefined,
  atMs: number,
): Promise<Write[]> {
  const [item] = await table.get([keys.priceList(board.deviceId)]);
  const asItWas = before?.kind === 'charging-board' && before.facilityId === board.facilityId;
  return asItWas && item !== undefined ? [] : [putPriceList(afresh(parsePriceList(item, board), atMs))];
}

/** Throws `bad-request` for a facility or a gateway that the estate does not have. */
async function checkNamed(table: Table, estateId: string, item: DeviceRecord): Promise<void> {
  const { facilityId } = { facilityId: undefined, ...item };
  if (facilityId !== undefined) {
    const [facility] = await table.get([keys.facility(estateId, facilityId)]);
    if (facility === undefined) throw new DomainError('bad-request', `There is no facility ${facilityId}`);
  }
  if (item.kind !== 'door-board') return;
  const [found] = await table.get([keys.device(item.gatewayId)]);
  const gateway = found?.['device'] as Device | undefined;
  if (gateway?.kind !== 'door-gateway' || gateway.estateId !== estateId)
    throw new DomainError('bad-request', `There is no door gateway ${item.gatewayId}`);
}

function deviceOf(item: DeviceRecord, common: { estateId: string; timeZone: string }): Device {
  switch (item.kind) {
    case 'charging-board': {
      const { login, ...board } = item;
      return {
        ...board,
        ...common,
        dialect: 'juy',
        login: { user: login.user, passwordHash: hashPassword(login.password) },
      };
    }
    case 'door-gateway':
    case 'door-board':
      return { ...item, ...common, dialect: 'uhppoted' };
    case 'reader':
    case 'sensor':
      return { ...item, ...common, dialect: 'pengyou' } as Device;
  }
}

async function put(backend: Backend, writes: readonly Write[]): Promise<void> {
  await backend.table.commit(writes);
}

function withoutKind({ kind: _, ...credential }: Of<'credential'>) {
  return credential;
}
