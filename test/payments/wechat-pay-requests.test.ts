import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { isSigned, seal, signature } from '../../local/provider/wechat-pay-signing.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import { callTimeoutMs, type ProviderWorld } from '../../src/payments/provider.ts';
import { wechatPay } from '../../src/payments/wechat-pay.ts';
import { wechatPayBills } from '../../src/payments/wechat-pay-bill.ts';
import { eveningMs } from '../support/estate.ts';

// What WeChat Pay is asked, to the letter, and what is made of an answer that is none.

const keys = openKeys(undefined);
const merchant = merchantsIn(merchantSecret(keys)).merchants.wechatPay;
if (merchant === undefined) throw new Error('The merchant is missing');
const base = 'https://api.mch.weixin.qq.com';
const nonce = 'a'.repeat(32);
type Request = Parameters<ProviderWorld['http']>[0];
type Answer = readonly [status: number, content: object | string];

function answering(...answers: readonly Answer[]) {
  const asked: Request[] = [];
  const world: ProviderWorld = {
    http: async (request) => {
      const [status, content] = answers[asked.length] ?? [500, {}];
      asked.push(request);
      const body = typeof content === 'string' ? content : JSON.stringify(content);
      return { status, headers: signature(body, keys.wechatPay, eveningMs), body: Buffer.from(body) };
    },
    // Not a whole second: the signature's is the one that has begun.
    now: () => eveningMs + 999,
    nonce: () => nonce,
    notificationUrl: 'https://garage.example',
  };
  return { asked, world, provider: wechatPay(base, merchant as never, world) };
}

/** What was asked, if it is signed by the merchant, now, and over all that it says. */
function said({ method, url, headers: { authorization = '', ...headers }, body, timeoutMs }: Request) {
  const path = url.slice(base.length);
  expect(url).toBe(base + path);
  const request = { method, path, headers: { authorization }, body: body ?? '' } as never;
  expect(isSigned(request, keys.wechatPay, eveningMs)).toBe(true);
  expect(authorization).toContain(`nonce_str="${nonce}"`);
  expect(authorization).toContain(`timestamp="${eveningMs / 1000}"`);
  expect(timeoutMs).toBe(callTimeoutMs);
  return { method, path, headers, ...(body === undefined ? {} : { content: JSON.parse(body) }) };
}

const headers = {
  ...{ accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'pengyou' },
  'wechatpay-serial': keys.wechatPay.platformSerial,
};
const notify_url = 'https://garage.example/payments/wechat-pay/notify';
const merchantNames = { appid: 'wx0123456789abcdef', mchid: '1900000001' };
const order = {
  ...{ orderId: 'P1', amountFen: 8805, description: '余额充值' },
  expiresAtMs: eveningMs + 7_200_000,
};
const refund = { orderId: 'P1', refundId: 'R1', amountFen: 400, paidFen: 1000, reason: '退款' };
const orderContent = {
  ...{ ...merchantNames, description: '余额充值', out_trade_no: 'P1', notify_url },
  ...{ time_expire: '2026-11-23T21:00:00+08:00', amount: { total: 8805, currency: 'CNY' } },
};

describe('WeChat Pay is asked', () => {
  test('for a code that another device scans', async () => {
    const { asked, provider } = answering([200, { code_url: 'weixin://x' }]);
    expect(await provider.createOrder({ ...order, way: 'native' })).toEqual({ qrText: 'weixin://x' });
    const path = '/v3/pay/transactions/native';
    expect(asked.map(said)).toEqual([{ method: 'POST', path, headers, content: orderContent }]);
  });

  test('for a payment inside WeChat, by who pays, and hands the page what it is given', async () => {
    const { asked, provider } = answering([200, { prepay_id: 'wx42' }]);
    const invitation = await provider.createOrder({ ...order, way: 'jsapi', openId: 'o1' });
    expect(invitation).toMatchObject({
      jsapi: {
        ...{ appId: 'wx0123456789abcdef', timeStamp: String(eveningMs / 1000), nonceStr: nonce },
        package: 'prepay_id=wx42',
      },
    });
    expect(asked.map(said)).toEqual([
      {
        ...{ method: 'POST', path: '/v3/pay/transactions/jsapi', headers },
        content: { ...orderContent, payer: { openid: 'o1' } },
      },
    ]);
  });

  test('what became of an order, to close it, to pay back, and what became of that', async () => {
    const { asked, provider } = answering(
      [404, { code: 'ORDER_NOT_EXIST' }],
      [204, ''],
      [200, { out_trade_no: 'P1', out_refund_no: 'R1', status: 'PROCESSING', amount: { refund: 400 } }],
      [404, { code: 'RESOURCE_NOT_EXISTS' }],
    );
    await provider.queryOrder('P1');
    expect(await provider.closeOrder('P1')).toBe('closed');
    expect(await provider.refund(refund)).toEqual({
      ...{ orderId: 'P1', refundId: 'R1', state: 'processing', amountFen: 400, said: 'PROCESSING' },
    });
    await provider.queryRefund(refund);
    const transaction = '/v3/pay/transactions/out-trade-no/P1';
    expect(asked.map(said)).toEqual([
      { method: 'GET', path: `${transaction}?mchid=1900000001`, headers },
      { method: 'POST', path: `${transaction}/close`, headers, content: { mchid: '1900000001' } },
      {
        ...{ method: 'POST', path: '/v3/refund/domestic/refunds', headers },
        content: {
          ...{ out_trade_no: 'P1', out_refund_no: 'R1', reason: '退款', notify_url },
          amount: { refund: 400, total: 1000, currency: 'CNY' },
        },
      },
      { method: 'GET', path: '/v3/refund/domestic/refunds/R1', headers },
    ]);
  });
});

