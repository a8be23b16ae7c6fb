import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { deliverAlert } from '../src/alerts/deliver-alert.ts';
import { clock, deviceSecret, registry, table } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';
import { changeOf, sequenceOf } from './wiring/stream.ts';
import { webhook, webhookKeys } from './wiring/webhook.ts';

const signingKey = webhookKeys(await deviceSecret());

/** A new alert goes to the committee at once; what could not be delivered is tried again by the sweep. */
export const handler = middy<DynamoDBStreamEvent>().handler(async ({ Records }) =>
  eachRecord(Records, sequenceOf, async (record) => {
    const { before, after } = changeOf(record);
    if (before === undefined && after?.['type'] === 'alert')
      await deliverAlert({ table, clock, registry }, after, webhook, signingKey);
  }),
);
