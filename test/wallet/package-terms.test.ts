import { describe, expect, test } from 'vitest';
import type { SessionPackage } from '../../contract/shapes/tariff.ts';
import { boughtSchema } from '../../contract/shapes/wallet.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import { keys } from '../../src/shared/keys.ts';
import { changeHousehold } from '../../src/wallet/household.ts';
import { noticesOf } from '../../src/wallet/notice.ts';
import { type Bought, buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { officeEstate, officeNowMs, type TestOffice } from '../support/money.ts';
import { refused } from '../support/office-orders.ts';
import { rich } from '../support/spending.ts';
import { flat } from '../support/tariffs.ts';

const dayMs = 86_400_000;
const offer = (packageId: string, kind: SessionPackage['kind'], amount: number, validDays: number) => ({
  ...{ packageId, kind, amount, validDays, priceFen: 700, name: { zh: '套餐', en: 'Package' } },
});
const tariff = flat(500, 300, {
  tariffVersion: 'v1',
  packages: [
    offer('ten', 'sessions', 10, 90),
    offer('kwh', 'energy', 10_000, 60),
    offer('long', 'days', 30, 20),
    offer('short', 'days', 20, 30),
  ],
});
const buy = ({ office, by }: TestOffice, requestId: string, packageId = 'ten', terms = tariff) =>
  buyPackage(office, by('resident'), { householdId: 'h1', requestId, packageId }, terms);
const giveBack = ({ office, by }: TestOffice, purchaseId: string, requestId = 'back-1') =>
  returnPackage(office, by('resident'), { householdId: 'h1', requestId, purchaseId });

const ten: Bought = {
  ...{ purchaseId: 'request-1', householdId: 'h1', memberId: 'resident', packageId: 'ten', priceFen: 700 },
  ...{ tariffVersion: 'v1', kind: 'sessions', amount: 10, validUntilMs: officeNowMs + 90 * dayMs },
};
function entryOf(desk: TestOffice, kind: string) {
  const { raw: _, ...said } = { ...desk.entries(kind)[0] };
  return said;
}
const from = (desk: TestOffice, fact: string) => ({
  ...{ type: 'entry', estateId: officeEstate, deviceId: 'api', topic: 'api', sender: 'resident' },
  ...{ receivedAtMs: officeNowMs, digest: desk.office.vault.mac(fact) },
  expiresAtS: officeNowMs / 1000 + Number(retentionDays['money']) * 86_400,
});

describe('the terms of a package', () => {
  test.each([
    ['ten', 10, 90],
    ['kwh', 10_000, 60],
    ['long', 1, 20],
    ['short', 1, 20],
  ])('%s: %d of it are there to be used, for %d days', async (packageId, left, days) => {
    const desk = await rich();
    await buy(desk, 'request-1', packageId);
    const { kind } = tariff.packages?.find((one) => one.packageId === packageId) ?? {};
    expect((await desk.wallet()).purchases).toEqual({
      'request-1': {
        ...{ packageId, tariffVersion: 'v1', kind, left },
        ...{ boughtAtMs: officeNowMs, validUntilMs: officeNowMs + days * dayMs },
      },
    });
  });

  test('are journalled with its price, and count against the month of who bought it', async () => {
    const desk = await rich();
    expect(await buy(desk, 'request-1')).toEqual(ten);
    expect(entryOf(desk, 'package-bought')).toEqual({
      ...keys.purchase(officeEstate, 'h1', 'request-1'),
      ...from(desk, 'buy h1 request-1 ten'),
      ...{ kind: 'package-bought', outcome: 'bought', facts: ten },
      postings: [{ debit: 'wallet:h1', credit: 'revenue:package', amountFen: 700, memo: 'request-1' }],
    });
    expect((await desk.wallet()).budget.spent).toMatchObject({
      ...{ month: '2026-11', totalFen: 700, byMember: { resident: 700 } },
    });
    expect(boughtSchema.parse(ten)).toEqual(ten);
  });

  test('of one that a limit is nearly spent by are told to the household', async () => {
    const desk = await rich();
    const limit = { change: 'month-limit', monthLimitFen: 700 } as const;
    await changeHousehold(desk.office, desk.by('resident'), 'h1', 'request-0', limit);
    await buy(desk, 'request-1');
    expect(await noticesOf(desk.table, officeEstate, 'h1')).toMatchObject([{ limitFen: 700, spentFen: 700 }]);
  });

  test('are none where the tariff sells none, or the household is not there', async () => {
    const desk = await rich();
    const { packages: _, ...none } = tariff;
    await refused(desk, () => buy(desk, 'request-1', 'ten', none), 'not-found');
    await desk.table.commit([{ remove: keys.household(officeEstate, 'h1') }]);
    await refused(desk, () => buy(desk, 'request-1'), 'not-found');
  });
});

describe('a package that is given back', () => {
  test('is journalled with the terms that it was bought under, and its money comes back, debts first', async () => {
    const desk = await rich();
    await buy(desk, 'request-1');
    await desk.change((wallet) => ({ ...wallet, owedFen: 100 }));
    const before = await desk.wallet();
    expect(await giveBack(desk, 'request-1')).toEqual(ten);
    expect(entryOf(desk, 'package-returned')).toEqual({
      ...keys.purchaseReturned(officeEstate, 'h1', 'request-1'),
      ...from(desk, 'return request-1 back-1'),
      ...{ kind: 'package-returned', outcome: 'refunded', facts: ten },
      postings: [
        { debit: 'revenue:package', credit: 'wallet:h1', amountFen: 700, memo: 'request-1' },
        { debit: 'wallet:h1', credit: 'receivable:h1', amountFen: 100, memo: 'request-1' },
      ],
    });
    expect(await desk.wallet()).toEqual({
      ...{ ...before, purchases: {}, balanceFen: before.balanceFen + 600, owedFen: 0 },
      budget: { ...before.budget, spent: { ...before.budget.spent, totalFen: 0, byMember: { resident: 0 } } },
      version: Number(before.version) + 1,
    });
    // Told again when everything else is gone, it is what it was.
    await desk.change((wallet) => ({ ...wallet, balanceFen: 0 }));
    expect(await giveBack(desk, 'request-1')).toEqual(ten);
    expect(desk.entries('package-returned')).toHaveLength(1);
  });

  test('is taken back to its last moment, and the others stay', async () => {
    const desk = await rich();
    await buy(desk, 'request-1', 'long');
    await buy(desk, 'request-2', 'kwh');
    desk.nowMs += 20 * dayMs;
    await refused(desk, () => giveBack(desk, 'request-1'), 'package-lapsed');
    desk.nowMs -= 1;
    await giveBack(desk, 'request-1');
    expect(Object.keys((await desk.wallet()).purchases)).toEqual(['request-2']);
  });

  test('is one that was bought: what was not, or is in no wallet any more, is refused by name', async () => {
    const desk = await rich();
    await refused(desk, () => giveBack(desk, 'request-1'), 'not-found');
    await buy(desk, 'request-1');
    await desk.change((wallet) => ({ ...wallet, purchases: {} }));
    await refused(desk, () => giveBack(desk, 'request-1'), 'package-lapsed');
  });
});
