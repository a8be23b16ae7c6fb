import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { StateFile } from '../machine/state-file.ts';

interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** The keys of both sides: what merchants sign with, and what the stand-in signs with. */
export interface ProviderKeys {
  readonly wechatPay: {
    readonly appId: string;
    readonly merchantId: string;
    readonly merchantSerial: string;
    readonly merchant: KeyPair;
    readonly platformSerial: string;
    readonly platform: KeyPair;
    readonly apiV3Key: string;
  };
  readonly alipay: {
    readonly appId: string;
    readonly sellerId: string;
    readonly merchant: KeyPair;
    readonly platform: KeyPair;
  };
}

/** Made at the first start, and kept: an order of yesterday can still be paid back. */
export function openKeys(stateDir: string | undefined): ProviderKeys {
  const file = new StateFile<ProviderKeys>(stateDir, 'provider-keys.json');
  const kept = file.read();
  if (kept !== undefined) return kept;
  const keys: ProviderKeys = {
    wechatPay: {
      appId: 'wx0123456789abcdef',
      merchantId: '1900000001',
      merchantSerial: serial(),
      merchant: keyPair(),
      platformSerial: `PUB_KEY_ID_${serial()}`,
      platform: keyPair(),
      apiV3Key: randomBytes(16).toString('hex'),
    },
    alipay: {
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      merchant: keyPair(),
      platform: keyPair(),
    },
  };
  file.write(keys);
  return keys;
}

/** The secret of whoever takes payments here, in the form that an operator would put in. */
export function merchantSecret({ wechatPay, alipay }: ProviderKeys): string {
  return JSON.stringify({
    wechatPay: {
      appId: wechatPay.appId,
      merchantId: wechatPay.merchantId,
      serialNumber: wechatPay.merchantSerial,
      privateKey: wechatPay.merchant.privateKey,
      apiV3Key: wechatPay.apiV3Key,
      platformKeys: { [wechatPay.platformSerial]: wechatPay.platform.publicKey },
    },
    alipay: {
      appId: alipay.appId,
      sellerId: alipay.sellerId,
      privateKey: alipay.merchant.privateKey,
      publicKey: alipay.platform.publicKey,
    },
  });
}

export function keyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

export const serial = (): string => randomBytes(20).toString('hex').toUpperCase();
