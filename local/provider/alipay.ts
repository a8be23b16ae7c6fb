import { createSign, createVerify, randomBytes } from 'node:crypto';
import { gbk } from './archive.ts';
import { alipayBill } from './bills.ts';
import type { ProviderKeys } from './keys.ts';
import type { Asked, Message, Told } from './message.ts';
import { beijing, refundedFen, type Trade, type TradeRefund, type Trades, yuan } from './trades.ts';

type Content = Readonly<Record<string, string | undefined>>;

/** Alipay's gateway, as far as payments by QR code (precreate) use it. */
export class AlipayStandIn {
  readonly #keys: ProviderKeys['alipay'];
  readonly #trades: Trades;
  readonly #now: () => number;
  /** Known once the server listens. */
  base = '';

  constructor(keys: ProviderKeys['alipay'], trades: Trades, now: () => number) {
    this.#keys = keys;
    this.#trades = trades;
    this.#now = now;
  }

  answer({ path, body }: Asked, refunded: (trade: Trade, refund: TradeRefund) => void): Message {
    const url = new URL(path, this.base);
    if (url.pathname === '/alipay/bill') return this.#billFile(url.searchParams.get('day') ?? '');
    const parameters = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
    const method = parameters['method'] ?? '';
    if (!this.#isSigned(parameters)) {
      const error = { code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature' };
      return this.#json(`{"error_response":${JSON.stringify(error)}}`);
    }
    this.#trades.expire(this.#now());
    const content = JSON.parse(parameters['biz_content'] ?? '{}') as Content;
    // Slashes are escaped, as the gateway does: what is signed is this very text.
    const text = JSON.stringify(this.#do(method, content, parameters, refunded)).replaceAll('/', '\\/');
    const sign = this.#sign(text);
    return this.#json(`{"${method.replaceAll('.', '_')}_response":${text},"sign":"${sign}"}`);
  }

  #do(
    method: string,
    content: Content,
    { notify_url = '' }: Content,
    refunded: (trade: Trade, refund: TradeRefund) => void,
  ): object {
    const trade = this.#trades.find('alipay', content['out_trade_no'] ?? '');
    switch (method) {
      case 'alipay.trade.precreate':
        return this.#create(trade, content, notify_url);
      case 'alipay.trade.query':
        return trade === undefined || isUnscanned(trade) ? notThere : success(this.#content(trade));
      case 'alipay.trade.close':
        return this.#close(trade);
      case 'alipay.trade.refund':
        return trade === undefined ? notThere : this.#refund(trade, content, refunded);
      case 'alipay.trade.fastpay.refund.query':
        return trade === undefined ? notThere : queryRefund(trade, content['out_request_no'] ?? '');
      case 'alipay.data.dataservice.bill.downloadurl.query': {
        const day = content['bill_date'] ?? '';
        if (alipayBill(this.#trades.all(), this.#keys.sellerId, day) === undefined)
          return failed('isp.bill_not_exist');
        return success({ bill_download_url: `${this.base}/alipay/bill?day=${day}` });
      }
      default:
        return failed('isv.method-not-supported');
    }
  }

  #create(known: Trade | undefined, content: Content, notifyUrl: string): object {
    const amountFen = Math.round(Number(content['total_amount']) * 100);
    if (content['seller_id'] !== this.#keys.sellerId) return failed('ACQ.INVALID_PARAMETER');
    if (known !== undefined && known.amountFen !== amountFen) return failed('ACQ.CONTEXT_INCONSISTENT');
    if (known?.state === 'paid') return failed('ACQ.TRADE_HAS_SUCCESS');
    if (known?.state === 'closed') return failed('ACQ.TRADE_HAS_CLOSE');
    const trade =
      known ??
      this.#trades.open({
        provider: 'alipay',
        orderId: content['out_trade_no'] ?? '',
        amountFen,
        description: content['subject'] ?? '',
        notifyUrl,
        expiresAtMs: fromBeijing(content['time_expire']) ?? this.#now() + 2 * 3_600_000,
      });
    return success({ out_trade_no: trade.orderId, qr_code: `${this.base}/pay/${trade.token}` });
  }

  #close(trade: Trade | undefined): object {
    if (trade === undefined) return notThere;
    if (trade.state === 'paid') return failed('ACQ.TRADE_STATUS_ERROR');
    trade.state = 'closed';
    this.#trades.changed();
    return success({ out_trade_no: trade.orderId });
  }

  #refund(trade: Trade, content: Content, refunded: (trade: Trade, refund: TradeRefund) => void): object {
    const amountFen = Math.round(Number(content['refund_amount']) * 100);
    const refundId = content['out_request_no'] ?? '';
    const known = trade.refunds.find((refund) => refund.refundId === refundId);
    if (known !== undefined && known.amountFen !== amountFen) return failed('ACQ.DISCORDANT_REPEAT_REQUEST');
    if (known === undefined) {
      if (trade.state !== 'paid') return failed('ACQ.TRADE_STATUS_ERROR');
      if (refundedFen(trade) + amountFen > trade.amountFen) return failed('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
      const refund: TradeRefund = {
        refundId,
        amountFen,
        atMs: this.#now(),
        notifyUrl: trade.notifyUrl,
        state: 'processing',
      };
      trade.refunds.push(refund);
      this.#trades.changed();
      refunded(trade, refund);
      if (refund.state === 'failed') return failed('ACQ.TRADE_NOT_ALLOW_REFUND');
      return success(this.#refundContent(trade, refund.state === 'succeeded' ? 'Y' : 'N'));
    }
    return success(this.#refundContent(trade, 'N'));
  }

  #refundContent(trade: Trade, fund_change: 'Y' | 'N'): object {
    const refund_fee = yuan(refundedFen(trade));
    return { out_trade_no: trade.orderId, trade_no: trade.transactionId, refund_fee, fund_change };
  }

  #content(trade: Trade): Record<string, string> {
    const isReturned = refundedFen(trade) === trade.amountFen;
    const paid = isReturned ? 'TRADE_CLOSED' : 'TRADE_SUCCESS';
    const states = { open: 'WAIT_BUYER_PAY', closed: 'TRADE_CLOSED', paid };
    return {
      out_trade_no: trade.orderId,
      trade_no: trade.transactionId ?? '',
      trade_status: states[trade.state],
      total_amount: yuan(trade.amountFen),
      ...(trade.paidAtMs === undefined ? {} : { send_pay_date: beijing(trade.paidAtMs) }),
    };
  }

  #billFile(day: string): Message {
    const body = alipayBill(this.#trades.all(), this.#keys.sellerId, day);
    return body === undefined
      ? { status: 404, headers: {}, body: '' }
      : { status: 200, headers: { 'content-type': 'application/zip' }, body };
  }

  /** The notification of a payment; `changes` make it say something else. */
  paidNotification(trade: Trade, changes: Readonly<Record<string, string>>, atMs: number): Told {
    const { send_pay_date = '', ...content } = this.#content(trade);
    const form: Record<string, string> = {
      ...content,
      trade_status: 'TRADE_SUCCESS',
      gmt_payment: send_pay_date,
      notify_time: beijing(atMs),
      notify_type: 'trade_status_sync',
      notify_id: randomBytes(17).toString('hex'),
      app_id: this.#keys.appId,
      seller_id: this.#keys.sellerId,
      subject: trade.description,
      fund_bill_list: `[{"amount":"${yuan(trade.amountFen)}","fundChannel":"ALIPAYACCOUNT"}]`,
      charset: 'utf-8',
      version: '1.0',
      ...changes,
    };
    const { charset = '' } = form;
    const bytes = (text: string) => (/^gb/i.test(charset) ? gbk(text) : Buffer.from(text));
    const sign = this.#sign(bytes(sorted(form)));
    const body = Object.entries({ ...form, sign_type: 'RSA2', sign })
      .map(([name, value]) => `${name}=${escaped(bytes(value))}`)
      .join('&');
    const headers = { 'content-type': `application/x-www-form-urlencoded; charset=${charset}` };
    return { url: trade.notifyUrl, headers, body };
  }

  #sign(text: string | Uint8Array): string {
    return createSign('RSA-SHA256').update(text).sign(this.#keys.platform.privateKey, 'base64');
  }

  #isSigned({ sign = '', ...parameters }: Content): boolean {
    return (
      parameters['app_id'] === this.#keys.appId &&
      parameters['sign_type'] === 'RSA2' &&
      createVerify('RSA-SHA256')
        .update(sorted(parameters), 'utf8')
        .verify(this.#keys.merchant.publicKey, sign, 'base64')
    );
  }

  #json(body: string): Message {
    return { status: 200, headers: { 'content-type': 'application/json;charset=utf-8' }, body };
  }
}

