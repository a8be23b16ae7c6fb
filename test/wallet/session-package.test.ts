import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { monthAt, paySession, spentBeforeOf, usedOfPackage } from '../../src/wallet/session-money.ts';
import { emptyWallet, placeHold, type Wallet } from '../../src/wallet/wallet.ts';
import { flat, receiptOfEnergy } from '../support/tariffs.ts';

// What a session takes of a package, and what it counts towards the cap of a day: 90 fen a kWh.

const tariff = flat(600, 300, { tariffVersion: 't1', holdFen: 500 });
const capped: Tariff = { ...tariff, capPerDayFen: 50 };
/** The smallest part of a fen that is counted with. */
const fen = 36_000_000;

const dayMs = 86_400_000;
/** 2026-11-23 20:00 in Shanghai. */
const endMs = Date.UTC(2026, 10, 23, 12);
function receipt(energyWh: number, more: Partial<Receipt> = {}, endedAtMs = endMs): Receipt {
  const readings = [0, energyWh / 2, energyWh].map((wh, index) => ({
    ...{ atMs: endedAtMs - (2 - index) * 60_000, energyWh: wh },
  }));
  return { ...receiptOfEnergy(energyWh, endedAtMs), readings, ...more };
}
const reserved = { purchaseId: 'p', amount: 3 };
const payer = { credentialId: 'c1', reserved };
const purchase = {
  ...{ packageId: 'k', tariffVersion: 't1', kind: 'sessions' as const, left: 5, boughtAtMs: 0 },
  validUntilMs: 9e12,
};
const wallet = (more: Partial<Wallet>): Wallet => ({ ...emptyWallet('e', 'h1'), ...more });

describe('of a package is used', () => {
  const byEnergy = { purchaseId: 'p', energyWh: 600 };
  test.each<[string, Receipt, Tariff, number]>([
    [
      'all that was reserved, by a session of a package of sessions',
      receipt(100, { allowance: { purchaseId: 'p' } }),
      tariff,
      3,
    ],
    ['what was drawn', receipt(100, { allowance: byEnergy }), tariff, 100],
    ['what it has, where more was drawn', receipt(1000, { allowance: byEnergy }), tariff, 600],
    ['something, by what costs one fen without it', receipt(12, { allowance: byEnergy }), tariff, 12],
    ['nothing, by what costs nothing without it', receipt(0, { allowance: { purchaseId: 'p' } }), tariff, 0],
    ['nothing, by a session that it does not pay for', receipt(100), tariff, 0],
    [
      'nothing, by a session on a day on which the cap was reached',
      receipt(100, { allowance: byEnergy, spentBefore: { '2026-11-23': 50 * fen } }),
      capped,
      0,
    ],
  ])('%s', (_, of, under, used) => {
    expect(usedOfPackage(under, payer, of)).toBe(used);
    expect(usedOfPackage(under, { credentialId: 'c1' }, of)).toBe(0);
  });
});

describe('after the fact', () => {
  const other = { ...purchase, left: 9 };
  const allowed = (energyWh: number) => receipt(energyWh, { allowance: { purchaseId: 'p' } });
  const paid = (of: Partial<Wallet['purchases'][string]>, before: Receipt, after: Receipt) =>
    paySession(
      wallet({ balanceFen: 7, purchases: { p: { ...purchase, ...of }, q: other } }),
      payer,
      tariff,
      before,
      after,
    );

  test('a session that turns out to have drawn something takes what it had reserved, and nothing else', () => {
    const moved = paid({}, allowed(0), allowed(100));
    expect(moved.wallet.purchases).toEqual({ p: { ...purchase, left: 2 }, q: other });
    expect(moved.wallet.balanceFen).toBe(7);
    expect(paid({}, allowed(100), allowed(0)).wallet.purchases['p']).toEqual({ ...purchase, left: 8 });
  });

  test('a package of days is marked as used, and nothing is taken out of it', () => {
    const days = { ...purchase, kind: 'days' as const, left: 1 };
    expect(paid(days, allowed(0), allowed(100)).wallet.purchases).toEqual({
      p: { ...days, used: true },
      q: other,
    });
    expect(paid(days, allowed(100), allowed(200)).wallet.purchases).toEqual({ p: days, q: other });
  });

  test('what is told again takes nothing, nor does a package that is in the wallet no more', () => {
    const overdrawn = { ...purchase, left: 0, overdrawn: 2 };
    expect(paid(overdrawn, allowed(100), allowed(100)).wallet.purchases['p']).toEqual(overdrawn);
    const gone = paySession(wallet({ purchases: { q: other } }), payer, tariff, allowed(0), allowed(100));
    expect(gone.wallet.purchases).toEqual({ q: other });
  });
});

