import { describe, expect, test } from 'vitest';
import { createOrder } from '../../src/payments/create-order.ts';
import { handleOrderNews } from '../../src/payments/handle-order-news.ts';
import { handleRefundNews } from '../../src/payments/handle-refund-news.ts';
import { refundIdOf } from '../../src/payments/order.ts';
import { refundsOfOrder } from '../../src/payments/order-store.ts';
import type { NewOrder, NewRefund, OrderNews, RefundNews } from '../../src/payments/provider.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { placeHold } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { refused } from '../support/office-orders.ts';
import { order, paid, paidOrder, refund, standing, telling, wechat } from '../support/told-provider.ts';

const payment = (orderId: string) => ({ pk: `PAYMENT#${officeEstate}#${orderId}`, sk: 'PAYMENT' });
const tell = (desk: TestOffice, news: OrderNews, word = wechat) =>
  handleOrderNews(desk.office, word, officeEstate, news);

describe('an order', () => {
  test('is asked for at the provider with everything that the payer sees, and until when', async () => {
    const desk = await testOffice();
    const asked: NewOrder[] = [];
    const createOrder = async (wanted: NewOrder) => {
      asked.push(wanted);
      return { jsapi: { package: 'x' } };
    };
    const made = await order(desk, { way: 'jsapi', openId: 'o1' }, { createOrder });
    expect(asked).toEqual([
      {
        ...{ orderId: made.order.orderId, amountFen: 1000, description: '余额充值 Wallet top-up' },
        ...{ expiresAtMs: officeNowMs + 7_200_000, way: 'jsapi', openId: 'o1' },
      },
    ]);
    // A page of WeChat is shown once: there is no code that could be shown again.
    expect(made.invitation).toEqual({ jsapi: { package: 'x' } });
    expect(standing(desk, payment(made.order.orderId).pk, 'PAYMENT')).not.toHaveProperty('qrText');
  });

  test.each([1, 100_000])('may be of %i fen', async (amountFen) => {
    const desk = await testOffice();
    expect((await order(desk, { amountFen })).order).toMatchObject({ amountFen, state: 'created' });
  });

  test('that is asked for again has its code written anew only where it is another', async () => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    const version = () => standing(desk, payment(orderId).pk, 'PAYMENT')?.version;
    const before = version();
    await order(desk);
    expect(version()).toBe(before);
    const again = await order(desk, {}, { createOrder: async () => ({ qrText: 'weixin://y' }) });
    expect(again.order.qrText).toBe('weixin://y');
    expect(standing(desk, payment(orderId).pk, 'PAYMENT')).toMatchObject({ qrText: 'weixin://y' });
  });

  test('that is decided, or whose time is over, is answered as it is, and the provider is not asked', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    expect(await order(desk, {}, {})).toMatchObject({ order: { orderId, state: 'paid' } });
    expect(await order(desk, {}, {})).not.toHaveProperty('invitation');
    const open = (await order(desk, { requestId: 'request-2' })).order;
    desk.nowMs = open.expiresAtMs;
    const again = createOrder(desk.office, { 'wechat-pay': telling('wechat-pay') }, desk.by('resident'), {
      ...{
        requestId: 'request-2',
        householdId: 'h1',
        amountFen: 1000,
        provider: 'wechat-pay',
        way: 'native',
      },
    });
    expect(await again).toEqual({
      order: expect.objectContaining({ orderId: open.orderId, state: 'created' }),
    });
    desk.nowMs -= 1;
    expect(await order(desk, { requestId: 'request-2' })).toHaveProperty('invitation');
  });
});

describe('what a provider says of an order', () => {
  test.each<[string, Partial<OrderNews>, string]>([
    ['of more than it costs', { amountFen: 1001 }, 'payment-mismatch'],
    ['of less than it costs', { amountFen: 999 }, 'payment-mismatch'],
    ['of an order that is not there', { orderId: 'P0' }, 'not-found'],
  ])('%s changes nothing', async (_, changes, error) => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    await refused(desk, () => tell(desk, { ...paid(orderId), ...changes } as OrderNews), error);
  });

  test('is heard of its own provider alone, also that nobody has paid', async () => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    const alipay = { ...wechat, provider: 'alipay' } as const;
    await refused(desk, () => tell(desk, { orderId, state: 'unpaid' }, alipay), 'payment-mismatch');
  });

  test('and of another payment later, is not booked again', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const other = { ...paid(orderId), transactionId: '43' } as OrderNews;
    await refused(desk, () => tell(desk, other), 'payment-mismatch');
    const again = await tell(desk, paid(orderId));
    expect(again).toMatchObject({ state: 'paid', transactionId: '42' });
    expect((await desk.wallet()).balanceFen).toBe(1000);
  });

  test('twice at once by two payments books one, and the other is refused as another', async () => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    for (const [moment, transactionId] of [
      ['PAYMENT', '43'],
      ['WALLET', '44'],
    ] as const) {
      const race = interruptedAfter(desk.table, moment, () => tell(desk, paid(orderId)));
      const late = handleOrderNews(desk.on(race), wechat, officeEstate, {
        ...paid(orderId),
        transactionId,
      } as OrderNews);
      await expect(late).rejects.toMatchObject({ error: 'payment-mismatch' });
    }
    expect((await desk.wallet()).balanceFen).toBe(1000);
  });
});

