import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { openCertificates } from '../local/machine/certificates.ts';
import { startBroker } from '../local/mqtt/broker.ts';
import { type Connection, connect, connectThing } from './connection.ts';
import { cardUid, estateId, estateRecords, readerId, residents } from './estate.ts';
import { round, type Spread, spread } from './statistics.ts';
import type { Costs, World } from './world.ts';

export interface SwipeReport {
  /** From the card's message to the unlock at the reader, warm, in ms. */
  readonly swipeToUnlockMs: Spread;
  /** The least that it could cost: a message by way of the broker and back, then one conditional write. */
  readonly floorMs: Spread;
  readonly ratio: { readonly p50: number; readonly p99: number };
  /** By function, for one swipe with its acknowledgement, and for one door passed. */
  readonly costs: { readonly swipe: Costs; readonly doorPassed: Costs };
}

const warmUps = 10;
const costSamples = 10;
const resident = residents(1)[0] ?? { card: 0 };

/** Swipes, each beside its floor in the same run, so that a busy machine slows down both. */
export async function measureSwipes(world: World, count: number): Promise<SwipeReport> {
  await world.provision(estateId, estateRecords());
  const reader = await openReader(world);
  const floor = await openFloor(world);
  try {
    for (let warm = 0; warm < warmUps; warm += 1) await timed(reader.swipe, floor.once);
    await world.cloud.idle();
    const samples: { swipeMs: number; floorMs: number }[] = [];
    for (let sample = 0; sample < count; sample += 1) samples.push(await timed(reader.swipe, floor.once));
    const swipeToUnlockMs = spread(samples.map(({ swipeMs }) => swipeMs));
    const floorMs = spread(samples.map((sample) => sample.floorMs));
    const ratio = {
      p50: round(swipeToUnlockMs.p50 / floorMs.p50, 2),
      p99: round(swipeToUnlockMs.p99 / floorMs.p99, 2),
    };
    const swipes: string[] = [];
    const swipe = await costOfEach(world, async () => {
      for (let n = 0; n < costSamples; n += 1) swipes.push(await reader.swipe());
    });
    const doorPassed = await costOfEach(world, async () => {
      // One after the other: told at once, they would race for the same person's presence.
      for (const swipeId of swipes) {
        await reader.pass(swipeId);
        await world.cloud.idle();
      }
    });
    return { swipeToUnlockMs, floorMs, ratio, costs: { swipe, doorPassed } };
  } finally {
    await reader.end();
    await floor.end();
  }
}

async function timed(swipe: () => Promise<string>, floor: () => Promise<void>) {
  const startMs = performance.now();
  await swipe();
  const betweenMs = performance.now();
  await floor();
  return { swipeMs: betweenMs - startMs, floorMs: performance.now() - betweenMs };
}

async function costOfEach(world: World, deed: () => Promise<void>): Promise<Costs> {
  const costs = await world.cost(deed);
  return Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => [
      name,
      Object.fromEntries(Object.entries(cost).map(([key, value]) => [key, round(value / costSamples, 2)])),
    ]),
  ) as unknown as Costs;
}

/** A reader that shows a card and answers the unlock as a real one does. */
async function openReader({ cloud, clock }: World) {
  const connection = await connectThing(cloud, readerId, [`pengyou/${readerId}/down/+`]);
  const say = (kind: string, id: string, content: object) =>
    connection.say(`pengyou/${readerId}/up/${kind}`, { id, device: readerId, atMs: clock.now(), ...content });
  let count = 0;
  return {
    async swipe(): Promise<string> {
      count += 1;
      const id = `swipe-${count}`;
      const unlock = connection.hear(
        (topic, payload) => topic.endsWith('/unlock') && payload.includes(`"${id}"`),
      );
      await Promise.all([say('swipe', id, { card: cardUid(resident.card) }), unlock]);
      const { command } = JSON.parse((await unlock).toString()) as { command: string };
      // Not waited for: the person is through by now.
      void say('ack', `ack-${count}`, { command, result: 'done' });
      return id;
    },
    pass: (swipe: string) => say('door-passed', `pass-${swipe}`, { swipe }),
    end: () => connection.end(),
  };
}

/** The same broker without anything behind it, and the same table: what no design could do without. */
async function openFloor({ cloud }: World) {
  const { server, authority, issueDevice } = await openCertificates(undefined);
  const broker = await startBroker({
    server,
    authority,
    ports: { mqtt: 0, boards: 0, websocket: 0 },
    throttles: false,
    admit: async () => ({ ok: true, session: { principal: 'bench', may: () => true } }),
    received() {},
    refused() {},
  });
  const { key, certificate: cert } = await issueDevice('echo');
  const echo: Connection = await connect(
    { host: cloud.mqtt.host, port: broker.ports.mqtt, ca: authority, key, cert, clientId: 'echo' },
    ['echo/+'],
  );
  const { endpoint, names } = cloud.tables();
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  let count = 0;
  return {
    async once(): Promise<void> {
      count += 1;
      const topic = `echo/${count}`;
      await Promise.all([echo.hear((heard) => heard === topic), echo.say(topic, { count })]);
      await client.send(
        new PutItemCommand({
          TableName: names[0],
          Item: { pk: { S: `BENCH#${count}` }, sk: { S: 'BENCH' } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    },
    async end() {
      client.destroy();
      await echo.end();
      await broker.stop();
    },
  };
}
