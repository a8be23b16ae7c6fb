import { expect } from 'vitest';
import { accountsOf } from '../../src/wallet/accounts.ts';
import { askOrder, decideOrder } from '../../src/wallet/office.ts';
import type { OfficeOrder } from '../../src/wallet/office-order.ts';
import { everything, officeEstate, type TestOffice } from './money.ts';

/** What the tests of the office ask for, and how they are answered. */

export const cash = (orderId: string, amountFen: number, householdId = 'h1'): OfficeOrder => ({
  ...{ kind: 'cash-top-up', orderId, householdId, amountFen },
});
export const out = (orderId: string, amountFen: number): OfficeOrder => ({
  ...{ ...cash(orderId, amountFen), kind: 'cash-refund' },
});
export const correction = (
  orderId: string,
  amountFen: number,
  more: Partial<OfficeOrder> = {},
): OfficeOrder => ({
  ...{ ...cash(orderId, amountFen), kind: 'correction', reason: 'the meter was wrong', ...more },
});

export const ask = ({ office, by }: TestOffice, order: OfficeOrder, who = 'cashier') =>
  askOrder(office, by(who), order);
export const approve = ({ office, by }: TestOffice, { kind, orderId }: OfficeOrder, who = 'manager') =>
  decideOrder(office, by(who), kind, orderId, 'approved');
export const reject = ({ office, by }: TestOffice, { kind, orderId }: OfficeOrder, who = 'manager') =>
  decideOrder(office, by(who), kind, orderId, 'rejected');

/** Refused by name, and nothing is written. */
export async function refused(test: TestOffice, deed: () => Promise<unknown>, error: string): Promise<void> {
  const before = everything(test.table);
  await expect(deed()).rejects.toMatchObject({ error });
  expect(everything(test.table)).toBe(before);
}

export async function ledgerHolds(test: TestOffice): Promise<Record<string, number>> {
  await test.stream();
  const accounts = await accountsOf(test.table, officeEstate);
  expect(accounts.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(0);
  for (const { account, balanceFen, walletFen } of accounts)
    if (walletFen !== undefined) expect(balanceFen, account).toBe(walletFen);
  return Object.fromEntries(accounts.map(({ account, balanceFen }) => [account, balanceFen]));
}
