import { describe, expect, test } from 'vitest';
import { orderSchema, refundSchema } from '../../contract/shapes/payment.ts';
import { type Order, payWithinMs } from '../../src/payments/order.ts';
import {
  estateOfOrder,
  openOrders,
  orderPointers,
  ordersOfHousehold,
  putOrder,
  putRefund,
  readOrder,
  readRefund,
  refundsOfOrder,
} from '../../src/payments/order-store.ts';
import type { Refund } from '../../src/payments/refund.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

const nowMs = 1_800_000_000_000;
const order = (orderId: string, createdAtMs: number, more: Partial<Order> = {}): Order => ({
  ...{ orderId, estateId: 'e', householdId: 'h1', provider: 'alipay', way: 'native', amountFen: 1 },
  ...{ state: 'created', createdAtMs, expiresAtMs: createdAtMs + payWithinMs, refundedFen: 0, asked: 0 },
  ...more,
});
const refund = (refundId: string, more: Partial<Refund> = {}): Refund => ({
  ...{ refundId, orderId: 'P1', estateId: 'e', householdId: 'h1', provider: 'alipay', amountFen: 1 },
  ...{ paidFen: 1, reason: 'r', state: 'requested', requestedAtMs: 5, requestedBy: 'x', asked: 0 },
  ...more,
});

async function tableOf(...orders: readonly Order[]) {
  const table = memoryTable();
  for (const one of orders) await table.commit([putOrder(one), ...orderPointers(one)]);
  return table;
}

test('an order and a refund are read back as they were written, under the version at which they stand', async () => {
  const whole = order('P1', nowMs, {
    ...{ way: 'jsapi', state: 'paid', qrText: 'q', transactionId: '42', paidAtMs: nowMs, refundedFen: 1 },
    ...{ asked: 3, trouble: 'silence', dueAtMs: nowMs },
  });
  const back = refund('R1', { said: 'PROCESSING', asked: 2, dueAtMs: nowMs });
  const table = await tableOf(whole);
  await table.commit([putRefund(back)]);
  expect(await readOrder(table, 'e', 'P1')).toEqual({ ...whole, version: 1 });
  expect(await readRefund(table, { estateId: 'e', orderId: 'P1', refundId: 'R1' })).toEqual({
    ...back,
    version: 1,
  });
  for (const again of [putOrder(whole), putRefund(back)])
    expect(await table.commit([again])).toMatchObject({ committed: false });
  expect(await readOrder(table, 'e', 'P2')).toBeUndefined();
  expect(await readRefund(table, { estateId: 'e', orderId: 'P1', refundId: 'R2' })).toBeUndefined();
});

test('what was written before there were refunds and questions is read as without', () => {
  const { refundedFen: _r, asked: _a, ...old } = order('P1', nowMs);
  expect(orderSchema.parse(old)).toEqual(order('P1', nowMs));
  const { asked: _b, ...oldRefund } = refund('R1');
  expect(refundSchema.parse(oldRefund)).toEqual(refund('R1'));
});

test.each([{ amountFen: 0 }, { amountFen: 0.5 }, { refundedFen: -1 }])(
  'an order with %j is none',
  (wrong) => {
    expect(() => orderSchema.parse({ ...order('P1', nowMs), ...wrong })).toThrow();
  },
);
test('a refund of nothing is none', () => {
  expect(() => refundSchema.parse({ ...refund('R1'), amountFen: 0 })).toThrow();
});

test('an order is found by its number alone, and nobody else may have that', async () => {
  const table = await tableOf(order('P1', nowMs));
  expect(await estateOfOrder(table, 'P1')).toBe('e');
  expect(await estateOfOrder(table, 'P2')).toBeUndefined();
  const [byNumber, byHousehold] = orderPointers(order('P1', nowMs, { estateId: 'e2' }));
  expect(byNumber && (await table.commit([byNumber]))).toMatchObject({ committed: false });
  expect(byHousehold && (await table.commit([byHousehold]))).toEqual({ committed: true });
});

