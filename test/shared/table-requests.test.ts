import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { type Table, timerShard, type Write } from '../../src/shared/table.ts';
import { dynamoTable, itemIn } from '../../src/shared/table-dynamodb.ts';

// DynamoDB Local is always consistent, never in conflict and has no pages of 1 MB: what the real one is asked stands in
// the request itself.

interface Asked {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a request has the shape that its test looks at
  readonly input: any;
}

/** A table that answers one thing after the other, and everything that it was asked. */
function tableThatAnswers(...answers: readonly object[]): { table: Table; asked: Asked[] } {
  const asked: Asked[] = [];
  const left = [...answers];
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: unknown }) {
      asked.push({ name: command.constructor.name, input: structuredClone(command.input) });
      const answer = left.shift() ?? {};
      return answer;
    },
  };
  return { table: dynamoTable(client as unknown as DynamoDBClient, 't', async () => {}), asked };
}

const key = (sk: string) => ({ pk: 'p', sk });
const items = (...names: readonly string[]) => names.map((sk) => marshall(key(sk)));

describe('what is read is read as it is now', () => {
  test('one item', async () => {
    const { table, asked } = tableThatAnswers({ Item: items('a')[0] as object });
    expect(await table.get([key('a')])).toStrictEqual([key('a')]);
    expect(asked).toStrictEqual([
      { name: 'GetItemCommand', input: { TableName: 't', Key: marshall(key('a')), ConsistentRead: true } },
    ]);
  });

  test('nothing, without asking', async () => {
    const { table, asked } = tableThatAnswers();
    expect(await table.get([])).toStrictEqual([]);
    expect(asked).toStrictEqual([]);
  });

  test('what is not there, alone or beside another', async () => {
    const { table } = tableThatAnswers({}, { Responses: { t: items('a') } }, {});
    expect(await table.get([key('b')])).toStrictEqual([undefined]);
    expect(await table.get([key('b'), key('a')])).toStrictEqual([undefined, key('a')]);
    expect(await table.query({ pk: 'p' })).toStrictEqual([]);
  });

  test('with the names it was given, however odd, and without what the table keeps for itself', async () => {
    const item = {
      ...key('a'),
      held: { constructor: 1, '': 2, '~x': 3 },
      list: [{ toString: 4 }],
      dueAtMs: 7,
    };
    const { table, asked } = tableThatAnswers();
    await table.commit([{ put: item, when: 'always' }]);
    const { Item } = asked[0]?.input ?? {};
    expect(Item).toStrictEqual({
      ...marshall({ ...key('a'), dueAtMs: 7, dueShard: String(timerShard(item)) }),
      held: { M: marshall({ '~constructor': 1, '~': 2, '~~x': 3 }) },
      list: { L: [{ M: marshall({ '~toString': 4 }) }] },
    });
    const back = tableThatAnswers({ Item }, { Items: [Item] }, { Responses: { t: [Item] } }).table;
    expect(await back.get([key('a')])).toStrictEqual([item]);
    expect(await back.query({ pk: 'p' })).toStrictEqual([item]);
    expect(await back.get([key('a'), key('b')])).toStrictEqual([item, undefined]);
    expect(itemIn(Item)).toStrictEqual({ ...item, dueShard: String(timerShard(item)) });
  });

  test('many items, also those that were left out at first', async () => {
    const { table, asked } = tableThatAnswers(
      { Responses: { t: items('a') }, UnprocessedKeys: { t: { Keys: items('b') } } },
      { Responses: { t: items('b') } },
    );
    expect(await table.get([key('b'), key('a'), key('b')])).toStrictEqual([key('b'), key('a'), key('b')]);
    expect(asked.map(({ input }) => input.RequestItems.t)).toMatchObject([
      { Keys: items('b', 'a'), ConsistentRead: true },
      { Keys: items('b'), ConsistentRead: true },
    ]);
  });

  test('a range, each of its pages', async () => {
    const { table, asked } = tableThatAnswers(
      { Items: items('a'), LastEvaluatedKey: items('a')[0] },
      { Items: items('b') },
    );
    expect(await table.query({ pk: 'p' })).toStrictEqual([key('a'), key('b')]);
    expect(asked.map(({ input }) => input.ConsistentRead)).toStrictEqual([true, true]);
    expect(asked[0]?.input).not.toHaveProperty('ExclusiveStartKey');
    expect(asked[0]?.input).not.toHaveProperty('Limit');
    expect(asked[1]?.input.ExclusiveStartKey).toStrictEqual(items('a')[0]);
  });
});

