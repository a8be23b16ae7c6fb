import { isDeepStrictEqual } from 'node:util';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DomainError } from './errors.ts';
import { givenNames, storedNames } from './stored-names.ts';
import {
  type CommitResult,
  type Item,
  type Key,
  type Query,
  stored,
  type Table,
  timerShard,
  type Write,
} from './table.ts';

type Attributes = NonNullable<ConstructorParameters<typeof PutItemCommand>[0]['Item']>;

/** Lets some time pass before something is asked for again, for the first, second … time: longer each time. */
export type Pause = (again: number) => Promise<void>;

/** The table on DynamoDB. Names of attributes and of the index are those of infra/storage.ts. */
export function dynamoTable(client: DynamoDBClient, tableName: string, pause: Pause): Table {
  return {
    async get(keys) {
      const [first] = keys;
      if (first !== undefined && keys.length === 1) {
        const { Item } = await client.send(
          new GetItemCommand({ TableName: tableName, Key: plainKey(first), ConsistentRead: true }),
        );
        return [read(Item)];
      }
      return getMany(client, tableName, keys, pause);
    },
    query: (query) => queryAll(client, tableName, query),
    async due(shard, untilMs, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :shard AND dueAtMs <= :until',
          ExpressionAttributeValues: marshall({ ':shard': String(shard), ':until': untilMs }),
          Limit: limit,
        }),
      );
      return Items.map((attributes) => {
        const { pk, sk } = unmarshall(attributes) as Key;
        return { pk, sk };
      });
    },
    async commit(writes) {
      const [only] = writes;
      if (only === undefined) return { committed: true };
      return writes.length === 1 && !('check' in only)
        ? commitOne(client, tableName, only)
        : commitAll(client, tableName, writes);
    },
  };
}

const mostAsked = 8;

/**
 * Many items at once. What the table leaves out because it is busy it names, and that is asked for again, after a pause:
 * the SDK repeats only what was refused whole. Throws DomainError `table-busy` when that does not end.
 */
async function getMany(client: DynamoDBClient, tableName: string, keys: readonly Key[], pause: Pause) {
  const found = new Map<string, Item>();
  // The same key twice is refused by DynamoDB; asked for twice here, it is answered twice.
  let missing = [...new Map(keys.map((key) => [keyText(key), plainKey(key)])).values()];
  for (let asked = 0; missing.length > 0; asked += 1) {
    if (asked === mostAsked)
      throw new DomainError(
        'table-busy',
        `The table asks for patience: ${missing.length} items are left out`,
      );
    if (asked > 0) await pause(asked);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: missing, ConsistentRead: true } } }),
    );
    for (const attributes of Responses?.[tableName] ?? []) {
      const item = read(attributes) as Item;
      found.set(keyText(item), item);
    }
    missing = (UnprocessedKeys?.[tableName]?.Keys ?? []) as typeof missing;
  }
  return keys.map((key) => found.get(keyText(key)));
}

async function queryAll(client: DynamoDBClient, tableName: string, query: Query): Promise<Item[]> {
  const [from, to] = query.between ?? [query.prefix, undefined];
  // DynamoDB throws for bounds the wrong way round, which a cursor made by hand may ask for: nothing lies between them.
  if (from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0)
    return [];
  const range =
    to !== undefined
      ? ' AND sk BETWEEN :from AND :to'
      : from !== undefined
        ? ' AND begins_with(sk, :from)'
        : '';
  const items: Item[] = [];
  let start: Attributes | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: `pk = :pk${range}`,
        ExpressionAttributeValues: marshall(
          { ':pk': query.pk, ':from': from, ':to': to },
          { removeUndefinedValues: true },
        ),
        ScanIndexForward: query.newestFirst !== true,
        ...(query.limit === undefined ? {} : { Limit: query.limit - items.length }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const attributes of page.Items ?? []) items.push(read(attributes) as Item);
    start = page.LastEvaluatedKey;
  } while (start !== undefined && (query.limit === undefined || items.length < query.limit));
  return items;
}

