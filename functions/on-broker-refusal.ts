import { gunzipSync } from 'node:zlib';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { opened } from '../src/intake/dead-letter.ts';
import { refuse } from '../src/intake/intake.ts';
import { countedRefusals } from '../src/journal/counted-refusals.ts';
import { nobodysEstate } from '../src/journal/entry.ts';
import { awsBackend } from './wiring/backend.ts';

const backend = await awsBackend();
const counter = countedRefusals(backend);

const eventSchema = z.object({ awslogs: z.object({ data: z.string() }) });
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
export const handler = middy().handler(async (event: unknown) => {
  const { awslogs } = z.parse(eventSchema, opened(backend.vault, event));
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
    const device = await backend.registry.device(deviceId);
    const topic = (topicName ?? eventType).slice(0, 256);
    const said = `${eventType}: ${details ?? reason ?? 'refused by the broker'}`;
    // Whoever could not connect is nobody yet, whatever name they gave: such are counted, under those that we know.
    if (eventType === 'Connect')
      await counter.add({
        estateId: device?.estateId ?? nobodysEstate,
        deviceId: device?.deviceId ?? 'nobody',
        reason: 'connection-refused',
        detail: `${said} (${deviceId})`,
        topic,
        atMs: timestamp,
      });
    else
      await refuse(
        backend,
        { data: '', topic, client: clientId, principal: principalId, receivedAtMs: timestamp },
        deviceId,
        device,
        { reason: 'foreign-topic', detail: said },
      );
  }
});
