import { expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { accountsOf, trialBalance } from '../../src/wallet/accounts.ts';
import { movementsOf } from '../../src/wallet/movements.ts';
import { askOrder, decideOrder } from '../../src/wallet/office.ts';
import { checkCurrency } from '../../src/wallet/wallet.ts';
import { officeEstate, testOffice } from '../support/money.ts';

const timeZone = 'Asia/Shanghai';

async function aMonth() {
  const desk = await testOffice();
  const order = (kind: 'cash-top-up' | 'cash-refund' | 'correction', orderId: string, amountFen: number) =>
    ({ kind, orderId, householdId: 'h1', amountFen }) as const;
  // 2026-10-31 23:59:59.999 and 2026-11-01 00:00 in Shanghai.
  desk.nowMs = Date.UTC(2026, 9, 31, 16) - 1;
  await askOrder(desk.office, desk.by('c'), order('cash-top-up', 't1', 100));
  desk.nowMs += 1;
  await askOrder(desk.office, desk.by('c'), order('correction', 'c1', -150));
  await decideOrder(desk.office, desk.by('m'), 'correction', 'c1', 'approved');
  desk.nowMs += 1;
  await askOrder(desk.office, desk.by('c'), order('cash-top-up', 't2', 80));
  desk.nowMs += 1;
  await askOrder(desk.office, desk.by('c'), order('cash-refund', 'r1', 10));
  await askOrder(desk.office, desk.by('c'), { ...order('cash-top-up', 't3', 7), householdId: 'h2' });
  await desk.stream();
  return desk;
}

test('every posting of a household is shown with the balance and the debt after it', async () => {
  const { table } = await aMonth();
  const { movements, next } = await movementsOf(table, officeEstate, 'h1', { timeZone, limit: 100 });
  expect(next).toBeUndefined();
  expect(
    movements.map(({ kind, memo, amountFen, account, balanceFen, owedFen }) => [
      kind,
      memo,
      amountFen,
      account,
      balanceFen,
      owedFen,
    ]),
  ).toEqual([
    ['cash-top-up', 't1', 100, 'cash', 100, 0],
    ['correction', 'c1', -100, 'written-off', 0, 0],
    ['correction', 'c1', 0, 'written-off', 0, 50],
    ['cash-top-up', 't2', 80, 'cash', 80, 50],
    ['cash-top-up', 't2', -50, 'receivable:h1', 30, 0],
    ['cash-refund', 'r1', -10, 'cash', 20, 0],
  ]);
});

test('a month is that of the estate’s wall clock, and goes on from the balance before it', async () => {
  const { table } = await aMonth();
  const of = (month: string) => movementsOf(table, officeEstate, 'h1', { timeZone, limit: 100, month });
  expect((await of('2026-10')).movements.map(({ memo }) => memo)).toEqual(['t1']);
  const november = (await of('2026-11')).movements;
  expect(november).toHaveLength(5);
  expect(november.at(-1)?.balanceFen).toBe(20);
});

test('pages follow one another without a gap, also within one entry', async () => {
  const { table } = await aMonth();
  const whole = await movementsOf(table, officeEstate, 'h1', { timeZone, limit: 100 });
  const read = [];
  let after: string | undefined;
  do {
    const page = await movementsOf(table, officeEstate, 'h1', { timeZone, limit: 2, after });
    read.push(...page.movements);
    after = page.next;
  } while (after !== undefined);
  expect(read).toEqual(whole.movements);
});

test('accounts add up to zero, in all and in a month, and say what wallets say', async () => {
  const { table } = await aMonth();
  const all = await accountsOf(table, officeEstate);
  expect(all).toEqual([
    { account: 'cash', balanceFen: -177 },
    { account: 'receivable:h1', balanceFen: 0, walletFen: 0 },
    { account: 'wallet:h1', balanceFen: 20, heldFen: 0, walletFen: 20 },
    { account: 'wallet:h2', balanceFen: 7, heldFen: 0, walletFen: 7 },
    { account: 'written-off', balanceFen: 150 },
  ]);
  const october = await accountsOf(table, officeEstate, { toMs: Date.UTC(2026, 9, 31, 16) });
  expect(october).toEqual([
    { account: 'cash', balanceFen: -100 },
    { account: 'wallet:h1', balanceFen: 100 },
  ]);
  const november = await accountsOf(table, officeEstate, { fromMs: Date.UTC(2026, 9, 31, 16) });
  expect(november.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(0);
});

test('a ledger that is longer than one read is added up whole', async () => {
  const table = memoryTable();
  for (let line = 1; line <= 2500; line += 1) {
    const postings = [{ debit: 'cash', credit: 'wallet:h1', amountFen: line, memo: 'm' }];
    await table.commit([
      { put: { ...keys.postingsOfEstate('e', 1000 + line, 'x'), postings }, when: 'absent' },
    ]);
  }
  expect(await trialBalance(table, 'e')).toEqual(
    new Map([
      ['cash', -3_126_250],
      ['wallet:h1', 3_126_250],
    ]),
  );
});

test.each(['USD', 'cny', ''])('money in %j is refused', (currency) => {
  expect(() => checkCurrency(currency)).toThrow(expect.objectContaining({ error: 'currency-unknown' }));
});
test('of a currency that nobody knows only the beginning is repeated', () => {
  expect(() => checkCurrency('ABCDEFGHIJKL')).toThrow(/not in ABCDEFGHIJ$/);
});
test.each(['CNY', undefined])('money in %j is taken', (currency) => {
  expect(() => checkCurrency(currency)).not.toThrow();
});
