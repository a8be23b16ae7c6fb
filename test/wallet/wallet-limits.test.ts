import { describe, expect, test } from 'vitest';
import { payInPostings } from '../../src/wallet/pay-in.ts';
import {
  capture,
  checkAmount,
  claim,
  deposit,
  emptyWallet,
  type Hold,
  holdSchema,
  placeHold,
  spend,
  spendableFen,
  type Wallet,
  walletSchema,
  withCreditLimit,
  withdraw,
} from '../../src/wallet/wallet.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';
import { officeEstate, testOffice } from '../support/money.ts';

const month = '2026-11';
const wallet = (more: Partial<Wallet>): Wallet => ({ ...emptyWallet('e', 'h'), ...more });
const hold: Hold = { amountFen: 30, credentialId: 'c1', memberId: 'm', sinceMs: 5 };
const refused = (error: string) => expect.objectContaining({ error });

test('a household that never paid anything has nothing, owes nothing and has agreed nothing', async () => {
  const { table } = await testOffice();
  const empty = {
    ...{ estateId: officeEstate, householdId: 'h1', balanceFen: 0, creditLimitFen: 0, owedFen: 0 },
    ...{ holds: {}, purchases: {}, days: {} },
    budget: { members: {}, spent: { month: '', totalFen: 0, byMember: {}, noticed: [] } },
  };
  expect(await readWallet(table, officeEstate, 'h1')).toEqual(empty);
  const { owedFen: _o, purchases: _p, budget: _b, days: _d, ...oldest } = empty;
  expect(walletSchema.parse(oldest)).toEqual(empty);
});

test('everything that a wallet says is read back as it was written, under the version at which it stands', async () => {
  const { table } = await testOffice();
  const full: Wallet = {
    ...{ estateId: officeEstate, householdId: 'h1', balanceFen: -5, creditLimitFen: 50, owedFen: 7 },
    holds: { a: { ...hold, reserved: { purchaseId: 'p', amount: 0 } }, b: { ...hold, amountFen: 0 } },
    purchases: {
      p: { packageId: 't', tariffVersion: 'v', kind: 'days', left: 1, boughtAtMs: 1, validUntilMs: 9 },
    },
    budget: { monthLimitFen: 9, members: {}, spent: { month, totalFen: 1, byMember: {}, noticed: [] } },
    days: { 'c1|2026-11-23': 4 },
    cashAlone: { date: '2026-11-23', topUpFen: 0, refundFen: 0 },
  };
  expect(await table.commit([putWallet(full)])).toEqual({ committed: true });
  expect(await table.get([{ pk: `WALLET#${officeEstate}#h1`, sk: 'WALLET' }])).toMatchObject([full]);
  const read = await readWallet(table, officeEstate, 'h1');
  expect(read).toEqual({ ...full, version: 1 });
  expect(await table.commit([putWallet(full)])).toMatchObject({ committed: false });
  expect(await table.commit([putWallet(read)])).toEqual({ committed: true });
});

test.each<[string, object]>([
  ['a credit limit below zero', { creditLimitFen: -1 }],
  ['a debt below zero', { owedFen: -1 }],
  ['a hold below zero', { holds: { a: { ...hold, amountFen: -1 } } }],
  [
    'less than nothing of a package',
    { holds: { a: { ...hold, reserved: { purchaseId: 'p', amount: -1 } } } },
  ],
  ['less than nothing that came in', { cashAlone: { date: '2026-11-23', topUpFen: -1, refundFen: 0 } }],
  ['less than nothing that went out', { cashAlone: { date: '2026-11-23', topUpFen: 0, refundFen: -1 } }],
])('a wallet with %s is no wallet', (_, wrong) => {
  expect(() => walletSchema.parse({ ...wallet({}), ...wrong })).toThrow();
});

test('a hold without a member or a package is one', () => {
  const { memberId: _, ...plain } = hold;
  expect(holdSchema.parse(plain)).toEqual(plain);
});

test.each([
  [
    'credit counts, and what is held does not',
    { balanceFen: 50, creditLimitFen: 20, holds: { a: hold } },
    40,
  ],
  ['what is owed is paid first', { balanceFen: 50, owedFen: 20 }, 30],
  ['who owes more than there is has nothing to spend', { balanceFen: 5, owedFen: 20 }, 0],
])('of what may be spent, %s', (_, of, fen) => {
  expect(spendableFen(wallet(of))).toBe(fen);
});

describe('a credit limit', () => {
  test('is lowered to what is used and set aside, and not below', () => {
    const used = wallet({ balanceFen: -20, creditLimitFen: 100, holds: { a: hold } });
    expect(withCreditLimit(used, 50)).toEqual({ ...used, creditLimitFen: 50 });
    expect(() => withCreditLimit(used, 49)).toThrow(refused('credit-in-use'));
  });

  test('is raised whatever is used of it, and taken away where none is', () => {
    const beyond = wallet({ balanceFen: -20, creditLimitFen: 0 });
    expect(withCreditLimit(beyond, 10)).toEqual({ ...beyond, creditLimitFen: 10 });
    expect(withCreditLimit(wallet({ creditLimitFen: 9 }), 0)).toEqual(wallet({}));
    expect(withCreditLimit(beyond, 0)).toEqual(beyond);
  });
});

