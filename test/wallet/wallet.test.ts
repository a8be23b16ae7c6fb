import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balances, type Posting } from '../../src/ledger/ledger.ts';
import { payInPostings } from '../../src/wallet/pay-in.ts';
import {
  availableFen,
  type Capture,
  capture,
  claim,
  deposit,
  emptyWallet,
  type Hold,
  placeHold,
  spend,
  spendableFen,
  type Wallet,
  walletSchema,
  withCreditLimit,
  withdraw,
} from '../../src/wallet/wallet.ts';

const month = '2026-11';
const hold = (amountFen: number, more: Partial<Hold> = {}): Hold => ({
  amountFen,
  credentialId: 'c1',
  sinceMs: 0,
  ...more,
});
const taken = (amountFen: number, more: Partial<Capture> = {}): Capture => ({ amountFen, month, ...more });
const withMoney = (amountFen: number): Wallet => deposit(emptyWallet('e', 'h'), amountFen);
const holding = (amountFen: number): Wallet => placeHold(withMoney(100), 'a', hold(amountFen), month);

describe('a wallet refuses', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a hold above what is there',
      () => placeHold(withMoney(100), 'a', hold(101), month),
      'too-little-money',
    ],
    ['a second hold of the same card', () => placeHold(holding(10), 'b', hold(10), month), 'credential-busy'],
    ['taking more than was held', () => capture(holding(10), 'a', taken(11)), 'money-invalid'],
    ['taking less than nothing', () => capture(holding(10), 'a', taken(-1)), 'money-invalid'],
    ['taking part of a fen', () => capture(holding(10), 'a', taken(0.5)), 'money-invalid'],
    ['taking what was never held', () => capture(withMoney(100), 'a', taken(1)), 'money-invalid'],
    ['taking twice', () => capture(capture(holding(10), 'a', taken(5)), 'a', taken(5)), 'money-invalid'],
    ['half a fen', () => deposit(withMoney(1), 0.5), 'money-invalid'],
    ['nothing', () => deposit(withMoney(1), 0), 'money-invalid'],
    ['less than nothing', () => placeHold(withMoney(1), 'a', hold(-1), month), 'money-invalid'],
    ['what is no number', () => deposit(withMoney(1), Number.NaN), 'money-invalid'],
    ['what no number holds exactly', () => deposit(withMoney(1), 2 ** 53), 'money-invalid'],
    ['more than anybody pays in', () => deposit(withMoney(1), 10_000_001), 'money-invalid'],
    [
      'more than a wallet holds',
      () => deposit({ ...withMoney(1), balanceFen: 1_000_000_000 }, 1),
      'money-invalid',
    ],
    ['paying out what is held', () => withdraw(holding(10), 91), 'too-little-money'],
    ['paying out credit', () => withdraw(withCreditLimit(withMoney(5), 100), 6), 'too-little-money'],
    ['paying out what is owed', () => withdraw({ ...withMoney(5), owedFen: 3 }, 3), 'too-little-money'],
    ['spending what is owed', () => spend({ ...withMoney(5), owedFen: 3 }, 3, month), 'too-little-money'],
    ['a claim of nothing', () => claim(withMoney(5), 0), 'money-invalid'],
    ['credit below zero', () => withCreditLimit(withMoney(5), -1), 'money-invalid'],
  ])('%s', (_, act, error) => {
    expect(act).toThrow(expect.objectContaining({ error }));
  });
});

test('a wallet takes a hundred thousand yuan at once, and holds ten million', () => {
  expect(deposit(withMoney(1), 10_000_000).balanceFen).toBe(10_000_001);
  expect(deposit({ ...withMoney(1), balanceFen: 999_999_999 }, 1).balanceFen).toBe(1_000_000_000);
});

test('a wallet written before there were packages, limits and debts is read as one without', () => {
  const { owedFen: _o, purchases: _p, budget: _b, days: _d, ...old } = withMoney(5);
  expect(walletSchema.parse(old)).toEqual(withMoney(5));
});

