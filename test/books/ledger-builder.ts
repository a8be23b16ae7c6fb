import { startOfMonth } from '../../src/books/close/book-day.ts';
import { closeMonth } from '../../src/books/close/close-month.ts';
import type { MonthItem } from '../../src/books/close/month-store.ts';
import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { type Entry, type Origin, parseEntry, sealed } from '../../src/journal/entry.ts';
import type { EntryKind } from '../../src/journal/kinds.ts';
import { type Account, type Posting, revenueAccount, walletAccount } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import { nextMonth } from '../../src/shared/local-time.ts';
import type { Item, Key, Table } from '../../src/shared/table.ts';
import { type MemoryTable, memoryTable } from '../../src/shared/table-memory.ts';
import { ledgerLines } from '../../src/views/money-view.ts';
import { agreementOf, receiptOf } from './told-sessions.ts';

export const estateId = 'ziyun';
export const board = '861317069234387';
export const zone = 'Asia/Shanghai';
export const hour = 3_600_000;
/** When the months of these tests begin. */
export const october = startOfMonth('2026-10', zone);
export const november = startOfMonth('2026-11', zone);
export const december = startOfMonth('2026-12', zone);

/** A month that somebody has begun to close, and of which nothing has been taken in yet. */
export const begunMonth: MonthItem = {
  ...{ estateId, month: '2026-10', timeZone: zone, state: 'running', phase: 'entries', cursor: '' },
  ...{ startedBy: 'manager-1', startedAtMs: 1, cutoffMs: 2, accounts: {}, facilities: {} },
  ...{ entries: 0, lateEntries: 0, postings: 0, rows: 0, statements: 0 },
  sealed: { statements: 0, balancesFen: 0, owedFen: 0, hash: '' },
};

export interface SessionFacts {
  readonly order: number;
  readonly householdId?: string;
  readonly facilityId?: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly energyWh: number;
  readonly tariffVersion?: string;
  readonly estimated?: boolean;
  readonly remarks?: readonly string[];
  /** How often it had been corrected. */
  readonly revision?: number;
}

/** An estate of which only the journal, and the ledger that follows from it, matter. */
export interface BooksWorld {
  readonly table: MemoryTable;
  readonly backend: Backend;
  nowMs: number;
  /** Writes an entry, and its line of the ledger as the stream would. */
  post(atMs: number, key: Key, kind: EntryKind, facts: object, postings: readonly Posting[]): Promise<void>;
  topUp(atMs: number, householdId: string, amountFen: number, from?: Account): Promise<void>;
  /** A step of a session. What it moves is told by the postings. */
  session(atMs: number, step: string, facts: SessionFacts, postings: readonly Posting[]): Promise<void>;
  origin(): Origin;
  entries(): Entry[];
}

/** A session of a household, from when to when, with so much energy. */
export const ran = (
  order: number,
  householdId: string,
  startedAtMs: number,
  endedAtMs: number,
  energyWh: number,
): SessionFacts => ({ order, householdId, startedAtMs, endedAtMs, energyWh });

