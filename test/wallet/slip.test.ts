import { expect, test } from 'vitest';
import { askOrder, decideOrder } from '../../src/wallet/office.ts';
import { printSlip, slipOf, slipPage } from '../../src/wallet/slip.ts';
import { officeEstate, testOffice } from '../support/money.ts';

const topUp = (amountFen: number) =>
  ({ kind: 'cash-top-up', orderId: 't1', householdId: 'h1', amountFen }) as const;

test('the first slip printed is the original, every other one a copy of the same number', async () => {
  const { office, by } = await testOffice();
  await askOrder(office, by('cashier-li'), topUp(60_000));
  await decideOrder(office, by('manager-wang'), 'cash-top-up', 't1', 'approved');
  const original = await printSlip(office, by('cashier-li'), 'cash-top-up', 't1');
  expect(original).toMatchObject({
    amountFen: 60_000,
    balanceAfterFen: 60_000,
    bookedAt: '2026-11-23 19:00',
    bookedBy: 'cashier-li',
    approvedBy: 'manager-wang',
    copy: false,
  });
  expect(original.number).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
  const again = await printSlip(office, by('manager-wang'), 'cash-top-up', 't1');
  expect(again).toEqual({ ...original, copy: true });
  expect(await slipOf(office, officeEstate, 'cash-top-up', 't1')).toEqual(again);
});

test('to look at a slip does not print it', async () => {
  const { office, by } = await testOffice();
  await askOrder(office, by('cashier'), topUp(100));
  expect((await slipOf(office, officeEstate, 'cash-top-up', 't1')).copy).toBe(false);
  expect((await printSlip(office, by('cashier'), 'cash-top-up', 't1')).copy).toBe(false);
});

test('there is no slip for money that was not moved', async () => {
  const { office, by } = await testOffice();
  await askOrder(office, by('cashier'), topUp(60_000));
  const print = () => printSlip(office, by('cashier'), 'cash-top-up', 't1');
  await expect(print()).rejects.toMatchObject({ error: 'not-booked' });
  await decideOrder(office, by('manager'), 'cash-top-up', 't1', 'rejected');
  await expect(print()).rejects.toMatchObject({ error: 'not-booked' });
  await expect(slipOf(office, officeEstate, 'cash-refund', 't1')).rejects.toMatchObject({
    error: 'not-found',
  });
});

test('the page says it in both languages, and takes no markup from names', async () => {
  const { office, by } = await testOffice();
  await askOrder(office, by('<script>'), topUp(1205));
  const slip = await printSlip(office, by('x'), 'cash-top-up', 't1');
  const page = slipPage(slip);
  for (const text of ['现金充值凭条', 'Cash top-up', '¥12.05', slip.number, '紫云 Ziyun', '3-2&#60;1&#62;'])
    expect(page).toContain(text);
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('COPY');
  expect(slipPage({ ...slip, copy: true })).toContain('副本 COPY');
});
