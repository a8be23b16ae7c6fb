import { beforeEach, describe, expect, test } from 'vitest';
import { keptMs } from '../../src/books/rebuild/lines.ts';
import { checkPayments, unlistedOrders } from '../../src/books/rebuild/payments.ts';
import type { Order } from '../../src/payments/order.ts';
import { orderPointers } from '../../src/payments/order-store.ts';
import type { Refund } from '../../src/payments/refund.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { plant } from '../support/rebuilt.ts';
import { tell } from './told-sessions.ts';

const dayMs = 86_400_000;
let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const terms = { householdId: 'h1', provider: 'alipay', way: 'native', amountFen: 1000 } as const;
const orderOf = (orderId: string, createdAtMs = eveningMs): Order => ({
  ...{ orderId, estateId, ...terms, state: 'created', createdAtMs, expiresAtMs: createdAtMs + 7_200_000 },
  ...{ refundedFen: 0, asked: 3, trouble: 'slow', qrText: 'https://qr', dueAtMs: createdAtMs + 60_000 },
});
const refundOf = (refundId: string, state: Refund['state']): Refund => ({
  ...{ refundId, orderId: 'P1', estateId, householdId: 'h1', provider: 'alipay' },
  ...{ amountFen: 100, paidFen: 1000 },
  ...{ reason: 'moved', state, requestedAtMs: eveningMs + 2, requestedBy: 'test', said: 'wait', asked: 1 },
  ...(state === 'requested' ? { dueAtMs: 1 } : {}),
});
const put = (item: Item) => estate.table.commit([{ put: item, when: 'always' }]);
const orderKey = keys.payment(estateId, 'P1');

async function created(order: Order): Promise<void> {
  const { orderId, createdAtMs, householdId, provider, way, amountFen } = order;
  const facts = { orderId, estateId, householdId, provider, way, amountFen };
  const key = keys.paymentStep(estateId, orderId, 'created');
  await tell(estate, key, { kind: 'payment-ordered', facts }, createdAtMs);
  await put({ ...keys.payment(estateId, orderId), ...order });
  await estate.table.commit(orderPointers(order));
}
const step = (name: 'paid' | 'closed', facts = {}) =>
  tell(estate, keys.paymentStep(estateId, 'P1', name), {
    kind: name === 'paid' ? 'top-up' : 'payment-closed',
    facts: { householdId: 'h1', transferId: 'P1', provider: 'alipay', ...facts },
  });
async function refunded(refundId: string, state: Refund['state'], ...steps: ('succeeded' | 'failed')[]) {
  const { householdId, provider, amountFen, reason } = refundOf(refundId, state);
  const facts = { refundId, orderId: 'P1', householdId, provider, amountFen, reason };
  const key = keys.refundStep(estateId, 'P1', refundId, 'requested');
  await tell(estate, key, { kind: 'refund-requested', facts }, eveningMs + 2);
  for (const name of steps)
    await tell(estate, keys.refundStep(estateId, 'P1', refundId, name), {
      kind: `refund-${name}`,
      facts: {},
    });
  await put({ ...keys.refund(estateId, 'P1', refundId), ...refundOf(refundId, state) });
}
const check = () => checkPayments(estate.backend, estateId, { part: 'payments' });
/** What differs, as `field recorded recomputed`. */
const differences = async (key = orderKey) =>
  (await check()).differences.map(({ where, recorded, recomputed }) =>
    [where.replace(`${key.pk}|${key.sk}`, '').trim(), recorded, recomputed].join(' '),
  );
const order = (changes: object) => plant(estate, orderKey, (item) => ({ ...item, ...changes }));

