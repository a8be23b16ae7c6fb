import middy from '@middy/core';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { opened } from '../src/intake/dead-letter.ts';
import { floodGuard } from '../src/intake/flood-guard.ts';
import { takeIn } from '../src/intake/intake.ts';
import { accessRoutes } from '../src/intake/routes/access.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Somebody stands at a door: swipes, doors passed and the live events of door boards. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, accessRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
