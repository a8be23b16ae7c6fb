import { createHash, randomBytes } from 'node:crypto';
import { wechatPayBill } from './bills.ts';
import { keyPair, type ProviderKeys, serial } from './keys.ts';
import type { Asked, Message, Told } from './message.ts';
import { beijing, refundedFen, type Trade, type TradeRefund, type Trades } from './trades.ts';
import { isSigned, seal, signature } from './wechat-pay-signing.ts';

interface Answer {
  readonly status: number;
  readonly content?: object;
}

/** WeChat Pay's API v3, as far as a direct merchant uses it for Native and JSAPI payments. */
export class WechatPayStandIn {
  readonly #keys: ProviderKeys['wechatPay'];
  readonly #trades: Trades;
  readonly #now: () => number;
  /** Of its certificate, which the merchant here was never given. */
  #certified: ProviderKeys['wechatPay'] | undefined;
  /** Known once the server listens. */
  base = '';

  constructor(keys: ProviderKeys['wechatPay'], trades: Trades, now: () => number) {
    this.#keys = keys;
    this.#trades = trades;
    this.#now = now;
  }

  answer(asked: Asked, refunded: (trade: Trade, refund: TradeRefund) => void): Message {
    if (!isSigned(asked, this.#keys, this.#now()))
      return { status: 401, headers: {}, body: JSON.stringify({ code: 'SIGN_ERROR', message: '签名错误' }) };
    const url = new URL(asked.path, this.base);
    // The file itself is not signed; its hash stands in the answer that names it.
    if (url.pathname === '/v3/billdownload/file') return this.#billFile(url.searchParams.get('token') ?? '');
    const { status, content } = this.#do(asked, url, refunded);
    const body = content === undefined ? '' : JSON.stringify(content);
    return {
      status,
      headers: { 'content-type': 'application/json', ...signature(body, this.#keysFor(asked), this.#now()) },
      body,
    };
  }

  /** It signs with its public key only where that is asked for, and else with a certificate. */
  #keysFor({ headers }: Asked): ProviderKeys['wechatPay'] {
    if (headers['wechatpay-serial'] === this.#keys.platformSerial) return this.#keys;
    this.#certified ??= { ...this.#keys, platformSerial: serial(), platform: keyPair() };
    return this.#certified;
  }

  #do(asked: Asked, url: URL, refunded: (trade: Trade, refund: TradeRefund) => void): Answer {
    this.#trades.expire(this.#now());
    const [, order, close] =
      /^\/v3\/pay\/transactions\/out-trade-no\/([\w-]+)(\/close)?$/.exec(url.pathname) ?? [];
    const [, refundId] = /^\/v3\/refund\/domestic\/refunds\/([\w-]+)$/.exec(url.pathname) ?? [];
    const content = asked.body === '' ? {} : JSON.parse(asked.body);
    if (asked.method === 'POST' && /^\/v3\/pay\/transactions\/(native|jsapi)$/.test(url.pathname))
      return this.#create(content, url.pathname.endsWith('jsapi'));
    if (order !== undefined && close !== undefined) return this.#close(order);
    if (order !== undefined) return this.#query(order);
    if (asked.method === 'POST' && url.pathname === '/v3/refund/domestic/refunds')
      return this.#refund(content, refunded);
    if (refundId !== undefined) return this.#queryRefund(refundId);
    if (url.pathname === '/v3/bill/tradebill') return this.#bill(url.searchParams.get('bill_date') ?? '');
    return failed(404, 'NOT_FOUND', `${asked.method} ${url.pathname}`);
  }

  #create(content: OrderContent, jsapi: boolean): Answer {
    if (content.mchid !== this.#keys.merchantId || content.appid !== this.#keys.appId)
      return failed(400, 'APPID_MCHID_NOT_MATCH');
    if (jsapi && content.payer?.openid === undefined) return failed(400, 'PARAM_ERROR', 'payer.openid');
    const known = this.#trades.find('wechat-pay', content.out_trade_no);
    if (known !== undefined && known.amountFen !== content.amount.total)
      return failed(403, 'OUT_TRADE_NO_USED');
    if (known?.state === 'paid') return failed(400, 'ORDERPAID');
    if (known?.state === 'closed') return failed(400, 'ORDER_CLOSED');
    const trade =
      known ??
      this.#trades.open({
        provider: 'wechat-pay',
        orderId: content.out_trade_no,
        amountFen: content.amount.total,
        description: content.description,
        notifyUrl: content.notify_url,
        expiresAtMs: Date.parse(content.time_expire ?? '') || this.#now() + 2 * 3_600_000,
      });
    return {
      status: 200,
      content: jsapi ? { prepay_id: trade.token } : { code_url: `${this.base}/pay/${trade.token}` },
    };
  }

  #query(orderId: string): Answer {
    const trade = this.#trades.find('wechat-pay', orderId);
    return trade === undefined
      ? failed(404, 'ORDER_NOT_EXIST')
      : { status: 200, content: this.#transaction(trade) };
  }

  #close(orderId: string): Answer {
    const trade = this.#trades.find('wechat-pay', orderId);
    if (trade === undefined) return failed(404, 'ORDER_NOT_EXIST');
    if (trade.state === 'paid') return failed(400, 'ORDERPAID');
    trade.state = 'closed';
    this.#trades.changed();
    return { status: 204 };
  }

