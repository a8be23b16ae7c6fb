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
export const merchantsSchema = z.object({
  wechatPay: z.optional(wechatPaySchema),
  alipay: z.optional(alipaySchema),
});
export type Merchants = z.infer<typeof merchantsSchema>;