describe('a package in a wallet', () => {
  const purchase = { packageId: 'ten', tariffVersion: 'v', boughtAtMs: 0, validUntilMs: 1000 };
  const bought = (kind: 'sessions' | 'energy' | 'days', left: number): Wallet => ({
    ...withMoney(100),
    purchases: { p: { ...purchase, kind, left } },
  });
  const reserved = (amount: number) => hold(1, { reserved: { purchaseId: 'p', amount } });

  test('is reserved with the hold, and what was not used goes back', () => {
    const held = placeHold(bought('energy', 5000), 'a', reserved(4000), month);
    expect(held.purchases['p']?.left).toBe(1000);
    expect(capture(held, 'a', taken(0, { usedOfPackage: 1500 })).purchases['p']?.left).toBe(3500);
    expect(capture(held, 'a', taken(0)).purchases['p']?.left).toBe(5000);
  });

  test('pays for a whole session with nothing held beside it, also where the month is spent', () => {
    const asked = hold(0, { reserved: { purchaseId: 'p', amount: 1 } });
    const wallet = bought('sessions', 1);
    const spent = { month, totalFen: 9, byMember: {}, noticed: [] };
    const held = placeHold(
      { ...wallet, budget: { members: {}, monthLimitFen: 5, spent } },
      'a',
      asked,
      month,
    );
    expect(capture(held, 'a', taken(0, { usedOfPackage: 1 })).purchases['p']?.left).toBe(0);
  });

  test('of days is not used up by a session', () => {
    const held = placeHold(bought('days', 1), 'a', reserved(1), month);
    expect(placeHold(held, 'b', { ...reserved(1), credentialId: 'c2' }, month).purchases['p']?.left).toBe(1);
  });

  test.each([
    ['more than is left', bought('sessions', 1), hold(1, { reserved: { purchaseId: 'p', amount: 2 } })],
    ['what was never bought', bought('sessions', 1), hold(1, { reserved: { purchaseId: 'q', amount: 1 } })],
    [
      'what has lapsed',
      bought('sessions', 1),
      hold(1, { sinceMs: 1000, reserved: { purchaseId: 'p', amount: 1 } }),
    ],
  ])('does not give %s', (_, wallet, asked) => {
    expect(() => placeHold(wallet, 'a', asked, month)).toThrow(
      expect.objectContaining({ error: 'package-used-up' }),
    );
  });
});

describe('what is claimed after the fact', () => {
  test('is taken from what is free, never from a hold, and the rest is owed', () => {
    expect(claim(holding(70), 50)).toMatchObject({
      takenFen: 30,
      owedFen: 20,
      wallet: { balanceFen: 70, owedFen: 20, holds: { a: { amountFen: 70 } } },
    });
  });

  test('is paid by the next deposit before anything else can be spent', () => {
    const { wallet } = claim(withMoney(10), 50);
    expect(spendableFen({ ...wallet, balanceFen: 30 })).toBe(0);
    const after = deposit(wallet, 100);
    expect(after).toMatchObject({ balanceFen: 60, owedFen: 0 });
    expect(payInPostings('cash', wallet, after, 100, 'm')).toEqual([
      { debit: 'cash', credit: 'wallet:h', amountFen: 100, memo: 'm' },
      { debit: 'wallet:h', credit: 'receivable:h', amountFen: 40, memo: 'm' },
    ]);
  });
});

const fen = fc.integer({ min: -5, max: 500 });
const name = fc.integer({ min: 0, max: 4 });
const act = fc.oneof(
  fc.record({ act: fc.constantFrom('deposit', 'withdraw', 'spend', 'claim', 'credit'), fen, name }),
  fc.record({ act: fc.constantFrom('hold', 'capture'), fen, name }),
);

/** Does one thing to a wallet; what is refused throws, and leaves it as it was. */
function done(wallet: Wallet, step: { act: string; fen: number; name: number }): Wallet {
  switch (step.act) {
    case 'deposit':
      return deposit(wallet, step.fen);
    case 'withdraw':
      return withdraw(wallet, step.fen);
    case 'spend':
      return spend(wallet, step.fen, month);
    case 'claim':
      return claim(wallet, step.fen).wallet;
    case 'credit':
      return withCreditLimit(wallet, step.fen);
    case 'hold':
      return placeHold(
        wallet,
        `session-${step.name}`,
        hold(step.fen, { credentialId: `c${step.name}` }),
        month,
      );
    default:
      return capture(wallet, `session-${step.name}`, taken(step.fen));
  }
}

test('whatever is done to a wallet, what is available never falls below zero, nor what is owed', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (steps) => {
      let wallet = emptyWallet('e', 'h');
      for (const step of steps) {
        try {
          wallet = done(wallet, step);
        } catch (error) {
          expect(error).toHaveProperty('error');
        }
        expect(availableFen(wallet)).toBeGreaterThanOrEqual(0);
        expect(wallet.owedFen).toBeGreaterThanOrEqual(0);
        expect(walletSchema.parse(wallet)).toEqual(wallet);
      }
    }),
  );
});

test('the sum over all accounts is zero, whatever is posted', () => {
  const account = fc.constantFrom('cash', 'wallet:h1', 'wallet:h2', 'receivable:h1', 'revenue:service');
  const posting = fc.record({
    debit: account,
    credit: account,
    amountFen: fc.nat(10_000),
    memo: fc.constant('m'),
  });
  fc.assert(
    fc.property(fc.array(posting), (postings: Posting[]) => {
      expect([...balances(postings).values()].reduce((sum, amountFen) => sum + amountFen, 0)).toBe(0);
    }),
  );
});
