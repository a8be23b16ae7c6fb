import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../local/lambda/dynamodb.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import { booksOf, close, estateId } from '../books/ledger-builder.ts';
import { longMonth } from '../cli/closed-month.ts';
import { createTable, localClient, noPause } from '../support/dynamo-table.ts';

// Transactions as large as DynamoDB takes them, ranges and pages: the books there are those in memory.

let dynamo: DynamoDb;
let client: DynamoDBClient;

beforeAll(async () => {
  dynamo = await startDynamoDb(undefined, () => {});
  client = localClient(dynamo);
  await createTable(client, 'books');
});

afterAll(async () => {
  client?.destroy();
  await dynamo?.stop();
});

test('a month closed on DynamoDB has the same books and files as one in memory', async () => {
  const world = await longMonth();
  const table = dynamoTable(client, 'books', noPause);
  const items = [...world.table.all()];
  for (let from = 0; from < items.length; from += 50)
    await Promise.all(items.slice(from, from + 50).map((put) => table.commit([{ put, when: 'always' }])));
  const { clock } = world.backend;
  await close(world, '2026-10', undefined, {
    ...world.backend,
    table,
    registry: registryStore(table, clock, 0),
  });
  await close(world, '2026-10');

  const expected = booksOf(world.table);
  expect(expected.length).toBeGreaterThan(960 * 2);
  for (let from = 0; from < expected.length; from += 100) {
    const part = expected.slice(from, from + 100);
    const found = await table.get(part.map(({ pk, sk }) => ({ pk, sk })));
    expect(found.map((item) => item && { ...item, raw: undefined })).toEqual(part);
  }
  for (const kind of ['statements', 'ledger', 'revenue', 'split'] as const) {
    let cursor: string | undefined;
    do {
      const page = await exportPage(table, estateId, '2026-10', kind, cursor);
      expect(page).toEqual(await exportPage(world.table, estateId, '2026-10', kind, cursor));
      ({ cursor } = page);
    } while (cursor !== undefined);
  }
});
