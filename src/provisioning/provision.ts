import type { SettingKind } from '../../contract/shapes/change.ts';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { tariffSchema } from '../../contract/shapes/tariff.ts';
import { grant } from '../access/grant.ts';
import { limits } from '../charging/session.ts';
import { storedLogin } from '../estate/board-login.ts';
import type { Device } from '../estate/device.ts';
import { readEstate } from '../estate/registry-store.ts';
import { isWebhookUrl } from '../estate/webhook-url.ts';
import type { Backend } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import { change } from '../settings/change.ts';
import type { Members } from '../settings/weigh.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { saveTariff } from '../tariffs/save-tariff.ts';
import { topUp } from '../wallet/top-up.ts';
import { findSetting } from './find-setting.ts';

type Of<K extends ProvisioningRecord['kind']> = Extract<ProvisioningRecord, { kind: K }>;
type DeviceRecord = Of<'charging-board' | 'reader' | 'door-gateway' | 'door-board' | 'sensor'>;

/** What of a record waits for a second person; the rest of it is written. */
export type Awaiting = { readonly changeId: string } | { readonly transferId: string } | undefined;

/**
 * Writes the records one after the other, and answers what of which of them waits for a second person. Throws what
 * `provision` throws, and `bad-request` before the first is written where a shape alone cannot tell that one is wrong.
 */
export async function provisionAll(backend: Backend, origin: Origin, records: readonly ProvisioningRecord[]) {
  for (const record of records) check(record);
  const awaiting = [];
  for (const [index, record] of records.entries()) {
    const waits = await provision(backend, origin, record);
    if (waits !== undefined) awaiting.push({ record: index, state: 'awaiting-approval', ...waits } as const);
  }
  return awaiting;
}

function check(record: ProvisioningRecord): void {
  const url = record.kind === 'estate' ? record.committeeWebhookUrl : undefined;
  if (typeof url === 'string' && !isWebhookUrl(url))
    throw new DomainError('bad-request', 'committeeWebhookUrl is no https address of a public host');
}

/**
 * Writes one record of an estate's configuration, and journals what it changes; what a record names must have been
 * written before. A member that is absent stays as it is, `null` removes it. What loosens control waits for a second
 * person, and what waits is answered. Throws `bad-request`, `tariff-invalid`, `tariff-in-past`, `tariff-immutable`,
 * `month-closed`, `card-number-taken`, `already-exists` (a device of another estate, kind or family, a credential
 * with another card), `too-many-waiting`, and `not-found` for an estate or a household that is not there.
 */
export async function provision(
  backend: Backend,
  origin: Origin,
  item: ProvisioningRecord,
): Promise<Awaiting> {
  const { estateId } = origin;
  const write = (kind: SettingKind, id: string, members: Members, family?: string) =>
    waitsIn(change(backend, origin, findSetting(backend, estateId, kind, id, family), members));
  switch (item.kind) {
    case 'estate': {
      const { kind, ...members } = item;
      return write(kind, estateId, members);
    }
    case 'facility': {
      const { kind, facilityId, ...members } = item;
      return write(kind, facilityId, members);
    }
    case 'household': {
      const { kind, householdId, ...members } = item;
      return write(kind, householdId, members);
    }
    case 'split-rule': {
      const { kind, fromMonth, ...members } = item;
      return write(kind, fromMonth, members);
    }
    case 'tariff':
      return putTariff(backend, origin, item);
    case 'credential':
      return grantCard(backend, origin, item);
    case 'top-up': {
      const order = await topUp(backend, origin, item);
      return order.state === 'awaiting-approval' ? { transferId: order.orderId } : undefined;
    }
    default:
      return write(item.kind, item.deviceId, await deviceMembers(backend, estateId, item), item.family);
  }
}

async function waitsIn(changed: ReturnType<typeof change>): Promise<Awaiting> {
  const { waits } = await changed;
  return waits === undefined ? undefined : { changeId: waits.changeId };
}

async function putTariff(
  backend: Backend,
  origin: Origin,
  { kind: _, ...terms }: Of<'tariff'>,
): Promise<undefined> {
  const { timeZone } = await backend.registry.estate(origin.estateId);
  const tariff = tariffSchema.parse({ ...terms, timeZone, currency: 'CNY' });
  await saveTariff(backend, origin, tariff, limits.portPowerW);
}

async function grantCard(
  backend: Backend,
  origin: Origin,
  { kind: _, ...credential }: Of<'credential'>,
): Promise<undefined> {
  await grant(backend, { ...origin, fact: `grant ${JSON.stringify(credential)}` }, credential);
}

/** The zone is the estate's, and a password is stored as no one can read it. */
async function deviceMembers(backend: Backend, estateId: string, item: DeviceRecord): Promise<Members> {
  const { timeZone } = await readEstate(backend.table, estateId);
  const { kind: _, deviceId, family: __, ...members } = item;
  if (item.kind !== 'charging-board' || item.login === undefined) return { ...members, timeZone };
  const [existing] = await backend.table.get([keys.device(deviceId)]);
  const before = existing?.['device'] as Device | undefined;
  const standing =
    before?.kind === 'charging-board' && before.estateId === estateId ? before.login : undefined;
  return { ...members, timeZone, login: storedLogin(item.login, standing) };
}
