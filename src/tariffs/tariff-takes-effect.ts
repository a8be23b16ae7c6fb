import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import type { Rollout } from '../../contract/shapes/tariff-list.ts';
import { familyOf } from '../devices/families/all.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { chargingBoardsOf } from '../estate/registry-store.ts';
import { inForce, readTariffs } from '../estate/tariff-store.ts';
import type { Backend } from '../journal/commit.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Key, Table } from '../shared/table.ts';
import { parsePriceList, putPriceList, readPriceLists } from './price-list-store.ts';

/**
 * The timer of a tariff version: from now on it is in force, and the boards under it are to be told. It stands in the
 * version's own item, so that none is saved without it; the boards are those of this moment, not of the saving.
 */
export async function tariffDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item?.dueAtMs === undefined || item.dueAtMs > nowMs) return;
  const tariff = tariffSchema.parse(item['tariff']);
  const boards = await boardsUnder(tariff, backend.table, String(item['estateId']));
  const { dueAtMs, ...inForceNow } = item;
  for (const board of boards) await wake(backend.table, board, dueAtMs);
  await backend.table.commit([{ put: inForceNow, when: { version: item.version } }]);
}

/** Those that keep prices: another one shows nothing, and has nothing to be told. */
async function boardsUnder({ facilityId }: Tariff, table: Table, estateId: string): Promise<ChargingBoard[]> {
  const boards = await chargingBoardsOf(table, estateId);
  return boards.filter(
    (board) => (facilityId ?? board.facilityId) === board.facilityId && familyOf(board.family).keepsPrices,
  );
}

/** The sweep looks at the board next: what it has to be told is decided there. */
async function wake(table: Table, board: ChargingBoard, atMs: number): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [item] = await table.get([keys.priceList(board.deviceId)]);
    const woken = { ...parsePriceList(item, board), dueAtMs: atMs };
    if ((await table.commit([putPriceList(woken)])).committed) return;
  }
  throw new DomainError('lost-race', `The prices of ${board.deviceId} change all the time`);
}

/** How far a version has come on one board. */
export type BoardRollout = Rollout['boards'][number];

/** How far a version has come on each board under it. Throws `not-found` for a version that there is not. */
export async function rolloutOf(
  { table, clock }: Pick<Backend, 'table' | 'clock'>,
  estateId: string,
  tariffVersion: string,
): Promise<BoardRollout[]> {
  const tariffs = await readTariffs(table, estateId);
  const tariff = tariffs.find((one) => one.tariffVersion === tariffVersion);
  if (tariff === undefined) throw new DomainError('not-found', `There is no tariff ${tariffVersion}`);
  const boards = await boardsUnder(tariff, table, estateId);
  const lists = await readPriceLists(table, boards);
  const nowMs = clock.now();
  return boards.map(({ deviceId, facilityId }, index): BoardRollout => {
    const nothing = { deviceId, facilityId, cannotShow: [], attempts: 0 };
    if (tariff.effectiveFromMs > nowMs)
      return { ...nothing, state: 'waiting', dueAtMs: tariff.effectiveFromMs };
    const instead = inForce(tariffs, facilityId, nowMs)?.tariffVersion;
    if (instead !== tariffVersion)
      return { ...nothing, state: 'superseded', ...(instead === undefined ? {} : { supersededBy: instead }) };
    const list = lists[index];
    if (list?.wanted?.tariffVersion !== tariffVersion) return { ...nothing, state: 'waiting' };
    const { state, attempts, detail, sentAtMs, acceptedAtMs, dueAtMs, cannotShow } = list;
    return {
      ...nothing,
      state,
      attempts,
      cannotShow,
      ...(detail === undefined ? {} : { detail }),
      ...(sentAtMs === undefined ? {} : { sentAtMs }),
      ...(acceptedAtMs === undefined ? {} : { acceptedAtMs }),
      ...(dueAtMs === undefined ? {} : { dueAtMs }),
    };
  });
}