describe('the orders of a household', () => {
  test('are its own, newest first, as many as are asked for, and a hundred at most', async () => {
    const all = Array.from({ length: 101 }, (_, index) => order(`P${index}`, nowMs + index));
    const table = await tableOf(...all, order('other', nowMs, { householdId: 'h2' }));
    const ids = async (limit: number, householdId = 'h1') =>
      (await ordersOfHousehold(table, 'e', householdId, limit)).map(({ orderId }) => orderId);
    const newest = all.map(({ orderId }) => orderId).toReversed();
    expect(await ids(2)).toEqual(newest.slice(0, 2));
    expect(await ids(1000)).toEqual(newest.slice(0, 100));
    expect(await ids(1000, 'h2')).toEqual(['other']);
    expect(await ids(1000, 'h3')).toEqual([]);
  });

  test('are those that are there: one whose order is gone is none', async () => {
    const table = await tableOf(order('P1', nowMs), order('P2', nowMs));
    await table.commit([{ remove: { pk: 'PAYMENT#e#P1', sk: 'PAYMENT' } }]);
    expect((await ordersOfHousehold(table, 'e', 'h1', 9)).map(({ orderId }) => orderId)).toEqual(['P2']);
    expect(await openOrders(table, 'e', 'h1', nowMs)).toBe(1);
  });
});

test.each<[string, readonly Order[], number]>([
  ['none was asked for', [], 0],
  ['one was asked for now', [order('P1', nowMs)], 1],
  ['one has its last moment', [order('P1', nowMs - payWithinMs + 1)], 1],
  ['its time is over', [order('P1', nowMs - payWithinMs)], 0],
  [
    'one is paid and one closed',
    [order('P1', nowMs, { state: 'paid' }), order('P2', nowMs, { state: 'closed' })],
    0,
  ],
  ['another household has them', [order('P1', nowMs, { householdId: 'h2' })], 0],
  [
    'one is open among those that were paid',
    [order('P1', nowMs, { state: 'paid' }), order('P2', nowMs - 5)],
    1,
  ],
])('of a household, as many orders can still be paid as are open: %s', async (_, orders, open) => {
  expect(await openOrders(await tableOf(...orders), 'e', 'h1', nowMs)).toBe(open);
});

test('open orders are sought among those of the last two hours alone, also where a clock has just begun', async () => {
  const table = await tableOf(order('P1', nowMs - payWithinMs - 1, { expiresAtMs: nowMs + 1 }));
  expect(await openOrders(table, 'e', 'h1', nowMs)).toBe(0);
  const early = await tableOf(order('P1', 0));
  expect(await openOrders(early, 'e', 'h1', 5)).toBe(1);
});

test('of more orders than a table gives at once the hundred newest are looked at', async () => {
  const orders = (state: (index: number) => Order['state']) =>
    tableOf(...Array.from({ length: 101 }, (_, at) => order(`P${at}`, nowMs + at, { state: state(at) })));
  const open = async (state: (index: number) => Order['state']) =>
    openOrders(await orders(state), 'e', 'h1', nowMs + 101);
  expect(await open((at) => (at === 100 ? 'created' : 'closed'))).toBe(1);
  expect(await open((at) => (at === 0 ? 'created' : 'closed'))).toBe(0);
  expect(await open((at) => (at === 1 ? 'created' : 'closed'))).toBe(1);
});

test('the refunds of an order are its own, in the order in which they were asked for', async () => {
  const table = await tableOf(order('P1', nowMs));
  for (const [refundId, requestedAtMs] of [
    ['Ra', 9],
    ['Rb', 7],
    ['Rc', 8],
  ] as const)
    await table.commit([putRefund(refund(refundId, { requestedAtMs }))]);
  await table.commit([putRefund(refund('Rd', { orderId: 'P2' }))]);
  const ids = (await refundsOfOrder(table, 'e', 'P1')).map(({ refundId }) => refundId);
  expect(ids).toEqual(['Rb', 'Rc', 'Ra']);
});