/** A form's value: letters, digits and a few signs as they are, a space as a plus, any other byte by its number. */
const escaped = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\w.*-]/g, (byte) =>
      byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );

/** Alipay knows a trade from the moment that its code was scanned; here, from the moment that it was paid or closed. */
const isUnscanned = ({ state }: Trade) => state === 'open';

function queryRefund(trade: Trade, refundId: string): object {
  const refund = trade.refunds.find((candidate) => candidate.refundId === refundId);
  if (refund?.state !== 'succeeded') return success({ out_trade_no: trade.orderId });
  return success({
    out_trade_no: trade.orderId,
    out_request_no: refundId,
    refund_amount: yuan(refund.amountFen),
    refund_status: 'REFUND_SUCCESS',
  });
}

const success = (content: object) => ({ code: '10000', msg: 'Success', ...content });
const failed = (sub_code: string) => ({ code: '40004', msg: 'Business Failed', sub_code });
const notThere = failed('ACQ.TRADE_NOT_EXIST');

const sorted = (form: Content): string =>
  Object.keys(form)
    .sort()
    .map((name) => `${name}=${form[name]}`)
    .join('&');

function fromBeijing(text: string | undefined): number | undefined {
  const atMs = Date.parse(`${text?.replace(' ', 'T')}+08:00`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
