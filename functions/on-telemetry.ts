import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { envelopeSchema } from '../src/devices/envelope.ts';
import { opened } from '../src/intake/dead-letter.ts';
import { takeIn } from '../src/intake/intake.ts';
import { telemetryRoutes } from '../src/intake/routes/telemetry.ts';
import { awsBackend } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';

const backend = await awsBackend();

/** Everything that nobody waits for, in batches. A message that fails for good ends in the dead-letter queue. */
export const handler = middy<SQSEvent>().handler(async ({ Records }, run) =>
  eachRecord(
    run,
    Records,
    (record) => record.messageId,
    (record) =>
      takeIn(backend, telemetryRoutes, envelopeSchema.parse(opened(backend.vault, JSON.parse(record.body)))),
  ),
);
