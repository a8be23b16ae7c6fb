import { beforeEach, describe, expect, test } from 'vitest';
import { providerNames } from '../../contract/words/words.ts';
import { parseBill } from '../../src/payments/bill.ts';
import { handleRefundNews } from '../../src/payments/handle-refund-news.ts';
import { refundsOfOrder } from '../../src/payments/order-store.ts';
import { patient } from '../../src/payments/patience.ts';
import type { PaymentProvider } from '../../src/payments/provider.ts';
import type { RefundRequest } from '../../src/payments/request-refund.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateId, eveningMs } from '../support/estate.ts';
import {
  askRefund,
  balanceFen,
  cashFen,
  due,
  freshPayments,
  minutesLater,
  pay,
  settled,
  spentElsewhere,
  sums,
  sweepAfter,
  wordOf,
  world,
} from '../support/payments-world.ts';

freshPayments();

describe.each(providerNames)('a refund by %s', (provider) => {
  let count = 0;
  let orderId = '';
  beforeEach(async () => {
    count += 1;
    orderId = (await world.order(provider, 1000, `refund-${provider}-${count}`)).orderId;
    await pay(orderId);
    expect(await balanceFen()).toBe(cashFen + 1000);
  });
  const refund = (changes: Partial<RefundRequest> = {}) =>
    askRefund({ requestId: 'first-refund', orderId, amountFen: 400, reason: '退款', ...changes });
  const stateOf = async () =>
    (await refundsOfOrder(world.estate.backend.table, estateId, orderId)).map(({ state }) => state);

  test('leaves the wallet, is pending, and then the provider’s', async () => {
    await world.control('', { refunds: 'hang' });
    expect(await refund()).toMatchObject({ state: 'requested', amountFen: 400 });
    expect(await balanceFen()).toBe(cashFen + 600);
    expect(sums().get(`refund-pending:${provider}`)).toBe(400);
    const [asked] = await refundsOfOrder(world.estate.backend.table, estateId, orderId);
    await world.control('/refund', { refundId: asked?.refundId });
    await sweepAfter(1);
    expect(await stateOf()).toEqual(['succeeded']);
    expect(await balanceFen()).toBe(cashFen + 600);
    expect(sums().get(`refund-pending:${provider}`)).toBe(0);
    expect(sums().get(`provider:${provider}`)).toBe(-600);
  });

  test('is paid once, however often it is asked for', async () => {
    await Promise.all([refund(), refund(), refund()]);
    await refund();
    await settled();
    await sweepAfter(1);
    expect(await stateOf()).toEqual(['succeeded']);
    expect(await balanceFen()).toBe(cashFen + 600);
    expect(world.estate.entries('refund-requested')).toHaveLength(1);
    expect(world.estate.entries('refund-succeeded')).toHaveLength(1);
    expect(world.estate.refusals()).toEqual([]);
  });

  test('under the number of another is refused', async () => {
    await refund();
    await expect(refund({ amountFen: 401 })).rejects.toMatchObject({ error: 'already-exists' });
  });

  test('in several parts is never more than was paid', async () => {
    await refund({ requestId: 'part-one-1', amountFen: 400 });
    await refund({ requestId: 'part-two-2', amountFen: 600 });
    const before = world.stored();
    await expect(refund({ requestId: 'part-three-3', amountFen: 1 })).rejects.toMatchObject({
      error: 'already-refunded',
    });
    await settled();
    expect(await balanceFen()).toBe(cashFen);
    expect(before.filter((item) => item['type'] === 'refund')).toHaveLength(2);
  });

  test('of the whole, asked for twice at once: one wins, the other is decided again and refused', async () => {
    const outcomes = await Promise.allSettled([
      refund({ requestId: 'at-once-1', amountFen: 1000 }),
      refund({ requestId: 'at-once-2', amountFen: 1000 }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { error: 'already-refunded' },
    });
    expect(await balanceFen()).toBe(cashFen);
  });

  test('of money that was spent is refused, and nothing is written', async () => {
    await spentElsewhere(cashFen + 700);
    const before = world.stored();
    await expect(refund({ amountFen: 400 })).rejects.toMatchObject({ error: 'too-little-money' });
    expect(world.stored()).toEqual(before);
  });

  test.each([
    ['of nothing', { amountFen: 0 }, 'money-invalid'],
    ['of less than nothing', { amountFen: -1 }, 'money-invalid'],
    ['of parts of a fen', { amountFen: 0.5 }, 'money-invalid'],
    ['of an order that is not there', { orderId: 'P0' }, 'not-found'],
  ])('%s is refused, and nothing is written', async (_, changes, error) => {
    const before = world.stored();
    await expect(refund(changes)).rejects.toMatchObject({ error });
    expect(world.stored()).toEqual(before);
  });

  test('of an order that nobody has paid is refused', async () => {
    const open = await world.order(provider, 700, `open-${provider}`);
    await expect(refund({ orderId: open.orderId })).rejects.toMatchObject({ error: 'not-paid' });
  });

  test('that the provider refuses goes back into the wallet, and may be asked for anew', async () => {
    await world.control('', { refunds: 'fail' });
    await refund();
    await sweepAfter(1);
    expect(await stateOf()).toEqual(['failed']);
    expect(await balanceFen()).toBe(cashFen + 1000);
    expect(sums().get(`refund-pending:${provider}`)).toBe(0);
    await world.control('', {});
    await refund({ requestId: 'second-try', amountFen: 1000 });
    await settled();
    await sweepAfter(1);
    expect(await balanceFen()).toBe(cashFen);
  });

  test('waits while the provider is down, and is asked for again under its number', async () => {
    await world.control('', { down: true });
    expect(await refund()).toMatchObject({ state: 'requested' });
    await sweepAfter(1);
    expect(await stateOf()).toEqual(['requested']);
    await world.control('', {});
    await sweepAfter(60);
    await sweepAfter(60);
    expect(await stateOf()).toEqual(['succeeded']);
    expect(await balanceFen()).toBe(cashFen + 600);
  });

  test('of which the provider says another amount, or later the opposite, is left for a person', async () => {
    const { refundId } = await refund();
    await settled();
    await sweepAfter(1);
    const before = world.stored();
    const succeeded = { orderId, refundId, state: 'succeeded', said: '' } as const;
    const tell = (changes: object) =>
      handleRefundNews(world.estate.backend, wordOf(provider), estateId, { ...succeeded, ...changes });
    const mismatch = { error: 'payment-mismatch' };
    await expect(tell({ amountFen: 401 })).rejects.toMatchObject(mismatch);
    await expect(tell({ state: 'failed' })).rejects.toMatchObject(mismatch);
    expect(world.stored()).toEqual(before);
  });

  test('leaves the order paid: a notification that comes again books nothing', async () => {
    await refund({ amountFen: 1000 });
    await settled();
    await world.control('/tell', { orderId });
    expect(await balanceFen()).toBe(cashFen);
    expect(world.estate.refusals()).toEqual([]);
  });

  test('stands on the day’s bill beside its payment', async () => {
    const { refundId } = await refund();
    await settled();
    const text = await world.bills[provider].downloadBill('2026-11-23');
    const lines = parseBill(provider, text).filter((line) => line.orderId === orderId);
    expect(lines).toEqual([
      { orderId, kind: 'payment', amountFen: 1000, atMs: eveningMs },
      { orderId, refundId, kind: 'refund', amountFen: 400, atMs: eveningMs },
    ]);
    expect(await world.bills[provider].downloadBill('2026-11-20')).toBe('');
  });
});

describe('a provider that does not answer', () => {
  test('is left alone for a while, so that other timers need not wait for it', async () => {
    let asked = 0;
    const silent = {
      ...world.payments.alipay,
      queryOrder: async () => {
        asked += 1;
        throw new DomainError('provider-unavailable', 'silence');
      },
    } satisfies PaymentProvider;
    const careful = patient(silent, world.estate.backend.clock);
    for (let time = 0; time < 100; time += 1)
      await expect(careful.queryOrder('P1')).rejects.toMatchObject({ error: 'provider-unavailable' });
    expect(asked).toBe(1);
    minutesLater(1);
    await expect(careful.queryOrder('P1')).rejects.toMatchObject({ error: 'provider-unavailable' });
    expect(asked).toBe(2);
  });
});

describe('an answer to another question', () => {
  test('changes nothing: the order waits, and the refusal is kept', async () => {
    const asked = await world.order('wechat-pay', 1000, 'asked-for');
    const other = await world.order('wechat-pay', 1000, 'not-asked-for');
    await world.control('', { lose: true });
    await pay(other.orderId);
    const answer = await world.payments['wechat-pay'].queryOrder(other.orderId);
    minutesLater(1);
    await due('wechat-pay', { queryOrder: async () => answer }, keys.payment(estateId, asked.orderId));
    expect(await balanceFen()).toBe(cashFen);
    expect(world.estate.refusals()).toEqual(['payment-mismatch']);
  });
});
