import { expect, test } from 'vitest';
import { slipSchema } from '../../contract/shapes/office.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import { askOrder, decideOrder } from '../../src/wallet/office.ts';
import { printSlip, type Slip, slipOf, slipPage } from '../../src/wallet/slip.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, officeNowMs, testOffice } from '../support/money.ts';

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

const slip: Slip = {
  ...{ number: '01AB-CD23', kind: 'cash-top-up', orderId: 't1', estate: { zh: '紫云', en: 'Ziyun' } },
  ...{ householdId: 'h1', building: '3', unit: '2', amountFen: 5, balanceAfterFen: 123_456 },
  ...{ bookedAt: '2026-11-23 19:00', bookedBy: 'cashier', approvedBy: 'manager', copy: false },
};

test('a slip says everything that the office knows of the money, by a number that stays the same', async () => {
  const { office, by, ...desk } = await testOffice();
  await askOrder(office, by('cashier'), topUp(1205));
  const printed = await printSlip(office, by('cashier'), 'cash-top-up', 't1');
  // Written on paper that people keep: the number of this order must be this one for ever.
  const { approvedBy: _none, ...alone } = slip;
  expect(printed).toStrictEqual({
    ...{ ...alone, number: '48B7-30AC', unit: '2<1>', amountFen: 1205, balanceAfterFen: 1205 },
  });
  expect(slipSchema.parse(printed)).toEqual(printed);
  expect(slipSchema.parse(slip)).toEqual(slip);
  const { raw: _, ...entry } = { ...desk.entries('slip-printed')[0] };
  expect(entry).toEqual({
    ...{ pk: 'TOPUP#ziyun#t1', sk: 'PRINTED', type: 'entry', kind: 'slip-printed', outcome: 'printed' },
    ...{ estateId: officeEstate, deviceId: 'api', topic: 'api', sender: 'cashier' },
    ...{ receivedAtMs: officeNowMs, facts: { orderId: 't1', number: printed.number } },
    digest: office.vault.mac('print cash-top-up t1'),
    expiresAtS: officeNowMs / 1000 + Number(retentionDays['money']) * 86_400,
  });
});

test('of two who print a slip at once, one has the original', async () => {
  const { office, by, table, on } = await testOffice();
  await askOrder(office, by('cashier'), topUp(100));
  const copies: boolean[] = [];
  const print = async (at: typeof office, who: string) =>
    copies.push((await printSlip(at, by(who), 'cash-top-up', 't1')).copy);
  const race = interruptedAfter(table, 'PRINTED', () => print(office, 'first'));
  await print(on(race), 'second');
  expect(copies).toEqual([false, true]);
});

test('a slip is of the minute in which the money was booked, on the wall of the estate', async () => {
  const approvedAt = async (ms: number) => {
    const desk = await testOffice();
    await askOrder(desk.office, desk.by('cashier'), topUp(60_000));
    desk.nowMs += ms;
    await decideOrder(desk.office, desk.by('manager'), 'cash-top-up', 't1', 'approved');
    return (await slipOf(desk.office, officeEstate, 'cash-top-up', 't1')).bookedAt;
  };
  expect(await approvedAt(0)).toBe('2026-11-23 19:00');
  expect(await approvedAt((5 * 60 - 1) * 60_000)).toBe('2026-11-23 23:59');
  expect(await approvedAt(5 * 3_600_000 + 9 * 60_000)).toBe('2026-11-24 00:09');
});

/** What stands on the page, line by line: what it is called in both languages, and what is written there. */
const linesOf = (page: string) =>
  [...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, value]) => [name, value]);
const headOf = (page: string) => /<h1>(.*?)<\/h1>/.exec(page)?.[1];

test('the page has a line for everything, and its kind, its amount and that it is a copy in large', () => {
  const page = slipPage(slip);
  expect(linesOf(page)).toEqual([
    ['编号 Number', '01AB-CD23'],
    ['小区 Estate', '紫云 Ziyun'],
    ['住户 Household', '3-2 (h1)'],
    ['时间 Time', '2026-11-23 19:00'],
    ['经办 Booked by', 'cashier'],
    ['复核 Approved by', 'manager'],
    ['余额 Balance after', '¥1234.56'],
  ]);
  expect(headOf(page)).toBe('现金充值凭条<br>Cash top-up');
  expect(page).toContain('<title>现金充值凭条 01AB-CD23</title>');
  expect(page).toContain('</h1>\n<p class="amount">¥0.05</p>\n<dl>');
  const { approvedBy: _, ...alone } = slip;
  const refund = slipPage({ ...alone, kind: 'cash-refund', copy: true, balanceAfterFen: -1205 });
  expect(linesOf(refund).map(([name]) => name)).not.toContain('复核 Approved by');
  expect(linesOf(refund).at(-1)).toEqual(['余额 Balance after', '-¥12.05']);
  expect(linesOf(slipPage({ ...slip, balanceAfterFen: 0 })).at(-1)).toEqual(['余额 Balance after', '¥0.00']);
  expect(headOf(refund)).toBe('现金退款凭条<br>Cash refund');
  expect(refund).toContain('<p class="copy">副本 COPY</p>');
});

test('no letter of a name becomes markup on the page', () => {
  const page = slipPage({ ...slip, number: '<b>', bookedBy: `&<>"'` });
  expect(linesOf(page)).toContainEqual(['经办 Booked by', '&#38;&#60;&#62;&#34;&#39;']);
  expect(page).not.toContain('<b>');
});
