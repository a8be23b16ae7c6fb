import { describe, expect, test } from 'vitest';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';

const secret = merchantSecret(openKeys(undefined));
const { wechatPay, alipay } = JSON.parse(secret);

describe('the payment secret', () => {
  test('names the merchants of both providers, or of one, or of none', () => {
    expect(merchantsIn(secret)).toEqual({ merchants: { wechatPay, alipay }, unusable: [] });
    expect(merchantsIn(JSON.stringify({ alipay }))).toEqual({ merchants: { alipay }, unusable: [] });
    expect(merchantsIn('{"untilMerchantsAreGiven":"x"}')).toEqual({ merchants: {}, unusable: [] });
  });

  test.each([
    ['no JSON', secret.slice(0, -3), ['the secret is no JSON']],
    ['a comma too many', secret.replace(/\}$/, ',}'), ['the secret is no JSON']],
    ['a list', '[]', ['the secret is no JSON object']],
    ['null', 'null', ['the secret is no JSON object']],
  ])('that is %s has no merchant, and nothing of it is repeated', (_, text, unusable) => {
    expect(merchantsIn(text)).toEqual({ merchants: {}, unusable });
  });

  test('with one merchant that cannot be used has the other, and names the places alone', () => {
    const short = { ...wechatPay, apiV3Key: wechatPay.apiV3Key.slice(1), platformKeys: { AB12: 7 } };
    const { merchants, unusable } = merchantsIn(JSON.stringify({ wechatPay: short, alipay }));
    expect(merchants).toEqual({ alipay });
    expect(unusable).toEqual([
      'wechatPay.apiV3Key: invalid_format',
      'wechatPay.platformKeys.AB12: invalid_type',
    ]);
    expect(unusable.join()).not.toContain(short.apiV3Key);
  });
});