describe('a bill of WeChat Pay', () => {
  const file = '总交易单数';
  const hash_value = createHash('sha1').update(file).digest('hex').toUpperCase();
  const download_url = `${base}/v3/billdownload/file?token=x`;
  const announced = { hash_type: 'SHA1', hash_value, download_url };
  const fetched = (...answers: readonly Answer[]) => {
    const { asked, world } = answering(...answers);
    return { asked, bill: wechatPayBills(base, merchant as never, world).downloadBill('2026-11-22') };
  };

  test('is asked for by its day, and fetched under a signature of its own', async () => {
    const { asked, bill } = fetched([200, announced], [200, file]);
    expect(await bill).toBe(file);
    expect(asked.map(said)).toEqual([
      { method: 'GET', path: '/v3/bill/tradebill?bill_date=2026-11-22&bill_type=ALL', headers },
      { method: 'GET', path: '/v3/billdownload/file?token=x', headers: { 'user-agent': 'pengyou' } },
    ]);
  });

  const answers = (...given: Answer[]) => given;
  const found: Answer = [200, announced];
  const refusal = 'provider-refused';
  const saying = (changes: object): Answer => [200, { ...announced, ...changes }];
  test.each<[string, readonly Answer[], string]>([
    ['is none where the day is not over', [[400, { code: 'STATEMENT_CREATING' }]], refusal],
    ['is none for another reason with the same word', [[403, { code: 'NO_STATEMENT_EXIST' }]], refusal],
    ['is not another file than was announced', answers(found, [200, `${file} `]), 'signature-invalid'],
    ['is none that is refused', [[403, { code: 'NO_AUTH', ...announced }]], refusal],
    ['is none that is not there', answers(found, [404, file]), refusal],
    ['is announced by a hash of the usual kind', [saying({ hash_type: 'MD5' })], refusal],
    ['is not fetched from elsewhere', [saying({ download_url: 'https://x.example/f' })], refusal],
  ])('%s', async (_, given, error) => {
    const { asked, bill } = fetched(...given);
    await expect(bill).rejects.toMatchObject({ error });
    expect(asked).toHaveLength(given.length);
  });
});

