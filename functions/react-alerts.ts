import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { deliverAlert } from '../src/alerts/deliver-alert.ts';
import { clock, registry, table } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';
import { deviceSecret } from './wiring/secrets.ts';
import { changeOf, sequenceOf } from './wiring/stream.ts';
import { logUndelivered, webhook, webhookKeys } from './wiring/webhook.ts';

const sources = {
  table,
  clock,
  registry,
  channel: webhook,
  signingKey: webhookKeys(await deviceSecret()),
  onUndelivered: logUndelivered,
};

/**
 * A new alert goes to the committee at once; what could not be delivered is tried again by the sweep. Estates do not wait
 * for each other's webhooks.
 */
export const handler = middy<DynamoDBStreamEvent>().handler(async ({ Records }, run) => {
  const hanging = new Set<string>();
  const lanes = Map.groupBy(Records, (record) => changeOf(record).after?.pk);
  const answers = await Promise.all(
    [...lanes.values()].map((lane) =>
      eachRecord(run, lane, sequenceOf, async (record) => {
        const { before, after } = changeOf(record);
        if (before === undefined && after?.['type'] === 'alert')
          await deliverAlert({ ...sources, hanging }, after);
      }),
    ),
  );
  return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
});
