import middy from '@middy/core';
import { patient } from '../src/payments/patience.ts';
import type { Payments } from '../src/payments/provider.ts';
import { log } from '../src/shared/log.ts';
import { sweep } from '../src/sweep.ts';
import { awsBackend, deviceSecret } from './wiring/backend.ts';
import { awsPayments } from './wiring/payments.ts';
import { logUndelivered, webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());
const backend = await awsBackend();
let providers: Payments | undefined;

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  providers ??= await patientProviders();
  await sweep({
    ...backend,
    payments: providers ?? {},
    channel: webhook,
    signingKey,
    onUndelivered: logUndelivered,
  });
});

/**
 * A secret that cannot be read now keeps orders waiting, and no door and no fire; it is read again the next minute.
 * Only the error's name is told: its text may quote the secret.
 */
async function patientProviders(): Promise<Payments | undefined> {
  try {
    const found = Object.entries(await awsPayments());
    return Object.fromEntries(found.map(([name, provider]) => [name, patient(provider, backend.clock)]));
  } catch (error) {
    log('payment-secret-unreadable', { error: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
