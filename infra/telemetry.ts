import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { onlyForReader } from './dead-letters.ts';
import { PengyouFunction } from './function.ts';
import { commandTopics, type Parts } from './parts.ts';

/** The queue's visibility follows from it, so it is known before the function is. */
export const bulkTimeoutS = 30;

/** Everything that nobody waits for, in batches. */
export class Telemetry extends Construct {
  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    const fn = new PengyouFunction(this, parts, {
      name: 'on-telemetry',
      description:
        'Heartbeats, meter frames, backlogs, replies, bays, gates, health and unknown topics, in batches',
      timeoutS: bulkTimeoutS,
      memoryMiB: 512,
    });
    parts.storage.allowCommit(fn);
    parts.secret.allowRead(fn);
    fn.mayPublish(...commandTopics());
    onlyForReader(parts.ingest.bulk, fn);
    fn.lambda.addEventSource(
      new SqsEventSource(parts.ingest.bulk, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
        // When every board reconnects in the same second the queue holds the rest back.
        maxConcurrency: 10,
      }),
    );
    parts.ingest.toBulk();
  }
}
