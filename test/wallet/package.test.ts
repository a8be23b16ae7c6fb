import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { accountsOf } from '../../src/wallet/accounts.ts';
import { askOrder } from '../../src/wallet/office.ts';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { usablePurchase } from '../../src/wallet/purchase.ts';
import { capture, deposit, placeHold } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { everything, officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';

const dayMs = 86_400_000;
const month = '2026-11';
const named = { zh: '套餐', en: 'Package' };
const tariff: Tariff = {
  tariffVersion: 'v1',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  effectiveFromMs: 0,
  electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }],
  service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  packages: [
    { packageId: 'ten', name: named, priceFen: 700, kind: 'sessions', amount: 10, validDays: 90 },
    { packageId: 'kwh', name: named, priceFen: 900, kind: 'energy', amount: 10_000, validDays: 60 },
    { packageId: 'month', name: named, priceFen: 3000, kind: 'days', amount: 30, validDays: 30 },
  ],
  holdFen: 300,
};

const buy = ({ office, by }: TestOffice, requestId: string, packageId = 'ten', terms = tariff) =>
  buyPackage(office, by('resident'), { householdId: 'h1', requestId, packageId }, terms);
const giveBack = ({ office, by }: TestOffice, purchaseId: string, requestId = 'back-1') =>
  returnPackage(office, by('resident'), { householdId: 'h1', requestId, purchaseId });

async function withMoney(amountFen: number): Promise<TestOffice> {
  const desk = await testOffice();
  await askOrder(desk.office, desk.by('cashier'), {
    kind: 'cash-top-up',
    orderId: 't1',
    householdId: 'h1',
    amountFen,
  });
  return desk;
}

