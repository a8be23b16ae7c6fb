import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../local/lambda/dynamodb.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import { createTable, localClient, noPause } from '../support/dynamo-table.ts';
import { tableContract } from '../support/table-contract.ts';

let dynamo: DynamoDb;
let client: DynamoDBClient;

beforeAll(async () => {
  dynamo = await startDynamoDb(undefined, () => {});
  client = localClient(dynamo);
  await createTable(client, 'contract');
});

afterAll(async () => {
  client?.destroy();
  await dynamo?.stop();
});

describe('the table on DynamoDB', () => {
  test.each(Object.entries(tableContract))('%s', async (_, holds) => {
    await holds(dynamoTable(client, 'contract', noPause));
  });
});
