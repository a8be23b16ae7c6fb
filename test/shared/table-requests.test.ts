import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../../src/shared/errors.ts';
import type { Table, Write } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';

// DynamoDB Local is always consistent, never in conflict and has no pages of 1 MB: what the real one is asked stands in
// the request itself.

interface Asked {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a request has the shape that its test looks at
  readonly input: any;
}

/** A table that answers one thing after the other, or throws it, and everything that it was asked. */
function tableThatAnswers(...answers: readonly object[]): { table: Table; asked: Asked[] } {
  const asked: Asked[] = [];
  const left = [...answers];
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: unknown }) {
      asked.push({ name: command.constructor.name, input: structuredClone(command.input) });
      const answer = left.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { table: dynamoTable(client as unknown as DynamoDBClient, 't', async () => {}), asked };
}

const key = (sk: string) => ({ pk: 'p', sk });
const items = (...names: readonly string[]) => names.map((sk) => marshall(key(sk)));
const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

describe('what is read is read as it is now', () => {
  test('one item', async () => {
    const { table, asked } = tableThatAnswers({ Item: items('a')[0] as object });
    expect(await table.get([key('a')])).toEqual([key('a')]);
    expect(asked).toMatchObject([
      { name: 'GetItemCommand', input: { TableName: 't', ConsistentRead: true } },
    ]);
  });

  test('many items, also those that were left out at first', async () => {
    const { table, asked } = tableThatAnswers(
      { Responses: { t: items('a') }, UnprocessedKeys: { t: { Keys: items('b') } } },
      { Responses: { t: items('b') } },
    );
    expect(await table.get([key('b'), key('a'), key('b')])).toEqual([key('b'), key('a'), key('b')]);
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
    expect(await table.query({ pk: 'p' })).toEqual([key('a'), key('b')]);
    expect(asked.map(({ input }) => input.ConsistentRead)).toEqual([true, true]);
    expect(asked[0]?.input).not.toHaveProperty('ExclusiveStartKey');
    expect(asked[0]?.input).not.toHaveProperty('Limit');
    expect(asked[1]?.input.ExclusiveStartKey).toEqual(items('a')[0]);
  });
});

