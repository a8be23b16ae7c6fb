import { expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { accountsOf, trialBalance } from '../../src/wallet/accounts.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { putWallet } from '../../src/wallet/wallet-store.ts';

/** A line of the ledger: so much cash, paid into a wallet. */
const paidIn = (table: Table, atMs: number, householdId = 'h1', amountFen = 1) =>
  table.commit([
    {
      put: {
        ...keys.postingsOfEstate('e', atMs, 'x'),
        postings: [{ debit: 'cash', credit: `wallet:${householdId}`, amountFen, memo: 'm' }],
      },
      when: 'absent',
    },
  ]);

async function withLines(lines: number): Promise<Table> {
  const table = memoryTable();
  for (let line = 1; line <= lines; line += 1) await paidIn(table, 1000 + line);
  return table;
}

test('the whole ledger is added up from its first moment on, and in centuries to come', async () => {
  const table = memoryTable();
  for (const atMs of [0, Date.UTC(2026, 10, 23), Date.UTC(2250, 0)]) await paidIn(table, atMs);
  expect((await trialBalance(table, 'e')).get('wallet:h1')).toBe(3);
});

test('a period begins with its first moment, and ends before its last', async () => {
  const table = memoryTable();
  for (const [atMs, amountFen] of [
    [999, 1],
    [1000, 10],
    [1999, 100],
    [2000, 1000],
  ] as const)
    await paidIn(table, atMs, 'h1', amountFen);
  expect(await accountsOf(table, 'e', { fromMs: 1000, toMs: 2000 })).toEqual([
    { account: 'cash', balanceFen: -110 },
    { account: 'wallet:h1', balanceFen: 110 },
  ]);
  // What a wallet says is of now: it is held against nothing but the whole ledger.
  expect(await accountsOf(table, 'e', { fromMs: 1000 })).toEqual([
    { account: 'cash', balanceFen: -1110 },
    { account: 'wallet:h1', balanceFen: 1110 },
  ]);
});

test.each([
  [0, 1],
  [999, 1],
  [1000, 2],
  [1001, 2],
  [2000, 3],
])(
  'a ledger of %i lines is added up in %i reads, none of them of more than a thousand',
  async (lines, reads) => {
    const table = await withLines(lines);
    const limits: unknown[] = [];
    const seen: Table = {
      ...table,
      query: (query) => {
        limits.push(query.limit);
        return table.query(query);
      },
    };
    expect((await trialBalance(seen, 'e')).get('cash') ?? 0).toBe(0 - lines);
    expect(limits).toEqual(Array.from({ length: reads }, () => 1000));
  },
);

test('every account is shown once, by its name, however many households there are', async () => {
  const table = memoryTable();
  const households = Array.from({ length: 51 }, (_, index) => `h${100 + index}`);
  for (const [index, householdId] of households.entries()) await paidIn(table, index, householdId, 7);
  const hold = { amountFen: 3, credentialId: 'c', sinceMs: 0 };
  await table.commit([putWallet({ ...emptyWallet('e', 'h100'), balanceFen: 7, holds: { a: hold } })]);
  expect(await accountsOf(table, 'e')).toEqual([
    { account: 'cash', balanceFen: -357 },
    { account: 'wallet:h100', balanceFen: 7, heldFen: 3, walletFen: 7 },
    // Their wallets say nothing of it: the ledger and they do not agree, and that is to be seen.
    ...households.slice(1).map((householdId) => ({
      ...{ account: `wallet:${householdId}`, balanceFen: 7, heldFen: 0, walletFen: 0 },
    })),
  ]);
});

test('a receivable is held against what its household owes, below zero', async () => {
  const table = memoryTable();
  const postings = [{ debit: 'receivable:h1', credit: 'revenue:service', amountFen: 20, memo: 'm' }];
  await table.commit([
    { put: { ...keys.postingsOfEstate('e', 5, 'x'), postings }, when: 'absent' },
    putWallet({ ...emptyWallet('e', 'h1'), owedFen: 21 }),
  ]);
  expect(await accountsOf(table, 'e')).toEqual([
    { account: 'receivable:h1', balanceFen: -20, walletFen: -21 },
    { account: 'revenue:service', balanceFen: 20 },
  ]);
});
