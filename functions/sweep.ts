import middy from '@middy/core';
import { sweep } from '../src/intake/sweep.ts';
import { patient } from '../src/payments/patience.ts';
import type { PaymentSources } from '../src/payments/watch-payment.ts';
import { log } from '../src/shared/log.ts';
import { awsBackend } from './wiring/backend.ts';
import { awsPayments } from './wiring/payments.ts';
import { deviceSecret, paymentVault } from './wiring/secrets.ts';
import { logUndelivered, webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());
const backend = await awsBackend();
let payments: Pick<PaymentSources, 'payments' | 'paymentVault'> | undefined;

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  payments ??= await patientPayments();
  const asked = payments ?? { payments: {} };
  await sweep({ ...backend, ...asked, channel: webhook, signingKey, onUndelivered: logUndelivered });
});

/**
 * A secret that cannot be read now keeps orders waiting, and no door and no fire; it is read again the next minute.
 * Only the error's name is told: its text may quote the secret.
 */
async function patientPayments(): Promise<typeof payments> {
  try {
    const [found, vault] = await Promise.all([awsPayments(), paymentVault()]);
    const providers = Object.entries(found).map(([name, one]) => [name, patient(one, backend.clock)]);
    return { payments: Object.fromEntries(providers), paymentVault: vault };
  } catch (error) {
    log('payment-secret-unreadable', { error: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
