import { createSign, createVerify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { gbk, zip } from '../../local/provider/archive.ts';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { alipay } from '../../src/payments/alipay.ts';
import { alipayBills } from '../../src/payments/alipay-bill.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import { callTimeoutMs, type HttpAnswer, type ProviderWorld } from '../../src/payments/provider.ts';
import { eveningMs } from '../support/estate.ts';

// What Alipay is asked, to the letter, and what is made of an answer that is none.

const keys = openKeys(undefined);
const merchant = merchantsIn(merchantSecret(keys)).merchants.alipay;
if (merchant === undefined) throw new Error('The merchant is missing');
const gateway = 'https://openapi.alipay.com/gateway.do';
const sign = (bytes: Uint8Array) =>
  createSign('RSA-SHA256').update(bytes).sign(keys.alipay.platform.privateKey, 'base64');

type Request = Parameters<ProviderWorld['http']>[0];
type Answer = Partial<Omit<HttpAnswer, 'body'>> & { readonly body: Uint8Array };

/** Signed by Alipay over the member. */
function signed(method: string, member: object | Buffer): Answer {
  const bytes = Buffer.isBuffer(member) ? member : Buffer.from(JSON.stringify(member));
  const name = `{"${method.replaceAll('.', '_')}_response":`;
  return { body: Buffer.concat([Buffer.from(name), bytes, Buffer.from(`,"sign":"${sign(bytes)}"}`)]) };
}

function answering(...answers: readonly Answer[]) {
  const asked: Request[] = [];
  const world: ProviderWorld = {
    http: async (request) => {
      const answer = answers[asked.length];
      asked.push(request);
      if (answer === undefined) throw new Error('Asked once more than expected');
      return { status: 200, headers: {}, ...answer };
    },
    now: () => eveningMs,
    nonce: () => 'nonce',
    notificationUrl: 'https://garage.example',
  };
  return { asked, world, provider: alipay(gateway, merchant as never, world) };
}

/** What was asked, if it is signed by the merchant over all that it says. */
function said({ url, body = '', ...how }: Request) {
  expect(how).toEqual({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    timeoutMs: callTimeoutMs,
  });
  expect(url.split('?')[0]).toBe(gateway);
  const { sign: signature = '', ...parameters } = Object.fromEntries(new URL(url).searchParams);
  const content = new URLSearchParams(body);
  expect([...content.keys()]).toEqual(['biz_content']);
  const all: Record<string, string> = { ...parameters, biz_content: content.get('biz_content') ?? '' };
  const text = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`);
  const verify = createVerify('RSA-SHA256').update(text.join('&'));
  expect(verify.verify(keys.alipay.merchant.publicKey, signature, 'base64')).toBe(true);
  return { parameters, content: JSON.parse(all['biz_content'] ?? '') };
}

const usual = {
  ...{ app_id: '2021000000000001', format: 'JSON', charset: 'utf-8', sign_type: 'RSA2', version: '1.0' },
  timestamp: '2026-11-23 19:00:00',
};
const done = { code: '10000', msg: 'Success' };
const failed = (sub_code: string) => ({ code: '40004', msg: 'Business Failed', sub_code });
const order = {
  ...{ orderId: 'P1', amountFen: 8805, description: '余额充值', way: 'native' as const },
  expiresAtMs: eveningMs + 7_200_000,
};
const refund = { orderId: 'P1', refundId: 'R1', amountFen: 400, paidFen: 1000, reason: '退款' };

describe('Alipay is asked', () => {
  test('for a code, with where it tells and until when it can be paid', async () => {
    const method = 'alipay.trade.precreate';
    const { asked, provider } = answering(signed(method, { ...done, qr_code: 'https://qr.alipay.com/x' }));
    expect(await provider.createOrder(order)).toEqual({ qrText: 'https://qr.alipay.com/x' });
    expect(asked.map(said)).toEqual([
      {
        parameters: { ...usual, method, notify_url: 'https://garage.example/payments/alipay/notify' },
        content: {
          ...{ out_trade_no: 'P1', total_amount: '88.05', subject: '余额充值' },
          ...{ seller_id: '2088000000000001', time_expire: '2026-11-23 21:00:00' },
        },
      },
    ]);
  });

  test('to pay back, and then, by both numbers, what became of it', async () => {
    const methods = ['alipay.trade.refund', 'alipay.trade.fastpay.refund.query'] as const;
    const { asked, provider } = answering(...methods.map((method) => signed(method, done)));
    expect(await provider.refund(refund)).toMatchObject({ state: 'unknown' });
    const numbers = { out_trade_no: 'P1', out_request_no: 'R1' };
    expect(asked.map(said)).toEqual([
      {
        parameters: { ...usual, method: methods[0] },
        content: { ...numbers, refund_amount: '4.00', refund_reason: '退款' },
      },
      { parameters: { ...usual, method: methods[1] }, content: numbers },
    ]);
  });

  test.each([
    ['alipay.trade.query', 'queryOrder'],
    ['alipay.trade.close', 'closeOrder'],
  ] as const)('%s by the number of the order', async (method, deed) => {
    const { asked, provider } = answering(signed(method, failed('ACQ.TRADE_NOT_EXIST')));
    await provider[deed]('P1');
    expect(asked.map(said)).toEqual([{ parameters: { ...usual, method }, content: { out_trade_no: 'P1' } }]);
  });

  test('for the bill of a day, which is then fetched from where Alipay says', async () => {
    const method = 'alipay.data.dataservice.bill.downloadurl.query';
    const url = 'https://dwbillcenter.alipay.com/x.zip';
    const archive = zip([{ name: gbk('2088_业务明细.csv'), content: gbk('#支付宝') }]);
    const { asked, world } = answering(signed(method, { ...done, bill_download_url: url }), {
      body: archive,
    });
    const bills = alipayBills(gateway, merchant as never, world);
    expect(await bills.downloadBill('2026-11-22')).toBe('#支付宝');
    const [first, second] = asked;
    expect(first && said(first)).toEqual({
      parameters: { ...usual, method },
      content: { bill_type: 'trade', bill_date: '2026-11-22' },
    });
    expect(second).toEqual({ method: 'GET', url, headers: {}, timeoutMs: callTimeoutMs });
    const gone = answering(signed(method, { ...done, bill_download_url: url }), {
      status: 404,
      body: archive,
    });
    await expect(
      alipayBills(gateway, merchant as never, gone.world).downloadBill('2026-11-22'),
    ).rejects.toMatchObject({ error: 'provider-refused' });
  });
});

describe('of an answer of Alipay', () => {
  const method = 'alipay.trade.query';
  const trade = { ...done, out_trade_no: 'P1', trade_status: 'WAIT_BUYER_PAY' };
  const asked = (answer: Answer) => answering(answer).provider.queryOrder('P1');

  test.each<[string, Answer, string]>([
    ['that is none of the gateway', { ...signed(method, trade), status: 502 }, 'provider-unavailable'],
    [
      'that says that nothing was understood',
      { body: Buffer.from('{"error_response":{"code":"20000"},"sign":""}') },
      'provider-unavailable',
    ],
    [
      'whose signature is another’s',
      { body: Buffer.concat([signed(method, trade).body, Buffer.from(' ')]) },
      '',
    ],
    ['without a code', signed(method, { msg: 'x' }), 'provider-refused'],
    ['without a state', signed(method, { ...done, out_trade_no: 'P1' }), 'provider-refused'],
    ['without a number', signed(method, { ...done, trade_status: 'TRADE_CLOSED' }), 'provider-refused'],
  ])('%s nothing is believed', async (_, answer, error) => {
    if (error === '') expect(await asked(answer)).toEqual({ orderId: 'P1', state: 'unpaid' });
    else await expect(asked(answer)).rejects.toMatchObject({ error });
  });

  test('the letters are read in the charset that its head names', async () => {
    const answer = signed(
      method,
      gbk('{"code":"10000","msg":"余额","out_trade_no":"P余","trade_status":"x"}'),
    );
    const headers = { 'content-type': 'text/html;charset=GBK' };
    expect(await asked({ ...answer, headers })).toEqual({ orderId: 'P余', state: 'unpaid' });
  });

  test('a refusal is told in its own words', async () => {
    await expect(asked(signed(method, failed('isv.x')))).rejects.toThrow(
      'Alipay answered 40004 Business Failed isv.x',
    );
    await expect(asked(signed(method, { code: '40004' }))).rejects.toThrow(/^Alipay answered 40004$/);
    // Of a page that somebody on the way has put there, no more than is read.
    const page = { status: 502, body: Buffer.from('x'.repeat(300)) };
    await expect(asked(page)).rejects.toThrow(/^Alipay answered 502 x{200}$/);
  });

  test('an order is refused, or has a code: nothing else is an invitation', async () => {
    const create = 'alipay.trade.precreate';
    const made = (member: object) => answering(signed(create, member)).provider.createOrder(order);
    for (const member of [failed('ACQ.TRADE_HAS_CLOSE'), { ...failed('x'), qr_code: 'x' }, done])
      await expect(made(member)).rejects.toMatchObject({ error: 'provider-refused' });
    await expect(answering().provider.createOrder({ ...order, way: 'jsapi' })).rejects.toMatchObject({
      error: 'bad-request',
    });
  });
});

test.each([
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
])(
  'a refund that Alipay refuses by %s will never be paid: the household has its money back',
  async (code) => {
    const { provider } = answering(signed('alipay.trade.refund', failed(code)));
    expect(await provider.refund(refund)).toEqual({
      ...{ orderId: 'P1', refundId: 'R1', state: 'failed', said: code },
    });
  },
);

test('Alipay is answered by one word, so that it tells again what was not taken', () => {
  const { provider } = answering();
  const plain = { status: 200, contentType: 'text/plain' };
  expect(provider.name).toBe('alipay');
  expect(provider.answerNotification(undefined)).toEqual({ ...plain, body: 'success' });
  expect(provider.answerNotification({ status: 503, error: 'unavailable' })).toEqual({
    ...plain,
    body: 'failure',
  });
});

describe('a notification of Alipay', () => {
  const notification = {
    ...{ app_id: '2021000000000001', seller_id: '2088000000000001', notify_time: '2026-11-23 19:00:00' },
    ...{ out_trade_no: 'P1', trade_no: '42', trade_status: 'TRADE_SUCCESS', total_amount: '10.00' },
    gmt_payment: '2026-11-23 18:59:58',
  };
  function read(changes: Readonly<Record<string, string | undefined>> = {}) {
    const given = Object.entries({ ...notification, ...changes }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const text = given.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
    const form = new URLSearchParams([
      ...given,
      ['sign_type', 'RSA2'],
      ['sign', sign(Buffer.from(text.join('&')))],
    ]);
    return answering().provider.readNotification({ headers: {}, body: Buffer.from(String(form)) });
  }

  test('tells of an order, and when it was paid', () => {
    const paid = { orderId: 'P1', state: 'paid', amountFen: 1000, transactionId: '42' };
    expect(read()).toEqual({ about: 'order', news: { ...paid, paidAtMs: eveningMs - 2000 } });
    // A query has a name of its own for the moment, and knows better.
    expect(read({ send_pay_date: '2026-11-23 19:00:00' })).toMatchObject({ news: { paidAtMs: eveningMs } });
  });

  test.each([
    ['another app', { app_id: '2021000000000002' }, 'payment-mismatch'],
    ['another seller', { seller_id: '2088000000000002' }, 'payment-mismatch'],
    ['an hour ago', { notify_time: '2026-11-23 18:00:00' }, 'notification-expired'],
    ['no time', { notify_time: undefined }, 'notification-expired'],
    ['no time of payment', { gmt_payment: undefined }, 'payment-mismatch'],
    ['no number of the order', { out_trade_no: undefined }, 'provider-refused'],
  ])('of %s is not believed', (_, changes, error) => {
    expect(() => read(changes)).toThrow(expect.objectContaining({ error }));
  });
});
