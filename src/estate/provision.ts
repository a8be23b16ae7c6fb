import { checkTariff, tariffSchema } from '../billing/tariff.ts';
import { topUp } from '../billing/top-up.ts';
import { grant } from '../devices/access/grant.ts';
import type { Backend } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { isTimeZone } from '../shared/local-time.ts';
import type { Write } from '../shared/table.ts';
import { hashPassword } from './board-login.ts';
import type { Device } from './device.ts';
import type { ProvisioningRecord } from './provisioning.ts';

type Of<K extends ProvisioningRecord['kind']> = Extract<ProvisioningRecord, { kind: K }>;
type DeviceRecord = Of<'charging-board' | 'reader' | 'door-gateway' | 'door-board' | 'sensor'>;

/**
 * Writes one record of an estate's configuration. Throws `bad-request`, `tariff-invalid`, `tariff-immutable`,
 * `card-number-taken`, `already-exists` (a device of another estate), and `not-found` for an estate that is not there.
 */
export async function provision(backend: Backend, origin: Origin, item: ProvisioningRecord): Promise<void> {
  const { estateId } = origin;
  switch (item.kind) {
    case 'estate':
      return putEstate(backend, estateId, item);
    case 'tariff':
      return putTariff(backend, estateId, item);
    case 'facility':
      return putFacility(backend, estateId, item);
    case 'household':
      return put(backend, [
        { put: { ...keys.household(estateId, item.householdId), ...item, estateId }, when: 'always' },
      ]);
    case 'credential':
      return grant(backend, { ...origin, fact: `grant ${JSON.stringify(item)}` }, withoutKind(item));
    case 'top-up':
      return topUp(
        backend,
        { ...origin, fact: `top-up ${item.transferId} ${item.householdId} ${item.amountFen}` },
        item,
      );
    default:
      return putDevice(backend, estateId, item);
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

/** A tariff is written once: prices that were shown are never changed, a new version takes their place. */
async function putTariff(
  backend: Backend,
  estateId: string,
  { kind: _, ...terms }: Of<'tariff'>,
): Promise<void> {
  const { timeZone } = await backend.registry.estate(estateId);
  const tariff = tariffSchema.parse({ ...terms, timeZone });
  checkTariff(tariff);
  const known = await backend.registry.tariff(estateId, tariff.tariffVersion).catch((error: unknown) => {
    if (error instanceof DomainError && error.error === 'not-found') return undefined;
    throw error;
  });
  if (known !== undefined) {
    if (JSON.stringify(known) === JSON.stringify(tariff)) return;
    throw new DomainError(
      'tariff-immutable',
      `Tariff ${tariff.tariffVersion} is in use; write a new version`,
    );
  }
  const key = keys.tariff(estateId, tariff.effectiveFromMs);
  const result = await backend.table.commit([{ put: { ...key, tariff }, when: 'absent' }]);
  if (!result.committed && JSON.stringify(result.existing?.['tariff']) !== JSON.stringify(tariff))
    throw new DomainError('tariff-immutable', 'Another tariff takes effect at the same moment');
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

async function putDevice(backend: Backend, estateId: string, item: DeviceRecord): Promise<void> {
  const { timeZone } = await backend.registry.estate(estateId);
  const [existing] = await backend.table.get([keys.device(item.deviceId)]);
  const owner = (existing?.['device'] as Device | undefined)?.estateId;
  // A device cannot be taken out of another estate by naming it.
  if (owner !== undefined && owner !== estateId)
    throw new DomainError('already-exists', `Another estate has a device ${item.deviceId}`);
  const device = deviceOf(item, { estateId, timeZone });
  await put(backend, [
    { put: { ...keys.device(item.deviceId), device }, when: 'always' },
    { put: { ...keys.deviceOfEstate(estateId, item.deviceId), device }, when: 'always' },
  ]);
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
