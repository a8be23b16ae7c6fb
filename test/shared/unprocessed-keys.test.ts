import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';

interface Asked {
  readonly RequestItems: {
    readonly t: { readonly Keys: readonly { readonly pk: { readonly S: string } }[] };
  };
}

/** A table so busy that it answers only so many keys of each request, and names the others. */
async function busyTable(answersAtOnce: (request: number) => number) {
  const asked: string[][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { Keys } = (JSON.parse(Buffer.concat(chunks).toString()) as Asked).RequestItems.t;
    asked.push(Keys.map(({ pk }) => pk.S));
    const count = answersAtOnce(asked.length);
    const left = Keys.slice(count);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify({
        Responses: { t: Keys.slice(0, count) },
        UnprocessedKeys: left.length === 0 ? {} : { t: { Keys: left } },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const pauses: number[] = [];
  const table = dynamoTable(client, 't', async (again) => {
    // What was asked so far when the pause began: nothing is asked before it is over.
    pauses.push(again, asked.length);
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { table, asked, pauses };
}

const keys = ['a', 'b', 'c'].map((pk) => ({ pk, sk: '-' }));

test('keys that a busy table leaves out are asked for again, each time after a longer pause', async () => {
  const { table, asked, pauses } = await busyTable((request) => (request === 2 ? 0 : 1));
  expect(await table.get(keys)).toEqual(keys);
  expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b', 'c'], ['c']]);
  expect(pauses).toEqual([1, 1, 2, 2, 3, 3]);
});

test('a table that goes on leaving keys out is busy: it is asked eight times', async () => {
  const { table, asked } = await busyTable(() => 0);
  await expect(table.get(keys)).rejects.toMatchObject({ error: 'table-busy', retry: true });
  expect(asked).toHaveLength(8);
});
