import middy from '@middy/core';
import { floodGuard } from '../src/devices/flood-guard.ts';
import { envelopeSchema, takeIn } from '../src/devices/intake.ts';
import { chargingRoutes } from '../src/routes/charging.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody, or a board, waits at a port: logins, cards, answers and settlements. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, chargingRoutes, envelopeSchema.parse(message), guard),
);
