import { createOrder, type OrderRequest } from '../../src/payments/create-order.ts';
import { handleOrderNews, type Word } from '../../src/payments/handle-order-news.ts';
import type { OrderNews, PaymentProvider, ProviderName } from '../../src/payments/provider.ts';
import { requestRefund } from '../../src/payments/request-refund.ts';
import type { Item } from '../../src/shared/table.ts';
import { officeEstate, type TestOffice } from './money.ts';

/** A provider that says what a test tells it to say, and is asked nothing else. */
export function telling(name: ProviderName, said: Partial<PaymentProvider> = {}): PaymentProvider {
  const notAsked = (deed: string) => (): never => {
    throw new Error(`${name} is not to be asked: ${deed}`);
  };
  return {
    name,
    ...{ createOrder: notAsked('createOrder'), queryOrder: notAsked('queryOrder') },
    ...{ closeOrder: notAsked('closeOrder'), readNotification: notAsked('readNotification') },
    ...{ refund: notAsked('refund'), queryRefund: notAsked('queryRefund') },
    answerNotification: (failure) => ({
      ...{ status: failure?.status ?? 200, contentType: '', body: failure?.error ?? '' },
    }),
    ...said,
  };
}

const payload = Buffer.from('as it came');
export const wechat: Word = { provider: 'wechat-pay', topic: 'notification', payload };

/** An order of a household of the office, asked for by a person. */
export const order = (
  desk: TestOffice,
  more: Partial<OrderRequest> = {},
  said: Partial<PaymentProvider> = { createOrder: async () => ({ qrText: 'weixin://x' }) },
) =>
  createOrder(desk.office, { 'wechat-pay': telling('wechat-pay', said) }, desk.by('resident'), {
    ...{ requestId: 'request-1', householdId: 'h1', amountFen: 1000, provider: 'wechat-pay', way: 'native' },
    ...more,
  });

export const paid = (orderId: string, amountFen = 1000): OrderNews => ({
  ...{ orderId, state: 'paid', amountFen, transactionId: '42', paidAtMs: 5 },
});

/** An order that is paid, and its number. */
export async function paidOrder(desk: TestOffice, requestId = 'request-1'): Promise<string> {
  const { orderId } = (await order(desk, { requestId })).order;
  await handleOrderNews(desk.office, wechat, officeEstate, paid(orderId));
  return orderId;
}

/** A refund that the provider has not carried out yet, unless it says something else. */
export const refund = (
  desk: TestOffice,
  orderId: string,
  more: { readonly requestId?: string; readonly amountFen?: number } = {},
  answer: PaymentProvider['refund'] = async ({ refundId }) => ({
    ...{ orderId, refundId, state: 'processing', said: 'PROCESSING' },
  }),
) =>
  requestRefund(
    desk.office,
    { 'wechat-pay': telling('wechat-pay', { refund: answer }) },
    desk.by('manager'),
    { ...{ requestId: 'back-1', orderId, amountFen: 400, reason: '退款' }, ...more },
  );

/** What stands there, without what is sealed differently each time. */
export function standing(desk: TestOffice, pk: string, sk: string): Item | undefined {
  const item = [...desk.table.all()].find((one) => one.pk === pk && one.sk === sk);
  if (item === undefined) return undefined;
  const { raw: _, ...said } = item;
  return said as Item;
}
