import { createDecipheriv } from 'node:crypto';
import { DomainError } from '../shared/errors.ts';
import { checkRecent, type HttpAnswer } from './provider.ts';
import { pemOf, signRsa, verifyRsa } from './rsa-signature.ts';

/** What a request is signed as. `path` is with its query, without the host. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly timestampS: number;
  readonly nonce: string;
  readonly body: string;
}

/** https://pay.weixin.qq.com/doc/v3/merchant/4012365336: five lines, each with its line feed. */
export function requestSignature(
  { method, path, timestampS, nonce, body }: SignedRequest,
  privateKey: string,
): string {
  return signRsa(`${method}\n${path}\n${timestampS}\n${nonce}\n${body}\n`, pemOf(privateKey, 'PRIVATE KEY'));
}

/** The value of the header Authorization. */
export function authorization(
  request: SignedRequest,
  merchant: { readonly merchantId: string; readonly serialNumber: string; readonly privateKey: string },
): string {
  const parts = {
    mchid: merchant.merchantId,
    nonce_str: request.nonce,
    signature: requestSignature(request, merchant.privateKey),
    timestamp: String(request.timestampS),
    serial_no: merchant.serialNumber,
  };
  const told = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
  return `WECHATPAY2-SHA256-RSA2048 ${told.join(',')}`;
}

/** What a page in WeChat hands to `WeixinJSBridge`: https://pay.weixin.qq.com/doc/v3/merchant/4012365341. */
export function jsapiParameters(
  { appId, privateKey }: { readonly appId: string; readonly privateKey: string },
  { prepayId, timestampS, nonce }: { prepayId: string; timestampS: number; nonce: string },
): Record<string, string> {
  const timeStamp = String(timestampS);
  const packageText = `prepay_id=${prepayId}`;
  const paySign = signRsa(
    `${appId}\n${timeStamp}\n${nonce}\n${packageText}\n`,
    pemOf(privateKey, 'PRIVATE KEY'),
  );
  return { appId, timeStamp, nonceStr: nonce, package: packageText, signType: 'RSA', paySign };
}

/**
 * Checks that an answer or a notification is WeChat Pay's own, over the bytes as they came, and not an old one. Throws
 * `signature-invalid`, also where no key of that serial number is known (WeChat Pay sends signatures that must fail, to
 * see whether anybody looks), and `notification-expired`.
 * https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html
 */
export function checkAnswer(
  { headers, body }: Pick<HttpAnswer, 'headers' | 'body'>,
  platformKeys: Readonly<Record<string, string>>,
  nowMs: number,
): void {
  const header = (name: string) => headers[`wechatpay-${name}`] ?? '';
  // Sent now and then in the place of a signature, and told again with a right one.
  if (header('signature').startsWith('WECHATPAY/SIGNTEST/'))
    throw new DomainError(
      'signature-invalid',
      'The signature is wrong: a trial of WeChat Pay, who looks at it',
    );
  const key = Object.hasOwn(platformKeys, header('serial')) ? platformKeys[header('serial')] : undefined;
  if (key === undefined)
    throw new DomainError('signature-invalid', 'Not signed with a key that is known here');
  const signed = Buffer.concat([
    Buffer.from(`${header('timestamp')}\n${header('nonce')}\n`),
    body,
    Buffer.from('\n'),
  ]);
  if (!verifyRsa(signed, header('signature'), pemOf(key, 'PUBLIC KEY')))
    throw new DomainError('signature-invalid', 'The signature is not WeChat Pay’s');
  if (!/^\d{1,12}$/.test(header('timestamp')))
    throw new DomainError('notification-expired', 'The signature carries no time');
  checkRecent(Number(header('timestamp')) * 1000, nowMs);
}

/** An encrypted part of a message. */
export interface Sealed {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data?: string | undefined;
}

const tagBytes = 16;

/** AEAD_AES_256_GCM under the APIv3 key. Throws `signature-invalid` for what was not sealed under it. */
export function openSealed({ ciphertext, nonce, associated_data = '' }: Sealed, apiV3Key: string): string {
  try {
    const bytes = Buffer.from(ciphertext, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(associated_data));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new DomainError('signature-invalid', 'What is sealed in the message cannot be opened with our key');
  }
}
