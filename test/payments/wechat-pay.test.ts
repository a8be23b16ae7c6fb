import { describe, expect, test } from 'vitest';
import { keyPair, merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { signature } from '../../local/provider/wechat-pay-signing.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import { patient } from '../../src/payments/patience.ts';
import type { ProviderWorld } from '../../src/payments/provider.ts';
import { wechatPay } from '../../src/payments/wechat-pay.ts';
import { wechatPayBills } from '../../src/payments/wechat-pay-bill.ts';
import { eveningMs } from '../support/estate.ts';

const keys = openKeys(undefined);
const publicKeyId = keys.wechatPay.platformSerial;
const merchant = merchantsIn(merchantSecret(keys)).merchants.wechatPay;
if (merchant === undefined) throw new Error('The merchant is missing');

/** The certificate that WeChat Pay signs with where the public key is not asked for. */
const certificate = {
  ...keys.wechatPay,
  platformSerial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  platform: keyPair(),
};
const certificates = { [certificate.platformSerial]: certificate.platform.publicKey };

const base = 'https://api.mch.weixin.qq.com';
type Request = Parameters<ProviderWorld['http']>[0];

/**
 * WeChat Pay, which answers everything like this: under the key that is asked for, or else under its certificate
 * (https://developers.weixin.qq.com/community/pay/doc/000a2456f08f80e3a0f2f10f461400).
 */
function answering(status: number, content: object) {
  const asked: Request[] = [];
  const world: ProviderWorld = {
    http: async (request) => {
      asked.push(request);
      const body = JSON.stringify(content);
      const by = request.headers['wechatpay-serial'] === publicKeyId ? keys.wechatPay : certificate;
      return { status, headers: signature(body, by, eveningMs), body: Buffer.from(body) };
    },
    now: () => eveningMs,
    nonce: () => 'nonce',
    notificationUrl: 'https://garage.example',
  };
  return { asked, world };
}

const refused = (code: string) => ({ code, message: code });
const refund = { orderId: 'P1', refundId: 'R1', amountFen: 400, paidFen: 1000, reason: '退款' };

describe('an answer of WeChat Pay', () => {
  const notPaid = {
    ...{ appid: merchant.appId, mchid: merchant.merchantId, out_trade_no: 'P1', trade_state: 'NOTPAY' },
    amount: { total: 1000, payer_currency: 'CNY' },
  };
  const unpaid = { orderId: 'P1', state: 'unpaid' };

  test.each([
    ['is the only one', merchant.platformKeys],
    ['stands beside a certificate', { ...certificates, ...merchant.platformKeys }],
  ])('is asked for under the public key, where that %s', async (_, platformKeys) => {
    const { asked, world } = answering(200, notPaid);
    expect(await wechatPay(base, { ...merchant, platformKeys }, world).queryOrder('P1')).toEqual(unpaid);
    expect(asked.map(({ headers }) => headers['wechatpay-serial'])).toEqual([publicKeyId]);
    const bill = answering(400, refused('NO_STATEMENT_EXIST'));
    const bills = wechatPayBills(base, { ...merchant, platformKeys }, bill.world);
    expect(await bills.downloadBill('2026-11-22')).toBe('');
  });

  test('is under whichever certificate WeChat Pay has, where there is no public key', async () => {
    const { asked, world } = answering(200, notPaid);
    const provider = wechatPay(base, { ...merchant, platformKeys: certificates }, world);
    expect(await provider.queryOrder('P1')).toEqual(unpaid);
    expect(asked[0]?.headers).not.toHaveProperty('wechatpay-serial');
  });

  test('that cannot be believed is no reason to sign out who asked', async () => {
    const { world } = answering(200, { code_url: 'weixin://wxpay/bizpayurl?pr=x' });
    const http = async (request: Request) => ({ ...(await world.http(request)), headers: {} });
    const order = { orderId: 'P1', amountFen: 1000, description: '充值', expiresAtMs: eveningMs + 7_200_000 };
    const asked = wechatPay(base, merchant, { ...world, http }).createOrder({ ...order, way: 'native' });
    await expect(asked).rejects.toMatchObject({ error: 'signature-invalid', status: 409 });
  });
});

describe('what WeChat Pay says of an order', () => {
  const of = (status: number, content: object) => wechatPay(base, merchant, answering(status, content).world);
  const said = (changes: object) => ({
    ...{ appid: merchant.appId, mchid: merchant.merchantId, out_trade_no: 'P1', transaction_id: '42' },
    ...{ trade_state: 'SUCCESS', success_time: '2026-11-23T19:00:00+08:00', amount: { total: 1000 } },
    ...changes,
  });
  const paid = { orderId: 'P1', state: 'paid', amountFen: 1000, transactionId: '42', paidAtMs: eveningMs };

  test.each([
    ['SUCCESS', paid],
    ['REFUND', paid],
    ['CLOSED', { orderId: 'P1', state: 'closed' }],
    ['REVOKED', { orderId: 'P1', state: 'closed' }],
    ['USERPAYING', { orderId: 'P1', state: 'unpaid' }],
    ['PAYERROR', { orderId: 'P1', state: 'unpaid' }],
  ])('%s', async (trade_state, news) => {
    expect(await of(200, said({ trade_state })).queryOrder('P1')).toEqual(news);
  });

  test.each([
    [{ amount: undefined }, 'payment-mismatch'],
    [{ transaction_id: undefined }, 'payment-mismatch'],
    [{ success_time: 'noon' }, 'payment-mismatch'],
    [{ success_time: undefined }, 'payment-mismatch'],
    [{ amount: { total: 1000, currency: 'USD' } }, 'currency-unknown'],
    [{ mchid: '1' }, 'payment-mismatch'],
    [{ appid: 'wx1' }, 'payment-mismatch'],
  ])('paid with %j is not believed', async (changes, error) => {
    await expect(of(200, said(changes)).queryOrder('P1')).rejects.toMatchObject({ error });
  });

  test.each(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS'])(
    'that it has never heard of it (%s): nobody has paid, and it is closed',
    async (code) => {
      expect(await of(404, refused(code)).queryOrder('P1')).toEqual({ orderId: 'P1', state: 'unpaid' });
      expect(await of(404, refused(code)).closeOrder('P1')).toBe('closed');
      expect(await of(404, refused(code)).queryRefund(refund)).toEqual({
        ...{ orderId: 'P1', refundId: 'R1', state: 'unknown', said: code },
      });
    },
  );

  test.each([
    [404, 'NOT_FOUND'],
    [400, 'ORDER_NOT_EXIST'],
    [404, 'ORDER_NOT_EXIST_HERE'],
    [404, 'NO_ORDER_NOT_EXIST'],
  ])('%i %s is no such answer', async (status, code) => {
    const provider = of(status, refused(code));
    await expect(provider.queryOrder('P1')).rejects.toMatchObject({ error: 'provider-refused' });
    expect(await provider.closeOrder('P1')).toBe('open');
    await expect(provider.queryRefund(refund)).rejects.toMatchObject({ error: 'provider-refused' });
  });

  test.each([
    [400, 'ORDER_CLOSED', 'closed'],
    [400, 'ORDERPAID', 'open'],
  ])('to be closed: %i %s is %s', async (status, code, state) => {
    expect(await of(status, refused(code)).closeOrder('P1')).toBe(state);
  });

  test.each([
    ['SUCCESS', 'succeeded'],
    ['CLOSED', 'failed'],
    ['PROCESSING', 'processing'],
    ['ABNORMAL', 'processing'],
    ['constructor', 'processing'],
  ])('a refund that is %s is %s', async (status, state) => {
    const content = { out_trade_no: 'P1', out_refund_no: 'R1', status, amount: { refund: 400 } };
    const news = { orderId: 'P1', refundId: 'R1', state, amountFen: 400, said: status };
    expect(await of(200, content).queryRefund(refund)).toEqual(news);
    expect(await of(200, content).refund(refund)).toEqual(news);
    const foreign = { ...content, amount: { refund: 400, currency: 'USD' } };
    await expect(of(200, foreign).queryRefund(refund)).rejects.toMatchObject({ error: 'currency-unknown' });
  });
});

/** By the table of error codes of https://pay.weixin.qq.com/doc/v3/merchant/4012791883. */
describe('a refund that WeChat Pay does not take', () => {
  test.each([
    ['USER_ACCOUNT_ABNORMAL', 403],
    ['NO_AUTH', 403],
    ['INVALID_REQUEST', 400],
    ['RESOURCE_NOT_EXISTS', 404],
  ])('for good (%s) has failed', async (code, status) => {
    const provider = wechatPay(base, merchant, answering(status, refused(code)).world);
    const failed = { orderId: 'P1', refundId: 'R1', state: 'failed', said: code };
    expect(await provider.refund(refund)).toEqual(failed);
  });

  test.each([
    ['NOT_ENOUGH', 403, 'provider-refused'],
    ['FREQUENCY_LIMITED', 403, 'provider-refused'],
    ['FREQUENCY_LIMITED', 429, 'provider-unavailable'],
    ['SYSTEM_ERROR', 500, 'provider-unavailable'],
  ])('for now (%s) is asked for again', async (code, status, error) => {
    const provider = wechatPay(base, merchant, answering(status, refused(code)).world);
    await expect(provider.refund(refund)).rejects.toMatchObject({ error });
  });

  test('because the merchant has too little lets others be asked about at once', async () => {
    const { asked, world } = answering(403, refused('NOT_ENOUGH'));
    const careful = patient(wechatPay(base, merchant, world), { now: () => eveningMs });
    await expect(careful.refund(refund)).rejects.toMatchObject({ error: 'provider-refused' });
    const another = careful.refund({ ...refund, refundId: 'R2' });
    await expect(another).rejects.toMatchObject({ error: 'provider-refused' });
    expect(asked).toHaveLength(2);
  });
});