describe('a range with a limit', () => {
  test('goes on behind a page that holds less, and asks for what is missing', async () => {
    const { table, asked } = tableThatAnswers(
      { Items: items('a', 'b'), LastEvaluatedKey: items('b')[0] },
      { Items: items('c'), LastEvaluatedKey: items('c')[0] },
    );
    expect(await table.query({ pk: 'p', limit: 3 })).toHaveLength(3);
    expect(asked.map(({ input }) => input.Limit)).toEqual([3, 1]);
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
    const { KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward } = asked[0]?.input ?? {};
    return [KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward];
  };

  test('a prefix, bounds, or all, oldest or newest first', async () => {
    const pk = { ':pk': { S: 'p' } };
    expect(await conditionOf({ pk: 'p' })).toEqual(['pk = :pk', pk, true]);
    expect(await conditionOf({ pk: 'p', prefix: 'x', newestFirst: true })).toEqual([
      'pk = :pk AND begins_with(sk, :from)',
      { ...pk, ':from': { S: 'x' } },
      false,
    ]);
    expect(await conditionOf({ pk: 'p', between: ['a', 'b'] })).toEqual([
      'pk = :pk AND sk BETWEEN :from AND :to',
      { ...pk, ':from': { S: 'a' }, ':to': { S: 'b' } },
      true,
    ]);
  });

  test('bounds the wrong way round are not asked for; bounds that are one are', async () => {
    const { table, asked } = tableThatAnswers({ Items: items('a') });
    expect(await table.query({ pk: 'p', between: ['b', 'a'] })).toEqual([]);
    expect(asked).toEqual([]);
    expect(await table.query({ pk: 'p', between: ['a', 'a'] })).toEqual([key('a')]);
  });
});

describe('timers', () => {
  test('are asked for by their shard, up to now, as many as wanted', async () => {
    const { table, asked } = tableThatAnswers({ Items: items('a') });
    expect(await table.due(3, 1000, 50)).toEqual([key('a')]);
    expect(asked[0]?.input).toMatchObject({
      ...{ TableName: 't', IndexName: 'due', Limit: 50 },
      KeyConditionExpression: 'dueShard = :shard AND dueAtMs <= :until',
      ExpressionAttributeValues: marshall({ ':shard': '3', ':until': 1000 }),
    });
  });
});

describe('a commit', () => {
  const put: Write = { put: { ...key('a'), n: 1 }, when: 'absent' };
  const transaction: Write[] = [put, { remove: key('b') }];
  const cancelled = (...codes: readonly string[]) =>
    failure('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

  test.each([
    ['ConditionalCheckFailedException', put],
    ['ConditionalCheckFailedException', { remove: key('a') }],
  ] as const)('of one write that lost (%s) says what stood in its way', async (name, write) => {
    const { table, asked } = tableThatAnswers(failure(name, { Item: items('old')[0] }));
    expect(await table.commit([write])).toEqual({ committed: false, lost: write, existing: key('old') });
    expect(asked[0]?.input.ReturnValuesOnConditionCheckFailure).toBe('ALL_OLD');
  });

  test('of many writes that lost names the one that did', async () => {
    const lost = failure('TransactionCanceledException', {
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: items('old')[0] }],
    });
    const { table } = tableThatAnswers(lost);
    const writes: Write[] = [{ remove: key('b') }, put];
    expect(await table.commit(writes)).toEqual({ committed: false, lost: put, existing: key('old') });
  });

  test.each([['TransactionConflict'], ['ThrottlingError']])(
    'whose transaction was cancelled for %s asks for patience',
    async (code) => {
      const { table } = tableThatAnswers(cancelled('None', code));
      await expect(table.commit(transaction)).rejects.toMatchObject({ error: 'table-busy', retry: true });
    },
  );

  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'TransactionConflictException',
    'TransactionInProgressException',
  ])('refused by %s asks for patience, of one write and of many', async (name) => {
    for (const writes of [[put], transaction]) {
      const { table } = tableThatAnswers(failure(name));
      await expect(table.commit(writes)).rejects.toMatchObject({ error: 'table-busy' });
    }
  });

  test('that fails for another reason fails by it', async () => {
    for (const writes of [[put], transaction]) {
      for (const error of [failure('AccessDeniedException'), cancelled('ItemCollectionSizeLimitExceeded')]) {
        const thrown = await tableThatAnswers(error)
          .table.commit(writes)
          .catch((caught: unknown) => caught);
        expect(thrown).toBe(error);
        expect(thrown).not.toBeInstanceOf(DomainError);
      }
    }
  });

  test('of nothing asks for nothing', async () => {
    const { table, asked } = tableThatAnswers();
    expect(await table.commit([])).toEqual({ committed: true });
    expect(asked).toEqual([]);
  });

  test('says under what condition each write may be done', async () => {
    const one = async (write: Write) => {
      const { table, asked } = tableThatAnswers({});
      await table.commit([write]);
      const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } =
        asked[0]?.input ?? {};
      return [ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues];
    };
    const absent = ['attribute_not_exists(pk)', undefined, undefined];
    expect(await one({ put: key('a'), when: 'always' })).toEqual([undefined, undefined, undefined]);
    expect(await one({ put: key('a'), when: 'absent' })).toEqual(absent);
    expect(await one({ put: key('a'), when: { version: undefined } })).toEqual(absent);
    expect(await one({ put: key('a'), when: { version: 4 } })).toEqual([
      '#version = :version',
      { '#version': 'version' },
      { ':version': { N: '4' } },
    ]);
    expect(await one({ put: { ...key('a'), atMs: 5 }, when: 'newest' })).toEqual([
      'attribute_not_exists(pk) OR atMs < :atMs',
      undefined,
      { ':atMs': { N: '5' } },
    ]);
  });

  test('counts versions, and puts a timer where the sweep looks for it', async () => {
    const { table, asked } = tableThatAnswers({}, {});
    await table.commit([{ put: { ...key('a'), dueAtMs: 7 }, when: { version: 4 } }]);
    await table.commit([{ put: key('a'), when: 'always' }]);
    expect(asked[0]?.input.Item).toMatchObject({ version: { N: '5' }, dueAtMs: { N: '7' } });
    expect(asked[0]?.input.Item.dueShard.S).toMatch(/^[0-3]$/);
    expect(asked[1]?.input.Item).toEqual(marshall(key('a')));
  });

  test('that only looks is a transaction, of one', async () => {
    const { table, asked } = tableThatAnswers({});
    await table.commit([{ check: key('a'), when: { version: 2 } }]);
    expect(asked[0]).toMatchObject({
      name: 'TransactWriteItemsCommand',
      input: { TransactItems: [{ ConditionCheck: { ConditionExpression: '#version = :version' } }] },
    });
  });
});
