import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { BoardParameters, PowerBand, PriceTable } from '../devices/board-tables.ts';
import type { DeviceCommand } from '../devices/commands.ts';
import type { BoardParametersTold, BoardPrices, TableAnswer } from '../devices/events.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { inForce, readTariffs } from '../estate/tariff-store.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { digest, draft, type Origin, timerOrigin } from '../journal/entry.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { type PriceList, parsePriceList, putPriceList } from './price-list-store.ts';
import { dayKindAt, nextTableChange, type WantedTables, wantedTables } from './price-table.ts';

/**
 * Prices are told to a board when they take effect, because it has no place for a later table: at the moment of a new
 * version, at the local midnight after which another kind of day begins, and after every login, since a board that
 * was without power may have none, and then refuses cards. What counts is what the board tells when it is read again.
 */

/** A board that has not said what was asked is told again, at first after so long, then ever more seldom. */
const repeatAfterMs = 120_000;
const repeatAtMostMs = 3_600_000;
const commandValidMs = 600_000;

/** A board that has answered so many times, but never told its table, is believed. */
const believedAfter = 3;

/** The timer of a board's prices. */
export async function priceListDue(backend: Backend, key: Key): Promise<void> {
  const [item] = await backend.table.get([key]);
  const board = item === undefined ? undefined : await backend.registry.device(String(item['deviceId']));
  if (board?.kind !== 'charging-board') return;
  await tellPrices(backend, board);
}

/** Does what is due for a board's prices now: it is told them, or its next day is waited for. */
export async function tellPrices(backend: Backend, board: ChargingBoard): Promise<void> {
  const nowMs = backend.clock.now();
  const first = await look(backend, board, nowMs);
  if (!first.tell) {
    // A lost race means that somebody else has just looked.
    if (first.due) await backend.table.commit([putPriceList(first.list)]);
    return;
  }
  const commandId = `prices.${nowMs}.${first.list.version ?? 0}`;
  const origin = timerOrigin(board, nowMs, commandId);
  await record(backend, async () => {
    // The list is read before the tariffs: who changes either meanwhile makes this be decided again.
    const { list, tell, tables } = await look(backend, board, nowMs);
    const overtaken = !tell || tables === undefined;
    return {
      entry: draft(keys.event(board.deviceId, `prices:${commandId}`), origin, {
        kind: 'prices-sent',
        outcome: overtaken ? 'overtaken' : 'sent',
        facts: { ...versionIn(list), attempt: list.attempts },
        commands: overtaken ? [] : sending(board, tables, commandId, nowMs),
      }),
      writes: overtaken ? [] : [putPriceList(list)],
    };
  });
}

interface Look {
  readonly list: PriceList;
  /** Whether its timer was due. */
  readonly due: boolean;
  /** Whether the board is to be told now. */
  readonly tell: boolean;
  readonly tables?: WantedTables;
}

async function look(backend: Backend, board: ChargingBoard, nowMs: number): Promise<Look> {
  const [item] = await backend.table.get([keys.priceList(board.deviceId)]);
  const list = parsePriceList(item, board);
  if (list.dueAtMs === undefined || list.dueAtMs > nowMs) return { list, due: false, tell: false };
  // Not from the registry's memory: a version that has just been saved must not be overlooked for a day.
  const tariff = inForce(await readTariffs(backend.table, board.estateId), board.facilityId, nowMs);
  if (tariff === undefined) {
    const { dueAtMs: _, ...resting } = list;
    return { list: resting, due: true, tell: false };
  }
  return { due: true, ...lookedAt(list, tariff, nowMs) };
}

/** What a list whose timer is due becomes. Pure. */
function lookedAt(before: PriceList, tariff: Tariff, nowMs: number): Omit<Look, 'due'> {
  const dayKind = dayKindAt(tariff, nowMs);
  const tables = wantedTables(tariff, dayKind);
  const { cannotShow } = tables;
  const wanted = { tariffVersion: tariff.tariffVersion, dayKind, tables: digest(JSON.stringify(tables)) };
  const changed = before.wanted?.tables !== wanted.tables;
  const list: PriceList = { ...before, wanted, cannotShow: [...cannotShow] };
  if (!changed && list.state === 'accepted') return { list: resting(list, tariff, nowMs), tell: false };
  if (!changed && isBelieved(list, tables))
    return {
      list: resting({ ...accepted(list, nowMs), detail: 'not-read-again' }, tariff, nowMs),
      tell: false,
    };
  const attempts = changed ? 1 : list.attempts + 1;
  const { answeredAtMs, acceptedAtMs: _, parametersPut: _p, detail: _d, ...rest } = list;
  const refused = !changed && list.state === 'refused';
  const unheard = !changed && list.attempts > 0 && answeredAtMs === undefined;
  const detail = refused ? list.detail : unheard ? 'no-answer' : undefined;
  return {
    list: {
      ...rest,
      state: refused ? 'refused' : 'sent',
      ...(detail === undefined ? {} : { detail }),
      attempts,
      sentAtMs: nowMs,
      told: {},
      dueAtMs: nowMs + Math.min(repeatAfterMs * 2 ** (attempts - 1), repeatAtMostMs),
    },
    tell: true,
    tables,
  };
}

/** Nothing is to be done until another kind of day; a new version wakes it before. */
function resting({ dueAtMs: _, ...list }: PriceList, tariff: Tariff, nowMs: number): PriceList {
  const dueAtMs = nextTableChange(tariff, nowMs);
  return { ...list, ...(dueAtMs === undefined ? {} : { dueAtMs }) };
}