/** A world with these households, whose clock stands at nothing. */
export async function booksWorld(timeZone = zone, ...householdIds: string[]): Promise<BooksWorld> {
  const table = memoryTable();
  const state = { nowMs: 0, number: 0 };
  const clock = { now: () => state.nowMs };
  const vault = cardVault('a secret of at least thirty-two characters');
  const backend: Backend = {
    table,
    clock,
    vault,
    publisher: { publish: async () => {} },
    registry: registryStore(table, clock, 0),
  };
  const names = { zh: '紫云', en: 'Ziyun' };
  const name = { zh: '车库', en: 'Garage' };
  const garage = { facilityId: 'garage', estateId, facilityKind: 'garage', name, bays: 10 };
  await table.commit([
    { put: { ...keys.estate(estateId), estateId, name: names, timeZone }, when: 'always' },
    { put: { ...keys.facility(estateId, 'garage'), ...garage }, when: 'always' },
  ]);
  const origin = (receivedAtMs: number, fact: string): Origin => ({
    ...{ estateId, deviceId: 'api', receivedAtMs, topic: 'api', sender: 'manager-1', fact },
    payload: new Uint8Array(),
  });
  const world: BooksWorld = {
    table,
    backend,
    get nowMs() {
      return state.nowMs;
    },
    set nowMs(value) {
      state.nowMs = value;
    },
    async post(atMs, key, kind, facts, postings) {
      const content = { kind, outcome: 'done', facts, postings } as const;
      const entry = sealed({ key, origin: origin(atMs, JSON.stringify(key)), content }, vault);
      const { committed } = await table.commit([{ put: { ...entry }, when: 'absent' }]);
      if (!committed) throw new Error(`There are two entries ${key.sk}`);
      await table.commit(ledgerLines(entry));
    },
    async topUp(atMs, householdId, amountFen, from = 'cash') {
      state.number += 1;
      const memo = `t${state.number}`;
      const postings: Posting[] = [{ debit: from, credit: walletAccount(householdId), amountFen, memo }];
      await world.post(atMs, keys.topUp(estateId, memo), 'top-up', { householdId }, postings);
    },
    async session(atMs, step, { order, revision = 0, ...session }, postings) {
      const { householdId, startedAtMs, endedAtMs, energyWh } = session;
      const told = { order, endedAtMs, energyWh, revision };
      const { householdId: _, ...agreed } = agreementOf(told);
      const facts = {
        agreement: {
          ...{ ...agreed, sessionId: `${board}-${order}`, deviceId: board, port: 1 },
          facilityId: session.facilityId ?? 'garage',
          ...(householdId === undefined ? {} : { householdId }),
        },
        receipt: {
          ...{ ...receiptOf(told), tariffVersion: session.tariffVersion ?? '2026-01', code: `C${order}` },
          readings: [
            { atMs: startedAtMs, energyWh: 0 },
            { atMs: endedAtMs, energyWh },
          ],
          ...{ estimated: session.estimated ?? false, remarks: session.remarks ?? [] },
        },
      };
      const kind = step === 'settled' ? 'settlement' : 'session-closed';
      const key = { ...keys.session(board, order, 'closed'), sk: `SESSION#${order}#${step}` };
      await world.post(atMs, key, kind, facts, postings);
    },
    origin: () => origin(state.nowMs, 'close'),
    entries: () => [...table.all()].filter((item) => item['type'] === 'entry').map(parseEntry),
  };
  await addHouseholds(world, ...householdIds);
  return world;
}

export async function addHouseholds(world: BooksWorld, ...householdIds: string[]): Promise<void> {
  for (const householdId of householdIds) {
    const household = { householdId, building: '3', unit: householdId, estateId };
    await world.table.commit([
      { put: { ...keys.household(estateId, householdId), ...household }, when: 'always' },
    ]);
  }
}

/** What a session costs, in two lines, out of a wallet. */
export function cost(
  householdId: string,
  electricityFen: number,
  serviceFen: number,
  memo = 'session',
): Posting[] {
  return (
    [
      ['electricity', electricityFen],
      ['service', serviceFen],
    ] as const
  ).flatMap(([line, fen]) => {
    const [wallet, revenue] = [walletAccount(householdId), revenueAccount(line)];
    if (fen === 0) return [];
    return fen > 0
      ? [{ debit: wallet, credit: revenue, amountFen: fen, memo }]
      : [{ debit: revenue, credit: wallet, amountFen: -fen, memo }];
  });
}

/** Everything that the books consist of, without what is different at every sealing. */
export function booksOf(table: MemoryTable): Item[] {
  return [...table.all()]
    .filter(({ pk }) => /^(?:BOOKS|BOOKED|STATEMENTS|REVENUE)#/.test(pk))
    .map(({ raw: _, ...item }) => item as Item);
}

/** A table that fails once, at its n-th commit: before it, or after it and before the answer. */
export function dyingTable(table: Table, at: number, when: 'before' | 'after'): Table {
  let commits = 0;
  return {
    ...table,
    async commit(writes) {
      commits += 1;
      if (commits === at && when === 'before') throw new Error('The function died');
      const result = await table.commit(writes);
      if (commits === at) throw new Error('The answer was lost');
      return result;
    },
  };
}

/** Closes a month as a caller would: again and again until it is closed. */
export async function close(world: BooksWorld, month: string, steps?: number, backend = world.backend) {
  for (let call = 0; call < 500; call += 1) {
    const options = steps === undefined ? {} : { steps };
    const progress = await closeMonth(backend, world.origin(), month, options);
    if (progress.state === 'closed') return progress;
  }
  throw new Error(`${month} was never closed`);
}

/** Closes a month when all that belongs to it has come: fourteen hours after its end. */
export function closeInTime(world: BooksWorld, month: string, steps?: number) {
  world.nowMs = startOfMonth(nextMonth(month), zone) + 14 * hour;
  return close(world, month, steps);
}
