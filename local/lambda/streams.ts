import { LazyState, StateFile } from '../machine/state-file.ts';
import { REGION } from '../template/arn.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { SourceWorld } from './queue-source.ts';
import type { StreamRecord } from './stream-filter.ts';
import type { StreamSource } from './stream-source.ts';

/** Where a reader is: DynamoDB Local has one open shard at a time. */
interface Position {
  shardId: string;
  iterator: string;
}

/** TTL deletes items without a call through the gateway; everything else wakes the reader at once. */
const LOOK_AGAIN_AFTER_MS = 1000;

/**
 * Reads one table's stream and hands each record to every function that listens, each at its own pace. While a
 * written record may still be unread, the reader counts as active.
 */
export class StreamReader {
  readonly #dynamo: DynamoDb;
  readonly #streamArn: string;
  readonly #eventSourceArn: string;
  readonly #sources: readonly StreamSource[];
  readonly #world: SourceWorld;
  readonly #state: LazyState<Record<string, string>>;
  readonly #stored: Record<string, string>;
  #position: Position | undefined;
  #reading: Promise<void> | undefined;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(
    dynamo: DynamoDb,
    stream: { readonly localArn: string; readonly eventSourceArn: string; readonly tableName: string },
    sources: readonly StreamSource[],
    world: SourceWorld & { readonly stateDir: string | undefined },
  ) {
    this.#dynamo = dynamo;
    this.#streamArn = stream.localArn;
    this.#eventSourceArn = stream.eventSourceArn;
    this.#sources = sources;
    this.#world = world;
    const file = new StateFile<Record<string, string>>(world.stateDir, `stream-${stream.tableName}.json`);
    this.#stored = file.read() ?? {};
    this.#state = new LazyState(file, () =>
      Object.fromEntries(
        sources.map(({ id, checkpoint }) => [id, checkpoint ?? '']).filter(([, at]) => at !== ''),
      ),
    );
  }

  /** Goes on where the slowest listener stopped; a first start begins with the oldest record there is. */
  async start(): Promise<void> {
    const current = this.#stored.stream === undefined || this.#stored.stream === this.#streamArn;
    for (const source of this.#sources) {
      source.checkpoint = current ? this.#stored[source.id] : undefined;
      source.onProgress = () => this.#state.changed();
    }
    this.wake();
    this.#timer = setInterval(() => this.wake(), LOOK_AGAIN_AFTER_MS).unref();
  }

  /** There may be news. */
  wake(): void {
    this.#wanted = true;
    if (this.#reading !== undefined || this.#stopping) return;
    this.#reading = this.#world.activity.during(this.#read()).finally(() => {
      this.#reading = undefined;
      if (this.#wanted && !this.#stopping) this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    for (const source of this.#sources) source.stop();
    await this.#reading;
    this.#state.flush();
  }

  async #read(): Promise<void> {
    try {
      while (this.#wanted && !this.#stopping) {
        this.#wanted = false;
        while (await this.#readOnce());
      }
    } catch (error) {
      // A dropped iterator is found anew at the next wake, from the checkpoints.
      this.#position = undefined;
      if (!this.#stopping) this.#world.log(`Reading the stream failed: ${error}`);
    }
  }

  /** One GetRecords; true when there may be more behind it. */
  async #readOnce(): Promise<boolean> {
    this.#position ??= await this.#find();
    if (this.#position === undefined) return false;
    const { Records, NextShardIterator } = await this.#dynamo.call('GetRecords', {
      ShardIterator: this.#position.iterator,
      Limit: 1000,
    });
    const records = (Records as StreamRecord[]).map((record) => this.#asInAws(record));
    for (const source of this.#sources) source.take(records, this.#position.shardId);
    if (NextShardIterator) this.#position.iterator = NextShardIterator;
    else this.#position = await this.#shardAfter(this.#position.shardId);
    return records.length > 0 || !NextShardIterator;
  }

  /** DynamoDB Local stamps records with its own region and the real minute. */
  #asInAws(record: StreamRecord): StreamRecord {
    const ApproximateCreationDateTime = Math.floor(this.#world.clock.now() / 1000);
    const dynamodb = { ...record.dynamodb, ApproximateCreationDateTime };
    return { ...record, awsRegion: REGION, eventSourceARN: this.#eventSourceArn, dynamodb };
  }

  async #shards(): Promise<Shard[]> {
    const { StreamDescription } = await this.#dynamo.call('DescribeStream', { StreamArn: this.#streamArn });
    return StreamDescription.Shards;
  }

  async #find(): Promise<Position | undefined> {
    const oldest = this.#sources.map(({ checkpoint }) => checkpoint ?? '').sort()[0] ?? '';
    const shards = await this.#shards();
    const holds = ({ SequenceNumberRange: range }: Shard) =>
      range.EndingSequenceNumber === undefined || range.EndingSequenceNumber > oldest;
    const shard = shards.find(holds);
    if (shard === undefined) return undefined;
    const inside = oldest !== '' && shard.SequenceNumberRange.StartingSequenceNumber <= oldest;
    return this.#open(shard.ShardId, inside ? oldest : undefined);
  }

  async #shardAfter(shardId: string): Promise<Position | undefined> {
    const shards = await this.#shards();
    const next = shards[shards.findIndex(({ ShardId }) => ShardId === shardId) + 1];
    return next === undefined ? undefined : this.#open(next.ShardId, undefined);
  }

  async #open(ShardId: string, after: string | undefined): Promise<Position> {
    const place = after === undefined ? {} : { SequenceNumber: after };
    const ShardIteratorType = after === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER';
    const input = { StreamArn: this.#streamArn, ShardId, ShardIteratorType, ...place };
    const { ShardIterator } = await this.#dynamo.call('GetShardIterator', input);
    return { shardId: ShardId, iterator: ShardIterator };
  }
}

/** DynamoDB Local pads sequence numbers with zeros, so that they compare as text. */
interface Shard {
  readonly ShardId: string;
  readonly SequenceNumberRange: {
    readonly StartingSequenceNumber: string;
    readonly EndingSequenceNumber?: string;
  };
}
