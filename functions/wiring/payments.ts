import { randomBytes } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { alipay } from '../../src/payments/alipay.ts';
import { type Merchants, merchantsSchema } from '../../src/payments/merchant.ts';
import type { Payments, ProviderWorld } from '../../src/payments/provider.ts';
import { wechatPay } from '../../src/payments/wechat-pay.ts';
import { clock } from './backend.ts';
import { httpCall } from './http-call.ts';

const environmentSchema = z.object({
  PAYMENT_SECRET_ARN: z.string(),
  WECHAT_PAY_URL: z.string(),
  ALIPAY_URL: z.string(),
  NOTICE_URL: z.string(),
});

/** The providers that this deployment has a merchant of: read once, when a function starts. */
export async function awsPayments(): Promise<Payments> {
  const environment = z.parse(environmentSchema, process.env);
  const { wechatPay: merchant, alipay: seller } = await merchants(environment.PAYMENT_SECRET_ARN);
  const world: ProviderWorld = {
    http: httpCall,
    now: () => clock.now(),
    nonce: () => randomBytes(16).toString('hex'),
    noticeUrl: environment.NOTICE_URL,
  };
  return {
    ...(merchant === undefined
      ? {}
      : { 'wechat-pay': wechatPay(environment.WECHAT_PAY_URL, merchant, world) }),
    ...(seller === undefined ? {} : { alipay: alipay(environment.ALIPAY_URL, seller, world) }),
  };
}

async function merchants(secretArn: string): Promise<Merchants> {
  const { SecretString = '{}' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: secretArn }),
  );
  return z.parse(merchantsSchema, JSON.parse(SecretString));
}
