import { createSign } from 'node:crypto';
import type { ProviderKeys } from '../../local/provider/keys.ts';
import { seal, signature } from '../../local/provider/wechat-pay-signing.ts';
import { beijingTime, beijingTimestamp } from '../../src/payments/beijing-time.ts';

/** A provider's notice as API Gateway hands it over. */
export interface NoticeSent {
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export const noticeRoute = (name: 'wechat-pay' | 'alipay') => `POST /payments/${name}/notify`;

/** Notices of these providers, byte for byte as they make them, of the order that there is now. */
export function noticesOf(provider: ProviderKeys, orderId: () => string) {
  const transaction = (changes: object = {}) => ({
    ...{ appid: provider.wechatPay.appId, mchid: provider.wechatPay.merchantId },
    ...{ out_trade_no: orderId(), transaction_id: `42${orderId()}`, trade_state: 'SUCCESS' },
    success_time: beijingTimestamp(Date.now()),
    amount: { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' },
    ...changes,
  });

  function wechatPayNotice(
    content: object,
    {
      eventType = 'TRANSACTION.SUCCESS',
      atMs = Date.now(),
      by = provider.wechatPay,
      base64 = false,
    }: { eventType?: string; atMs?: number; by?: WechatPay; base64?: boolean } = {},
  ): NoticeSent {
    const resource = { algorithm: 'AEAD_AES_256_GCM', ...seal(content, 'transaction', by) };
    // Outside of ASCII, so that decoding and encoding it again would show.
    const body = JSON.stringify({ event_type: eventType, summary: '支付成功', resource });
    return {
      routeKey: noticeRoute('wechat-pay'),
      headers: signature(body, by, atMs),
      body: base64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: base64,
    };
  }

  function alipayNotice(
    changes: Readonly<Record<string, string>> = {},
    {
      base64 = false,
      privateKey = provider.alipay.platform.privateKey,
      bytes = (text: string): Uint8Array => Buffer.from(text),
    } = {},
  ): NoticeSent {
    const form: Record<string, string> = {
      ...{ app_id: provider.alipay.appId, seller_id: provider.alipay.sellerId, total_amount: '10.00' },
      ...{ out_trade_no: orderId(), trade_no: `20${orderId()}`, trade_status: 'TRADE_SUCCESS' },
      ...{ gmt_payment: beijingTime(Date.now()), notify_time: beijingTime(Date.now()), subject: '充值 a&b' },
      ...changes,
    };
    const text = Object.keys(form)
      .sort()
      .map((name) => `${name}=${form[name]}`)
      .join('&');
    const sign = createSign('RSA-SHA256').update(bytes(text)).sign(privateKey, 'base64');
    const escaped = (value: string) =>
      Buffer.from(bytes(value))
        .toString('latin1')
        .replaceAll(/\W/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
    const body = Object.entries({ ...form, sign_type: 'RSA2', sign })
      .map(([name, value]) => `${name}=${escaped(value)}`)
      .join('&');
    return {
      routeKey: noticeRoute('alipay'),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: base64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: base64,
    };
  }

  return { transaction, wechatPayNotice, alipayNotice };
}

type WechatPay = ProviderKeys['wechatPay'];
