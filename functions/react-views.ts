import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { viewOf } from '../src/views/view-of-change.ts';
import { writeView } from '../src/views/write-view.ts';
import { iotPublisher, registry, table } from './wiring/backend.ts';
import { eachRecord } from './wiring/failures.ts';
import { changeOf, sequenceOf } from './wiring/stream.ts';

const publisher = iotPublisher();

/** Lists to look things up in, and the pages that look on. */
export const handler = middy<DynamoDBStreamEvent>().handler(async ({ Records }, run) =>
  eachRecord(run, Records, sequenceOf, async (record) =>
    writeView(table, publisher, await viewOf({ table, registry }, changeOf(record))),
  ),
);
