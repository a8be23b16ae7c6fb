import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { parseEntry } from '../src/journal/entry.ts';
import { redeliver } from '../src/journal/redeliver.ts';
import { awsBackend } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';
import { changeOf, sequenceOf } from './wiring/stream.ts';

const backend = await awsBackend();

/** Commands that were recorded and that nobody has acknowledged a moment later are sent again. */
export const handler = middy<DynamoDBStreamEvent>().handler(async ({ Records }, run) =>
  eachRecord(run, Records, sequenceOf, async (record) => {
    const { after } = changeOf(record);
    if (after?.['type'] === 'entry') await redeliver(backend, parseEntry(after));
  }),
);
