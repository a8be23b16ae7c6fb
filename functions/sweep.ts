import middy from '@middy/core';
import { sweep } from '../src/sweep.ts';
import { awsBackend, deviceSecret } from './wiring/backend.ts';
import { webhook } from './wiring/webhook.ts';

const sources = { ...(await awsBackend()), channel: webhook, signingKey: await deviceSecret() };

/** Every minute: whatever is due. */
export const handler = middy().handler(async () => {
  await sweep(sources);
});
