import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../../cli/dead-letters.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { arnOf } from '../../local/template/arn.ts';
import { provision } from '../../simulator/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { type Connection, caller, connectThing, testCloud } from '../support/cloud.ts';
import { cardNumber, cardUid, estateId, estateRecords, eveningMs } from '../support/estate.ts';

// Every way on which a message can fail, with a device's record that is broken as the cause.

const clock = steppedClock(eveningMs);
const admin = { region: 'us-east-1', credentials: { accessKeyId: 'local-admin', secretAccessKey: 'local' } };
let cloud: LocalCloud;
let db: DynamoDBClient;
let sqs: SQSClient;
let reader: Connection;

beforeAll(async () => {
  cloud = await testCloud({ clock });
  db = new DynamoDBClient({ ...admin, endpoint: cloud.gateway });
  sqs = new SQSClient({ ...admin, endpoint: cloud.gateway });
  const operator = await caller(cloud, 'operator', estateId);
  await provision(operator, estateId, estateRecords());
  await cloud.idle();
  reader = await connectThing(cloud, 'reader-in', ['pengyou/reader-in/down/+']);
  process.env['PENGYOU_LOCAL'] = JSON.stringify({
    api: cloud.api,
    adminUrl: cloud.adminUrl,
    gateway: cloud.gateway,
    deadLetters: cloud.outputs['DeadLettersUrl'],
  });
});
afterAll(async () => {
  delete process.env['PENGYOU_LOCAL'];
  await reader?.end();
  db?.destroy();
  sqs?.destroy();
  await cloud?.stop();
});

let repair: () => Promise<void> = async () => {};
beforeEach(async () => {
  // A function that is warm remembers a device for a minute.
  clock.set(clock.now() + 120_000);
  repair = await breakRecordOf('reader-in');
});
afterEach(() => repair());

async function breakRecordOf(deviceId: string): Promise<() => Promise<void>> {
  const { pk, sk } = keys.device(deviceId);
  const of = { TableName: cloud.tables().names[0] ?? '' };
  const { Item = {} } = await db.send(new GetItemCommand({ ...of, Key: { pk: { S: pk }, sk: { S: sk } } }));
  await db.send(new PutItemCommand({ ...of, Item: { ...Item, device: { S: 'nonsense' } } }));
  return async () => void (await db.send(new PutItemCommand({ ...of, Item })));
}

/** What the command answers with `--json`, or what it says beside it. */
async function pengyou(...args: string[]) {
  const said: string[] = [];
  const exitCode = await run(
    [...args, '--json'],
    (line) => said.push(line),
    (line) => said.push(line),
  );
  return { exitCode, said: JSON.parse(said.join('\n')) };
}

const letters = async () => (await pengyou('list')).said.deadLetters;

/** Whether a card's number stands anywhere in a text, also within what is encoded there, however deep. */
function namesCard(text: string, depth = 0): boolean {
  if (text.toUpperCase().includes(cardUid) || text.includes(String(cardNumber))) return true;
  const encoded = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return (
    depth < 3 && encoded.some((part) => namesCard(Buffer.from(part, 'base64').toString('latin1'), depth + 1))
  );
}

const swipe = (id: string) => ({ id, device: 'reader-in', atMs: clock.now(), card: cardUid });

test('a swipe whose function failed is listed and shown without its card, handed back, and takes effect once', async () => {
  await reader.publish('pengyou/reader-in/up/swipe', swipe('failed'));
  await cloud.idle();
  const bodies = (await cloud.deadLetters()).map(({ body }) => body);
  expect(bodies).toHaveLength(1);
  expect(bodies.filter((body) => namesCard(body))).toEqual([]);
  const [listed] = await letters();
  expect(listed).toMatchObject({
    ...{ origin: 'function', topic: 'pengyou/reader-in/up/swipe', client: 'reader-in' },
    to: expect.stringContaining('onaccess'),
    error: { type: expect.stringMatching(/./) },
    content: expect.stringMatching(/^sealed/),
  });
  const shown = await pengyou('show', listed.id);
  expect(shown).toMatchObject({ exitCode: 0, said: { id: listed.id, origin: 'function' } });
  expect(namesCard(JSON.stringify(shown.said))).toBe(false);

  expect(await pengyou('redrive', listed.id)).toMatchObject({
    exitCode: 1,
    said: { redriven: [], kept: [{ id: listed.id, error: 'failed-again' }] },
  });
  await repair();
  expect(await pengyou('redrive', listed.id)).toMatchObject({ exitCode: 0, said: { redriven: [listed.id] } });
  await reader.next((topic) => topic.endsWith('/unlock'));
  expect(await letters()).toEqual([]);

  // The same letter once more, as a queue may deliver it.
  for (const MessageBody of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.outputs['DeadLettersUrl'], MessageBody }));
  const before = await entries();
  expect((await pengyou('redrive', '--all')).exitCode).toBe(0);
  await cloud.idle();
  expect(await entries()).toBe(before);
});

