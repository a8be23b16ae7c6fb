import middy from '@middy/core';
import { opened } from '../src/dead-letters/dead-letter.ts';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { floodGuard } from '../src/devices/flood-guard.ts';
import { takeIn } from '../src/devices/intake.ts';
import { alarmRoutes } from '../src/routes/alarm.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const guard = floodGuard();

/** Danger, or what may become one: smoke and corridors. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, alarmRoutes, envelopeSchema.parse(opened(backend.vault, message)), guard),
);