function accepted({ detail: _, ...list }: PriceList, atMs: number): PriceList {
  return { ...list, state: 'accepted', acceptedAtMs: atMs };
}

function isBelieved({ attempts, answeredAtMs, told, parametersPut }: PriceList, { bands }: WantedTables) {
  const parameters = bands === undefined || told.parameters === true || parametersPut === true;
  return attempts >= believedAfter && answeredAtMs !== undefined && told.prices === undefined && parameters;
}

/** Prices are written and read again; parameters are read first, for they can only be written whole. */
function sending(board: ChargingBoard, tables: WantedTables, id: string, nowMs: number): Outgoing[] {
  const tracked = { commandId: id, expiresAtMs: nowMs + commandValidMs };
  const commands: DeviceCommand[] = [
    { type: 'put-prices', ...tracked, prices: tables.prices },
    { type: 'read-prices', ...tracked },
    ...(tables.bands === undefined ? [] : [{ type: 'read-parameters', ...tracked } as const]),
  ];
  return commands.map((command) => ({ to: addressOf(board), command }));
}

type Told = TableAnswer | BoardPrices | BoardParametersTold;

/** A board answers to its tables, or tells them. Journalled whatever it means; a list that waits for it moves on. */
export function takeTable(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: Told,
): Promise<Recorded> {
  return record(backend, async () => {
    const [item] = await backend.table.get([keys.priceList(board.deviceId)]);
    const list = parsePriceList(item, board);
    const tariffs = await readTariffs(backend.table, board.estateId);
    const tariff = tariffs.find(({ tariffVersion }) => tariffVersion === list.wanted?.tariffVersion);
    const waits = list.state === 'sent' || list.state === 'refused';
    const heard =
      !waits || tariff === undefined || list.wanted === undefined
        ? undefined
        : hear(list, wantedTables(tariff, list.wanted.dayKind), event, origin.receivedAtMs);
    const after =
      heard?.list.state === 'accepted' && tariff !== undefined
        ? resting(heard.list, tariff, origin.receivedAtMs)
        : heard?.list;
    const commands = heard === undefined ? [] : writing(board, heard.put, origin.receivedAtMs);
    return {
      entry: draft(keys.event(board.deviceId, event.identity), origin, {
        kind: event.type,
        outcome: after?.state ?? 'noted',
        facts: versionIn(list),
        commands,
      }),
      writes: after === undefined ? [] : [putPriceList(after)],
    };
  });
}

/** What a list becomes by what its board says, and the parameters that are to be written now. Pure. */
function hear(
  list: PriceList,
  { prices, bands }: WantedTables,
  event: Told,
  atMs: number,
): { list: PriceList; put?: BoardParameters } {
  const answered = { ...list, answeredAtMs: atMs };
  if (event.type === 'table-answer') return { list: answered };
  if (event.type === 'board-prices')
    return {
      list: judged(answered, { ...list.told, prices: samePrices(event.prices, prices) }, bands, atMs),
    };
  if (bands === undefined) return { list: answered };
  const same = event.parameters.billing === 'by-hour' && sameBands(event.parameters.bands, bands);
  if (same || list.parametersPut === true)
    return { list: judged(answered, { ...list.told, parameters: same }, bands, atMs) };
  const put: BoardParameters = { ...event.parameters, billing: 'by-hour', bands };
  return { list: { ...answered, parametersPut: true }, put };
}

function judged(
  list: PriceList,
  told: PriceList['told'],
  bands: WantedTables['bands'],
  atMs: number,
): PriceList {
  if (told.prices === false || told.parameters === false)
    return { ...list, told, state: 'refused', detail: 'keeps-other-prices' };
  const complete = told.prices === true && (bands === undefined || told.parameters === true);
  return complete ? accepted({ ...list, told }, atMs) : { ...list, told };
}

function writing(board: ChargingBoard, parameters: BoardParameters | undefined, atMs: number): Outgoing[] {
  if (parameters === undefined) return [];
  const tracked = { commandId: `parameters.${atMs}`, expiresAtMs: atMs + commandValidMs };
  const commands: DeviceCommand[] = [
    { type: 'put-parameters', ...tracked, parameters },
    { type: 'read-parameters', ...tracked },
  ];
  return commands.map((command) => ({ to: addressOf(board), command }));
}

function versionIn({ wanted }: PriceList): { tariffVersion?: string } {
  return wanted === undefined ? {} : { tariffVersion: wanted.tariffVersion };
}

/** Whether two tables mean the same for every half hour; what no half hour has may differ. */
function samePrices(told: PriceTable, wanted: PriceTable): boolean {
  if (told.mode !== wanted.mode) return false;
  if (wanted.mode === 'off') return true;
  const priceIn = ({ classes, halfHours }: PriceTable, halfHour: number) => {
    const shown = classes[halfHours[halfHour] ?? 0];
    return `${shown?.energyMilliYuanPerKWh} ${shown?.serviceMilliYuanPerKWh}`;
  };
  return wanted.halfHours.every((_, halfHour) => priceIn(told, halfHour) === priceIn(wanted, halfHour));
}

function sameBands(told: readonly PowerBand[], wanted: readonly PowerBand[]): boolean {
  return wanted.every(
    ({ upToW, priceFenPerHour }, index) =>
      told[index]?.upToW === upToW && told[index]?.priceFenPerHour === priceFenPerHour,
  );
}
