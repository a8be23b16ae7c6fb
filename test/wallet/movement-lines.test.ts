import { expect, test } from 'vitest';
import { movementSchema } from '../../contract/shapes/wallet.ts';
import type { Account, Posting } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { movementsOf } from '../../src/wallet/movements.ts';

const atMs = Date.UTC(2026, 10, 23, 11);
const timeZone = 'Asia/Shanghai';
const posting = (debit: Account, credit: Account, amountFen: number): Posting => ({
  ...{ debit, credit, amountFen, memo: 'x' },
});

/** A household with one line of these postings a day. */
async function household(...days: readonly (readonly Posting[])[]) {
  const table = memoryTable();
  for (const [day, postings] of days.entries()) {
    const moment = atMs + day * 86_400_000;
    const line = { ...keys.movement('e', 'h1', moment, 'entry'), kind: 'settlement', atMs: moment, postings };
    await table.commit([{ put: line, when: 'absent' }]);
  }
  return (query: { month?: string; after?: string; limit?: number } = {}) =>
    movementsOf(table, 'e', 'h1', { timeZone, limit: 100, ...query });
}

test('a movement says which it is, when it was and where the money came from, and is read back so', async () => {
  const shown = await household([
    posting('receivable:h1', 'revenue:service', 30),
    posting('cash', 'wallet:h1', 100),
    posting('wallet:h1', 'receivable:h1', 30),
  ]);
  const { movements } = await shown();
  const movementId = `${atMs}#entry`;
  const same = { atMs, kind: 'settlement', memo: 'x' };
  expect(movements).toEqual([
    {
      ...{ ...same, movementId: `${movementId}#00`, amountFen: 0, account: 'revenue:service' },
      ...{ balanceFen: 0, owedFen: 30 },
    },
    {
      ...same,
      movementId: `${movementId}#01`,
      amountFen: 100,
      account: 'cash',
      balanceFen: 100,
      owedFen: 30,
    },
    {
      ...{ ...same, movementId: `${movementId}#02`, amountFen: -30, account: 'receivable:h1' },
      ...{ balanceFen: 70, owedFen: 0 },
    },
  ]);
  for (const movement of movements) expect(movementSchema.parse(movement)).toEqual(movement);
});

test('what moved between others in the same entry is no movement of the household', async () => {
  const shown = await household([
    posting('revenue:service', 'written-off', 5),
    posting('wallet:h2', 'revenue:service', 7),
    posting('cash', 'receivable:h2', 8),
    posting('receivable:h1', 'revenue:service', 9),
    posting('written-off', 'receivable:h1', 4),
  ]);
  expect((await shown()).movements).toMatchObject([
    { amountFen: 0, account: 'revenue:service', balanceFen: 0, owedFen: 9 },
    { amountFen: 0, account: 'written-off', balanceFen: 0, owedFen: 5 },
  ]);
});

test('more than ten movements of one entry are read in their order, page by page', async () => {
  const amounts = Array.from({ length: 12 }, (_, index) => index + 1);
  const shown = await household(amounts.map((amountFen) => posting('cash', 'wallet:h1', amountFen)));
  const first = await shown({ limit: 9 });
  const rest = await shown({ limit: 9, after: String(first.next) });
  expect([...first.movements, ...rest.movements].map(({ amountFen }) => amountFen)).toEqual(amounts);
  expect(rest).not.toHaveProperty('next');
});

test('the last page says so, also where it is full, and what is not asked for is no page', async () => {
  const shown = await household([posting('cash', 'wallet:h1', 1)], [posting('cash', 'wallet:h1', 2)]);
  expect(await shown({ limit: 2 })).not.toHaveProperty('next');
  expect((await shown({ limit: 1 })).next).toBe(`${atMs}#entry#00`);
  expect(await shown({ limit: 0 })).toEqual({ movements: [] });
});

test('a page of a month goes on within that month', async () => {
  const postings = Array.from({ length: 10 }, (_, day) => [posting('cash', 'wallet:h1', day + 1)]);
  const shown = await household(...postings);
  // From 23 November, 19:00 in Shanghai, on: 1 December is the ninth day.
  const { movements, next = '' } = await shown({ month: '2026-12', limit: 1 });
  expect(movements).toMatchObject([{ amountFen: 9, balanceFen: 45 }]);
  expect(await shown({ month: '2026-12', limit: 1, after: next })).toMatchObject({
    movements: [{ amountFen: 10, balanceFen: 55 }],
  });
  expect((await shown({ month: '2026-11', after: next })).movements).toEqual([]);
});
