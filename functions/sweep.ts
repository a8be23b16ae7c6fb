import middy from '@middy/core';
import { patient } from '../src/payments/patience.ts';
import { sweep } from '../src/sweep.ts';
import { awsBackend, deviceSecret } from './wiring/backend.ts';
import { awsPayments } from './wiring/payments.ts';
import { webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());
const [backend, providers] = await Promise.all([awsBackend(), awsPayments()]);
const payments = Object.fromEntries(
  Object.entries(providers).map(([name, provider]) => [name, patient(provider, backend.clock)]),
);
const sources = { ...backend, payments, channel: webhook, signingKey };

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  await sweep(sources);
});
