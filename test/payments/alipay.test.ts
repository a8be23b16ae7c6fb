import { createSign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { alipay } from '../../src/payments/alipay.ts';
import { alipayBills } from '../../src/payments/alipay-bill.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import { callTimeoutMs, type ProviderWorld } from '../../src/payments/provider.ts';
import { eveningMs } from '../support/estate.ts';

// Alipay's own words, each with what it means here.

const keys = openKeys(undefined);
const merchant = merchantsIn(merchantSecret(keys)).merchants.alipay;
if (merchant === undefined) throw new Error('The merchant is missing');
const gateway = 'https://openapi.alipay.com/gateway.do';

type Said = Readonly<Record<string, string>>;
const done: Said = { code: '10000', msg: 'Success' };
const failed = (sub_code: string): Said => ({ code: '40004', msg: 'Business Failed', sub_code });

/** Alipay, which answers each method like this, signed. */
function saying(answers: Readonly<Record<string, Said>>) {
  const asked: string[] = [];
  const world: ProviderWorld = {
    http: async ({ url, timeoutMs }) => {
      expect(timeoutMs).toBe(callTimeoutMs);
      const method = new URL(url).searchParams.get('method') ?? '';
      asked.push(method);
      const member = JSON.stringify(answers[method] ?? failed('isv.method-not-supported'));
      const sign = createSign('RSA-SHA256').update(member).sign(keys.alipay.platform.privateKey, 'base64');
      const body = `{"${method.replaceAll('.', '_')}_response":${member},"sign":"${sign}"}`;
      return { status: 200, headers: {}, body: Buffer.from(body) };
    },
    now: () => eveningMs,
    nonce: () => 'nonce',
    notificationUrl: 'https://garage.example',
  };
  return { asked, provider: alipay(gateway, merchant as never, world), world };
}

const query = 'alipay.trade.query';
const paid = {
  ...done,
  ...{ out_trade_no: 'P1', trade_no: '2026', trade_status: 'TRADE_SUCCESS', total_amount: '10.00' },
  send_pay_date: '2026-11-23 19:00:00',
};

describe('an order', () => {
  const isPaid = {
    orderId: 'P1',
    state: 'paid',
    amountFen: 1000,
    transactionId: '2026',
    paidAtMs: eveningMs,
  };
  test.each<readonly [Said, object]>([
    [failed('ACQ.TRADE_NOT_EXIST'), { orderId: 'P1', state: 'unpaid' }],
    [
      { ...paid, trade_status: 'WAIT_BUYER_PAY' },
      { orderId: 'P1', state: 'unpaid' },
    ],
    [
      { ...paid, trade_status: 'TRADE_CLOSED' },
      { orderId: 'P1', state: 'closed' },
    ],
    [paid, isPaid],
    [{ ...paid, trade_status: 'TRADE_FINISHED' }, isPaid],
    [{ ...paid, trans_currency: 'CNY' }, isPaid],
  ])('that is said to be %j is so', async (said, news) => {
    expect(await saying({ [query]: said }).provider.queryOrder('P1')).toEqual(news);
  });

  const { total_amount: _a, ...noAmount } = paid;
  const { trade_no: _n, ...noNumber } = paid;
  test.each<readonly [Said, string]>([
    [failed('ACQ.INVALID_PARAMETER'), 'provider-refused'],
    [failed('ACQ.SYSTEM_ERROR'), 'provider-unavailable'],
    [failed('aop.unknow-error'), 'provider-unavailable'],
    [{ code: '20000', msg: 'Service Currently Unavailable' }, 'provider-unavailable'],
    [{ ...paid, trans_currency: 'USD' }, 'currency-unknown'],
    [noAmount, 'payment-mismatch'],
    [noNumber, 'payment-mismatch'],
    [{ ...paid, send_pay_date: 'noon' }, 'payment-mismatch'],
    [{ ...done, out_trade_no: 'P1' }, 'provider-refused'],
  ])('of which it says %j is not known', async (said, error) => {
    await expect(saying({ [query]: said }).provider.queryOrder('P1')).rejects.toMatchObject({ error });
  });

  test.each<readonly [Said, string]>([
    [done, 'closed'],
    [failed('ACQ.TRADE_NOT_EXIST'), 'closed'],
    [failed('ACQ.TRADE_STATUS_ERROR'), 'open'],
    [failed('ACQ.REASON_TRADE_STATUS_INVALID'), 'open'],
  ])('that is to be closed, and answered by %j, is %s', async (said, state) => {
    expect(await saying({ 'alipay.trade.close': said }).provider.closeOrder('P1')).toBe(state);
  });

  test('that cannot be closed for another reason is neither', async () => {
    const { provider } = saying({ 'alipay.trade.close': failed('ACQ.INVALID_PARAMETER') });
    await expect(provider.closeOrder('P1')).rejects.toMatchObject({ error: 'provider-refused' });
  });
});

describe('a refund', () => {
  const refund = { orderId: 'P1', refundId: 'R1', amountFen: 400, paidFen: 1000, reason: '退款' };
  const of = { orderId: 'P1', refundId: 'R1' };
  const ask = 'alipay.trade.refund';
  const askAfter = 'alipay.trade.fastpay.refund.query';
  const isDone = { ...done, refund_status: 'REFUND_SUCCESS', refund_amount: '4.00' };

  test('that moved money now has succeeded, and nobody asks further', async () => {
    const { provider, asked } = saying({ [ask]: { ...done, fund_change: 'Y' } });
    expect(await provider.refund(refund)).toEqual({ ...of, state: 'succeeded', said: 'fund_change=Y' });
    expect(asked).toEqual([ask]);
  });

  test.each<readonly [Said, object]>([
    [isDone, { state: 'succeeded', amountFen: 400, said: 'REFUND_SUCCESS' }],
    [
      { ...isDone, refund_status: 'REFUND_PROCESSING' },
      { state: 'unknown', amountFen: 400, said: 'REFUND_PROCESSING' },
    ],
    [done, { state: 'unknown', said: 'no refund_status' }],
    [
      { ...done, refund_amount: '4.00' },
      { state: 'unknown', said: 'no refund_status' },
    ],
    [failed('ACQ.TRADE_NOT_EXIST'), { state: 'unknown', said: 'ACQ.TRADE_NOT_EXIST' }],
    [failed('ACQ.REFUND_NOT_EXIST'), { state: 'unknown', said: 'ACQ.REFUND_NOT_EXIST' }],
  ])('that moved none, and of which is said %j, is as that says', async (said, news) => {
    for (const first of [{ ...done, fund_change: 'N' }, done]) {
      const { provider, asked } = saying({ [ask]: first, [askAfter]: said });
      expect(await provider.refund(refund)).toEqual({ ...of, ...news });
      expect(asked).toEqual([ask, askAfter]);
    }
  });

  test.each(['ACQ.TRADE_HAS_CLOSE', 'ACQ.DISCORDANT_REPEAT_REQUEST', 'ACQ.TRADE_NOT_ALLOW_REFUND'])(
    'that it refuses for good (%s) has failed',
    async (sub_code) => {
      const news = await saying({ [ask]: failed(sub_code) }).provider.refund(refund);
      expect(news).toEqual({ ...of, state: 'failed', said: sub_code });
    },
  );

  test.each(['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.REFUND_FEE'])(
    'that it refuses for now (%s) is asked for again',
    async (sub_code) => {
      const { provider } = saying({ [ask]: failed(sub_code) });
      await expect(provider.refund(refund)).rejects.toMatchObject({ error: 'provider-refused' });
    },
  );

  test('that cannot be asked after is not known', async () => {
    const { provider } = saying({ [askAfter]: failed('ACQ.INVALID_PARAMETER') });
    await expect(provider.queryRefund(refund)).rejects.toMatchObject({ error: 'provider-refused' });
  });
});

test('a day on which nothing was moved has an empty bill, and any other refusal is one', async () => {
  const method = 'alipay.data.dataservice.bill.downloadurl.query';
  const bills = (said: Said) => alipayBills(gateway, merchant as never, saying({ [method]: said }).world);
  expect(await bills(failed('isp.bill_not_exist')).downloadBill('2026-11-23')).toBe('');
  expect(await bills(failed('BILL_NOT_EXIST')).downloadBill('2026-11-23')).toBe('');
  await expect(bills(failed('isv.invalid')).downloadBill('2026-11-23')).rejects.toMatchObject({
    error: 'provider-refused',
  });
});