describe('an order, by its steps', () => {
  beforeEach(async () => {
    await created(orderOf('P1'));
  });

  test('waits from its making on; what the provider was asked and said is its timer’s', async () => {
    expect(await check()).toEqual({ checked: { payments: 1 }, differences: [], next: undefined });
    await order({ asked: 99, trouble: 'other', qrText: 'x', dueAtMs: 1 });
    expect(await differences()).toEqual([]);
    await order({ dueAtMs: undefined });
    expect(await differences()).toEqual(['waits false true']);
  });

  test('has every field as it was agreed', async () => {
    const terms = { householdId: 'h2', provider: 'wechat-pay', way: 'jsapi', amountFen: 9 };
    await order({ ...terms, createdAtMs: 1, expiresAtMs: 2 });
    expect(await differences()).toEqual([
      'amountFen 9 1000',
      `createdAtMs 1 ${eveningMs}`,
      `expiresAtMs 2 ${eveningMs + 7_200_000}`,
      'householdId "h2" "h1"',
      'provider "wechat-pay" "alipay"',
      'way "jsapi" "native"',
    ]);
    const paid = { state: 'paid', transactionId: 't', paidAtMs: 5 };
    await order({ ...orderOf('P1'), orderId: 'P9', estateId: 'youyi', ...paid });
    expect(await differences()).toEqual([
      'estateId "youyi" "ziyun"',
      'orderId "P9" "P1"',
      ...['paidAtMs 5 absent', 'state "paid" "created"', 'transactionId "t" absent'],
    ]);
  });

  test('is closed when that was told, and waits no more', async () => {
    await step('closed');
    expect(await differences()).toEqual(['state "created" "closed"', 'waits true false']);
  });

  test('is paid when that was told, whether or not it was closed, with the payment’s number and time', async () => {
    await step('paid', { transactionId: 't1', paidAtMs: eveningMs + 1, more: 1 });
    for (const closedToo of [false, true]) {
      if (closedToo) await step('closed');
      expect(await differences()).toEqual([
        `paidAtMs absent ${eveningMs + 1}`,
        ...['state "created" "paid"', 'transactionId absent "t1"', 'waits true false'],
      ]);
    }
    await order({ state: 'paid', transactionId: 't1', paidAtMs: eveningMs + 1, dueAtMs: undefined });
    expect(await differences()).toEqual([]);
  });

  test('of which there is no step is one that nobody asked for, with all that goes back of it', async () => {
    await refunded('R1', 'requested');
    await estate.table.commit([{ remove: keys.paymentStep(estateId, 'P1', 'created') }]);
    const found = (await check()).differences;
    expect(found.map(({ what, of, where, recomputed }) => [what, of, where, recomputed])).toEqual([
      ['payment', 'P1', `${orderKey.pk}|PAYMENT`, 'absent'],
      ['payment-refund', 'R1', `${orderKey.pk}|REFUND#R1`, 'absent'],
    ]);
  });
});

describe('what goes back of an order, by its steps', () => {
  beforeEach(async () => {
    await created(orderOf('P1'));
    await step('paid', { transactionId: 't1', paidAtMs: eveningMs + 1 });
    await order({ state: 'paid', transactionId: 't1', paidAtMs: eveningMs + 1, dueAtMs: undefined });
  });

  test.each([
    ['requested', [], 100],
    ['succeeded', ['succeeded'], 100],
    ['failed', ['failed'], 0],
    ['failed', ['succeeded', 'failed'], 0],
  ] as const)('is %s after %j, and counts %i fen', async (state, steps, refundedFen) => {
    await refunded('R1', state, ...steps);
    await order({ refundedFen });
    expect(await differences()).toEqual([]);
    await order({ refundedFen: 50 });
    expect(await differences()).toEqual([`refundedFen 50 ${refundedFen}`]);
  });

  test('has every field as it was asked for', async () => {
    await refunded('R1', 'requested');
    await order({ refundedFen: 100 });
    const key = keys.refund(estateId, 'P1', 'R1');
    const changed = {
      ...{ orderId: 'P2', estateId: 'youyi', householdId: 'h2', provider: 'wechat-pay' },
      ...{ amountFen: 1, paidFen: 2 },
      ...{ reason: 'x', requestedAtMs: 3, requestedBy: 'y', dueAtMs: undefined, asked: 7, said: 'z' },
    };
    await plant(estate, key, (item) => ({ ...item, ...changed }));
    expect(await differences(key)).toEqual([
      ...['amountFen 1 100', 'estateId "youyi" "ziyun"', 'householdId "h2" "h1"', 'orderId "P2" "P1"'],
      ...['paidFen 2 1000', 'provider "wechat-pay" "alipay"', 'reason "x" "moved"'],
      ...[`requestedAtMs 3 ${eveningMs + 2}`, 'requestedBy "y" "test"', 'waits false true'],
    ]);
  });

  test('adds up, without what failed', async () => {
    await refunded('R1', 'requested');
    await refunded('R2', 'succeeded', 'succeeded');
    await refunded('R3', 'failed', 'failed');
    await order({ refundedFen: 300 });
    expect(await differences()).toEqual(['refundedFen 300 200']);
  });
});

