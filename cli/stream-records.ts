import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { DeadLetter } from '../src/intake/dead-letter.ts';
import { RedriveRefused } from './refusal.ts';

type Positions = NonNullable<DeadLetter['records']>;

/** A page may be empty although more comes behind it; so many in a row mean that nothing does. */
const mostEmptyPages = 20;

/**
 * What stands at the positions that a letter names, as Lambda hands it over. Throws RedriveRefused, `records-gone`,
 * when the stream has forgotten any of it: it keeps its records for 24 hours.
 */
export async function readRecords(streams: DynamoDBStreamsClient, at: Positions): Promise<object[]> {
  const found: object[] = [];
  let iterator = await iteratorAt(streams, at);
  for (let empty = 0; iterator !== undefined && empty < mostEmptyPages; ) {
    const page: GetRecordsCommandOutput = await streams.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: 100 }),
    );
    const records = page.Records ?? [];
    empty = records.length === 0 ? empty + 1 : 0;
    const wanted = records.filter((record) => sequenceOf(record) <= BigInt(at.last));
    found.push(...wanted.map((record) => asHandedOver(record, at.streamArn)));
    iterator = wanted.length < records.length ? undefined : page.NextShardIterator;
    if (records.some((record) => sequenceOf(record) === BigInt(at.last))) return found;
  }
  throw gone();
}

async function iteratorAt(
  streams: DynamoDBStreamsClient,
  { streamArn, shardId, first }: Positions,
): Promise<string | undefined> {
  try {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: first,
      }),
    );
    return ShardIterator;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'TrimmedDataAccessException' || name === 'ResourceNotFoundException') throw gone();
    throw error;
  }
}

const gone = () =>
  new RedriveRefused(
    'records-gone',
    'The stream keeps its records for 24 hours, and these are older: docs/operations.md, “Rebuild finds differences”',
  );

const sequenceOf = ({ dynamodb }: StreamRecord): bigint => BigInt(dynamodb?.SequenceNumber ?? '0');

/** The SDK makes dates and bytes of what Lambda hands over as seconds and base64. */
function asHandedOver(record: StreamRecord, eventSourceARN: string): object {
  const { ApproximateCreationDateTime: at, ...dynamodb } = record.dynamodb ?? {};
  const seconds = at === undefined ? {} : { ApproximateCreationDateTime: Math.floor(at.getTime() / 1000) };
  const event = { ...record, eventSourceARN, dynamodb: { ...dynamodb, ...seconds } };
  return JSON.parse(
    JSON.stringify(event, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}
