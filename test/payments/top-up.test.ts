import { beforeEach, describe, expect, test } from 'vitest';
import { providerNames } from '../../contract/words/words.ts';
import { createOrder } from '../../src/payments/create-order.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { personOrigin } from '../support/payments.ts';
import {
  balanceFen,
  cashFen,
  freshPayments,
  minutesLater,
  orderNow,
  paidIn,
  pay,
  sums,
  sweepAfter,
  tellOrder,
  wordOf,
  world,
} from '../support/payments-world.ts';

// Both providers are real servers on loopback, which sign with keys of their own; only time is the test's.

freshPayments();

const refusals = () => [...new Set(world.estate.refusals())];

describe.each(providerNames)('a top-up by %s', (provider) => {
  // Providers keep their orders over all tests here, so each test has requests of its own.
  let count = 0;
  const order = (amountFen = 1000) => world.order(provider, amountFen, `${provider}-${count}`);
  beforeEach(() => {
    count += 1;
  });

  test('is in the wallet once it is paid', async () => {
    const { orderId, qrText = '' } = await order();
    const shown = await (await fetch(qrText)).text();
    expect(shown).toContain('¥10.00');
    const result = await fetch(qrText, { method: 'POST', body: new URLSearchParams({ deed: 'confirm' }) });
    expect(await result.text()).toContain('支付成功');
    expect(await balanceFen()).toBe(cashFen + 1000);
    expect(orderNow(orderId)).toMatchObject({ state: 'paid', refundedFen: 0 });
    expect(orderNow(orderId)).not.toHaveProperty('dueAtMs');
    expect(sums().get(`provider:${provider}`)).toBe(-1000);
    expect([...sums().values()].reduce((sum, value) => sum + value, 0)).toBe(0);
  });

  test('is booked once, however often the notification comes and whoever asks besides', async () => {
    const { orderId } = await order();
    await world.control('', { times: 5 });
    await pay(orderId);
    const news = await world.payments[provider].queryOrder(orderId);
    await Promise.all([
      ...[1, 2, 3].map(() => tellOrder(wordOf(provider, 'sweep'), news)),
      world.control('/tell', { orderId }),
      world.control('/tell', { orderId }),
    ]);
    expect(await balanceFen()).toBe(cashFen + 1000);
    expect(paidIn()).toHaveLength(1);
    expect(refusals()).toEqual([]);
  });

  test('is booked once when notifications, questions and the closing meet', async () => {
    const { orderId } = await order();
    await world.control('', { lose: true });
    await pay(orderId);
    await world.control('', { times: 3 });
    const paid = await world.payments[provider].queryOrder(orderId);
    await Promise.all([
      tellOrder(wordOf(provider, 'sweep'), { orderId, state: 'closed' }),
      tellOrder(wordOf(provider, 'sweep'), paid),
      world.control('/tell', { orderId }),
      tellOrder(wordOf(provider, 'sweep'), { orderId, state: 'closed' }),
    ]);
    expect(await balanceFen()).toBe(cashFen + 1000);
    expect(paidIn()).toHaveLength(1);
    expect(orderNow(orderId)).toMatchObject({ state: 'paid' });
  });

  test('is found by asking when no notification comes', async () => {
    const { orderId } = await order();
    await world.control('', { lose: true });
    await pay(orderId);
    await world.sweep();
    expect(await balanceFen()).toBe(cashFen);
    await sweepAfter(1);
    expect(await balanceFen()).toBe(cashFen + 1000);
  });

  test('is asked after at growing intervals and closed, at the provider too, when nobody pays', async () => {
    const { orderId, qrText = '' } = await order();
    const asked: unknown[] = [];
    for (let minute = 1; minute <= 121; minute += 1) {
      await sweepAfter(1);
      asked.push(orderNow(orderId)?.['asked']);
    }
    expect(asked.slice(0, 16)).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4]);
    expect(orderNow(orderId)).toMatchObject({ state: 'closed' });
    expect(orderNow(orderId)).not.toHaveProperty('dueAtMs');
    expect(await pay(orderId)).toEqual({ paid: false });
    expect(await (await fetch(qrText)).text()).toContain('订单已关闭');
    expect(await balanceFen()).toBe(cashFen);
  });

  test('that was closed here and is paid all the same is in the wallet, and says so', async () => {
    const { orderId } = await order();
    await tellOrder(wordOf(provider, 'sweep'), { orderId, state: 'closed' });
    await pay(orderId);
    expect(await balanceFen()).toBe(cashFen + 1000);
    expect(paidIn()[0]?.facts).toMatchObject({ paidAfterClosing: true });
  });

  test.each([
    ['signature', 'signature-invalid'],
    ['time', 'notification-expired'],
    ['amount', 'payment-mismatch'],
    ['merchant', 'payment-mismatch'],
    ['currency', 'currency-unknown'],
  ] as const)(
    'of which a notification with another %s tells stays unpaid, and the refusal is kept',
    async (forge, error) => {
      const { orderId } = await order();
      const before = world.stored();
      await world.control('', { forge });
      await pay(orderId);
      expect(world.stored()).toEqual(before);
      expect(refusals()).toEqual([error]);
      // The order's own timer finds the truth.
      await world.control('', {});
      await sweepAfter(1);
      expect(await balanceFen()).toBe(cashFen + 1000);
    },
  );

  test('of which nobody here knows is refused', async () => {
    const { orderId } = await order();
    await world.reset();
    const before = world.stored();
    await pay(orderId);
    expect(world.stored()).toEqual(before);
    expect(refusals()).toEqual(['not-found']);
  });

  test('may be sent again: it is one order, with the same code', async () => {
    const first = await order();
    const second = await order();
    expect(second).toMatchObject({ orderId: first.orderId, qrText: first.qrText });
    await expect(order(2000)).rejects.toMatchObject({ error: 'already-exists' });
    await pay(first.orderId);
    expect(await order()).toMatchObject({ orderId: first.orderId, state: 'paid' });
    expect(paidIn()).toHaveLength(1);
  });

  test('waits when the provider is down, and is asked for by the same request later', async () => {
    await world.control('', { down: true });
    await expect(order()).rejects.toMatchObject({ error: 'provider-unavailable' });
    await sweepAfter(1);
    await world.control('', {});
    const { orderId, state } = await order();
    expect(state).toBe('created');
    expect(orderNow(orderId)).toMatchObject({
      asked: 1,
      trouble: expect.stringContaining('provider-unavailable'),
    });
    await pay(orderId);
    expect(await balanceFen()).toBe(cashFen + 1000);
  });

  test('of two that ask at once with one request is one order', async () => {
    const orders = await Promise.all([order(), order(), order()]);
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1);
    expect(world.estate.entries('payment-ordered')).toHaveLength(1);
  });
});

