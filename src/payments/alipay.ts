import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { type Answer, parse, refused, signedCall } from './alipay-call.ts';
import { openForm } from './alipay-signature.ts';
import { beijingTime, parseBeijingTime } from './beijing-time.ts';
import type { AlipayMerchant } from './merchant.ts';
import {
  checkRecent,
  type NewOrder,
  type NewRefund,
  type Notification,
  type NotificationRequest,
  type OrderNews,
  type PaymentProvider,
  type ProviderWorld,
  type RefundNews,
} from './provider.ts';
import { fenOf, yuanOf } from './yuan.ts';

const tradeSchema = z.object({
  out_trade_no: z.string(),
  trade_no: z.optional(z.string()),
  trade_status: z.string(),
  total_amount: z.optional(z.string()),
  trans_currency: z.optional(z.string()),
  /** Of an answer and of a notification. */
  send_pay_date: z.optional(z.string()),
  gmt_payment: z.optional(z.string()),
});

/** Refusals of a refund that asking again will never overcome. For any other the same number is asked again. */
const refundNever = new Set([
  'ACQ.DISCORDANT_REPEAT_REQUEST',
  'ACQ.INVALID_PARAMETER',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REFUND_FEE_ERROR',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_NOT_ALLOW_REFUND',
  'ACQ.TRADE_NOT_EXIST',
  'ACQ.TRADE_STATUS_ERROR',
]);

/** Alipay's payment by QR code (当面付, precreate). https://opendocs.alipay.com/open/194/106078 */
export function alipay(gatewayUrl: string, merchant: AlipayMerchant, world: ProviderWorld): PaymentProvider {
  const call = (method: string, content: object, more: Readonly<Record<string, string>> = {}) =>
    signedCall(gatewayUrl, merchant, world, method, content, more);

  return {
    name: 'alipay',

    async createOrder(order) {
      if (order.way !== 'native')
        throw new DomainError('bad-request', 'Alipay is paid by QR code: the way is native');
      const notify_url = `${world.notificationUrl}/payments/alipay/notify`;
      const answer = await call('alipay.trade.precreate', orderContent(order, merchant), { notify_url });
      if (answer.code !== '10000') throw refused(answer);
      return { qrText: parse(z.object({ qr_code: z.string() }), answer).qr_code };
    },

    async queryOrder(orderId) {
      const answer = await call('alipay.trade.query', { out_trade_no: orderId });
      // The trade begins when the code is scanned.
      if (answer.sub_code === 'ACQ.TRADE_NOT_EXIST') return { orderId, state: 'unpaid' };
      if (answer.code !== '10000') throw refused(answer);
      return newsOf(parse(tradeSchema, answer));
    },

    async closeOrder(orderId) {
      const answer = await call('alipay.trade.close', { out_trade_no: orderId });
      if (answer.code === '10000' || answer.sub_code === 'ACQ.TRADE_NOT_EXIST') return 'closed';
      if (/TRADE_STATUS/.test(answer.sub_code)) return 'open';
      throw refused(answer);
    },

    async refund(refund) {
      const { orderId, refundId, amountFen, reason } = refund;
      const answer = await call('alipay.trade.refund', {
        out_trade_no: orderId,
        out_request_no: refundId,
        refund_amount: yuanOf(amountFen),
        refund_reason: reason,
      });
      if (refundNever.has(answer.sub_code))
        return { orderId, refundId, state: 'failed', said: answer.sub_code };
      if (answer.code !== '10000') throw refused(answer);
      const { fund_change } = parse(z.object({ fund_change: z.optional(z.string()) }), answer);
      // Without a change of funds it was asked for before: only the query says what became of it.
      return fund_change === 'Y'
        ? { orderId, refundId, state: 'succeeded', said: 'fund_change=Y' }
        : await queryRefund(call, refund);
    },

    queryRefund: (refund) => queryRefund(call, refund),

    readNotification: (request) => readNotification(request, merchant, world.now()),

    answerNotification: (failure) => ({
      status: 200,
      contentType: 'text/plain',
      body: failure === undefined ? 'success' : 'failure',
    }),
  };
}

function orderContent(order: NewOrder, merchant: AlipayMerchant): object {
  return {
    out_trade_no: order.orderId,
    total_amount: yuanOf(order.amountFen),
    subject: order.description,
    seller_id: merchant.sellerId,
    time_expire: beijingTime(order.expiresAtMs),
  };
}

async function queryRefund(
  call: (method: string, content: object) => Promise<Answer>,
  { orderId, refundId }: NewRefund,
): Promise<RefundNews> {
  const answer = await call('alipay.trade.fastpay.refund.query', {
    out_trade_no: orderId,
    out_request_no: refundId,
  });
  if (answer.sub_code === 'ACQ.TRADE_NOT_EXIST' || answer.sub_code === 'ACQ.REFUND_NOT_EXIST')
    return { orderId, refundId, state: 'unknown', said: answer.sub_code };
  if (answer.code !== '10000') throw refused(answer);
  const { refund_status, refund_amount } = parse(
    z.object({ refund_status: z.optional(z.string()), refund_amount: z.optional(z.string()) }),
    answer,
  );
  return {
    orderId,
    refundId,
    // Alipay answers without a status for a refund that it did not carry out: it may be asked for again.
    state: refund_status === 'REFUND_SUCCESS' ? 'succeeded' : 'unknown',
    ...(refund_status === undefined || refund_amount === undefined
      ? {}
      : { amountFen: fenOf(refund_amount) }),
    said: refund_status ?? 'no refund_status',
  };
}

function readNotification(
  { body }: NotificationRequest,
  merchant: AlipayMerchant,
  nowMs: number,
): Notification {
  const form = openForm(body, merchant.publicKey);
  checkRecent(parseBeijingTime(form['notify_time'] ?? '') ?? Number.NaN, nowMs);
  if (form['app_id'] !== merchant.appId || form['seller_id'] !== merchant.sellerId)
    throw new DomainError('payment-mismatch', 'Paid to another merchant');
  // A refund is told as the order once more; what became of it is asked.
  return { about: 'order', news: newsOf(parse(tradeSchema, form)) };
}

function newsOf(trade: z.infer<typeof tradeSchema>): OrderNews {
  const { out_trade_no: orderId, trade_status, trade_no, total_amount } = trade;
  // TRADE_CLOSED: never paid, or paid and all of it paid back.
  if (trade_status === 'TRADE_CLOSED') return { orderId, state: 'closed' };
  if (trade_status !== 'TRADE_SUCCESS' && trade_status !== 'TRADE_FINISHED')
    return { orderId, state: 'unpaid' };
  const { trans_currency = 'CNY' } = trade;
  if (trans_currency !== 'CNY') throw new DomainError('currency-unknown', `Paid in ${trans_currency}`);
  const paidAtMs = parseBeijingTime(trade.send_pay_date ?? trade.gmt_payment ?? '');
  if (total_amount === undefined || trade_no === undefined || paidAtMs === undefined)
    throw new DomainError('payment-mismatch', `The payment of ${orderId} has no amount, number or time`);
  return { orderId, state: 'paid', amountFen: fenOf(total_amount), transactionId: trade_no, paidAtMs };
}
