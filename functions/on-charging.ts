import middy from '@middy/core';
import { opened } from '../src/dead-letters/dead-letter.ts';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { floodGuard } from '../src/devices/flood-guard.ts';
import { takeIn } from '../src/devices/intake.ts';
import { chargingRoutes } from '../src/routes/charging.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody, or a board, waits at a port: logins, cards, answers and settlements. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, chargingRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
