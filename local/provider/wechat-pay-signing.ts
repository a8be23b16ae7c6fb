import { createCipheriv, createSign, createVerify, randomBytes } from 'node:crypto';
import type { ProviderKeys } from './keys.ts';
import type { Asked } from './message.ts';

type Keys = ProviderKeys['wechatPay'];

const SIGNED_WITHIN_MS = 5 * 60_000;

/** The headers by which a merchant knows that WeChat Pay said this. */
export function signature(body: string, keys: Keys, atMs: number): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const nonce = randomBytes(16).toString('hex');
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': keys.platformSerial,
    'wechatpay-signature': createSign('RSA-SHA256')
      .update(`${timestamp}\n${nonce}\n${body}\n`)
      .sign(keys.platform.privateKey, 'base64'),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

/** Whether a request is the merchant's own, and not an old one. */
export function isSigned({ method, path, headers, body }: Asked, keys: Keys, nowMs: number): boolean {
  const header = String(headers['authorization'] ?? '');
  if (!header.startsWith('WECHATPAY2-SHA256-RSA2048 ')) return false;
  const part = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(header)?.[1] ?? '';
  const isRecent = Math.abs(Number(part('timestamp')) * 1000 - nowMs) <= SIGNED_WITHIN_MS;
  const signed = `${method}\n${path}\n${part('timestamp')}\n${part('nonce_str')}\n${body}\n`;
  return (
    isRecent &&
    part('mchid') === keys.merchantId &&
    part('serial_no') === keys.merchantSerial &&
    createVerify('RSA-SHA256').update(signed).verify(keys.merchant.publicKey, part('signature'), 'base64')
  );
}

/** AEAD_AES_256_GCM under the merchant's APIv3 key. */
export function seal(content: object, associated_data: string, keys: Keys): object {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', keys.apiV3Key, nonce);
  cipher.setAAD(Buffer.from(associated_data));
  const sealed = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return { ciphertext: Buffer.concat(sealed).toString('base64'), nonce, associated_data };
}
