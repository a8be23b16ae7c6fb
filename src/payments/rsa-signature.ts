import { createSign, createVerify } from 'node:crypto';

/** SHA-256 with RSA, PKCS #1 v1.5, in Base64: WeChat Pay calls it WECHATPAY2-SHA256-RSA2048, Alipay RSA2. */
export function signRsa(text: string, privateKeyPem: string): string {
  return createSign('RSA-SHA256').update(text, 'utf8').sign(privateKeyPem, 'base64');
}

/**
 * Whether the signature is that key's, over exactly these bytes. `publicKeyPem` may be a certificate. Throws for a key
 * that is none: our configuration is wrong then, and not the message.
 */
export function verifyRsa(signed: string | Uint8Array, signature: string, publicKeyPem: string): boolean {
  const verify = createVerify('RSA-SHA256');
  if (typeof signed === 'string') verify.update(signed, 'utf8');
  else verify.update(signed);
  return verify.verify(publicKeyPem, signature, 'base64');
}

/** A key as the merchant platforms hand it out: PEM, or only the Base64 in it. */
export function pemOf(key: string, label: 'PRIVATE KEY' | 'PUBLIC KEY'): string {
  const trimmed = key.trim();
  if (trimmed.startsWith('-----BEGIN')) return `${trimmed}\n`;
  const lines = trimmed.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
