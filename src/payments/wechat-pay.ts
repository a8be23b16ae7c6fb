import * as z from 'zod/mini';
import { beijingTimestamp } from './beijing-time.ts';
import type { WechatPayMerchant } from './merchant.ts';
import type { NewOrder, NewRefund, PaymentProvider, ProviderWorld } from './provider.ts';
import { errorOf, isUnknown, parse, refused, signedCall } from './wechat-pay-call.ts';
import {
  newsOf,
  readNotification,
  refundNewsOf,
  refundSchema,
  transactionSchema,
} from './wechat-pay-news.ts';
import { jsapiParameters } from './wechat-pay-signature.ts';

/** Refusals of a refund that asking again, with the same number, may overcome. With any other it was not taken. */
const refundLater = new Set(['NOT_ENOUGH', 'FREQUENCY_LIMITED']);

/** WeChat Pay API v3 of a direct merchant: Native and JSAPI. https://pay.weixin.qq.com/doc/v3/merchant/4012791870 */
export function wechatPay(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
): PaymentProvider {
  const call = (method: 'GET' | 'POST', path: string, content?: object) =>
    signedCall(baseUrl, merchant, world, method, path, content);
  const transactions = '/v3/pay/transactions';

  return {
    name: 'wechat-pay',

    async createOrder(order) {
      const answer = await call('POST', `${transactions}/${order.way}`, orderBody(order, merchant, world));
      if (answer.status !== 200) throw refused(answer);
      if (order.way === 'native')
        return { qrText: parse(z.object({ code_url: z.string() }), answer).code_url };
      const { prepay_id } = parse(z.object({ prepay_id: z.string() }), answer);
      const now = { timestampS: Math.floor(world.now() / 1000), nonce: world.nonce() };
      return { jsapi: jsapiParameters(merchant, { prepayId: prepay_id, ...now }) };
    },

    async queryOrder(orderId) {
      const answer = await call(
        'GET',
        `${transactions}/out-trade-no/${orderId}?mchid=${merchant.merchantId}`,
      );
      if (isUnknown(answer)) return { orderId, state: 'unpaid' };
      if (answer.status !== 200) throw refused(answer);
      return newsOf(parse(transactionSchema, answer), merchant);
    },

    async closeOrder(orderId) {
      const path = `${transactions}/out-trade-no/${orderId}/close`;
      const answer = await call('POST', path, { mchid: merchant.merchantId });
      if (answer.status === 204 || isUnknown(answer)) return 'closed';
      return errorOf(answer).code === 'ORDER_CLOSED' ? 'closed' : 'open';
    },

    async refund(refund) {
      const answer = await call('POST', '/v3/refund/domestic/refunds', refundBody(refund, world));
      if (answer.status === 200) return refundNewsOf(parse(refundSchema, answer));
      const { code } = errorOf(answer);
      if (refundLater.has(code)) throw refused(answer);
      return { orderId: refund.orderId, refundId: refund.refundId, state: 'failed', said: code };
    },

    async queryRefund({ orderId, refundId }) {
      const answer = await call('GET', `/v3/refund/domestic/refunds/${refundId}`);
      if (isUnknown(answer)) return { orderId, refundId, state: 'unknown', said: errorOf(answer).code };
      if (answer.status !== 200) throw refused(answer);
      return refundNewsOf(parse(refundSchema, answer));
    },

    readNotification: (request) => readNotification(request, merchant, world.now()),

    answerNotification(failure) {
      if (failure === undefined) return { status: 204, contentType: 'application/json', body: '' };
      const body = JSON.stringify({ code: 'FAIL', message: failure.error });
      return { status: failure.status, contentType: 'application/json', body };
    },
  };
}

const notificationPath = '/payments/wechat-pay/notify';

function orderBody(order: NewOrder, merchant: WechatPayMerchant, world: ProviderWorld): object {
  return {
    appid: merchant.appId,
    mchid: merchant.merchantId,
    description: order.description,
    out_trade_no: order.orderId,
    time_expire: beijingTimestamp(order.expiresAtMs),
    notify_url: world.notificationUrl + notificationPath,
    amount: { total: order.amountFen, currency: 'CNY' },
    ...(order.openId === undefined ? {} : { payer: { openid: order.openId } }),
  };
}

function refundBody(refund: NewRefund, world: ProviderWorld): object {
  return {
    out_trade_no: refund.orderId,
    out_refund_no: refund.refundId,
    reason: refund.reason,
    notify_url: world.notificationUrl + notificationPath,
    amount: { refund: refund.amountFen, total: refund.paidFen, currency: 'CNY' },
  };
}
