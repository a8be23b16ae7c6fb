import { setTimeout as sleep } from 'node:timers/promises';
import { realDelayMs } from '../machine/clock.ts';
import type { Iam } from '../template/iam.ts';
import type { Resource } from '../template/template.ts';
import type { InvocationResult } from './function-host.ts';
import { failedItems, reportsItemFailures, type SourceWorld } from './queue-source.ts';
import type { Queues } from './queues.ts';
import { recordFilter, type StreamRecord } from './stream-filter.ts';

/** A record with the moment in real time at which it was read. */
interface Buffered {
  readonly record: StreamRecord;
  readonly shardId: string;
  readonly readRealMs: number;
}

const FIRST_RETRY_MS = 100;
const SLOWEST_RETRY_MS = 2000;

/** Feeds one function from a stream: in order, in batches, with retries, bisecting and a failure destination. */
export class StreamSource {
  readonly id: string;
  readonly #functionId: string;
  readonly #functionArn: string;
  readonly #world: SourceWorld;
  readonly #queues: Queues;
  readonly #batchSize: number;
  readonly #windowMs: number;
  readonly #partial: boolean;
  readonly #bisect: boolean;
  readonly #mostRetries: number;
  readonly #maxAgeMs: number;
  readonly #onFailure: string | undefined;
  readonly #wanted: (record: StreamRecord) => boolean;
  readonly #buffer: Buffered[] = [];
  #working = false;
  #stopping = false;
  /** The last record taken, so that a reader that begins again does not give it twice. */
  #taken = '';
  /** Everything up to here is done with. */
  checkpoint: string | undefined;
  onProgress: () => void = () => {};

  constructor(
    mapping: Resource,
    target: { readonly functionId: string; readonly functionArn: string },
    world: SourceWorld,
    queues: Queues,
  ) {
    const { properties } = mapping;
    this.id = mapping.logicalId;
    this.#functionId = target.functionId;
    this.#functionArn = target.functionArn;
    this.#world = world;
    this.#queues = queues;
    this.#batchSize = properties.BatchSize ?? 100;
    this.#windowMs = (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    this.#partial = reportsItemFailures(mapping);
    this.#bisect = properties.BisectBatchOnFunctionError === true;
    this.#mostRetries = unlimitedWhenNegative(properties.MaximumRetryAttempts);
    this.#maxAgeMs = unlimitedWhenNegative(properties.MaximumRecordAgeInSeconds) * 1000;
    this.#onFailure = properties.DestinationConfig?.OnFailure?.Destination;
    this.#wanted = recordFilter(mapping);
  }

