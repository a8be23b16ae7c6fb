import { describe, expect, test } from 'vitest';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { usablePurchase } from '../../src/wallet/purchase.ts';
import { capture, deposit, placeHold } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { ask, cash, ledgerHolds, refused } from '../support/office-orders.ts';
import { flat } from '../support/tariffs.ts';

const dayMs = 86_400_000;
const month = '2026-11';
const named = { zh: '套餐', en: 'Package' };
const tariff = flat(500, 300, {
  tariffVersion: 'v1',
  packages: [
    { packageId: 'ten', name: named, priceFen: 700, kind: 'sessions', amount: 10, validDays: 90 },
    { packageId: 'kwh', name: named, priceFen: 900, kind: 'energy', amount: 10_000, validDays: 60 },
    { packageId: 'month', name: named, priceFen: 3000, kind: 'days', amount: 30, validDays: 30 },
  ],
});

const buy = ({ office, by }: TestOffice, requestId: string, packageId = 'ten', terms = tariff) =>
  buyPackage(office, by('resident'), { householdId: 'h1', requestId, packageId }, terms);
const giveBack = ({ office, by }: TestOffice, purchaseId: string, requestId = 'back-1') =>
  returnPackage(office, by('resident'), { householdId: 'h1', requestId, purchaseId });

async function withMoney(amountFen: number): Promise<TestOffice> {
  const desk = await testOffice();
  await ask(desk, cash('t1', amountFen));
  return desk;
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
    expect(await ledgerHolds(desk)).toEqual({ cash: -1000, 'revenue:package': 700, 'wallet:h1': 300 });
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
    await refused(desk, () => buy(desk, 'request-1', 'none'), 'not-found');
    await refused(desk, () => buy(desk, 'request-1', 'ten'), 'too-little-money');
    await desk.change((wallet) => ({
      ...wallet,
      balanceFen: 5000,
      budget: { ...wallet.budget, monthLimitFen: 699 },
    }));
    await refused(desk, () => buy(desk, 'request-1', 'ten'), 'spend-limit-reached');
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
    expect(await ledgerHolds(desk)).toEqual({ cash: -1000, 'revenue:package': 0, 'wallet:h1': 1000 });
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
    await refused(desk, () => giveBack(desk, 'request-1'), 'package-used');
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
