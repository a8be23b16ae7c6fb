import { randomBytes } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { type Merchants, merchantsIn } from '../../src/payments/merchant.ts';
import type { ProviderWorld } from '../../src/payments/provider.ts';
import { log } from '../../src/shared/log.ts';
import { clock } from './backend.ts';
import { httpCall } from './http-call.ts';

const environmentSchema = z.object({
  PAYMENT_SECRET_ARN: z.string(),
  WECHAT_PAY_URL: z.string(),
  ALIPAY_URL: z.string(),
  NOTIFICATION_URL: z.string(),
});

/** Where the providers are, as whom we ask them, and what with. */
interface ProviderSources {
  readonly merchants: Merchants;
  readonly wechatPayUrl: string;
  readonly alipayUrl: string;
  readonly world: ProviderWorld;
}

/** Read once, when a function starts. A merchant that cannot be used is told by its place in the secret, and left out. */
export async function providerSources(): Promise<ProviderSources> {
  const environment = z.parse(environmentSchema, process.env);
  const { SecretString = '{}' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: environment.PAYMENT_SECRET_ARN }),
  );
  const { merchants, unusable } = merchantsIn(SecretString);
  if (unusable.length > 0) log('merchants-unusable', { places: unusable.join('; ') });
  return {
    merchants,
    wechatPayUrl: environment.WECHAT_PAY_URL,
    alipayUrl: environment.ALIPAY_URL,
    world: {
      http: httpCall,
      now: () => clock.now(),
      nonce: () => randomBytes(16).toString('hex'),
      notificationUrl: environment.NOTIFICATION_URL,
    },
  };
}