describe('an order', () => {
  const terms = { householdId: 'h1', amountFen: 1000, provider: 'wechat-pay', way: 'native' } as const;
  const request = { requestId: 'request-x', ...terms };
  const create = (changes: object) =>
    createOrder(world.estate.backend, world.payments, personOrigin(world.estate), { ...request, ...changes });

  test.each([
    ['of nothing', { amountFen: 0 }, 'money-invalid'],
    ['of less than nothing', { amountFen: -100 }, 'money-invalid'],
    ['of parts of a fen', { amountFen: 10.5 }, 'money-invalid'],
    ['of too much', { amountFen: 100_001 }, 'money-invalid'],
    ['of no number', { amountFen: Number.NaN }, 'money-invalid'],
    ['for a household that is not there', { householdId: 'h9' }, 'not-found'],
    ['in WeChat without the payer', { way: 'jsapi' }, 'bad-request'],
    ['in WeChat by Alipay', { way: 'jsapi', openId: 'o1', provider: 'alipay' }, 'bad-request'],
  ])('%s is refused, and nothing is written', async (_, changes, error) => {
    const before = world.stored();
    await expect(create(changes)).rejects.toMatchObject({ error });
    expect(world.stored()).toEqual(before);
  });

  test('is refused where five of its household can still be paid; told again, one of them is as it is', async () => {
    const open = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => create({ requestId: `request-open-${number}` })),
    );
    const before = world.stored();
    await expect(create({ requestId: 'request-open-6' })).rejects.toMatchObject({
      error: 'too-many-orders',
      message: '5 orders can still be paid: pay one of them, or wait',
    });
    expect(world.stored()).toEqual(before);
    const again = await create({ requestId: 'request-open-5' });
    expect(again.order.orderId).toBe(open[4]?.order.orderId);
    await pay(String(open[0]?.order.orderId));
    expect((await create({ requestId: 'request-open-6' })).order.state).toBe('created');
    await expect(create({ requestId: 'request-open-7' })).rejects.toMatchObject({ error: 'too-many-orders' });
    minutesLater(120);
    expect((await create({ requestId: 'request-open-7' })).order.state).toBe('created');
  });

  test('one too many is not made by asking for all of them at once', async () => {
    const asked = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6, 7, 8].map((number) => create({ requestId: `request-at-once-${number}` })),
    );
    const made = asked.filter(({ status }) => status === 'fulfilled');
    expect(made).toHaveLength(5);
    expect(world.estate.entries('payment-ordered')).toHaveLength(5);
  });

  test('of a provider without a merchant is refused', async () => {
    const before = world.stored();
    const none = createOrder(world.estate.backend, {}, personOrigin(world.estate), request);
    await expect(none).rejects.toMatchObject({ error: 'provider-unconfigured' });
    expect(world.stored()).toEqual(before);
  });

  test('in WeChat gives the page what it hands on, signed by the merchant', async () => {
    const { invitation } = await create({ way: 'jsapi', openId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' });
    expect(invitation).toMatchObject({
      jsapi: {
        ...{ appId: world.merchants.wechatPay?.appId, package: expect.stringMatching(/^prepay_id=\w+$/) },
        ...{ signType: 'RSA', paySign: expect.any(String) },
      },
    });
  });

  test('that another provider tells of is not its own', async () => {
    const { orderId } = await world.order('wechat-pay', 500, 'request-y');
    const news = { orderId, state: 'paid', amountFen: 500, transactionId: 't', paidAtMs: 0 } as const;
    await expect(tellOrder(wordOf('alipay'), news)).rejects.toThrow(DomainError);
    expect(await balanceFen()).toBe(cashFen);
  });

  test('that is paid by two payments keeps the first, and the second is refused', async () => {
    const { orderId } = await world.order('wechat-pay', 500, 'request-z');
    const paid = { orderId, state: 'paid', amountFen: 500, paidAtMs: world.estate.clockMs } as const;
    const tell = (transactionId: string) => tellOrder(wordOf('wechat-pay'), { ...paid, transactionId });
    const outcomes = await Promise.allSettled([tell('t1'), tell('t2')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await balanceFen()).toBe(cashFen + 500);
  });
});
