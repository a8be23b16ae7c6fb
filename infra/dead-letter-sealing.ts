import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { onlyForReader, sealingTimeoutS } from './dead-letters.ts';
import { PengyouFunction } from './function.ts';
import type { Parts } from './parts.ts';

/** Between the dead letters as they come in and those that people read: docs/decisions/0019-sealed-dead-letters.md. */
export class DeadLetterSealing extends Construct {
  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    const { deadLetters, ingest, secret } = parts;
    const fn = new PengyouFunction(this, parts, {
      name: 'seal-dead-letters',
      description: 'Seals what could not be handled, so that whoever reads it learns no card number',
      timeoutS: sealingTimeoutS,
      memoryMiB: 256,
    });
    secret.allowRead(fn);
    fn.may(['sqs:SendMessage'], [deadLetters.queue.queueArn]);
    fn.lambda.addEnvironment('DEAD_LETTERS_URL', deadLetters.queue.queueUrl);
    fn.lambda.addEnvironment('BULK_URL', ingest.bulk.queueUrl);
    // One poller is enough for what hardly ever comes: two is the least that AWS lets one say.
    const fewest = 2;
    fn.lambda.addEventSource(
      new SqsEventSource(deadLetters.intake, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: fewest,
      }),
    );
    onlyForReader(deadLetters.intake, fn);
  }
}
