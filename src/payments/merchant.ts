import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

/** What the WeChat Pay merchant platform gives a merchant (商户号, API 证书, APIv3 密钥, 微信支付公钥). */
const wechatPaySchema = z.object({
  appId: text,
  merchantId: text,
  /** Of the merchant's own certificate. */
  serialNumber: text,
  privateKey: text,
  apiV3Key: z.string().check(z.regex(/^.{32}$/)),
  /** By serial number of a platform certificate, or by `PUB_KEY_ID_…`: the PEM of the certificate or public key. */
  platformKeys: z.record(z.string(), text),
});
export type WechatPayMerchant = z.infer<typeof wechatPaySchema>;

/** What the Alipay open platform gives a merchant. Keys are PEM or the Base64 in it; the private one is PKCS #8. */
const alipaySchema = z.object({
  appId: text,
  /** The merchant's own number, 2088…: money goes to nobody else. */
  sellerId: text,
  privateKey: text,
  /** Alipay's, not the merchant's. */
  publicKey: text,
});
export type AlipayMerchant = z.infer<typeof alipaySchema>;

/** The merchants of this deployment, as the payment secret holds them. A provider that is absent is not offered. */
export interface Merchants {
  readonly wechatPay?: WechatPayMerchant;
  readonly alipay?: AlipayMerchant;
}

/**
 * What the payment secret says. A merchant that cannot be used is left out, and so is everything of a secret that is no
 * JSON: the sweep, which carries out everybody's timers, does not stop for a key that was put in wrongly. `unusable`
 * names the places, and nothing of what stands there.
 */
export function merchantsIn(secret: string): { readonly merchants: Merchants; readonly unusable: string[] } {
  let content: unknown;
  try {
    content = JSON.parse(secret);
  } catch {
    // The parser's own words would repeat a part of the keys.
    return { merchants: {}, unusable: ['the secret is no JSON'] };
  }
  const given = z.safeParse(z.record(z.string(), z.unknown()), content);
  if (!given.success) return { merchants: {}, unusable: ['the secret is no JSON object'] };
  const unusable: string[] = [];
  const read = <T>(name: keyof Merchants, schema: z.ZodMiniType<T>): T | undefined => {
    if (given.data[name] === undefined) return undefined;
    const parsed = z.safeParse(schema, given.data[name]);
    if (parsed.success) return parsed.data;
    unusable.push(...parsed.error.issues.map(({ path, code }) => `${[name, ...path].join('.')}: ${code}`));
    return undefined;
  };
  const wechatPay = read('wechatPay', wechatPaySchema);
  const alipay = read('alipay', alipaySchema);
  return {
    merchants: {
      ...(wechatPay === undefined ? {} : { wechatPay }),
      ...(alipay === undefined ? {} : { alipay }),
    },
    unusable,
  };
}
