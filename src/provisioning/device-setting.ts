import { listAll } from '../access/card-list.ts';
import { credentialsOf } from '../access/credential-store.ts';
import { families, familyOf } from '../devices/families/all.ts';
import type { DeviceKind, Family } from '../devices/family.ts';
import { type ChargingBoard, type Device, deviceSchema } from '../estate/device.ts';
import type { Backend } from '../journal/commit.ts';
import { putMembers, type Setting } from '../settings/setting.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import { afresh, parsePriceList, putPriceList } from '../tariffs/price-list-store.ts';

/**
 * A device, written on what stands there, so that of two estates that name it at once one gets it. What it names must be
 * there: a board behind a gateway that nobody has, or a detector of a facility that is misspelt, would never be heard.
 * Throws `already-exists` for a device of another estate, kind or family, and `bad-request` for a facility or a gateway
 * that the estate does not have, and for what its family does not take.
 */
export function deviceSetting(
  { table, clock }: Backend,
  estateId: string,
  kind: DeviceKind,
  deviceId: string,
  asked?: string,
): Setting {
  const key = keys.device(deviceId);
  return {
    kind,
    id: deviceId,
    async read() {
      const [existing] = await table.get([key]);
      const before = existing?.['device'] as Device | undefined;
      checkOwner(before, { estateId, kind, deviceId });
      const family = familyFor(kind, asked ?? before?.family);
      if (before !== undefined && before.family !== family.name)
        throw new DomainError('already-exists', `${deviceId} is of ${before.family}; use a new name`);
      return {
        members: before && membersOf(before),
        version: existing?.version ?? 0,
        async write(members) {
          const device = deviceSchema.parse({
            ...members,
            ...{ kind, deviceId, estateId, family: family.name },
          });
          checkTraits(family, device);
          await checkNamed(table, estateId, device);
          return [
            putMembers(existing, ['device'], { ...key, device }),
            { put: { ...keys.deviceOfEstate(estateId, deviceId), device }, when: 'always' },
            ...(device.kind === 'charging-board'
              ? await pricesAfresh(table, device, before, clock.now())
              : []),
          ];
        },
      };
    },
    async follow() {
      if (kind !== 'door-board') return;
      const [item] = await table.get([key]);
      const board = deviceSchema.parse(item?.['device']);
      if (board.kind === 'door-board')
        await listAll(table, board, await credentialsOf(table, estateId), clock.now());
    },
  };
}

function membersOf({ kind: _, deviceId: __, estateId: ___, family: ____, ...members }: Device) {
  return members;
}

function checkOwner(
  before: Device | undefined,
  { estateId, kind, deviceId }: Pick<Device, 'estateId' | 'kind' | 'deviceId'>,
): void {
  if (before === undefined) return;
  // A device cannot be taken out of another estate by naming it.
  if (before.estateId !== estateId)
    throw new DomainError('already-exists', `Another estate has a device ${deviceId}`);
  // What it has begun, a session or an evacuation, could not be ended by a device of another kind.
  if (before.kind !== kind)
    throw new DomainError('already-exists', `${deviceId} is a ${before.kind}; use a new name`);
}

function familyFor(kind: DeviceKind, name: string | undefined): Family {
  const found = families.find((family) => kind in family.kinds && (name ?? family.name) === family.name);
  if (found === undefined) throw new DomainError('bad-request', `No family ${name} has a ${kind}`);
  return found;
}

/** Throws `bad-request` for a device that is named otherwise than its family's are, or lacks what they need. */
function checkTraits(family: Family, device: Device): void {
  const { named, needs = [] } = family.kinds[device.kind] ?? {};
  const one = `A ${device.kind} of the family ${family.name}`;
  if (named?.test(device.deviceId) === false)
    throw new DomainError('bad-request', `${one} is not called ${device.deviceId}`);
  const missing = needs.find((member) => !Object.hasOwn(device, member));
  if (missing !== undefined) throw new DomainError('bad-request', `${one} needs its ${missing}`);
}

/** A board that keeps prices and is new, or stands elsewhere than before, is told them. */
async function pricesAfresh(
  table: Table,
  board: ChargingBoard,
  before: Device | undefined,
  atMs: number,
): Promise<Write[]> {
  if (!familyOf(board.family).keepsPrices) return [];
  const [item] = await table.get([keys.priceList(board.deviceId)]);
  const asItWas = before?.kind === 'charging-board' && before.facilityId === board.facilityId;
  return asItWas && item !== undefined ? [] : [putPriceList(afresh(parsePriceList(item, board), atMs))];
}

/** Throws `bad-request` for a facility or a gateway that the estate does not have. */
async function checkNamed(table: Table, estateId: string, device: Device): Promise<void> {
  const { facilityId } = { facilityId: undefined, ...device };
  if (facilityId !== undefined) {
    const [facility] = await table.get([keys.facility(estateId, facilityId)]);
    if (facility === undefined) throw new DomainError('bad-request', `There is no facility ${facilityId}`);
  }
  if (device.kind !== 'door-board') return;
  const [found] = await table.get([keys.device(device.gatewayId)]);
  const gateway = found?.['device'] as Device | undefined;
  if (gateway?.kind !== 'door-gateway' || gateway.estateId !== estateId)
    throw new DomainError('bad-request', `There is no door gateway ${device.gatewayId}`);
}
