import { createServer, type Server } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDb, startDynamoDb } from '../../local/lambda/dynamodb.ts';
import type { Table } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import { createTable, noPause } from './dynamo-table.ts';

/** What a function's handler answers behind API Gateway. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type ApiHandler = (event: object, context: object) => Promise<Answer>;

/** DynamoDB Local with one empty table, and the secret: all that a function of the HTTP API needs to be imported. */
export interface ApiGround {
  readonly table: Table;
  /** Everything that is stored. */
  all(): Promise<unknown[]>;
  stop(): Promise<void>;
}

export async function apiGround(merchants = '{}'): Promise<ApiGround> {
  const secretsById: Readonly<Record<string, string>> = {
    'arn:secret': 'a secret of at least thirty-two characters',
    'arn:merchants': merchants,
    'arn:payments': 'another secret of at least thirty-two characters',
  };
  const dynamo: DynamoDb = await startDynamoDb(undefined, () => {});
  const secrets: Server = createServer(async (request, response) => {
    const asked: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) asked.push(chunk);
    const { SecretId } = JSON.parse(Buffer.concat(asked).toString()) as { SecretId: string };
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: secretsById[SecretId] }));
  });
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
  const address = secrets.address();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamo.port}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    DEVICE_SECRET_ARN: 'arn:secret',
    PAYMENT_SECRET_ARN: 'arn:merchants',
    PAYMENT_JOURNAL_SECRET_ARN: 'arn:payments',
    // Nobody answers there.
    WECHAT_PAY_URL: 'http://127.0.0.1:9',
    ALIPAY_URL: 'http://127.0.0.1:9',
    NOTIFICATION_URL: 'http://127.0.0.1:9',
    TABLE_NAME: 'api',
  });
  const client = new DynamoDBClient({});
  await createTable(client, 'api');
  return {
    table: dynamoTable(client, 'api', noPause),
    async all() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: 'api', ConsistentRead: true }));
      return Items;
    },
    async stop() {
      client.destroy();
      secrets.close();
      await dynamo.stop();
    },
  };
}

/** A request with the claims of its token; everything has a default but what matters. */
export interface Asked {
  readonly sub?: string;
  readonly roles?: string;
  readonly household?: string;
  readonly estates?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Instead of a body: the text as it is sent. */
  readonly rawBody?: string;
}

export interface Told {
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly type: string | undefined;
}

/** What the function answers on a route, as API Gateway would ask it; `untilMs`: when it would be killed. */
export async function call(
  handler: ApiHandler,
  routeKey: string,
  asked: Asked,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<Told> {
  const { path, query, body, rawBody, ...claims } = asked;
  const answer = await handler(
    {
      routeKey,
      pathParameters: { estateId: 'ziyun', ...path },
      queryStringParameters: query,
      body: rawBody ?? (body === undefined ? undefined : JSON.stringify(body)),
      requestContext: { authorizer: { jwt: { claims: { sub: 'somebody', estates: 'ziyun', ...claims } } } },
    },
    untilMs === Number.POSITIVE_INFINITY ? {} : { getRemainingTimeInMillis: () => untilMs - Date.now() },
  );
  const type = answer.headers['content-type'];
  return {
    status: answer.statusCode,
    body: type === 'application/json' ? JSON.parse(answer.body) : {},
    text: answer.body,
    type,
    headers: answer.headers,
  };
}
