import type { Activity } from '../machine/activity.ts';
import { realDelayMs, type WorldClock } from '../machine/clock.ts';
import { REGION } from '../template/arn.ts';
import { type Resource, Unsupported } from '../template/template.ts';
import type { InvocationResult } from './function-host.ts';
import type { Lambda } from './lambda.ts';
import { md5, type Queue, type QueuedMessage } from './queues.ts';

/** What an event source needs of the cloud around it. */
export interface SourceWorld {
  readonly clock: WorldClock;
  readonly activity: Activity;
  readonly lambda: Lambda;
  readonly log: (line: string) => void;
}

/** Feeds a function from a queue: batches, a batching window, and partial batch failures. */
export class QueueSource {
  readonly #queue: Queue;
  readonly #functionId: string;
  readonly #world: SourceWorld;
  readonly #batchSize: number;
  readonly #windowMs: number;
  readonly #partial: boolean;
  #running = 0;
  #window: NodeJS.Timeout | undefined;
  #endWindow: (() => void) | undefined;
  #stopping = false;

  constructor(mapping: Resource, functionId: string, queue: Queue, world: SourceWorld) {
    const { properties } = mapping;
    this.#queue = queue;
    this.#functionId = functionId;
    this.#world = world;
    this.#batchSize = properties.BatchSize ?? 10;
    this.#windowMs = (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    this.#partial = reportsItemFailures(mapping);
    for (const key of [
      'FilterCriteria',
      'DestinationConfig',
      'BisectBatchOnFunctionError',
      'MaximumRetryAttempts',
    ]) {
      if (properties[key] !== undefined)
        throw new Unsupported(mapping.logicalId, mapping.type, `${key} on a queue`);
    }
    queue.listener = () => this.#arrived();
  }

  /** Takes up what was in the queue before. */
  start(): void {
    this.#arrived();
  }

  stop(): void {
    this.#stopping = true;
    this.#closeWindow();
  }

  #arrived(): void {
    if (this.#stopping || this.#queue.length === 0) return;
    if (this.#windowMs === 0 || this.#queue.length >= this.#batchSize) this.#pump();
    else if (this.#window === undefined) {
      this.#endWindow = this.#world.activity.begin();
      this.#window = setTimeout(() => this.#pump(), realDelayMs(this.#world.clock, this.#windowMs));
    }
  }

  #pump(): void {
    const most = this.#world.lambda.concurrency(this.#functionId);
    while (!this.#stopping && this.#running < most && this.#queue.length > 0) {
      const messages = this.#queue.receive(this.#batchSize, { returnByTime: false });
      if (messages.length === 0) continue;
      this.#running += 1;
      const work = this.#deliver(messages).finally(() => {
        this.#running -= 1;
        this.#arrived();
      });
      void this.#world.activity.during(work);
    }
    this.#closeWindow();
  }

  #closeWindow(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    this.#endWindow?.();
    this.#endWindow = undefined;
  }

  async #deliver(messages: readonly QueuedMessage[]): Promise<void> {
    const event = { Records: messages.map((message) => record(message, this.#queue.arn)) };
    const result = await this.#world.lambda.invoke(this.#functionId, JSON.stringify(event));
    const failed = this.#partial ? failedItems(result) : result.ok ? new Set<string>() : undefined;
    const back: Promise<void>[] = [];
    for (const { id, receipt = '' } of messages) {
      if (failed === undefined || failed.has(id)) back.push(this.#queue.giveBack(receipt));
      else this.#queue.delete(receipt);
    }
    if (back.length > 0 && !this.#stopping) {
      const why = result.ok ? `${back.length} of ${messages.length} messages returned` : result.error;
      this.#world.log(`${this.#functionId} on ${this.#queue.name}: ${why}`);
      // What failed must not keep the others waiting: it comes back while the next batches run.
      void this.#world.activity.during(Promise.all(back));
    }
  }
}

/** Whether the function names the records that it did not manage. */
export function reportsItemFailures(mapping: Resource): boolean {
  const types: string[] = mapping.properties.FunctionResponseTypes ?? [];
  const other = types.find((type) => type !== 'ReportBatchItemFailures');
  if (other) throw new Unsupported(mapping.logicalId, mapping.type, `FunctionResponseTypes ${other}`);
  return types.length > 0;
}

/**
 * The identifiers of a partial batch response; undefined means that all failed, as when the function threw or its
 * answer is not of the agreed form. An empty or absent list means that all succeeded.
 */
export function failedItems(result: InvocationResult): Set<string> | undefined {
  if (!result.ok) return undefined;
  const answer = JSON.parse(result.payload) as {
    batchItemFailures?: { itemIdentifier?: string }[] | null;
  } | null;
  const items = answer?.batchItemFailures ?? [];
  if (!Array.isArray(items) || items.some((item) => !item?.itemIdentifier)) return undefined;
  return new Set(items.map(({ itemIdentifier = '' }) => itemIdentifier));
}

function record(message: QueuedMessage, queueArn: string): object {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentMs),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    },
    messageAttributes: {},
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}