test('of an answer that cannot be read is said why, and not more than somebody reads', async () => {
  const { world } = answering([200, {}]);
  const bill = wechatPayBills(base, merchant as never, world).downloadBill('2026-11-22');
  const { message } = await bill.then(
    () => new Error('It was read'),
    (error: Error) => error,
  );
  expect(message).toMatch(/^WeChat Pay’s answer cannot be read: \[\s+\{/);
  expect(message).toHaveLength('WeChat Pay’s answer cannot be read: '.length + 200);
});

describe('of an answer of WeChat Pay', () => {
  const create = (...answer: Answer) => answering(answer).provider.createOrder({ ...order, way: 'native' });

  test.each<[number, object | string, string]>([
    [401, { code: 'SIGN_ERROR' }, 'provider-unavailable'],
    [429, { code: 'FREQUENCY_LIMITED' }, 'provider-unavailable'],
    [499, { code_url: 'x' }, 'provider-refused'],
    [500, { code_url: 'x' }, 'provider-unavailable'],
    [503, 'down', 'provider-unavailable'],
    [400, { code: 'PARAM_ERROR', code_url: 'x' }, 'provider-refused'],
    [200, {}, 'provider-refused'],
    [200, 'no JSON', 'provider-refused'],
  ])('%i %j is no invitation', async (status, content, error) => {
    await expect(create(status, content)).rejects.toMatchObject({ error });
  });

  test('a refusal is told in its own words, and one without words as such', async () => {
    const told = (...answer: Answer) => create(...answer).catch(({ message }) => message);
    const code = 'PARAM_ERROR';
    expect(await told(400, { code, message: 'amount' })).toBe('WeChat Pay answered 400 PARAM_ERROR amount');
    expect(await told(400, { code })).toBe('WeChat Pay answered 400 PARAM_ERROR');
    expect(await told(500, 'x')).toBe('WeChat Pay answered 500 no error code');
  });

  test('a refusal of a question is not known, whatever else it says', async () => {
    const transaction = { ...merchantNames, out_trade_no: 'P1', trade_state: 'CLOSED' };
    const back = { out_trade_no: 'P1', out_refund_no: 'R1', status: 'CLOSED', amount: { refund: 400 } };
    const code = 'NO_AUTH';
    const { provider } = answering([403, { code, ...transaction }], [403, { code, ...back }]);
    await expect(provider.queryOrder('P1')).rejects.toMatchObject({ error: 'provider-refused' });
    await expect(provider.queryRefund(refund)).rejects.toMatchObject({ error: 'provider-refused' });
  });
});

test('WeChat Pay is answered by a status, so that it tells again what was not taken', () => {
  const { provider } = answering();
  expect(provider.name).toBe('wechat-pay');
  const contentType = 'application/json';
  expect(provider.answerNotification(undefined)).toEqual({ status: 204, contentType, body: '' });
  expect(provider.answerNotification({ status: 409, error: 'payment-mismatch' })).toEqual({
    ...{ status: 409, contentType },
    body: '{"code":"FAIL","message":"payment-mismatch"}',
  });
});

describe('a notification of WeChat Pay', () => {
  const read = (event_type: string, content: object, changes: object = {}) => {
    const resource = { ...seal(content, 'transaction', keys.wechatPay), ...changes };
    const body = JSON.stringify({ event_type, resource });
    const headers = signature(body, keys.wechatPay, eveningMs);
    return answering().provider.readNotification({ headers, body: Buffer.from(body) });
  };
  const transaction = {
    ...{ ...merchantNames, out_trade_no: 'P1', transaction_id: '42', trade_state: 'SUCCESS' },
    ...{ success_time: '2026-11-23T19:00:00+08:00', amount: { total: 1000 } },
  };
  const refunded = {
    ...{ mchid: '1900000001', out_trade_no: 'P1', out_refund_no: 'R1', refund_status: 'SUCCESS' },
    amount: { refund: 400 },
  };

  test('tells of an order, or of a refund', () => {
    const paid = { state: 'paid', amountFen: 1000, transactionId: '42', paidAtMs: eveningMs };
    expect(read('TRANSACTION.SUCCESS', transaction)).toEqual({
      about: 'order',
      news: { orderId: 'P1', ...paid },
    });
    const news = { orderId: 'P1', refundId: 'R1', state: 'succeeded', amountFen: 400, said: 'SUCCESS' };
    expect(read('REFUND.SUCCESS', refunded)).toEqual({ about: 'refund', news });
  });

  const pays = (changes: object) => read('TRANSACTION.SUCCESS', { ...transaction, ...changes });
  test.each<[string, () => unknown, string]>([
    ['an order of another merchant', () => pays({ mchid: '1' }), 'payment-mismatch'],
    ['an order of another app', () => pays({ appid: 'wx' }), 'payment-mismatch'],
    ['another refund', () => read('REFUND.SUCCESS', { ...refunded, mchid: '1' }), 'payment-mismatch'],
    ['a refund, told as an order', () => read('TRANSACTION.SUCCESS', refunded), 'provider-refused'],
    ['an order, told as a refund', () => read('REFUND.SUCCESS', transaction), 'provider-refused'],
    ['another seal', () => read('REFUND.SUCCESS', refunded, { associated_data: 'x' }), 'signature-invalid'],
    ['half a seal', () => read('REFUND.X', refunded, { associated_data: undefined }), 'signature-invalid'],
  ])('of %s is not believed', (_, act, error) => {
    expect(act).toThrow(expect.objectContaining({ error }));
  });

  test('that nobody signed, or that was signed long ago, is not believed', () => {
    const body = JSON.stringify({ event_type: 'x', resource: {} });
    const at = (ms: number) => ({ headers: signature(body, keys.wechatPay, ms), body: Buffer.from(body) });
    const refused = (
      error: string,
      notification: ReturnType<typeof at> | { headers: object; body: Buffer },
    ) =>
      expect(() => answering().provider.readNotification(notification as never)).toThrow(
        expect.objectContaining({ error }),
      );
    refused('signature-invalid', { headers: {}, body: Buffer.from(body) });
    refused('notification-expired', at(eveningMs - 600_000));
    refused('provider-refused', at(eveningMs));
  });
});