describe('money', () => {
  test('that is paid in settles what is owed, as far as it goes', () => {
    expect(deposit(wallet({ balanceFen: 5, owedFen: 20 }), 8)).toEqual(
      wallet({ balanceFen: 5, owedFen: 12 }),
    );
    expect(deposit(wallet({ balanceFen: 5, owedFen: 20 }), 28)).toEqual(
      wallet({ balanceFen: 13, owedFen: 0 }),
    );
  });

  test('is paid out to the last fen that is free, and not a fen of what is held or owed', () => {
    const of = wallet({ balanceFen: 100, owedFen: 20, holds: { a: hold }, creditLimitFen: 500 });
    expect(withdraw(of, 50)).toEqual({ ...of, balanceFen: 50 });
    expect(() => withdraw(of, 51)).toThrow(refused('too-little-money'));
    expect(() => withdraw(wallet({ owedFen: 5 }), 1)).toThrow('1 fen are asked for, 0 are free');
    expect(() => withdraw(of, 0)).toThrow(refused('money-invalid'));
  });

  test('is spent to the last fen, credit included, and counts for the month and who spends it', () => {
    const of = wallet({ balanceFen: 10, creditLimitFen: 5, holds: { a: { ...hold, amountFen: 3 } } });
    const spent = { month, totalFen: 12, byMember: { m: 12 }, noticed: [] };
    expect(spend(of, 12, month, 'm')).toEqual({
      ...{ ...of, balanceFen: -2 },
      budget: { ...of.budget, spent },
    });
    expect(() => spend(of, 13, month, 'm')).toThrow(refused('too-little-money'));
    expect(() => spend(of, 0, month)).toThrow(refused('money-invalid'));
  });

  test('that is spent is within the limits of the household and of the member, holds included', () => {
    const limited = (monthLimitFen: number, own: number) =>
      wallet({
        ...{ balanceFen: 100, holds: { a: hold } },
        budget: { ...wallet({}).budget, monthLimitFen, members: { m: { monthLimitFen: own } } },
      });
    expect(spend(limited(40, 40), 10, month, 'm').balanceFen).toBe(90);
    for (const narrow of [limited(39, 40), limited(40, 39)])
      expect(() => spend(narrow, 10, month, 'm')).toThrow(refused('spend-limit-reached'));
    expect(spend(limited(40, 30), 10, month).balanceFen).toBe(90);
  });
});

describe('a hold', () => {
  test('is placed beside the others with everything that it says, and moves no money', () => {
    const before = wallet({ balanceFen: 60, holds: { a: { ...hold, credentialId: 'c0' } } });
    expect(placeHold(before, 'b', hold, month)).toEqual({ ...before, holds: { ...before.holds, b: hold } });
    const other = { ...hold, credentialId: 'c2' };
    expect(() =>
      placeHold({ ...before, holds: { b: hold } }, 'c', { ...other, amountFen: 31 }, month),
    ).toThrow(refused('too-little-money'));
    expect(() => placeHold(wallet({}), 'b', { ...hold, amountFen: 0 }, month)).not.toThrow();
  });

  test('is ended by what is taken of it, all or nothing of it, and the others stay', () => {
    const holds = { a: hold, b: { ...hold, credentialId: 'c2' } };
    const before = wallet({ balanceFen: 60, holds });
    for (const amountFen of [0, 30])
      expect(capture(before, 'a', { amountFen, month })).toEqual({
        ...{ ...before, balanceFen: 60 - amountFen, holds: { b: holds.b } },
        budget: {
          ...before.budget,
          spent: { month, totalFen: amountFen, byMember: { m: amountFen }, noticed: [] },
        },
      });
    expect(() => capture(before, 'constructor', { amountFen: 0, month })).toThrow(refused('money-invalid'));
  });
});

test('what is claimed is taken as far as credit goes, and all of it where it is there', () => {
  const of = wallet({ balanceFen: 10, creditLimitFen: 5 });
  expect(claim(of, 15)).toEqual({ wallet: { ...of, balanceFen: -5 }, takenFen: 15, owedFen: 0 });
  expect(claim(of, 16)).toEqual({ wallet: { ...of, balanceFen: -5, owedFen: 1 }, takenFen: 15, owedFen: 1 });
  const beyond = wallet({ balanceFen: -9, owedFen: 2 });
  expect(claim(beyond, 3)).toEqual({ wallet: { ...beyond, owedFen: 5 }, takenFen: 0, owedFen: 3 });
});

test('an amount is a whole number of fen, from one to a hundred thousand yuan', () => {
  for (const fen of [1, 10_000_000]) expect(() => checkAmount(fen)).not.toThrow();
  for (const fen of [0, -1, 1.5, 10_000_001, Number.NaN, 2 ** 53])
    expect(() => checkAmount(fen)).toThrow(refused('money-invalid'));
});

test('what is paid in is posted whole, and what it settles beside it only where it settles something', () => {
  const paidIn = { debit: 'cash', credit: 'wallet:h', amountFen: 30, memo: 'm' };
  const posted = (owedFen: number) => {
    const before = wallet({ owedFen });
    return payInPostings('cash', before, deposit(before, 30), 30, 'm');
  };
  expect(posted(0)).toEqual([paidIn]);
  expect(posted(1)).toEqual([paidIn, { debit: 'wallet:h', credit: 'receivable:h', amountFen: 1, memo: 'm' }]);
});