async function books(desk: TestOffice): Promise<Record<string, number>> {
  await desk.stream();
  const accounts = await accountsOf(desk.table, officeEstate);
  expect(accounts.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(0);
  return Object.fromEntries(accounts.map(({ account, balanceFen }) => [account, balanceFen]));
}

describe('a package is bought', () => {
  test('once for one request, for its price, and is there to be used', async () => {
    const desk = await withMoney(1000);
    const bought = await buy(desk, 'request-1');
    expect(await buy(desk, 'request-1')).toEqual(bought);
    expect(bought).toMatchObject({
      purchaseId: 'request-1',
      priceFen: 700,
      validUntilMs: officeNowMs + 90 * dayMs,
    });
    const { purchases } = await desk.wallet();
    expect(usablePurchase(purchases, officeNowMs)).toMatchObject({
      purchaseId: 'request-1',
      purchase: { left: 10, tariffVersion: 'v1' },
    });
    expect(await books(desk)).toEqual({ cash: -1000, 'revenue:package': 700, 'wallet:h1': 300 });
  });

  test('under the terms of its day: told again after a change of tariff, it is what it was', async () => {
    const desk = await withMoney(1000);
    const bought = await buy(desk, 'request-1');
    expect(await buy(desk, 'request-1', 'ten', { ...tariff, tariffVersion: 'v2', packages: [] })).toEqual(
      bought,
    );
  });

  test('only where the tariff has it, the money is there, and the limit allows it', async () => {
    const desk = await withMoney(699);
    const refused = async (packageId: string, error: string) => {
      const before = everything(desk.table);
      await expect(buy(desk, 'request-1', packageId)).rejects.toMatchObject({ error });
      expect(everything(desk.table)).toBe(before);
    };
    await refused('none', 'not-found');
    await refused('ten', 'too-little-money');
    await desk.change((wallet) => ({
      ...wallet,
      balanceFen: 5000,
      budget: { ...wallet.budget, monthLimitFen: 699 },
    }));
    await refused('ten', 'spend-limit-reached');
  });

  test('with money that no session holds', async () => {
    const desk = await withMoney(900);
    await desk.change((wallet) =>
      placeHold(wallet, 'a', { amountFen: 201, credentialId: 'c', sinceMs: 0 }, month),
    );
    await expect(buy(desk, 'request-1')).rejects.toMatchObject({ error: 'too-little-money' });
  });

  test('by one of two who have money for one', async () => {
    const desk = await withMoney(700);
    const race = interruptedAfter(desk.table, 'WALLET', () => buy(desk, 'request-1'));
    const second = { householdId: 'h1', requestId: 'request-2', packageId: 'ten' };
    await expect(buyPackage(desk.on(race), desk.by('resident'), second, tariff)).rejects.toMatchObject({
      error: 'too-little-money',
    });
    expect(Object.keys((await desk.wallet()).purchases)).toEqual(['request-1']);
  });

  test('not for another package under the same request', async () => {
    const desk = await withMoney(5000);
    await buy(desk, 'request-1');
    await expect(buy(desk, 'request-1', 'kwh')).rejects.toMatchObject({ error: 'already-exists' });
  });

  test('and, a month after it lapsed, is in the journal alone', async () => {
    const desk = await withMoney(5000);
    await buy(desk, 'request-1', 'month');
    desk.nowMs += 62 * dayMs;
    await buy(desk, 'request-2');
    expect(Object.keys((await desk.wallet()).purchases)).toEqual(['request-2']);
    expect(desk.entries('package-bought')).toHaveLength(2);
  });
});

describe('a package is given back', () => {
  const use = (desk: TestOffice, purchaseId: string, amount: number, used: number) =>
    desk.change((wallet) => {
      const hold = {
        amountFen: 1,
        credentialId: 'c',
        sinceMs: officeNowMs,
        reserved: { purchaseId, amount },
      };
      return capture(placeHold(deposit(wallet, 1), 'a', hold, month), 'a', {
        amountFen: 0,
        usedOfPackage: used,
        month,
      });
    });

  test('unused, at its full price, once', async () => {
    const desk = await withMoney(1000);
    await buy(desk, 'request-1');
    await giveBack(desk, 'request-1');
    await giveBack(desk, 'request-1');
    await expect(giveBack(desk, 'request-1', 'back-2')).rejects.toMatchObject({ error: 'already-refunded' });
    expect((await desk.wallet()).purchases).toEqual({});
    expect((await desk.wallet()).budget.spent.totalFen).toBe(0);
    expect(await books(desk)).toEqual({ cash: -1000, 'revenue:package': 0, 'wallet:h1': 1000 });
  });

  test('in a later month, lowers nothing that was spent in that month', async () => {
    const desk = await withMoney(2000);
    await buy(desk, 'in-november');
    desk.nowMs += 15 * dayMs;
    await buy(desk, 'in-december');
    await giveBack(desk, 'in-november');
    expect((await desk.wallet()).budget.spent).toMatchObject({ month: '2026-12', totalFen: 700 });
  });

  test.each([
    ['ten', 1, 1],
    ['kwh', 5000, 1],
    ['month', 1, 1],
  ])('%s, but not when it was used', async (packageId, amount, used) => {
    const desk = await withMoney(5000);
    await buy(desk, 'request-1', packageId);
    await use(desk, 'request-1', amount, used);
    const before = everything(desk.table);
    await expect(giveBack(desk, 'request-1')).rejects.toMatchObject({ error: 'package-used' });
    expect(everything(desk.table)).toBe(before);
  });

  test.each(['ten', 'kwh', 'month'])(
    '%s also when a session that it was to pay for never began',
    async (packageId) => {
      const desk = await withMoney(5000);
      await buy(desk, 'request-1', packageId);
      await use(desk, 'request-1', 1, 0);
      await giveBack(desk, 'request-1');
      expect((await desk.wallet()).purchases).toEqual({});
    },
  );

  test('not while a session runs that it pays for', async () => {
    const desk = await withMoney(5000);
    await buy(desk, 'request-1', 'month');
    const reserved = { purchaseId: 'request-1', amount: 1 };
    const hold = { amountFen: 1, credentialId: 'c', sinceMs: officeNowMs, reserved };
    await desk.change((wallet) => placeHold(wallet, 'a', hold, month));
    await expect(giveBack(desk, 'request-1')).rejects.toMatchObject({ error: 'package-used' });
  });

  test('not when it has lapsed, and not by another household', async () => {
    const desk = await withMoney(5000);
    await buy(desk, 'request-1', 'month');
    const { office, by } = desk;
    const foreign = { householdId: 'h2', requestId: 'back-1', purchaseId: 'request-1' };
    await expect(returnPackage(office, by('x'), foreign)).rejects.toMatchObject({ error: 'not-found' });
    desk.nowMs += 30 * dayMs;
    await expect(giveBack(desk, 'request-1')).rejects.toMatchObject({ error: 'package-lapsed' });
  });
});