test('a session is of the month in which it ended, whenever its readings were', () => {
  const firstMs = Date.UTC(2026, 10, 30, 16);
  expect([monthAt(tariff, firstMs - 1), monthAt(tariff, firstMs)]).toEqual(['2026-11', '2026-12']);
  const held = placeHold(
    wallet({ balanceFen: 9 }),
    'x',
    { amountFen: 9, credentialId: 'c1', sinceMs: 0 },
    '2026-11',
  );
  const ended = paySession(held, { credentialId: 'c1' }, tariff, undefined, receipt(100, {}, firstMs));
  expect(ended.wallet.budget.spent.month).toBe('2026-12');
});

test('what no correction gave back is kept from nobody: the first price of a session that cost nothing is all claimed', () => {
  const costs = (service: number) => ({
    ...{ chargedFen: service, totalFen: service },
    lines: [{ line: 'service' as const, amountFen: service, slices: [] }],
  });
  const [before, after] = [receipt(0, costs(0)), receipt(100, costs(9))];
  expect(
    paySession(wallet({ balanceFen: 9 }), { credentialId: 'c1' }, tariff, before, after).postings,
  ).toEqual([{ debit: 'wallet:h1', credit: 'revenue:service', amountFen: 9, memo: 'x' }]);
});

describe('towards the cap of a day', () => {
  const days = (of: Record<string, number>, under: Tariff, before: Receipt | undefined, after: Receipt) =>
    paySession(wallet({ days: of }), { credentialId: 'c1' }, under, before, after).wallet.days;

  test('counts what a session would cost, and its last price alone', () => {
    const of = { 'c1|2026-11-23': 5 * fen, 'c2|2026-11-23': 7 };
    expect(days(of, capped, undefined, receipt(200))).toEqual({ ...of, 'c1|2026-11-23': 23 * fen });
    expect(days({ 'c1|2026-11-23': 23 * fen }, capped, receipt(200), receipt(100))).toEqual({
      'c1|2026-11-23': 14 * fen,
    });
    expect(days({ 'c1|2026-11-23': 18 * fen }, capped, receipt(200), receipt(0))).toEqual({});
  });

  test('counts no more than is left of the cap, and nothing that a package paid for', () => {
    const spentBefore = { '2026-11-23': 45 * fen };
    expect(days({}, capped, undefined, receipt(200, { spentBefore }))).toEqual({ 'c1|2026-11-23': 5 * fen });
    const allowance = { purchaseId: 'p', energyWh: 100 };
    expect(days({}, capped, undefined, receipt(200, { allowance }))).toEqual({ 'c1|2026-11-23': 9 * fen });
  });

  test('counts the smallest part of a fen, and a day for eight days', () => {
    const of = { 'c1|2026-11-14': 5, 'c1|2026-11-15': 1, 'c2|2026-11-15': 2 };
    expect(days(of, capped, undefined, receipt(200))).toEqual({
      ...{ 'c1|2026-11-15': 1, 'c2|2026-11-15': 2, 'c1|2026-11-23': 18 * fen },
    });
  });

  test('counts nothing without a cap, and forgets nothing', () => {
    const of = { 'c1|2026-01-01': 5, 'c1|2026-11-23': 3 };
    expect(days(of, tariff, undefined, receipt(200))).toEqual(of);
  });
});

describe('what other sessions of the card have counted before', () => {
  const of = wallet({
    days: {
      ...{ 'c1|2026-11-22': 1 * fen, 'c1|2026-11-23': 30 * fen, 'c1|2026-11-24': 4 * fen },
      ...{ 'c10|2026-11-23': 8 * fen, 'c2|2026-11-25': 9 * fen },
    },
  });
  const toIts = (more: Partial<Receipt> = {}, energyWh = 200) =>
    spentBeforeOf(of, 'c1', capped, endMs - 3_600_000, receipt(energyWh, more));

  test('is that of the day on which it began, and later', () => {
    expect(spentBeforeOf(of, 'c1', capped, endMs)).toEqual({ '2026-11-23': 30 * fen, '2026-11-24': 4 * fen });
    expect(spentBeforeOf(of, 'c1', capped, endMs + dayMs)).toEqual({ '2026-11-24': 4 * fen });
    expect(spentBeforeOf(of, 'c1', tariff, endMs)).toBeUndefined();
  });

  test('is less by what the session itself has counted so far, and never less than nothing', () => {
    expect(toIts()).toEqual({ '2026-11-23': 12 * fen, '2026-11-24': 4 * fen });
    expect(toIts({}, 350)).toEqual({ '2026-11-24': 4 * fen });
    expect(toIts({ spentBefore: { '2026-11-22': 5 } })).toEqual({
      ...{ '2026-11-22': 5, '2026-11-23': 12 * fen, '2026-11-24': 4 * fen },
    });
  });

  test('is the smallest part of a fen too', () => {
    const little = wallet({ days: { 'c1|2026-11-23': 1 } });
    expect(spentBeforeOf(little, 'c1', capped, endMs)).toEqual({ '2026-11-23': 1 });
  });
});
