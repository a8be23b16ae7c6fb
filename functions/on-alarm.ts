import middy from '@middy/core';
import { envelopeSchema, takeIn } from '../src/devices/intake.ts';
import { alarmRoutes } from '../src/routes/alarm.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();

/** Danger, or what may become one: smoke and corridors. */
export const handler = middy().handler(async (message: unknown) =>
  takeIn(backend, alarmRoutes, envelopeSchema.parse(message)),
);
