import { gunzipSync } from 'node:zlib';
import middy from '@middy/core';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { refuse } from '../src/devices/intake.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();

const batchSchema = z.object({ logEvents: z.array(z.object({ timestamp: z.int(), message: z.string() })) });

/** What the broker's own log says of one refusal (AWS IoT Core log format, version 2). */
const refusalSchema = z.object({
  eventType: z.string(),
  reason: z.optional(z.string()),
  topicName: z.optional(z.string()),
  clientId: z.optional(z.string()),
  principalId: z.optional(z.string()),
  details: z.optional(z.string()),
});

/** What the broker refused never reaches a rule: a foreign topic, a stranger. It is told here, to be seen and counted. */
export const handler = middy<CloudWatchLogsEvent>().handler(async ({ awslogs }) => {
  const batch = z.parse(
    batchSchema,
    JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString('utf8')),
  );
  for (const { timestamp, message } of batch.logEvents) {
    const { eventType, reason, topicName, clientId, principalId, details } = z.parse(
      refusalSchema,
      JSON.parse(message),
    );
    const deviceId = clientId ?? 'nobody';
    await refuse(
      backend,
      {
        data: '',
        topic: (topicName ?? eventType).slice(0, 256),
        client: clientId,
        principal: principalId,
        receivedAtMs: timestamp,
      },
      deviceId,
      await backend.registry.device(deviceId),
      {
        reason: eventType === 'Connect' ? 'connection-refused' : 'foreign-topic',
        detail: `${eventType}: ${details ?? reason ?? 'refused by the broker'}`,
      },
    );
  }
});
