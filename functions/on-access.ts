import middy from '@middy/core';
import { opened } from '../src/dead-letters/dead-letter.ts';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { floodGuard } from '../src/devices/flood-guard.ts';
import { takeIn } from '../src/devices/intake.ts';
import { accessRoutes } from '../src/routes/access.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody stands at a door: swipes, passages and the live events of door boards. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, accessRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
