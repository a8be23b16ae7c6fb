import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { functions, resources, TABLE } from './cloud-template.ts';
import { removeAssembly, writeAssembly } from './small-cloud.ts';

const START_MS = Date.UTC(2026, 10, 23, 9, 30);
const clock = steppedClock(START_MS);

let directory: string;
let cloud: LocalCloud;
let db: DynamoDBClient;
const lines: string[] = [];

beforeAll(async () => {
  directory = await writeAssembly({ functions, resources });
  cloud = await startLocalCloud({ assembly: directory, clock, log: (line) => lines.push(line) });
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  db = new DynamoDBClient({ endpoint: cloud.tables().endpoint, region: 'us-east-1', credentials });
});

afterAll(async () => {
  db?.destroy();
  await cloud?.stop();
  removeAssembly(directory);
});

/** Publishes as a device would, through the data plane, and waits for everything that follows. */
async function publish(topic: string, payload: string): Promise<void> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local-admin/20260101/us-east-1/iotdata/aws4_request, SignedHeaders=host, Signature=x';
  const url = `${cloud.gateway}/topics/${encodeURIComponent(topic)}?qos=1`;
  const answer = await fetch(url, { method: 'POST', body: payload, headers: { authorization } });
  expect(answer.status).toBe(200);
}

async function item(pk: string) {
  return (await db.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: pk } } }))).Item;
}

async function keys(prefix: string): Promise<string[]> {
  const { Items = [] } = await db.send(new ScanCommand({ TableName: TABLE }));
  return Items.map(({ pk }) => pk?.S ?? '')
    .filter((pk) => pk.startsWith(prefix))
    .sort();
}

const accessLines = () =>
  lines.filter((line) => line.startsWith('access ')).map((line) => JSON.parse(line.slice('access '.length)));

/** Dead letters that mention a text, parsed. */
async function dead(text: string) {
  const letters = await cloud.deadLetters();
  return letters.filter(({ body }) => body.includes(text)).map(({ body }) => JSON.parse(body));
}

describe('functions', () => {
  test('an asynchronous failure is tried three times and ends in the failure queue with its story', async () => {
    await publish('try/failing', 'x');
    await cloud.idle();
    const [story] = await dead('always');
    expect(story).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { data: 'eA==' },
      responseContext: { functionError: 'Handled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'always eA==' },
    });
    expect(cloud.counters().invocations).toMatchObject({ failing: 3 });
  });

  test('a function over its time is killed; one that ends or cannot start fails its invocation', async () => {
    await Promise.all(['stuck', 'dying', 'broken'].map((name) => publish(`try/${name}`, name)));
    await cloud.idle();
    expect(await dead('Sandbox.Timedout')).toHaveLength(1);
    expect(await dead('Runtime.ExitError')).toHaveLength(1);
    expect(await dead('at init')).toMatchObject([{ responsePayload: { errorType: 'RangeError' } }]);
    expect(cloud.counters().failures).toMatchObject({ stuck: 1, dying: 1, broken: 1 });
  });
});

describe('rules', () => {
  test('what an action may not do goes to the error action', async () => {
    await publish('without', 'a');
    await publish('role', 'b');
    await cloud.idle();
    expect(await dead('"without"')).toMatchObject([
      { ruleName: 'without', base64OriginalPayload: 'YQ==', failures: [{ failedAction: 'LambdaAction' }] },
    ]);
    expect(await dead('SqsAction')).toMatchObject([{ ruleName: 'role', topic: 'role', clientId: 'N/A' }]);
  });

  test('Basic Ingest reaches the rule that it names, with the topic without its prefix, and no other', async () => {
    await publish('$aws/rules/bulk/bulk/basic', 'basic');
    await publish('$aws/rules/nobody/bulk/basic', 'lost');
    await cloud.idle();
    expect(await keys('bulk basic')).toEqual(['bulk basic']);
    expect(await keys('bulk lost')).toEqual([]);
  });
});

