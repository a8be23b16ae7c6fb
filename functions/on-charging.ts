import middy from '@middy/core';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { opened } from '../src/intake/dead-letter.ts';
import { floodGuard } from '../src/intake/flood-guard.ts';
import { takeIn } from '../src/intake/intake.ts';
import { chargingRoutes } from '../src/intake/routes/charging.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody, or a board, waits at a port: logins, cards, answers and settlements. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, chargingRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
