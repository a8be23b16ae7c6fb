import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balances, type Posting } from '../../src/billing/ledger.ts';
import { chargePostings, type Receipt } from '../../src/billing/receipt.ts';
import {
  availableFen,
  capture,
  deposit,
  emptyWallet,
  placeHold,
  type Wallet,
} from '../../src/billing/wallet.ts';

const hold = (amountFen: number, credentialId = 'c1') => ({ amountFen, credentialId, sinceMs: 0 });
const withMoney = (amountFen: number): Wallet => deposit(emptyWallet('e', 'h'), amountFen);

describe('a wallet refuses', () => {
  test.each<[string, () => unknown, string]>([
    ['a hold above what is there', () => placeHold(withMoney(100), 'a', hold(101)), 'too-little-money'],
    [
      'a second hold of the same card',
      () => placeHold(placeHold(withMoney(100), 'a', hold(10)), 'b', hold(10)),
      'credential-busy',
    ],
    [
      'taking more than was held',
      () => capture(placeHold(withMoney(100), 'a', hold(10)), 'a', 11),
      'money-invalid',
    ],
    ['taking what was never held', () => capture(withMoney(100), 'a', 1), 'money-invalid'],
    [
      'taking twice',
      () => capture(capture(placeHold(withMoney(100), 'a', hold(10)), 'a', 5), 'a', 5),
      'money-invalid',
    ],
    ['half a fen', () => deposit(withMoney(1), 0.5), 'money-invalid'],
    ['nothing', () => deposit(withMoney(1), 0), 'money-invalid'],
    ['less than nothing', () => placeHold(withMoney(1), 'a', hold(-1)), 'money-invalid'],
    ['what is no number', () => deposit(withMoney(1), Number.NaN), 'money-invalid'],
  ])('%s', (_, act, error) => {
    expect(act).toThrow(expect.objectContaining({ error }));
  });
});

test('whatever is done to a wallet, what is available never falls below zero', () => {
  const acts = fc.array(
    fc.oneof(
      fc.record({ act: fc.constant('deposit' as const), fen: fc.integer({ min: -5, max: 500 }) }),
      fc.record({
        act: fc.constant('hold' as const),
        fen: fc.integer({ min: -5, max: 500 }),
        name: fc.integer({ min: 0, max: 4 }),
      }),
      fc.record({
        act: fc.constant('capture' as const),
        fen: fc.integer({ min: -5, max: 500 }),
        name: fc.integer({ min: 0, max: 4 }),
      }),
    ),
  );
  fc.assert(
    fc.property(acts, (list) => {
      let wallet = emptyWallet('e', 'h');
      for (const step of list) {
        try {
          if (step.act === 'deposit') wallet = deposit(wallet, step.fen);
          else if (step.act === 'hold')
            wallet = placeHold(wallet, `charge-${step.name}`, hold(step.fen, `c${step.name}`));
          else wallet = capture(wallet, `charge-${step.name}`, step.fen);
        } catch (error) {
          expect(error).toHaveProperty('error');
        }
        expect(availableFen(wallet)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('the sum over all accounts is zero, whatever is posted', () => {
  const account = fc.constantFrom('cash', 'wallet:h1', 'wallet:h2', 'revenue:service');
  const posting = fc.record({
    debit: account,
    credit: account,
    amountFen: fc.nat(10_000),
    memo: fc.constant('m'),
  });
  fc.assert(
    fc.property(fc.array(posting), (postings: Posting[]) => {
      expect([...balances(postings).values()].reduce((sum, fen) => sum + fen, 0)).toBe(0);
    }),
  );
});

test('a correction moves the difference, line by line', () => {
  const receipt = (electricity: number, service: number): Receipt => ({
    chargeId: 'x',
    tariffVersion: '1',
    readings: [],
    lines: [
      { line: 'electricity', amountFen: electricity, slices: [] },
      { line: 'service', amountFen: service, slices: [] },
    ],
    totalFen: electricity + service,
    chargedFen: electricity + service,
    estimated: false,
    remarks: [],
  });
  const before = chargePostings(receipt(60, 30), 'h1');
  const correction = chargePostings(receipt(50, 25), 'h1', receipt(60, 30));
  expect(correction).toEqual([
    { debit: 'revenue:electricity', credit: 'wallet:h1', amountFen: 10, memo: 'x' },
    { debit: 'revenue:service', credit: 'wallet:h1', amountFen: 5, memo: 'x' },
  ]);
  expect(balances([...before, ...correction]).get('wallet:h1')).toBe(-75);
});