async function commitOne(
  client: DynamoDBClient,
  tableName: string,
  write: Exclude<Write, { check: Key }>,
): Promise<CommitResult> {
  const request = { TableName: tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  try {
    if ('remove' in write)
      await client.send(new DeleteItemCommand({ ...request, Key: plainKey(write.remove) }));
    else await client.send(new PutItemCommand({ ...request, ...putRequest(write) }));
    return { committed: true };
  } catch (error) {
    const failure = error as Refused;
    if (failure.name === 'ConditionalCheckFailedException') {
      if ('put' in write && stoodInOwnWay(write, failure)) return { committed: true };
      return { committed: false, lost: write, existing: read(failure.Item) };
    }
    throw busyOr(error, busyNames.has(String(failure.name)));
  }
}

interface Refused {
  readonly name?: string;
  readonly Item?: Attributes;
  /** The SDK's own count of how often it has asked. */
  readonly $metadata?: { readonly attempts?: number };
}

/**
 * Whether a write was refused because of itself: it was done, its answer was lost, and the SDK has asked again. Then
 * what stands there is what we meant to write, to the letter. A transaction needs none of this: the SDK gives it a token
 * that is the same each time it asks, by which DynamoDB knows it for ten minutes.
 */
function stoodInOwnWay(write: Put, { $metadata, Item }: Refused): boolean {
  // Asked only once, whatever stands there is somebody else's.
  if (($metadata?.attempts ?? 1) < 2) return false;
  return isDeepStrictEqual(read(Item), read(putRequest(write).Item));
}

async function commitAll(
  client: DynamoDBClient,
  tableName: string,
  writes: readonly Write[],
): Promise<CommitResult> {
  const items = writes.map((write): TransactWriteItem => {
    if ('remove' in write) return { Delete: { TableName: tableName, Key: plainKey(write.remove) } };
    if ('check' in write) {
      const { version } = write.when;
      return { ConditionCheck: { TableName: tableName, Key: plainKey(write.check), ...atVersion(version) } };
    }
    return {
      Put: { TableName: tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...putRequest(write) },
    };
  });
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return { committed: true };
  } catch (error) {
    const reasons =
      (error as { CancellationReasons?: { Code?: string; Item?: Attributes }[] }).CancellationReasons ?? [];
    const lost = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed');
    const write = writes[lost];
    if (write !== undefined) return { committed: false, lost: write, existing: read(reasons[lost]?.Item) };
    const busy = reasons.some(
      (reason) => reason.Code === 'TransactionConflict' || reason.Code === 'ThrottlingError',
    );
    throw busyOr(error, busy || busyNames.has(String((error as Error).name)));
  }
}

const busyNames = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

function busyOr(error: unknown, busy: boolean): unknown {
  return busy
    ? new DomainError('table-busy', `The table asks for patience: ${(error as Error).name}`)
    : error;
}

type Put = Extract<Write, { put: Item }>;

function putRequest(write: Put) {
  const item = stored(write);
  const timer = item.dueAtMs === undefined ? {} : { dueShard: String(timerShard(item)) };
  return {
    Item: marshall(storedNames({ ...item, ...timer }), { removeUndefinedValues: true }) as Attributes,
    ...condition(write),
  };
}

function condition({ put, when }: Put) {
  if (when === 'always') return {};
  if (when === 'absent') return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (when === 'newest') {
    return {
      ConditionExpression: 'attribute_not_exists(pk) OR atMs < :atMs',
      ExpressionAttributeValues: marshall({ ':atMs': put['atMs'] }),
    };
  }
  return atVersion(when.version);
}

function atVersion(version: number | 'none' | undefined) {
  if (version === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (version === 'none')
    return {
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#version)',
      ExpressionAttributeNames: { '#version': 'version' },
    };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: marshall({ ':version': version }),
  };
}

function read(attributes: Attributes | undefined): Item | undefined {
  if (attributes === undefined) return undefined;
  const { dueShard: _, ...item } = itemIn(attributes);
  return item;
}

/** An item as DynamoDB gives it, in an answer or in the table's stream. */
export function itemIn(attributes: Attributes): Item {
  return givenNames(unmarshall(attributes) as Item);
}

function plainKey({ pk, sk }: Key) {
  return { pk: { S: pk }, sk: { S: sk } };
}

function keyText({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}
