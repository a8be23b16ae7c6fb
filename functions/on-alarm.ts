import middy from '@middy/core';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { opened } from '../src/intake/dead-letter.ts';
import { floodGuard } from '../src/intake/flood-guard.ts';
import { takeIn } from '../src/intake/intake.ts';
import { alarmRoutes } from '../src/intake/routes/alarm.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Danger, or what may become one: smoke and corridors. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, alarmRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
