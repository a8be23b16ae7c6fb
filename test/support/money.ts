import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { type Entry, type Origin, parseEntry } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { type MemoryTable, memoryTable } from '../../src/shared/table-memory.ts';
import type { Change } from '../../src/views/view-of-change.ts';
import { writeView } from '../../src/views/write-view.ts';
import type { Office } from '../../src/wallet/office.ts';
import { type Wallet, walletSchema } from '../../src/wallet/wallet.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';
import { viewOf } from './views.ts';

/** A property office in memory: one estate, two households, and what sessions cost. */
export interface TestOffice {
  readonly office: Office;
  readonly table: MemoryTable;
  readonly published: { readonly topic: string; readonly body: Record<string, unknown> }[];
  /** What sessions cost, by their id. */
  readonly sessions: Map<string, { householdId: string; chargedFen: number }>;
  nowMs: number;
  by(sender: string): Origin;
  wallet(householdId?: string): Promise<Wallet>;
  /** Changes a wallet as sessions would. */
  change(deed: (wallet: Wallet) => Wallet): Promise<void>;
  entries(kind: string): Entry[];
  /** The same office on a table that is looked at otherwise. */
  on(table: Table): Office;
  /** Delivers what the stream would have delivered by now; twice, as a stream may. */
  stream(): Promise<void>;
}

export const officeEstate = 'ziyun';
/** 2026-11-23 19:00 in Shanghai. */
export const officeNowMs = Date.UTC(2026, 10, 23, 11);

export async function testOffice(cashApprovalFen?: number): Promise<TestOffice> {
  const changes: Change[] = [];
  const table = memoryTable((change) => changes.push(change));
  const published: { topic: string; body: Record<string, unknown> }[] = [];
  const sessions: TestOffice['sessions'] = new Map();
  const state = { nowMs: officeNowMs };
  const clock = { now: () => state.nowMs };
  const on = (seen: Table): Office => ({
    table: seen,
    clock,
    vault: cardVault('a secret of at least thirty-two characters'),
    publisher: {
      async publish(topic, payload) {
        published.push({ topic, body: JSON.parse(Buffer.from(payload).toString()) });
      },
    },
    registry: registryStore(seen, clock, 0),
    sessionCost: async (_, sessionId) => sessions.get(sessionId),
  });
  const office = on(table);
  const name = { zh: '紫云', en: 'Ziyun' };
  const estate = { estateId: officeEstate, name, timeZone: 'Asia/Shanghai' };
  const limit = cashApprovalFen === undefined ? {} : { cashApprovalFen };
  await table.commit([
    { put: { ...keys.estate(officeEstate), ...estate, ...limit }, when: 'absent' },
    ...['h1', 'h2'].map((householdId) => ({
      put: { ...keys.household(officeEstate, householdId), householdId, building: '3', unit: '2<1>' },
      when: 'absent' as const,
    })),
  ]);
  const wallet = (householdId = 'h1') => readWallet(table, officeEstate, householdId);
  return {
    office,
    table,
    published,
    sessions,
    get nowMs() {
      return state.nowMs;
    },
    set nowMs(value) {
      state.nowMs = value;
    },
    by: (sender) => ({
      ...{ estateId: officeEstate, deviceId: 'api', receivedAtMs: state.nowMs, topic: 'api', sender },
      ...{ payload: new Uint8Array(), fact: '' },
    }),
    wallet,
    async change(deed) {
      await table.commit([putWallet(walletSchema.parse(deed(await wallet())))]);
    },
    entries: (kind) =>
      [...table.all()].flatMap((item) => {
        const entry = item['type'] === 'entry' ? parseEntry(item) : undefined;
        return entry?.kind === kind ? [entry] : [];
      }),
    on,
    async stream() {
      const told = changes.splice(0);
      for (const change of [...told, ...told])
        await writeView(table, office.publisher, await viewOf({ table, registry: office.registry }, change));
      changes.length = 0;
    },
  };
}

/** Every item of a table, to be held against a later look: what was refused has written nothing. */
export const everything = (table: MemoryTable): string => JSON.stringify([...table.all()]);
