import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { beijingTimestamp } from './beijing-time.ts';
import type { WechatPayMerchant } from './merchant.ts';
import {
  callTimeoutMs,
  type HttpAnswer,
  type NewOrder,
  type NewRefund,
  type PaymentProvider,
  type ProviderWorld,
} from './provider.ts';
import {
  errorOf,
  newsOf,
  parse,
  readNotice,
  refundNewsOf,
  refundSchema,
  transactionSchema,
} from './wechat-pay-news.ts';
import { authorization, checkAnswer, jsapiParameters } from './wechat-pay-signature.ts';

const billSchema = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string(),
  download_url: z.string(),
});
/** Refusals of a refund that asking again, with the same number, may overcome. */
const refundLater = new Set(['NOT_ENOUGH', 'USER_ACCOUNT_ABNORMAL', 'FREQUENCY_LIMITED', 'SIGN_ERROR']);

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
      if (refundLater.has(code)) throw refused(answer, 'provider-unavailable');
      return { orderId: refund.orderId, refundId: refund.refundId, state: 'failed', said: code };
    },

    async queryRefund({ orderId, refundId }) {
      const answer = await call('GET', `/v3/refund/domestic/refunds/${refundId}`);
      if (isUnknown(answer)) return { orderId, refundId, state: 'unknown', said: errorOf(answer).code };
      if (answer.status !== 200) throw refused(answer);
      return refundNewsOf(parse(refundSchema, answer));
    },

    async downloadBill(day) {
      const answer = await call('GET', `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`);
      if (answer.status === 400 && errorOf(answer).code === 'NO_STATEMENT_EXIST') return '';
      if (answer.status !== 200) throw refused(answer);
      return await billFile(baseUrl, merchant, world, parse(billSchema, answer));
    },

    readNotice: (request) => readNotice(request, merchant, world.now()),

    answerNotice(failure) {
      if (failure === undefined) return { status: 204, contentType: 'application/json', body: '' };
      const body = JSON.stringify({ code: 'FAIL', message: failure.error });
      return { status: failure.status, contentType: 'application/json', body };
    },
  };
}

const noticePath = '/payments/wechat-pay/notify';

function orderBody(order: NewOrder, merchant: WechatPayMerchant, world: ProviderWorld): object {
  return {
    appid: merchant.appId,
    mchid: merchant.merchantId,
    description: order.description,
    out_trade_no: order.orderId,
    time_expire: beijingTimestamp(order.expiresAtMs),
    notify_url: world.noticeUrl + noticePath,
    amount: { total: order.amountFen, currency: 'CNY' },
    ...(order.openId === undefined ? {} : { payer: { openid: order.openId } }),
  };
}

function refundBody(refund: NewRefund, world: ProviderWorld): object {
  return {
    out_trade_no: refund.orderId,
    out_refund_no: refund.refundId,
    reason: refund.reason,
    notify_url: world.noticeUrl + noticePath,
    amount: { refund: refund.amountFen, total: refund.paidFen, currency: 'CNY' },
  };
}

/** Signed by us, and the answer's signature checked. What is not signed is no answer, whatever it says. */
async function signedCall(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
  method: 'GET' | 'POST',
  path: string,
  content?: object,
): Promise<HttpAnswer> {
  const body = content === undefined ? '' : JSON.stringify(content);
  const timestampS = Math.floor(world.now() / 1000);
  const signed = { method, path, timestampS, nonce: world.nonce(), body };
  const answer = await world.http({
    method,
    url: baseUrl + path,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'pengyou',
      authorization: authorization(signed, merchant),
    },
    ...(content === undefined ? {} : { body }),
    timeoutMs: callTimeoutMs,
  });
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500)
    throw refused(answer, 'provider-unavailable');
  checkAnswer(answer, merchant.platformKeys, world.now());
  return answer;
}

/** The file itself is not signed; its hash stands in the answer that was. */
async function billFile(
  baseUrl: string,
  merchant: WechatPayMerchant,
  world: ProviderWorld,
  { hash_value, download_url }: z.infer<typeof billSchema>,
): Promise<string> {
  const url = new URL(download_url);
  if (url.origin !== new URL(baseUrl).origin)
    throw new DomainError(
      'provider-refused',
      `The bill is on ${url.origin}, which gets no signature of ours`,
    );
  const path = url.pathname + url.search;
  const timestampS = Math.floor(world.now() / 1000);
  const request = { method: 'GET', path, timestampS, nonce: world.nonce(), body: '' } as const;
  const headers = { 'user-agent': 'pengyou', authorization: authorization(request, merchant) };
  const answer = await world.http({ method: 'GET', url: url.href, headers, timeoutMs: 4 * callTimeoutMs });
  if (answer.status !== 200) throw refused(answer);
  if (createHash('sha1').update(answer.body).digest('hex') !== hash_value.toLowerCase())
    throw new DomainError('signature-invalid', 'The bill is not the one that was announced');
  return Buffer.from(answer.body).toString('utf8');
}

const isUnknown = (answer: HttpAnswer): boolean =>
  answer.status === 404 && /^(ORDER_?NOT_?EXIST|RESOURCE_NOT_EXISTS)$/.test(errorOf(answer).code);

function refused(
  answer: HttpAnswer,
  name: 'provider-refused' | 'provider-unavailable' = 'provider-refused',
): DomainError {
  const { code, message } = errorOf(answer);
  return new DomainError(name, `WeChat Pay answered ${answer.status} ${code} ${message}`.trim());
}
