import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { deadLetterOf } from '../src/intake/dead-letter.ts';
import { eachRecord } from './wiring/failures.ts';
import { deviceVault } from './wiring/secrets.ts';

const { DEAD_LETTERS_URL, BULK_URL } = z.parse(
  z.object({ DEAD_LETTERS_URL: z.string(), BULK_URL: z.string() }),
  process.env,
);
const sealing = { vault: await deviceVault(), bulkUrl: BULK_URL };
const sqs = new SQSClient({});

/** What could not be handled is sealed before anybody can read it. */
export const handler = middy<SQSEvent>().handler(async ({ Records }, run) =>
  eachRecord(
    run,
    Records,
    (record) => record.messageId,
    ({ body, attributes }) => {
      const letter = deadLetterOf(body, Number(attributes.SentTimestamp), sealing);
      return sqs.send(
        new SendMessageCommand({ QueueUrl: DEAD_LETTERS_URL, MessageBody: JSON.stringify(letter) }),
      );
    },
  ),
);