describe('a range with a limit', () => {
  test('goes on behind a page that holds less, and asks for what is missing', async () => {
    const { table, asked } = tableThatAnswers(
      { Items: items('a', 'b'), LastEvaluatedKey: items('b')[0] },
      { Items: items('c'), LastEvaluatedKey: items('c')[0] },
    );
    expect(await table.query({ pk: 'p', limit: 3 })).toHaveLength(3);
    expect(asked.map(({ input }) => input.Limit)).toStrictEqual([3, 1]);
  });

  test('ends where the limit is reached, though there is more', async () => {
    const { table, asked } = tableThatAnswers({ Items: items('a'), LastEvaluatedKey: items('a')[0] });
    expect(await table.query({ pk: 'p', limit: 1 })).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});

describe('a range says what it is of', () => {
  const conditionOf = async (query: Parameters<Table['query']>[0]) => {
    const { table, asked } = tableThatAnswers({ Items: [] });
    await table.query(query);
    const { TableName, KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward } =
      asked[0]?.input ?? {};
    expect(TableName).toBe('t');
    return [KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward];
  };

  test('a prefix, bounds, or all, oldest or newest first', async () => {
    const pk = { ':pk': { S: 'p' } };
    expect(await conditionOf({ pk: 'p' })).toStrictEqual(['pk = :pk', pk, true]);
    expect(await conditionOf({ pk: 'p', prefix: 'x', newestFirst: true })).toStrictEqual([
      'pk = :pk AND begins_with(sk, :from)',
      { ...pk, ':from': { S: 'x' } },
      false,
    ]);
    expect(await conditionOf({ pk: 'p', between: ['a', 'b'] })).toStrictEqual([
      'pk = :pk AND sk BETWEEN :from AND :to',
      { ...pk, ':from': { S: 'a' }, ':to': { S: 'b' } },
      true,
    ]);
  });

  test('bounds the wrong way round are not asked for; bounds that are one are', async () => {
    const { table, asked } = tableThatAnswers({ Items: items('a') });
    expect(await table.query({ pk: 'p', between: ['b', 'a'] })).toStrictEqual([]);
    expect(asked).toStrictEqual([]);
    expect(await table.query({ pk: 'p', between: ['a', 'a'] })).toStrictEqual([key('a')]);
  });
});

describe('timers', () => {
  test('are asked for by their shard, up to now, as many as wanted', async () => {
    const inIndex = { ...key('a'), dueShard: '3', dueAtMs: 900 };
    const { table, asked } = tableThatAnswers({ Items: [marshall(inIndex)] }, {});
    expect(await table.due(3, 1000, 50)).toStrictEqual([key('a')]);
    expect(await table.due(3, 1000, 50)).toStrictEqual([]);
    expect(asked[0]?.input).toStrictEqual({
      ...{ TableName: 't', IndexName: 'due', Limit: 50 },
      KeyConditionExpression: 'dueShard = :shard AND dueAtMs <= :until',
      ExpressionAttributeValues: marshall({ ':shard': '3', ':until': 1000 }),
    });
  });
});

describe('a commit', () => {
  test('of nothing asks for nothing', async () => {
    const { table, asked } = tableThatAnswers();
    expect(await table.commit([])).toStrictEqual({ committed: true });
    expect(asked).toStrictEqual([]);
  });

  const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const versionNames = { ExpressionAttributeNames: { '#version': 'version' } };
  const atVersion = {
    ...{ ConditionExpression: '#version = :version', ...versionNames },
    ExpressionAttributeValues: { ':version': { N: '4' } },
  };
  const conditions: [string, Write, object, object][] = [
    ['whatever is there', { put: key('a'), when: 'always' }, {}, {}],
    ['where nothing is', { put: key('a'), when: 'absent' }, {}, absent],
    ['where nothing was', { put: key('a'), when: { version: undefined } }, { version: 1 }, absent],
    ['over the version that was read', { put: key('a'), when: { version: 4 } }, { version: 5 }, atVersion],
    [
      'over what had never been counted',
      { put: key('a'), when: { version: 'none' } },
      { version: 1 },
      {
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#version)',
        ...versionNames,
      },
    ],
    [
      'over what is older',
      { put: { ...key('a'), atMs: 5 }, when: 'newest' },
      { atMs: 5 },
      {
        ConditionExpression: 'attribute_not_exists(pk) OR atMs < :atMs',
        ExpressionAttributeValues: { ':atMs': { N: '5' } },
      },
    ],
  ];

  test.each(conditions)('writes %s, alone or with others', async (_, write, more, condition) => {
    const { table, asked } = tableThatAnswers();
    expect(await table.commit([write])).toStrictEqual({ committed: true });
    expect(await table.commit([write, { remove: key('b') }])).toStrictEqual({ committed: true });
    const put = {
      ...{ TableName: 't', ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...condition },
      Item: marshall({ ...key('a'), ...more }),
    };
    expect(asked).toStrictEqual([
      { name: 'PutItemCommand', input: put },
      {
        name: 'TransactWriteItemsCommand',
        input: { TransactItems: [{ Put: put }, { Delete: { TableName: 't', Key: marshall(key('b')) } }] },
      },
    ]);
  });

  test('takes one thing away', async () => {
    const { table, asked } = tableThatAnswers();
    expect(await table.commit([{ remove: key('a') }])).toStrictEqual({ committed: true });
    expect(asked).toMatchObject([
      { name: 'DeleteItemCommand', input: { TableName: 't', Key: marshall(key('a')) } },
    ]);
  });

  test('leaves out what is undefined', async () => {
    const { table, asked } = tableThatAnswers();
    await table.commit([{ put: { ...key('a'), no: undefined, in: { no: undefined } }, when: 'always' }]);
    expect(asked[0]?.input.Item).toStrictEqual(marshall({ ...key('a'), in: {} }));
  });

  test.each([
    [4, atVersion],
    [undefined, absent],
  ])('that only looks, at version %s, is a transaction of one', async (version, condition) => {
    const { table, asked } = tableThatAnswers();
    expect(await table.commit([{ check: key('a'), when: { version } }])).toStrictEqual({ committed: true });
    expect(asked).toStrictEqual([
      {
        name: 'TransactWriteItemsCommand',
        input: {
          TransactItems: [{ ConditionCheck: { TableName: 't', Key: marshall(key('a')), ...condition } }],
        },
      },
    ]);
  });
});
