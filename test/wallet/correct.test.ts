import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { checkSession, correct, givenBackFor } from '../../src/wallet/correction.ts';
import { emptyWallet, type Wallet } from '../../src/wallet/wallet.ts';
import { correction } from '../support/office-orders.ts';

const wallet = (more: Partial<Wallet>): Wallet => ({ ...emptyWallet('e', 'h1'), ...more });
const posting = (debit: string, credit: string, amountFen: number) => ({
  ...{ debit, credit, amountFen, memo: 'c1' },
});

describe('a correction moves money', () => {
  test('to the household, what it owes settled first, from the account that is named', () => {
    const before = wallet({ balanceFen: 10, owedFen: 30 });
    expect(correct(before, correction('c1', 100, { account: 'revenue:electricity' }))).toEqual({
      wallet: { ...before, balanceFen: 80, owedFen: 0 },
      owedFen: 0,
      postings: [posting('revenue:electricity', 'wallet:h1', 100), posting('wallet:h1', 'receivable:h1', 30)],
    });
  });

  const taken = (amountFen: number) => posting('wallet:h1', 'written-off', amountFen);
  const owed = (amountFen: number) => posting('receivable:h1', 'written-off', amountFen);
  test.each<[string, Partial<Wallet>, Partial<Wallet>, number, ReturnType<typeof posting>[]]>([
    ['all of it where it is there', { balanceFen: 50 }, { balanceFen: 0 }, 0, [taken(50)]],
    [
      'a part, and the rest is owed',
      { balanceFen: 20, owedFen: 5 },
      { owedFen: 35 },
      30,
      [taken(20), owed(30)],
    ],
    ['to the last fen that is there', { balanceFen: 1 }, { owedFen: 49 }, 49, [taken(1), owed(49)]],
    ['to the last fen that is owed', { balanceFen: 49 }, { owedFen: 1 }, 1, [taken(49), owed(1)]],
    ['none where nothing is there', {}, { owedFen: 50 }, 50, [owed(50)]],
  ])('from the household, %s', (_, before, after, owedFen, postings) => {
    const expected = { wallet: wallet(after), owedFen, postings };
    expect(correct(wallet(before), correction('c1', -50))).toEqual(expected);
  });
});

describe('a correction of a session', () => {
  const key = keys.correctionsOfSession('e', 'x');
  /** What was given back before, for a session that costs 60 fen; undefined: nothing yet. */
  async function checked(amountFen: number, givenBackFen?: number, chargedFen = 60) {
    const table = memoryTable();
    if (givenBackFen !== undefined)
      await table.commit([{ put: { ...key, givenBackFen }, when: { version: undefined } }]);
    const sources = { table, sessionCost: async () => ({ householdId: 'h1', chargedFen }) };
    return checkSession(sources, 'e', correction('c1', amountFen, { sessionId: 'x' }));
  }
  const counted = (givenBackFen: number, version?: number) => [
    { put: { ...key, givenBackFen }, when: { version } },
  ];

  test('is counted under the state on which it was allowed', async () => {
    expect(await checked(60)).toEqual(counted(60));
    expect(await checked(20, 40)).toEqual(counted(60, 1));
    expect(await checked(-10, 40)).toEqual(counted(30, 1));
  });

  test('gives back what was charged, and not a fen more', async () => {
    for (const asked of [checked(61), checked(21, 40)])
      await expect(asked).rejects.toMatchObject({ error: 'more-than-charged' });
  });

  test('takes nothing again of what the estate has kept of a price that fell', async () => {
    expect(await checked(-10, 60)).toEqual(counted(50, 1));
    await expect(checked(-10, 61)).rejects.toMatchObject({ error: 'more-than-charged' });
    await expect(checked(-31, 61, 30)).rejects.toMatchObject({ error: 'more-than-charged' });
  });

  test('that names none is counted nowhere', async () => {
    const table = memoryTable();
    const sources = { table, sessionCost: async () => undefined };
    expect(await checkSession(sources, 'e', correction('c1', 1_000))).toEqual([]);
    expect(await givenBackFor(table, 'e', 'x')).toBe(0);
  });
});
