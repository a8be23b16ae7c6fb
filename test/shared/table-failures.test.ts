import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DomainError } from '../../src/shared/errors.ts';
import type { Write } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';

// How a failure is read, as the SDK throws it: it makes of an answer what is thrown, and asks again by itself.

type Answer = 'lost' | { readonly status?: number; readonly [member: string]: unknown };

/** A table that gives these answers, word for word as DynamoDB does; `lost`: it does not answer, and is asked again. */
async function tableThatAnswers(...answers: Answer[]) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    asked.push(String(request.headers['x-amz-target']).split('.')[1] ?? '');
    const answer = answers.shift() ?? {};
    if (answer === 'lost') {
      request.socket.destroy();
      return;
    }
    const { status = 400, ...body } = answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { table: dynamoTable(client, 't', async () => {}), asked };
}

const failure = (name: string, more: object = {}): Answer => ({
  ...{ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more },
});
const refused = (standing?: object) =>
  failure('ConditionalCheckFailedException', standing === undefined ? {} : { Item: marshall(standing) });
const cancelled = (...reasons: readonly object[]) =>
  failure('TransactionCanceledException', { CancellationReasons: reasons });
const none = { Code: 'None' };

const key = (sk: string) => ({ pk: 'p', sk });
const put: Write = { put: { ...key('a'), n: 1, dueAtMs: 5 }, when: { version: 2 } };
const remove: Write = { remove: key('b') };
/** As the table has it once `put` was done. */
const done = { ...key('a'), n: 1, dueAtMs: 5, version: 3, dueShard: '0' };

describe('a write that lost', () => {
  test('says what stands in its way, or that nothing does', async () => {
    const { table } = await tableThatAnswers(refused({ ...key('a'), dueShard: '1' }), refused());
    expect(await table.commit([put])).toEqual({ committed: false, lost: put, existing: key('a') });
    expect(await table.commit([put])).toEqual({ committed: false, lost: put, existing: undefined });
  });

  test('among others is the first that lost, with what stands in its way', async () => {
    const lost = { Code: 'ConditionalCheckFailed', Item: marshall({ ...key('a'), n: 2 }) };
    const { table } = await tableThatAnswers(
      cancelled(none, lost, { Code: 'ConditionalCheckFailed' }),
      cancelled(lost, none, { Code: 'TransactionConflict' }),
      cancelled(none, none, { Code: 'ConditionalCheckFailed' }),
    );
    const check: Write = { check: key('c'), when: { version: 1 } };
    const existing = { ...key('a'), n: 2 };
    expect(await table.commit([remove, put, check])).toEqual({ committed: false, lost: put, existing });
    expect(await table.commit([put, remove, check])).toEqual({ committed: false, lost: put, existing });
    expect(await table.commit([put, remove, check])).toEqual({
      committed: false,
      lost: check,
      existing: undefined,
    });
  });
});

describe('a write that was asked for twice, because its answer was lost', () => {
  test('is done where what stands in its way is itself, and not where anything differs', async () => {
    const { table, asked } = await tableThatAnswers(
      'lost',
      refused(done),
      'lost',
      refused({ ...done, n: 2 }),
    );
    expect(await table.commit([put])).toEqual({ committed: true });
    const { dueShard: _, ...existing } = { ...done, n: 2 };
    expect(await table.commit([put])).toEqual({ committed: false, lost: put, existing });
    expect(asked).toEqual(Array(4).fill('PutItem'));
  });

  test('is lost where nothing stands in its way: it was never done', async () => {
    const { table } = await tableThatAnswers('lost', refused());
    expect(await table.commit([put])).toEqual({ committed: false, lost: put, existing: undefined });
  });

  test('and asked for only once, is lost to whoever wrote the same', async () => {
    const { table } = await tableThatAnswers(refused(done));
    expect(await table.commit([put])).toMatchObject({ committed: false, lost: put });
  });
});

describe('a table that is busy', () => {
  test.each(['TransactionConflict', 'ThrottlingError'])(
    'by one of the reasons of a transaction (%s) asks for patience',
    async (Code) => {
      const { table } = await tableThatAnswers(cancelled(none, { Code }));
      await expect(table.commit([put, remove])).rejects.toMatchObject({ error: 'table-busy', retry: true });
    },
  );

  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'TransactionConflictException',
    'TransactionInProgressException',
  ])('by name (%s) asks for patience, of one write and of many', async (name) => {
    for (const writes of [[put], [remove], [put, remove]]) {
      const { table } = await tableThatAnswers(failure(name), failure(name));
      await expect(table.commit(writes)).rejects.toMatchObject({ error: 'table-busy' });
    }
  });
});

test.each([
  ['AccessDeniedException', failure('AccessDeniedException')],
  ['TransactionCanceledException', cancelled({ Code: 'ItemCollectionSizeLimitExceeded' }, none)],
])('a write that fails for another reason fails by it: %s', async (name, answer) => {
  for (const writes of [[put], [put, remove]]) {
    const { table } = await tableThatAnswers(answer);
    const thrown = await table.commit(writes).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ name });
    expect(thrown).not.toBeInstanceOf(DomainError);
  }
});