describe('a refund', () => {
  test('is asked for at the provider with what was paid, what goes back, and why', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const asked: NewRefund[] = [];
    const answer = async (wanted: NewRefund): Promise<RefundNews> => {
      asked.push(wanted);
      return { orderId, refundId: wanted.refundId, state: 'succeeded', said: 'SUCCESS', amountFen: 400 };
    };
    expect(await refund(desk, orderId, {}, answer)).toMatchObject({ state: 'succeeded', said: 'SUCCESS' });
    const refundId = refundIdOf(orderId, 'back-1');
    expect(asked).toEqual([{ orderId, refundId, amountFen: 400, paidFen: 1000, reason: '退款' }]);
    expect(desk.entries('refund-succeeded')).toMatchObject([{ topic: 'api', deviceId: 'wechat-pay' }]);
    const neverAgain = async () => {
      throw new Error('It has succeeded');
    };
    expect(await refund(desk, orderId, {}, neverAgain)).toMatchObject({ state: 'succeeded' });
  });

  test('is of the whole, to the last fen, and of nothing that is held', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    await refund(desk, orderId, { amountFen: 400 });
    await refused(
      desk,
      () => refund(desk, orderId, { requestId: 'back-2', amountFen: 601 }),
      'already-refunded',
    );
    await refund(desk, orderId, { requestId: 'back-2', amountFen: 600 });
    expect((await desk.wallet()).balanceFen).toBe(0);
    const held = await paidOrder(desk, 'request-2');
    await desk.change((wallet) =>
      placeHold(wallet, 'a', { amountFen: 1, credentialId: 'c', sinceMs: 0 }, '2026-11'),
    );
    await refused(desk, () => refund(desk, held, { amountFen: 1000 }), 'too-little-money');
  });

  test.each<[string, boolean]>([
    ['provider-unavailable', true],
    ['provider-refused', true],
    ['provider-unconfigured', true],
    ['signature-invalid', true],
    ['charset-unknown', true],
    ['notification-expired', true],
    ['payment-mismatch', false],
    ['currency-unknown', false],
  ])('of which the provider’s answer is %s waits for its timer: %s', async (error, waits) => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const asked = refund(desk, orderId, {}, async () => {
      throw new DomainError(error as 'provider-refused', 'x');
    });
    if (waits) expect(await asked).toMatchObject({ state: 'requested', amountFen: 400 });
    else await expect(asked).rejects.toMatchObject({ error });
    expect((await desk.wallet()).balanceFen).toBe(600);
  });

  test('that fails by a defect is told as such', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const defect = async () => {
      throw new TypeError('provider- a defect');
    };
    await expect(refund(desk, orderId, {}, defect)).rejects.toThrow(TypeError);
  });

  test.each<[string, Partial<RefundNews>]>([
    ['another order', { orderId: 'P0' }],
    ['another refund', { refundId: 'R0' }],
  ])('that is answered by news of %s is not ended by it', async (_, changes) => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const answer = async ({ refundId }: NewRefund): Promise<RefundNews> => ({
      ...{ orderId, refundId, state: 'succeeded', said: '' },
      ...changes,
    });
    await expect(refund(desk, orderId, {}, answer)).rejects.toMatchObject({ error: 'payment-mismatch' });
    expect(await refundsOfOrder(desk.table, officeEstate, orderId)).toMatchObject([{ state: 'requested' }]);
  });

  test.each<[string, Partial<RefundNews>, object, string]>([
    ['another amount', { amountFen: 401 }, {}, 'payment-mismatch'],
    ['another provider', {}, { provider: 'alipay' }, 'payment-mismatch'],
    ['one that is not there', { refundId: 'R0' }, {}, 'not-found'],
    ['another provider that waits', { state: 'processing' }, { provider: 'alipay' }, 'payment-mismatch'],
  ])('is not ended by what is said of %s', async (_, changes, word, error) => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const { refundId } = await refund(desk, orderId);
    const news: RefundNews = { orderId, refundId, state: 'succeeded', said: '', ...changes };
    await refused(
      desk,
      () => handleRefundNews(desk.office, { ...wechat, ...word }, officeEstate, news),
      error,
    );
  });

  test('that hangs is answered as it is, and nothing is written', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const { refundId } = await refund(desk, orderId);
    const before = JSON.stringify([...desk.table.all()]);
    for (const state of ['unknown', 'processing'] as const)
      expect(
        await handleRefundNews(desk.office, wechat, officeEstate, {
          orderId,
          refundId,
          state,
          said: '',
          amountFen: 400,
        }),
      ).toMatchObject({ state: 'requested' });
    expect(JSON.stringify([...desk.table.all()])).toBe(before);
  });
});

test('an order is not made for a household that is gone, though it was asked for before', async () => {
  const desk = await testOffice();
  await desk.table.commit([{ remove: keys.household(officeEstate, 'h1') }]);
  await refused(desk, () => order(desk), 'not-found');
});
