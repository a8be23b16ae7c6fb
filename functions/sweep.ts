import middy from '@middy/core';
import { patient } from '../src/payments/patience.ts';
import type { Payments } from '../src/payments/provider.ts';
import { log } from '../src/shared/log.ts';
import { sweep } from '../src/sweep.ts';
import { awsBackend, deviceSecret } from './wiring/backend.ts';
import { awsPayments } from './wiring/payments.ts';
import { webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());
const [backend, providers] = await Promise.all([awsBackend(), awsPayments().catch(withoutProviders)]);
const payments = Object.fromEntries(
  Object.entries(providers).map(([name, provider]) => [name, patient(provider, backend.clock)]),
);
const sources = { ...backend, payments, channel: webhook, signingKey };

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  await sweep(sources);
});

/**
 * A merchant's secret that cannot be read keeps orders waiting, and no door and no fire. Only the error's name is told:
 * its text may quote the secret.
 */
function withoutProviders(error: unknown): Payments {
  log('payment-secret-unreadable', { error: error instanceof Error ? error.name : 'unknown' });
  return {};
}
