import { listAll } from '../access/card-list.ts';
import { credentialsOf } from '../access/credential-store.ts';
import { type ChargingBoard, type Device, deviceSchema } from '../estate/device.ts';
import type { Backend } from '../journal/commit.ts';
import { putMembers, type Setting } from '../settings/setting.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import { afresh, parsePriceList, putPriceList } from '../tariffs/price-list-store.ts';

export type DeviceKind = Device['kind'];

const dialects: Readonly<Record<DeviceKind, Device['dialect']>> = {
  'charging-board': 'juy',
  'door-gateway': 'uhppoted',
  'door-board': 'uhppoted',
  reader: 'pengyou',
  sensor: 'pengyou',
};

/**
 * A device, written on what stands there, so that of two estates that name it at once one gets it. What it names must be
 * there: a board behind a gateway that nobody has, or a detector of a facility that is misspelt, would never be heard.
 * Throws `already-exists` for a device of another estate or of another kind, and `bad-request` for a facility or a
 * gateway that the estate does not have.
 */
export function deviceSetting(
  { table, clock }: Backend,
  estateId: string,
  kind: DeviceKind,
  deviceId: string,
): Setting {
  const key = keys.device(deviceId);
  return {
    kind,
    id: deviceId,
    async read() {
      const [existing] = await table.get([key]);
      const before = existing?.['device'] as Device | undefined;
      checkOwner(before, { estateId, kind, deviceId });
      return {
        members: before && membersOf(before),
        version: existing?.version ?? 0,
        async write(members) {
          const device = deviceSchema.parse({
            ...members,
            ...{ kind, deviceId, estateId, dialect: dialects[kind] },
          });
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

function membersOf({ kind: _, deviceId: __, estateId: ___, dialect: ____, ...members }: Device) {
  return members;
}

function checkOwner(
  before: Device | undefined,
  { estateId, kind, deviceId }: { estateId: string; kind: DeviceKind; deviceId: string },
): void {
  if (before === undefined) return;
  // A device cannot be taken out of another estate by naming it.
  if (before.estateId !== estateId)
    throw new DomainError('already-exists', `Another estate has a device ${deviceId}`);
  // What it has begun, a session or an evacuation, could not be ended by a device of another kind.
  if (before.kind !== kind)
    throw new DomainError('already-exists', `${deviceId} is a ${before.kind}; use a new name`);
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