describe('queues', () => {
  test('only the records that failed return, and end in the dead-letter queue', async () => {
    for (const text of ['one', 'poison', 'two']) await publish(`bulk/${text}`, text);
    await cloud.idle();
    expect(await keys('bulk one')).toHaveLength(1);
    expect(await item('bulk two')).toMatchObject({ count: { S: '1' } });
    expect(await dead(Buffer.from('poison').toString('base64'))).toHaveLength(1);
  });
});

describe('streams', () => {
  test('a written item reaches the function that follows, filtered, by the time of the world', async () => {
    for (const pk of ['seen a', 'unseen', 'seen b']) {
      await db.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: pk } } }));
    }
    await cloud.idle();
    expect(await keys('followed')).toEqual(['followed seen a', 'followed seen b']);
    expect(await item('followed seen a')).toMatchObject({ at: { N: String(START_MS / 1000) } });
  });

  test('a record that always fails ends in the failure queue, and those behind it go on', async () => {
    for (const pk of ['seen c', 'seen bad', 'seen d']) {
      await db.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: pk } } }));
    }
    await cloud.idle();
    expect(await keys('followed seen d')).toHaveLength(1);
    expect(await keys('followed seen bad')).toHaveLength(0);
    expect(await dead('DDBStreamBatchInfo')).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
  });
});

test('the schedule fires at the minute of the world, which the function sees', async () => {
  clock.set(START_MS + 60_000);
  await cloud.tick();
  expect(await item('minute 2026-11-23T09:31:00Z')).toMatchObject({
    clock: { S: expect.stringMatching(new RegExp(`^${START_MS + 60_000}@\\d+x0$`)) },
  });
});

describe('the HTTP API', () => {
  const claims = { sub: 'p1', roles: 'manager committee', estates: 'ziyun' };
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${await cloud.accessToken(claims)}`, origin: 'http://page' };
    return fetch(`${cloud.api}${path}`, { headers, ...init });
  };

  test('hands claims as text, path, query and body to the function, and its answer back', async () => {
    const answer = await call('/things/a%20b?x=1&x=2', { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-id')).toBe('a b');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toMatchObject({
      claims: { ...claims, aud: 'small', exp: expect.stringMatching(/^\d+$/) },
      query: { x: '1,2' },
      body: 'hello',
      nowMs: clock.now(),
      secret: 40,
      region: 'us-east-1',
    });
  });

  test('refuses a missing, a foreign and a changed token, and knows only its routes', async () => {
    const token = await cloud.accessToken(claims);
    for (const authorization of ['', 'Bearer x.y.z', `Bearer ${token.slice(0, -3)}abc`]) {
      expect((await call('/things/a', { headers: { authorization } })).status).toBe(401);
    }
    expect((await call('/elsewhere')).status).toBe(404);
    expect((await call('/things/a', { method: 'DELETE' })).status).toBe(404);
    expect((await call('/things/a', { method: 'OPTIONS' })).status).toBe(204);
  });

  test('writes of each call who called what, whether it was let through or not', async () => {
    lines.length = 0;
    await call('/things/logged?secret=1');
    await call('/things/%22%7D', { headers: {} });
    await call('/elsewhere');
    await vi.waitFor(() => expect(accessLines()).toHaveLength(3));
    expect(accessLines()).toMatchObject([
      { user: 'p1', route: 'GET /things/{id}', path: '/things/logged', status: '201', error: '-' },
      { user: '-', route: 'GET /things/{id}', path: '/things/%22%7D', status: '401', error: 'Unauthorized' },
      { user: '-', route: '-', path: '/elsewhere', status: '404', error: 'Not Found' },
    ]);
    expect(new Set(accessLines().map(({ id }) => id)).size).toBe(3);
  });

  test('a function may do only what its role allows, also inside a transaction', async () => {
    const answer = await call('/things/denied');
    expect(await answer.json()).toEqual([
      expect.stringMatching(/^ForbiddenException: .* iot:Publish on resource: .*topic\/live\/x/),
      expect.stringMatching(
        /^AccessDeniedException: .* dynamodb:DeleteItem on resource: .*table\/Small-Table/,
      ),
    ]);
    expect(await item('never')).toBeUndefined();
  });
});
