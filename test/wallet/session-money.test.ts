import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { balances, type Posting } from '../../src/ledger/ledger.ts';
import { paySession } from '../../src/wallet/session-money.ts';
import { availableFen, deposit, emptyWallet, placeHold, type Wallet } from '../../src/wallet/wallet.ts';
import { flat, receiptOfEnergy } from '../support/tariffs.ts';

const tariff = flat(600, 300, { tariffVersion: 't1', holdFen: 500 });

const endMs = Date.UTC(2026, 10, 23, 12);
const costs = ([electricity, service]: readonly [number, number], endedAtMs = endMs): Receipt => ({
  ...receiptOfEnergy(1000, endedAtMs),
  holdFen: 500,
  lines: [
    { line: 'electricity', amountFen: electricity, slices: [] },
    { line: 'service', amountFen: service, slices: [] },
  ],
  ...{ totalFen: electricity + service, chargedFen: electricity + service },
});

const payer = { credentialId: 'c1', memberId: 'm1' };
const reserved = { purchaseId: 'p1', amount: 600 };
const purchase = { packageId: 'p', tariffVersion: 't1', boughtAtMs: 0, validUntilMs: 9e12 };
const withPackage = (left: number): Wallet => ({
  ...withMoney(500),
  purchases: { p1: { ...purchase, kind: 'energy', left } },
});
const withMoney = (balanceFen: number, creditLimitFen = 0): Wallet => ({
  ...emptyWallet('e', 'h1'),
  balanceFen,
  creditLimitFen,
});
const holding = (wallet: Wallet, amountFen: number): Wallet =>
  placeHold(wallet, 'x', { amountFen, ...payer, sinceMs: 0 }, '2026-11');

/** A session that costs this, and then that, and so on. */
function through(wallet: Wallet, prices: readonly (readonly [number, number])[]) {
  let now = wallet;
  const postings: Posting[] = [];
  const receipts = prices.map((price) => costs(price));
  for (const [index, receipt] of receipts.entries()) {
    const moved = paySession(now, payer, tariff, receipts[index - 1], receipt);
    now = moved.wallet;
    postings.push(...moved.postings);
  }
  return { wallet: now, postings };
}