  /** Stops the start where the function's role could not read the stream, or write to the failure queue. */
  async checkRole(iam: Iam, streamArn: string): Promise<void> {
    const reading = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
    const accesses = reading.map((action) => ({ action: `dynamodb:${action}`, resource: streamArn }));
    if (this.#onFailure) accesses.push({ action: 'sqs:SendMessage', resource: this.#onFailure });
    await iam.demand(this.#functionId, accesses);
  }

  /** Takes what the reader read. Records that the filter leaves out are done with at once. */
  take(records: readonly StreamRecord[], shardId: string): void {
    for (const record of records) {
      const sequence = record.dynamodb.SequenceNumber;
      if (sequence <= this.#taken || sequence <= (this.checkpoint ?? '')) continue;
      this.#taken = sequence;
      if (this.#wanted(record)) this.#buffer.push({ record, shardId, readRealMs: Date.now() });
      else if (this.#buffer.length === 0 && !this.#working) this.#done(sequence);
    }
    if (this.#buffer.length > 0 && !this.#working && !this.#stopping) {
      this.#working = true;
      const work = this.#work().finally(() => {
        this.#working = false;
      });
      void this.#world.activity.during(work);
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  async #work(): Promise<void> {
    while (this.#buffer.length > 0 && !this.#stopping) {
      if (this.#windowMs > 0 && this.#buffer.length < this.#batchSize) {
        await sleep(realDelayMs(this.#world.clock, this.#windowMs), undefined, { ref: false });
      }
      const batch = this.#buffer.slice(0, this.#batchSize);
      const settled = await this.#deliver(batch);
      if (!settled) return;
      this.#buffer.splice(0, batch.length);
      const last = this.#buffer.length === 0 ? this.#taken : batch.at(-1)?.record.dynamodb.SequenceNumber;
      this.#done(last ?? this.#taken);
    }
  }

  #done(sequence: string): void {
    this.checkpoint = sequence;
    this.onProgress();
  }

  /** Tries until the batch is done with, one way or the other; false when the local cloud stops before that. */
  async #deliver(batch: readonly Buffered[]): Promise<boolean> {
    let rest = batch;
    for (let attempt = 0; ; attempt += 1) {
      const event = { Records: rest.map(({ record }) => record) };
      const result = await this.#world.lambda.invoke(this.#functionId, JSON.stringify(event));
      const left = this.#leftOver(rest, result);
      if (left.length === 0) return true;
      if (this.#stopping) return false;
      const why = result.ok ? `${left.length} of ${rest.length} records failed` : result.error;
      this.#world.log(`${this.#functionId} on the table's stream (attempt ${attempt + 1}): ${why}`);
      // Part of it was managed, or it can be halved: what is left begins anew, without the old attempts.
      if (left.length < rest.length) return this.#deliver(left);
      if (this.#bisect && left.length > 1) return this.#deliverHalves(left);
      if (this.#isOver(left, attempt)) {
        this.#giveUp(left, attempt);
        return true;
      }
      rest = left;
      const delayMs = Math.min(FIRST_RETRY_MS * 2 ** attempt, SLOWEST_RETRY_MS);
      await sleep(delayMs, undefined, { ref: false });
    }
  }

  async #deliverHalves(batch: readonly Buffered[]): Promise<boolean> {
    const middle = Math.ceil(batch.length / 2);
    return (await this.#deliver(batch.slice(0, middle))) && (await this.#deliver(batch.slice(middle)));
  }

  /** With item failures, the batch is taken up again at the first record that failed: a stream keeps its order. */
  #leftOver(batch: readonly Buffered[], result: InvocationResult): readonly Buffered[] {
    if (!this.#partial) return result.ok ? [] : batch;
    const failed = failedItems(result);
    if (failed === undefined) return batch;
    if (failed.size === 0) return [];
    const first = batch.findIndex(({ record }) => failed.has(record.dynamodb.SequenceNumber));
    return first < 0 ? batch : batch.slice(first);
  }

  #isOver(batch: readonly Buffered[], attempt: number): boolean {
    const oldest = batch[0]?.readRealMs ?? 0;
    return attempt >= this.#mostRetries || Date.now() - oldest > this.#maxAgeMs;
  }

  /** As in AWS, the failure destination learns where the records are, not what is in them. */
  #giveUp(batch: readonly Buffered[], attempt: number): void {
    const sequence = (index: number) => batch.at(index)?.record.dynamodb.SequenceNumber;
    const time = new Date(this.#world.clock.now()).toISOString();
    if (this.#onFailure === undefined) return;
    const story = {
      requestContext: {
        functionArn: this.#functionArn,
        condition: attempt >= this.#mostRetries ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded',
        approximateInvokeCount: attempt + 1,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: time,
      DDBStreamBatchInfo: {
        shardId: batch[0]?.shardId,
        startSequenceNumber: sequence(0),
        endSequenceNumber: sequence(-1),
        approximateArrivalOfFirstRecord: time,
        approximateArrivalOfLastRecord: time,
        batchSize: batch.length,
        streamArn: batch[0]?.record.eventSourceARN,
      },
    };
    this.#queues.byArn(this.#onFailure).send(JSON.stringify(story));
  }
}

function unlimitedWhenNegative(value: number | undefined): number {
  return value === undefined || value < 0 ? Number.POSITIVE_INFINITY : value;
}
