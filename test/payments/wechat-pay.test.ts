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
    noticeUrl: 'https://garage.example',
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
    expect(
      await wechatPayBills(base, { ...merchant, platformKeys }, bill.world).downloadBill('2026-11-22'),
    ).toBe('');
  });

  test('is under whichever certificate WeChat Pay has, where there is no public key', async () => {
    const { asked, world } = answering(200, notPaid);
    const provider = wechatPay(base, { ...merchant, platformKeys: certificates }, world);
    expect(await provider.queryOrder('P1')).toEqual(unpaid);
    expect(asked[0]?.headers).not.toHaveProperty('wechatpay-serial');
  });

  test('that cannot be believed is no reason to sign out who asked', async () => {
    const { world } = answering(200, { code_url: 'weixin://wxpay/bizpayurl?pr=x' });
    const another = {
      ...world,
      http: async (request: Request) => ({ ...(await world.http(request)), headers: {} }),
    };
    const order = { orderId: 'P1', amountFen: 1000, description: '充值', expiresAtMs: eveningMs + 7_200_000 };
    await expect(
      wechatPay(base, merchant, another).createOrder({ ...order, way: 'native' }),
    ).rejects.toMatchObject({ error: 'signature-invalid', status: 409 });
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
    expect(await provider.refund(refund)).toEqual({
      orderId: 'P1',
      refundId: 'R1',
      state: 'failed',
      said: code,
    });
  });

  test.each([
    ['NOT_ENOUGH', 403, 'provider-refused'],
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
    await expect(careful.refund({ ...refund, refundId: 'R2' })).rejects.toMatchObject({
      error: 'provider-refused',
    });
    expect(asked).toHaveLength(2);
  });
});
