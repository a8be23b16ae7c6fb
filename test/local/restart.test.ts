import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { allow, arn, removeAssembly, resource, writeAssembly } from './small-cloud.ts';

const people = [
  { login: 'wang', password: 'friend', sub: 'w1', name: '王敏', roles: 'manager', estates: 'youyi ziyun' },
];

const functions = {
  follower: {
    source: 'export const handler = async () => {};',
    may: [
      allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], {
        'Fn::GetAtt': ['Table', 'StreamArn'],
      }),
    ],
    timeoutS: 20,
  },
};

const resources = {
  Table: resource('AWS::DynamoDB::Table', {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  }),
  Dead: { Type: 'AWS::SQS::Queue' },
  Follow: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    FunctionName: arn('follower'),
    StartingPosition: 'TRIM_HORIZON',
  }),
};

let directory: string;
let stateDir: string;

beforeAll(async () => {
  directory = await writeAssembly({ functions, resources });
  stateDir = mkdtempSync(join(tmpdir(), 'local-state-'));
});

afterAll(() => {
  removeAssembly(directory);
  rmSync(stateDir, { recursive: true, force: true });
});

const start = (pagesDir?: string) =>
  startLocalCloud({ assembly: directory, stateDir, people, ...(pagesDir ? { pagesDir } : {}) });

function database(cloud: LocalCloud): DynamoDBClient {
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint: cloud.gateway, region: 'us-east-1', credentials });
}

async function sendToDead(cloud: LocalCloud, MessageBody: string): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=local-admin/20260101/us-east-1/sqs/aws4_request';
  const headers = { authorization, 'x-amz-target': 'AmazonSQS.SendMessage' };
  const body = JSON.stringify({ QueueUrl: `${cloud.gateway}/000000000000/Small-Dead`, MessageBody });
  expect((await fetch(cloud.gateway, { method: 'POST', headers, body })).status).toBe(200);
}

test('what was there before a stop is there after the next start, and the stream is not told again', async () => {
  const first = await start();
  await database(first).send(new PutItemCommand({ TableName: 'Small-Table', Item: { pk: { S: 'kept' } } }));
  await sendToDead(first, 'letter');
  await first.idle();
  expect(first.counters().invocations).toEqual({ follower: 1 });
  await first.stop();

  const second = await start();
  const Key = { pk: { S: 'kept' } };
  expect((await database(second).send(new GetItemCommand({ TableName: 'Small-Table', Key }))).Item).toEqual(
    Key,
  );
  expect(await second.deadLetters()).toEqual([{ queue: 'Small-Dead', body: 'letter' }]);
  await second.idle();
  expect(second.counters().invocations).toEqual({});
  expect(second.certificateAuthority).toBe(first.certificateAuthority);
  await database(second).send(new PutItemCommand({ TableName: 'Small-Table', Item: { pk: { S: 'more' } } }));
  await second.idle();
  expect(second.counters().invocations).toEqual({ follower: 1 });
  await second.stop();
});

test('killed without a word, it leaves no process behind and can be started again', async () => {
  const script = `
    import { startLocalCloud } from ${JSON.stringify(new URL('../../local/cloud.ts', import.meta.url).href)};
    const cloud = await startLocalCloud(${JSON.stringify({ assembly: directory, stateDir })});
    const authorization = 'AWS4-HMAC-SHA256 Credential=local-admin/20260101/us-east-1/dynamodb/aws4_request';
    const headers = { authorization, 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const body = JSON.stringify({ TableName: 'Small-Table', Item: { pk: { S: 'written' } } });
    await fetch(cloud.gateway, { method: 'POST', headers, body });
    await cloud.idle();
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.on('data', resolve));
  const started = descendants(child.pid ?? 0);
  expect(started.length).toBeGreaterThanOrEqual(3);
  child.kill('SIGKILL');
  await expect.poll(() => started.filter(isRunning), { timeout: 10_000 }).toEqual([]);

  const again = await start();
  const Key = { pk: { S: 'written' } };
  expect((await database(again).send(new GetItemCommand({ TableName: 'Small-Table', Key }))).Item).toEqual(
    Key,
  );
  await again.stop();
});

/** The process of DynamoDB Local that this one has started. */
function javaProcess(): number {
  const java = descendants(process.pid).find((pid) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('java '),
  );
  if (java === undefined) throw new Error('DynamoDB Local does not run');
  return java;
}

test('a DynamoDB Local that is killed is started again: what was written is there, and what follows goes on', async () => {
  const failed: Error[] = [];
  const cloud = await startLocalCloud({
    assembly: directory,
    stateDir,
    failed: (error) => failed.push(error),
  });
  const table = database(cloud);
  const put = (pk: string) =>
    table.send(new PutItemCommand({ TableName: 'Small-Table', Item: { pk: { S: pk } } }));
  await put('before the end');
  await cloud.idle();
  const { follower = 0 } = cloud.counters().invocations;
  process.kill(javaProcess(), 'SIGKILL');
  // Nobody has to know: what is asked meanwhile waits.
  await put('after the end');
  const Key = { pk: { S: 'before the end' } };
  expect((await table.send(new GetItemCommand({ TableName: 'Small-Table', Key }))).Item).toEqual(Key);
  await expect.poll(() => cloud.counters().invocations.follower, { timeout: 30_000 }).toBe(follower + 1);
  expect(failed).toEqual([]);
  await cloud.stop();
});

test('one that held everything in memory is missed by name', async () => {
  const failed = Promise.withResolvers<Error>();
  const cloud = await startLocalCloud({ assembly: directory, failed: failed.resolve });
  process.kill(javaProcess(), 'SIGKILL');
  expect((await failed.promise).message).toBe(
    'DynamoDB Local has ended, and with it everything that it held in memory',
  );
  await cloud.stop();
});

function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  return children.flatMap((child) => [child, ...descendants(child)]).filter(isRunning);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a page signs in at the embedded issuer: authorization code with PKCE, claims in the token', async () => {
  const cloud = await start(directory);
  const page = `${cloud.pages}/`;
  const config = await (await fetch(`${page}config.json`)).json();
  expect(config).toMatchObject({
    api: cloud.api,
    issuer: cloud.issuer,
    audience: 'small',
    websocket: cloud.websocket,
  });
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: config.clientId,
    redirect_uri: page,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 's',
  });
  const browser = cookieJar();
  const form = await browser(`${cloud.issuer}/auth?${query}`);
  const signIn = async (password: string) => {
    const body = new URLSearchParams({ login: 'wang', password });
    return browser(form.url, { method: 'POST', body });
  };
  expect(await (await signIn('wrong')).text()).toContain('role="alert"');
  const code = new URL((await signIn('friend')).url).searchParams.get('code') ?? '';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: config.clientId,
    redirect_uri: page,
    code,
    code_verifier: verifier,
  });
  const tokens = await (await fetch(`${cloud.issuer}/token`, { method: 'POST', body })).json();
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    iss: cloud.issuer,
    aud: 'small',
    sub: 'w1',
    roles: 'manager',
    estates: 'youyi ziyun',
  });
  expect(decodeJwt(tokens.id_token)).toMatchObject({ name: '王敏' });
  await cloud.stop();
});

/** Follows redirects with cookies as a browser does; fetch alone would lose them. */
function cookieJar() {
  const cookies = new Map<string, string>();
  return async (address: string, init: RequestInit = {}): Promise<Response> => {
    let url = address;
    let options = init;
    for (;;) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { ...options, redirect: 'manual', headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) return response;
      url = new URL(location, url).href;
      options = {};
    }
  };
}