  #refund(content: RefundContent, refunded: (trade: Trade, refund: TradeRefund) => void): Answer {
    const known = this.#trades.byRefund(content.out_refund_no);
    if (known !== undefined)
      return known.refund.amountFen === content.amount.refund
        ? { status: 200, content: this.#refundContent(known.trade, known.refund) }
        : failed(400, 'INVALID_REQUEST', 'another amount');
    const trade = this.#trades.find('wechat-pay', content.out_trade_no);
    if (trade?.state !== 'paid') return failed(404, 'RESOURCE_NOT_EXISTS');
    if (content.amount.total !== trade.amountFen) return failed(400, 'PARAM_ERROR', 'amount.total');
    if (refundedFen(trade) + content.amount.refund > trade.amountFen)
      return failed(400, 'INVALID_REQUEST', 'more than was paid');
    const refund: TradeRefund = {
      refundId: content.out_refund_no,
      amountFen: content.amount.refund,
      atMs: this.#now(),
      notifyUrl: content.notify_url,
      state: 'processing',
    };
    trade.refunds.push(refund);
    this.#trades.changed();
    const answer = { status: 200, content: this.#refundContent(trade, refund) };
    refunded(trade, refund);
    return answer;
  }

  #queryRefund(refundId: string): Answer {
    const known = this.#trades.byRefund(refundId);
    return known === undefined
      ? failed(404, 'RESOURCE_NOT_EXISTS')
      : { status: 200, content: this.#refundContent(known.trade, known.refund) };
  }

  #bill(day: string): Answer {
    const file = wechatPayBill(this.#trades.all(), this.#keys, day);
    if (file === '') return failed(400, 'NO_STATEMENT_EXIST');
    return {
      status: 200,
      content: {
        hash_type: 'SHA1',
        hash_value: createHash('sha1').update(file).digest('hex'),
        download_url: `${this.base}/v3/billdownload/file?token=${day}`,
      },
    };
  }

  #billFile(day: string): Message {
    return {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: wechatPayBill(this.#trades.all(), this.#keys, day),
    };
  }

  #transaction(trade: Trade): object {
    const { appId, merchantId } = this.#keys;
    const states = {
      open: 'NOTPAY',
      closed: 'CLOSED',
      paid: trade.refunds.length > 0 ? 'REFUND' : 'SUCCESS',
    };
    return {
      appid: appId,
      mchid: merchantId,
      out_trade_no: trade.orderId,
      trade_state: states[trade.state],
      trade_state_desc: states[trade.state],
      trade_type: 'NATIVE',
      amount: {
        total: trade.amountFen,
        payer_total: trade.amountFen,
        currency: 'CNY',
        payer_currency: 'CNY',
      },
      ...(trade.paidAtMs === undefined
        ? {}
        : { transaction_id: trade.transactionId, success_time: rfc3339(trade.paidAtMs) }),
    };
  }

  #refundContent({ orderId, amountFen, transactionId }: Trade, refund: TradeRefund): object {
    return {
      refund_id: `50${refund.atMs}`,
      out_refund_no: refund.refundId,
      transaction_id: transactionId,
      out_trade_no: orderId,
      status: { processing: 'PROCESSING', succeeded: 'SUCCESS', failed: 'CLOSED' }[refund.state],
      amount: { refund: refund.amountFen, total: amountFen, currency: 'CNY' },
    };
  }

  /** The notification of a payment; `changes` make it say something else. */
  paidNotification(trade: Trade, changes: object, atMs: number): Told {
    const content = { ...this.#transaction(trade), trade_state: 'SUCCESS', ...changes };
    return this.#notification(trade.notifyUrl, 'TRANSACTION.SUCCESS', 'transaction', content, atMs);
  }

  refundNotification(trade: Trade, refund: TradeRefund, atMs: number): Told {
    const status = refund.state === 'succeeded' ? 'SUCCESS' : 'CLOSED';
    const content = {
      mchid: this.#keys.merchantId,
      out_trade_no: trade.orderId,
      transaction_id: trade.transactionId,
      out_refund_no: refund.refundId,
      refund_id: `50${refund.atMs}`,
      refund_status: status,
      success_time: rfc3339(atMs),
      amount: { total: trade.amountFen, refund: refund.amountFen, payer_total: trade.amountFen },
    };
    return this.#notification(refund.notifyUrl, `REFUND.${status}`, 'refund', content, atMs);
  }

  #notification(url: string, event_type: string, original_type: string, content: object, atMs: number): Told {
    const body = JSON.stringify({
      id: randomBytes(16).toString('hex'),
      create_time: rfc3339(atMs),
      resource_type: 'encrypt-resource',
      event_type,
      summary: '通知',
      resource: { original_type, algorithm: 'AEAD_AES_256_GCM', ...seal(content, original_type, this.#keys) },
    });
    return {
      url,
      headers: { 'content-type': 'application/json', ...signature(body, this.#keys, atMs) },
      body,
    };
  }
}

interface OrderContent {
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  readonly out_trade_no: string;
  readonly time_expire?: string;
  readonly notify_url: string;
  readonly amount: { readonly total: number };
  readonly payer?: { readonly openid?: string };
}

interface RefundContent {
  readonly out_trade_no: string;
  readonly out_refund_no: string;
  readonly notify_url: string;
  readonly amount: { readonly refund: number; readonly total: number };
}

const rfc3339 = (atMs: number) => `${beijing(atMs).replace(' ', 'T')}+08:00`;

function failed(status: number, code: string, message = code): Answer {
  return { status, content: { code, message } };
}