describe('the orders that are looked at', () => {
  test('are those of which the journal keeps every step, from a day after it forgets on', async () => {
    await created(orderOf('P1', eveningMs - (keptMs - dayMs)));
    await created(orderOf('P2', eveningMs - (keptMs - dayMs + 1)));
    expect((await check()).checked).toEqual({ payments: 1 });
    estate.clockMs -= 1;
    expect((await check()).checked).toEqual({ payments: 2 });
    // At the beginning of time there is nothing before.
    estate.clockMs = 5;
    expect((await check()).checked).toEqual({ payments: 2 });
  });

  test('of a full page go on behind the last of it, in the same household', async () => {
    for (let number = 10; number < 50; number += 1) await created(orderOf(`P${number}`));
    const { pk } = keys.household(estateId, 'h1');
    await put({ pk, sk: 'HOUSEHOLD#h2', householdId: 'h2', estateId, building: '1', unit: '1' });
    const next = { part: 'payments', after: 'h1', behind: `${eveningMs}#P49` } as const;
    expect(await check()).toEqual({ checked: { payments: 40 }, differences: [], next });
    await created({ ...orderOf('P50'), createdAtMs: eveningMs });
    // Older than where the page ended: that was a place of the other household.
    await created({ ...orderOf('P10', eveningMs - 5), householdId: 'h2', orderId: 'P60' });
    const rest = await checkPayments(estate.backend, estateId, next);
    expect(rest).toEqual({ checked: { payments: 2 }, differences: [], next: undefined });
    const behind = await checkPayments(estate.backend, estateId, { part: 'payments', after: 'h1' });
    expect(behind).toEqual({ checked: { payments: 1 }, differences: [], next: undefined });
  });
});

describe('orders that were paid', () => {
  const unlisted = (...orderIds: string[]) =>
    unlistedOrders(estate.backend, estateId, 'h1', new Set(orderIds));

  test('are in the list of their household, or missed there', async () => {
    await created(orderOf('P1'));
    const { pk } = keys.paymentOfHousehold(estateId, 'h1', 0, '');
    expect(await unlisted('P1')).toEqual([]);
    expect(await unlisted('P2', 'P1')).toEqual([
      { what: 'payment', of: 'P2', where: `${pk}|…#P2`, recorded: 'absent', recomputed: '{"orderId":"P2"}' },
    ]);
    expect(await unlistedOrders(estate.backend, estateId, 'h2', new Set(['P1']))).toHaveLength(1);
  });

  test('are looked for to a day before the journal forgets', async () => {
    await created(orderOf('P1', eveningMs - keptMs - dayMs));
    expect(await unlisted('P1')).toEqual([]);
    estate.clockMs += 1;
    expect(await unlisted('P1')).toHaveLength(1);
    estate.clockMs = 5;
    expect(await unlisted('P1')).toEqual([]);
  });
});
