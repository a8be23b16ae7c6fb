import { beforeEach, describe, expect, test } from 'vitest';
import { providerNames } from '../../contract/words/words.ts';
import { createOrder } from '../../src/payments/create-order.ts';
import { handleRefundNews } from '../../src/payments/handle-refund-news.ts';
import { refundsOfOrder } from '../../src/payments/order-store.ts';
import { patient } from '../../src/payments/patience.ts';
import type { PaymentProvider } from '../../src/payments/provider.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateId } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { personOrigin } from '../support/payments.ts';
import {
  askRefund,
  balanceFen,
  cashFen,
  due,
  freshPayments,
  minutesLater,
  orderNow,
  pay,
  spentElsewhere,
  sums,
  tellOrder,
  wordOf,
  world,
} from '../support/payments-world.ts';

// Two ends of one thing that are told at once, a provider that says no, and a repetition after the world has changed.

freshPayments();

describe.each(providerNames)('an order of %s', (provider) => {
  const word = wordOf(provider);
  let count = 0;
  let orderId = '';
  beforeEach(async () => {
    count += 1;
    ({ orderId } = await world.order(provider, 1000, `opposite-${provider}-${count}`));
  });
  const asked = (said: Partial<PaymentProvider>) => due(provider, said, keys.payment(estateId, orderId));
  const silent = { queryOrder: async () => ({ orderId, state: 'unpaid' }) as const };

  test('that is open at the provider, because somebody is paying it, is not closed here, and asked after', async () => {
    minutesLater(120);
    await asked({ ...silent, closeOrder: async () => 'open' });
    expect(orderNow(orderId)).toMatchObject({
      state: 'created',
      asked: 1,
      dueAtMs: world.estate.clockMs + 120_000,
    });
    await asked({ ...silent, closeOrder: async () => 'closed' });
    expect(orderNow(orderId)).toMatchObject({ state: 'closed' });
    expect(orderNow(orderId)).not.toHaveProperty('dueAtMs');
  });

  test('is closed in the moment in which its time is over, and not before', async () => {
    let closed = 0;
    const closeOrder = async () => {
      closed += 1;
      return 'closed' as const;
    };
    world.estate.clockMs = Number(orderNow(orderId)?.['expiresAtMs']) - 1;
    await asked({ ...silent, closeOrder });
    expect([closed, orderNow(orderId)?.['state']]).toEqual([0, 'created']);
    world.estate.clockMs += 1;
    await asked({ ...silent, closeOrder });
    expect([closed, orderNow(orderId)?.['state']]).toEqual([1, 'closed']);
  });

  test('that is paid while it is being closed stays paid', async () => {
    const { backend } = world.estate;
    const paidAtMs = world.estate.clockMs;
    const paid = { orderId, state: 'paid', amountFen: 1000, transactionId: 't', paidAtMs } as const;
    const isOrder = (read: readonly { pk: string }[]) => read.some(({ pk }) => pk.startsWith('PAYMENT#'));
    for (const skipped of [0, 1]) {
      // Once after the first look at it, once after the look on which it is decided.
      let reads = 0;
      const table = interruptedAfter(
        backend.table,
        (read) => isOrder(read) && reads++ === skipped,
        () => tellOrder(word, paid),
      );
      await tellOrder(word, { orderId, state: 'closed' }, { ...backend, table });
      expect(orderNow(orderId)).toMatchObject({ state: 'paid', transactionId: 't' });
      expect(await balanceFen()).toBe(cashFen + 1000);
      expect(sums().get(`provider:${provider}`)).toBe(-1000);
    }
  });

  test('says why the last question had no use, until one has', async () => {
    const down = async () => {
      throw new DomainError('provider-unavailable', 'silence');
    };
    await asked({ queryOrder: down });
    expect(orderNow(orderId)).toMatchObject({ asked: 1, trouble: 'provider-unavailable: silence' });
    await asked(silent);
    expect(orderNow(orderId)).toMatchObject({ asked: 2 });
    expect(orderNow(orderId)).not.toHaveProperty('trouble');
  });

  test('that fails by a defect is told as such, and asked about again', async () => {
    const defect = async () => {
      throw new TypeError('a defect');
    };
    await expect(asked({ queryOrder: defect })).rejects.toThrow('a defect');
    expect(orderNow(orderId)).toMatchObject({ asked: 0, dueAtMs: expect.any(Number) });
  });
});