describe('what a session costs', () => {
  test('comes to the same, in whatever steps it got there, and the books say so', () => {
    const price = fc.tuple(fc.nat(300), fc.nat(300));
    const prices = fc.array(price, { minLength: 1, maxLength: 6 });
    const money = fc.record({ balance: fc.nat(900), credit: fc.nat(300), held: fc.nat(600) });
    fc.assert(
      fc.property(prices, money, (list, { balance, credit, held }) => {
        const heldFen = Math.min(held, balance + credit);
        const begun = holding(withMoney(balance, credit), heldFen);
        const { wallet, postings } = through(begun, list);
        const [electricity = 0, service = 0] = list.at(-1) ?? [];
        const sums = balances(postings);
        expect(wallet.balanceFen - wallet.owedFen).toBe(balance - electricity - service);
        expect(wallet.balanceFen).toBe(balance + (sums.get('wallet:h1') ?? 0));
        expect(wallet.owedFen + (sums.get('receivable:h1') ?? 0)).toBe(0);
        expect(sums.get('revenue:electricity') ?? 0).toBe(electricity);
        expect(sums.get('revenue:service') ?? 0).toBe(service);
        expect(availableFen(wallet)).toBeGreaterThanOrEqual(0);
        expect(wallet.holds).toEqual({});
        expect(wallet.budget.spent).toMatchObject({
          totalFen: electricity + service,
          byMember: { m1: electricity + service },
        });
      }),
    );
  });

  test('and goes down in one line and up in the other moves both', () => {
    const { postings } = through(holding(withMoney(500), 100), [
      [60, 30],
      [50, 45],
    ]);
    expect(postings.slice(2)).toEqual([
      { debit: 'revenue:electricity', credit: 'wallet:h1', amountFen: 10, memo: 'x' },
      { debit: 'wallet:h1', credit: 'revenue:service', amountFen: 15, memo: 'x' },
    ]);
  });

  test('is owed for the service first', () => {
    const { wallet, postings } = through(holding(withMoney(70), 70), [[60, 30]]);
    expect(wallet).toMatchObject({ balanceFen: 0, owedFen: 20 });
    expect(postings).toEqual([
      { debit: 'wallet:h1', credit: 'revenue:electricity', amountFen: 60, memo: 'x' },
      { debit: 'wallet:h1', credit: 'revenue:service', amountFen: 10, memo: 'x' },
      { debit: 'receivable:h1', credit: 'revenue:service', amountFen: 20, memo: 'x' },
    ]);
  });

  test('is counted in the month in which it ended, and moves there with its end', () => {
    const decemberMs = Date.UTC(2026, 11, 1, 2);
    const before = costs([60, 30]);
    const first = paySession(holding(withMoney(500), 100), payer, tariff, undefined, before);
    const { wallet } = paySession(first.wallet, payer, tariff, before, costs([60, 30], decemberMs));
    expect(wallet.budget.spent).toMatchObject({ month: '2026-12', totalFen: 90 });
  });

  test('and takes nothing from what others spent in the month to which it moves', () => {
    const decemberMs = Date.UTC(2026, 11, 1, 2);
    const before = costs([60, 30]);
    const first = paySession(holding(withMoney(500), 100), payer, tariff, undefined, before);
    const other = paySession(first.wallet, payer, tariff, undefined, costs([40, 0], decemberMs));
    const { wallet } = paySession(other.wallet, payer, tariff, before, costs([60, 30], decemberMs));
    expect(wallet.budget.spent).toMatchObject({ month: '2026-12', totalFen: 130, byMember: { m1: 130 } });
  });

  test('takes of a package what it has used, and no more than is left of it', () => {
    const held = placeHold(
      withPackage(600),
      'x',
      { amountFen: 100, ...payer, sinceMs: 0, reserved },
      '2026-11',
    );
    const used = (energyWh: number) => ({
      ...{ ...costs([20, 10]), allowance: { purchaseId: 'p1', energyWh: 600 } },
      readings: receiptOfEnergy(energyWh, endMs).readings,
    });
    const first = paySession(held, { ...payer, reserved }, tariff, undefined, used(100));
    expect(first.wallet.purchases['p1']?.left).toBe(500);
    const more = paySession(first.wallet, { ...payer, reserved }, tariff, used(100), used(1000));
    expect(more.wallet.purchases['p1']?.left).toBe(0);
    const elsewhere = { ...first.wallet, purchases: withPackage(50).purchases };
    const late = paySession(elsewhere, { ...payer, reserved }, tariff, used(100), used(1000));
    expect(late.wallet.purchases['p1']?.left).toBe(0);
  });

  test('gives a package back no more than it took, though others had used it up meanwhile', () => {
    const used = (energyWh: number): Receipt => ({
      ...{ ...costs([0, 0]), allowance: { purchaseId: 'p1', energyWh: 600 } },
      readings: receiptOfEnergy(energyWh, endMs).readings,
    });
    const pay = (wallet: Wallet, before: Receipt, after: Receipt) =>
      paySession(wallet, { ...payer, reserved }, tariff, before, after).wallet;
    // It has used 100 Wh, and others all but 50.
    const left = (wallet: Wallet) => wallet.purchases['p1']?.left;
    const more = pay(withPackage(50), used(100), used(600));
    expect(left(more)).toBe(0);
    expect(left(pay(more, used(600), used(100)))).toBe(50);
    expect(left(pay(more, used(600), used(300)))).toBe(0);
  });

  test('is given back once, by a correction or by a better price', () => {
    const price = fc.tuple(fc.nat(300), fc.nat(300));
    const more = fc.array(price, { minLength: 1 });
    const corrected = fc.record({ first: price, given: fc.nat(600), more });
    fc.assert(
      fc.property(corrected, ({ first, given, more }) => {
        const prices = [first, ...more].map((each) => costs(each));
        const [before] = prices;
        const givenBackFen = Math.min(given, before?.chargedFen ?? 0);
        const begun = holding(withMoney(900), 600);
        const paid = paySession(begun, payer, tariff, undefined, before ?? costs(first));
        let wallet = deposit({ ...paid.wallet }, Math.max(1, givenBackFen));
        if (givenBackFen === 0) wallet = paid.wallet;
        const postings = [...paid.postings];
        for (const [index, receipt] of prices.slice(1).entries()) {
          const moved = paySession(wallet, { ...payer, givenBackFen }, tariff, prices[index], receipt);
          wallet = moved.wallet;
          postings.push(...moved.postings);
        }
        const [electricity = 0, service = 0] = more.at(-1) ?? [];
        const sums = balances(postings);
        // Never below nothing: what was given back is part of what the session costs, or all of it.
        const dueFen = Math.max(0, electricity + service - givenBackFen);
        expect(wallet.balanceFen - wallet.owedFen).toBe(900 - dueFen);
        expect(sums.get('revenue:electricity') ?? 0).toBe(electricity);
        expect(sums.get('revenue:service') ?? 0).toBe(service);
        expect(sums.get('written-off') ?? 0).toBe(Math.max(0, givenBackFen - electricity - service));
      }),
    );
  });

  test('is forgotten for the caps of days more than a week ago', () => {
    const capped = { ...tariff, capPerDayFen: 50 };
    const old = { ...holding(withMoney(500), 100), days: { 'c1|2026-11-01': 5, 'c1|2026-11-20': 7 } };
    const { wallet } = paySession(old, payer, capped, undefined, costs([60, 30]));
    expect(wallet.days).toEqual({ 'c1|2026-11-20': 7, 'c1|2026-11-23': 50 * 36_000_000 });
  });
});