test('a message that a rule could not hand over gets the envelope back that the rule would have made', async () => {
  const payload = JSON.stringify(swipe('never-handed-over'));
  const functionArn = arnOf('lambda', `function:${resourceId('AWS::Lambda::Function', 'onaccess')}`);
  const story = {
    ...{ ruleName: 'pengyou_swipe', topic: 'pengyou/reader-in/up/swipe', clientId: 'reader-in' },
    base64OriginalPayload: Buffer.from(payload).toString('base64'),
    failures: [{ failedAction: 'LambdaAction', failedResource: functionArn, errorMessage: 'No permission' }],
  };
  expect(namesCard(JSON.stringify(story))).toBe(true);
  await sendToIntake(story);
  await repair();
  const [listed] = await letters();
  expect(listed).toMatchObject({ origin: 'rule', rule: 'pengyou_swipe', client: 'reader-in' });
  expect((await cloud.deadLetters()).filter(({ body }) => namesCard(body))).toEqual([]);
  await cloud.idle();
  const before = await entries();
  reader.received.length = 0;
  expect((await pengyou('redrive', '--all')).said).toMatchObject({ redriven: [listed.id], kept: [] });
  await reader.next((topic) => topic.endsWith('/unlock'));
  await cloud.idle();
  expect(await entries()).toBe(before + 1);
});

test('what the bulk lane gave up goes into its queue again', async () => {
  const bays = { id: 'bay-1', device: 'reader-in', atMs: clock.now(), bays: [{ bay: 1, occupied: true }] };
  await reader.publish('pengyou/reader-in/up/bay', bays);
  await cloud.idle();
  const [listed] = await letters();
  expect(listed).toMatchObject({ origin: 'bulk', topic: 'pengyou/reader-in/up/bay', client: 'reader-in' });
  await repair();
  const before = await entries();
  expect((await pengyou('redrive', listed.id)).said).toMatchObject({ redriven: [listed.id] });
  await cloud.idle();
  expect(await letters()).toEqual([]);
  expect(await entries()).toBe(before + 1);
});

test('records of the stream are read again while it keeps them, and said to be gone afterwards', async () => {
  const TableName = cloud.tables().names[0] ?? '';
  const state = { type: 'device-state', deviceId: 'reader-in', heardAtMs: String(clock.now()) };
  await db.send(
    new PutItemCommand({
      TableName,
      Item: {
        ...{ pk: { S: 'STATE' }, sk: { S: 'STATE' }, heardAtMs: { N: state.heardAtMs } },
        ...{ type: { S: state.type }, deviceId: { S: state.deviceId } },
      },
    }),
  );
  await cloud.idle();
  const [listed] = await letters();
  expect(listed).toMatchObject({ origin: 'stream', to: expect.stringContaining('reactviews') });
  const [{ body = '' } = {}] = await cloud.deadLetters();
  expect((await pengyou('redrive', listed.id)).said).toMatchObject({ kept: [{ error: 'failed-again' }] });
  await repair();
  clock.set(clock.now() + 120_000);
  expect((await pengyou('redrive', listed.id)).said).toMatchObject({ redriven: [listed.id], kept: [] });

  const forgotten = JSON.parse(body);
  forgotten.records.shardId = 'shardId-00000000000000000000-00000000';
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: cloud.outputs['DeadLettersUrl'],
      MessageBody: JSON.stringify(forgotten),
    }),
  );
  const [old] = await letters();
  const { exitCode, said } = await pengyou('redrive', old.id);
  expect({ exitCode, said }).toMatchObject({ exitCode: 1, said: { kept: [{ error: 'records-gone' }] } });
  expect(said.kept[0].message).toMatch(/24 hours/);
});

test('who asks for a letter that is not there is told so by name', async () => {
  expect(await pengyou('show', 'nothing')).toMatchObject({ exitCode: 2, said: { error: 'not-found' } });
  expect(await pengyou('redrive')).toMatchObject({ exitCode: 2, said: { error: 'bad-usage' } });
});

/** How many entries the journal has. */
async function entries(): Promise<number> {
  const { Count = 0 } = await db.send(
    new ScanCommand({
      TableName: cloud.tables().names[0],
      FilterExpression: '#type = :entry',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: { ':entry': { S: 'entry' } },
      ConsistentRead: true,
    }),
  );
  return Count;
}

const { Resources } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.out/aws/Pengyou.template.json'), 'utf8'),
) as { Resources: Record<string, { Type: string }> };
const resourceId = (type: string, part: string) =>
  Object.keys(Resources).find((id) => Resources[id]?.Type === type && id.includes(part)) ?? '';

async function sendToIntake(story: object): Promise<void> {
  const QueueUrl = `${cloud.gateway}/000000000000/Pengyou-${resourceId('AWS::SQS::Queue', 'DeadLettersIntake')}`;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(story) }));
  await cloud.idle();
}
