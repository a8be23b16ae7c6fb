import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { showChange } from '../src/views/write-view.ts';
import { iotPublisher, registry, table } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';
import { changeOf, sequenceOf } from './wiring/stream.ts';

const publisher = iotPublisher();

/** Lists to look things up in, and the pages that look on. */
export const handler = middy<DynamoDBStreamEvent>().handler(async ({ Records }, run) =>
  eachRecord(run, Records, sequenceOf, async (record) =>
    showChange({ table, registry }, publisher, changeOf(record)),
  ),
);
