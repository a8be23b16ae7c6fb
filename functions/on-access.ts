import middy from '@middy/core';
import { floodGuard } from '../src/devices/flood-guard.ts';
import { envelopeSchema, takeIn } from '../src/devices/intake.ts';
import { accessRoutes } from '../src/routes/access.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody stands at a door: swipes, passages and the live events of door boards. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, accessRoutes, envelopeSchema.parse(message), guard),
);
