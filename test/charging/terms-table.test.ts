import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { limits } from '../../src/charging/session.ts';
import { termsOf } from '../../src/charging/terms.ts';
import { emptyWallet, type Wallet } from '../../src/wallet/wallet.ts';
import { eveningMs } from '../support/estate.ts';

// What a session may take, by what is there, to the fen and the Wh.

describe('the terms of a session', () => {
  const tariff: Tariff = {
    ...{ tariffVersion: 'v', timeZone: 'Asia/Shanghai', currency: 'CNY', effectiveFromMs: 0, holdFen: 300 },
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 700 }],
    service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  };
  const byTime: Tariff = { ...tariff, service: { by: 'time', priceMilliYuanPerHour: 600 } };
  const energy = (left: number): Partial<Wallet> => ({
    purchases: {
      e: {
        ...{ packageId: 'p', tariffVersion: 'v', kind: 'energy', left, boughtAtMs: 0 },
        validUntilMs: eveningMs + 1,
      },
    },
  });
  const paid = (energyWh: number) => ({
    allowance: { purchaseId: 'e', energyWh, reservedAmount: energyWh },
  });
  const terms = (wallet: Partial<Wallet>, more: Partial<Tariff> = {}) =>
    termsOf(
      { ...emptyWallet('e', 'h'), ...wallet },
      { ...tariff, ...more },
      { memberId: undefined, atMs: eveningMs },
    );

  test.each<[string, Partial<Wallet>, Partial<Tariff>, object]>([
    // One fen is kept back for rounding; a yuan a kWh.
    ['ten Wh, the least that a board counts', { balanceFen: 2 }, {}, { holdFen: 2, energyLimitWh: 10 }],
    ['what is there of the hold', { balanceFen: 250 }, {}, { holdFen: 250, energyLimitWh: 2490 }],
    ['the hold and no more', { balanceFen: 9000 }, {}, { holdFen: 300, energyLimitWh: 2990 }],
    [
      'fees, and ten Wh beside them',
      { balanceFen: 52 },
      { startFeeFen: 20, minimum: { feeFen: 30, coversMinutes: 60 } },
      { holdFen: 52, energyLimitWh: 10 },
    ],
    [
      'the cap, where that is all that it can cost',
      { balanceFen: 40 },
      { startFeeFen: 50, capPerSessionFen: 40 },
      { holdFen: 40, energyLimitWh: 1_000_000 },
    ],
    [
      'ten Wh of a package, without money',
      { balanceFen: 0, ...energy(10) },
      {},
      { holdFen: 0, energyLimitWh: 10, ...paid(10) },
    ],
    [
      'nine Wh of a package and one of money',
      { balanceFen: 2, ...energy(9) },
      {},
      { holdFen: 2, energyLimitWh: 19, ...paid(9) },
    ],
    [
      'of a package what a port can deliver in half a day',
      { balanceFen: 0, ...energy(50_000) },
      {},
      { holdFen: 0, energyLimitWh: 13_200, ...paid(13_200) },
    ],
    [
      'all of a package that is less',
      { balanceFen: 0, ...energy(13_199) },
      {},
      { holdFen: 0, energyLimitWh: 13_199, ...paid(13_199) },
    ],
  ])('are %s', (_, wallet, more, expected) => {
    expect(terms(wallet, more)).toStrictEqual(expected);
  });

  test('last as long as the money does, or half a day where a package of energy pays', () => {
    expect(terms({ balanceFen: 300 }, byTime)).toStrictEqual({
      // 2.99 yuan at 0.60 yuan an hour and 0.21 for 300 Wh.
      ...{ holdFen: 300, energyLimitWh: 1107, timeLimitMs: Math.floor((2.99 / 0.81) * 3_600_000) },
    });
    expect(terms({ balanceFen: 0, ...energy(500) }, byTime)).toMatchObject({
      timeLimitMs: limits.longestSessionMs,
    });
  });

  test.each<[string, string, Partial<Wallet>, Partial<Tariff>]>([
    ['nine Wh', 'too-little-money', { balanceFen: 1 }, {}],
    ['nine Wh of a package', 'too-little-money', { balanceFen: 0, ...energy(9) }, {}],
    [
      'a package that has ended',
      'too-little-money',
      {
        balanceFen: 0,
        purchases: { e: { ...energy(500).purchases?.['e'], validUntilMs: eveningMs } as never },
      },
      {},
    ],
    [
      'a package, and less than both fees',
      'too-little-money',
      { balanceFen: 49, ...energy(500) },
      { startFeeFen: 20, minimum: { feeFen: 30, coversMinutes: 60 } },
    ],
    [
      'as little money as the limit leaves',
      'too-little-money',
      { balanceFen: 1, budget: { ...emptyWallet('e', 'h').budget, monthLimitFen: 1 } },
      {},
    ],
    [
      'a limit that leaves less than the money',
      'spend-limit-reached',
      { balanceFen: 2, budget: { ...emptyWallet('e', 'h').budget, monthLimitFen: 1 } },
      {},
    ],
    [
      'a limit that is passed',
      'spend-limit-reached',
      { balanceFen: 1, budget: { ...emptyWallet('e', 'h').budget, monthLimitFen: 0 } },
      {},
    ],
  ])('are none with %s: %s', (_, error, wallet, more) => {
    expect(() => terms(wallet, more)).toThrow(expect.objectContaining({ error }));
  });
});
