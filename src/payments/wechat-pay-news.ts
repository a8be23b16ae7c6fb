import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { ownOf } from '../shared/own.ts';
import type { WechatPayMerchant } from './merchant.ts';
import type { Notification, NotificationRequest, OrderNews, RefundNews } from './provider.ts';
import { parse } from './wechat-pay-call.ts';
import { checkAnswer, openSealed } from './wechat-pay-signature.ts';

const amountSchema = z.object({ total: z.int(), currency: z._default(z.string(), 'CNY') });
export const transactionSchema = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.optional(z.string()),
  trade_state: z.string(),
  success_time: z.optional(z.string()),
  amount: z.optional(amountSchema),
});
export const refundSchema = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  status: z.string(),
  amount: z.object({ refund: z.int(), currency: z._default(z.string(), 'CNY') }),
});
const refundNotificationSchema = z.object({
  mchid: z.string(),
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  refund_status: z.string(),
  amount: z.object({ refund: z.int() }),
});
const notificationSchema = z.object({
  event_type: z.string(),
  resource: z.object({
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.optional(z.string()),
  }),
});

/** Until it says one of these, nothing is decided: ABNORMAL waits for the merchant, and may still go either way. */
const refundEnds: Readonly<Record<string, RefundNews['state']>> = { SUCCESS: 'succeeded', CLOSED: 'failed' };

/** What WeChat Pay tells by itself: signed, recent, sealed under our key, and about this merchant. */
export function readNotification(
  request: NotificationRequest,
  merchant: WechatPayMerchant,
  nowMs: number,
): Notification {
  checkAnswer(request, merchant.platformKeys, nowMs);
  const { event_type, resource } = parse(notificationSchema, request);
  const opened = { body: Buffer.from(openSealed(resource, merchant.apiV3Key)) };
  if (!event_type.startsWith('REFUND.'))
    return { about: 'order', news: newsOf(parse(transactionSchema, opened), merchant) };
  const { mchid, out_trade_no, out_refund_no, refund_status, amount } = parse(
    refundNotificationSchema,
    opened,
  );
  checkMerchant(mchid === merchant.merchantId);
  return {
    about: 'refund',
    news: refundNewsOf({
      out_trade_no,
      out_refund_no,
      status: refund_status,
      amount: { refund: amount.refund, currency: 'CNY' },
    }),
  };
}

export function newsOf(
  transaction: z.infer<typeof transactionSchema>,
  merchant: WechatPayMerchant,
): OrderNews {
  const { out_trade_no: orderId, trade_state, transaction_id, amount, success_time } = transaction;
  checkMerchant(transaction.mchid === merchant.merchantId && transaction.appid === merchant.appId);
  if (trade_state === 'CLOSED' || trade_state === 'REVOKED') return { orderId, state: 'closed' };
  // REFUND is a paid order of which something went back.
  if (trade_state !== 'SUCCESS' && trade_state !== 'REFUND') return { orderId, state: 'unpaid' };
  if (amount === undefined || transaction_id === undefined)
    throw new DomainError('payment-mismatch', `The payment of ${orderId} has no amount or no number`);
  checkCurrency(amount.currency);
  const paidAtMs = Date.parse(success_time ?? '');
  if (Number.isNaN(paidAtMs)) throw new DomainError('payment-mismatch', `${orderId} was paid at no time`);
  return { orderId, state: 'paid', amountFen: amount.total, transactionId: transaction_id, paidAtMs };
}

export function refundNewsOf(refund: z.infer<typeof refundSchema>): RefundNews {
  checkCurrency(refund.amount.currency);
  return {
    orderId: refund.out_trade_no,
    refundId: refund.out_refund_no,
    state: ownOf(refundEnds, refund.status) ?? 'processing',
    amountFen: refund.amount.refund,
    said: refund.status,
  };
}

function checkMerchant(same: boolean): void {
  if (!same) throw new DomainError('payment-mismatch', 'Paid to another merchant');
}

function checkCurrency(currency: string): void {
  if (currency !== 'CNY') throw new DomainError('currency-unknown', `Paid in ${currency}`);
}