describe.each(providerNames)('a refund of %s', (provider) => {
  const word = wordOf(provider);
  let count = 0;
  let orderId = '';
  let refundId = '';
  const ask = () => askRefund({ requestId: 'the-refund', orderId, amountFen: 400, reason: '退款' });
  beforeEach(async () => {
    count += 1;
    ({ orderId } = await world.order(provider, 1000, `opposite-refund-${provider}-${count}`));
    await pay(orderId);
    await world.control('', { refunds: 'hang' });
    ({ refundId } = await ask());
  });

  test.each([
    ['succeeded', 'failed', 600, -600],
    ['failed', 'succeeded', 1000, -1000],
  ] as const)(
    'that has %s while it is told that it has %s has one end',
    async (first, second, left, account) => {
      const { backend } = world.estate;
      const news = (state: 'succeeded' | 'failed') => ({ orderId, refundId, state, said: state });
      const table = interruptedAfter(
        backend.table,
        (read) => read.some(({ sk }) => sk.startsWith('REFUND#')),
        () => handleRefundNews(backend, word, estateId, news(first)),
      );
      await expect(
        handleRefundNews({ ...backend, table }, word, estateId, news(second)),
      ).rejects.toMatchObject({ error: 'payment-mismatch' });
      const ends = world.estate.entries().filter(({ kind }) => /^refund-(?:succeeded|failed)$/.test(kind));
      expect(ends.map(({ kind }) => kind)).toEqual([`refund-${first}`]);
      expect(await balanceFen()).toBe(cashFen + left);
      expect(sums().get(`provider:${provider}`)).toBe(account);
      expect(sums().get(`refund-pending:${provider}`)).toBe(0);
      const [refund] = await refundsOfOrder(backend.table, estateId, orderId);
      expect(refund).toMatchObject({ state: first, said: first });
      expect(refund).not.toHaveProperty('dueAtMs');
    },
  );

  test('that is asked for again when all is spent is the one that stands', async () => {
    await spentElsewhere(cashFen + 600);
    expect(await ask()).toMatchObject({ refundId, amountFen: 400 });
    expect(await balanceFen()).toBe(0);
    expect(world.estate.entries('refund-requested')).toHaveLength(1);
  });

  test('is asked for again under its number while the provider has never heard of it', async () => {
    const asked: string[] = [];
    const deaf: Partial<PaymentProvider> = {
      queryRefund: async () => ({ orderId, refundId, state: 'unknown', said: 'never heard' }),
      refund: async (refund) => {
        asked.push(refund.refundId);
        return { orderId, refundId, state: 'processing', said: 'now it has' };
      },
    };
    for (const _ of [1, 2]) await due(provider, deaf, keys.refund(estateId, orderId, refundId));
    expect(asked).toEqual([refundId, refundId]);
    const [refund] = await refundsOfOrder(world.estate.backend.table, estateId, orderId);
    expect(refund).toMatchObject({ state: 'requested', said: 'now it has', asked: 2 });
    expect(refund?.dueAtMs).toBe(world.estate.clockMs + 240_000);
  });
});

test('a page in WeChat is given the time in seconds, as it is now', async () => {
  const { invitation } = await createOrder(world.estate.backend, world.payments, personOrigin(world.estate), {
    ...{ requestId: 'in-wechat-1', householdId: 'h1', amountFen: 1000, provider: 'wechat-pay', way: 'jsapi' },
    openId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  });
  const timeStamp = String(Math.floor(world.estate.clockMs / 1000));
  expect(invitation).toMatchObject({ jsapi: { timeStamp } });
});

describe('a provider that did not answer', () => {
  const restMs = 45_000;
  const deeds = ['queryOrder', 'closeOrder', 'refund', 'queryRefund'] as const;

  test.each(deeds)('is left alone for 45 seconds after %s, by all that can wait', async (failed) => {
    const clock = { now: () => world.estate.clockMs };
    const asked: string[] = [];
    const answering = (deed: string) => async () => {
      asked.push(deed);
      throw new DomainError('provider-unavailable', 'silence');
    };
    const silent = Object.fromEntries(deeds.map((deed) => [deed, answering(deed)])) as never;
    const careful = patient({ ...world.payments.alipay, ...(silent as object) }, clock);
    const ask = (deed: (typeof deeds)[number]) =>
      expect(careful[deed]('P1' as never)).rejects.toMatchObject({ error: 'provider-unavailable' });
    await ask(failed);
    world.estate.clockMs += restMs - 1;
    for (const deed of deeds) await ask(deed);
    expect(asked).toEqual([failed]);
    world.estate.clockMs += 1;
    await ask('queryOrder');
    expect(asked).toEqual([failed, 'queryOrder']);
  });

  test('is not left alone for what it refuses', async () => {
    let asked = 0;
    const refusing = async () => {
      asked += 1;
      throw new DomainError('provider-refused', 'no');
    };
    const careful = patient(
      { ...world.payments.alipay, queryOrder: refusing },
      { now: () => world.estate.clockMs },
    );
    for (const _ of [1, 2])
      await expect(careful.queryOrder('P1')).rejects.toMatchObject({ error: 'provider-refused' });
    expect(asked).toBe(2);
  });
});
