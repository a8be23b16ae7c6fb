import middy from '@middy/core';
import { sweep } from '../src/sweep.ts';
import { awsBackend, deviceSecret } from './wiring/backend.ts';
import { webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());
const sources = { ...(await awsBackend()), channel: webhook, signingKey };

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  await sweep(sources);
});
