import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '../../local/lambda/dynamodb.ts';
import type { Pause } from '../../src/shared/table-dynamodb.ts';

/** DynamoDB Local leaves nothing out: nobody has to wait before asking again. */
export const noPause: Pause = async () => {};

/** A client of a DynamoDB Local that runs on this machine. */
export function localClient(dynamo: DynamoDb): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://127.0.0.1:${dynamo.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** An empty table of the form that infra/storage.ts gives the one of the cloud. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const attribute = (AttributeName: string, AttributeType: 'S' | 'N') => ({ AttributeName, AttributeType });
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const due = { IndexName: 'due', KeySchema: key('dueShard', 'dueAtMs') };
  const command = new CreateTableCommand({
    ...{ TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: key('pk', 'sk') },
    AttributeDefinitions: [
      ...['pk', 'sk', 'dueShard'].map((it) => attribute(it, 'S')),
      attribute('dueAtMs', 'N'),
    ],
    GlobalSecondaryIndexes: [{ ...due, Projection: { ProjectionType: 'KEYS_ONLY' } }],
  });
  await client.send(command);
}
