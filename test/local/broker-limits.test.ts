import { connect, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Certificates, openCertificates } from '../../local/machine/certificates.ts';
import { type Broker, type Refusal, startBroker } from '../../local/mqtt/broker.ts';
import { keepAlive } from '../../local/mqtt/broker-limits.ts';

// The limits of a connection are those of AWS, on a broker that allows everybody everything.

let broker: Broker;
let certificates: Certificates;
const refusals: Refusal[] = [];
const clients: MqttClient[] = [];

beforeAll(async () => {
  certificates = await openCertificates(undefined);
  const { server, authority } = certificates;
  broker = await startBroker({
    server,
    authority,
    ports: { mqtt: 0, boards: 0, websocket: 0 },
    throttles: true,
    admit: async () => ({ ok: true, session: { principal: 'test', may: () => true } }),
    received() {},
    refused: (refusal) => refusals.push(refusal),
  });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.end(true);
  refusals.splice(0);
});
afterAll(() => broker?.stop());

/** Resolves to the client once it is connected, or to undefined when it is not let in. */
async function open(clientId: string): Promise<MqttClient | undefined> {
  const { key, certificate } = await certificates.issueDevice('any');
  const client = connect({
    protocol: 'mqtts',
    host: '127.0.0.1',
    port: broker.ports.mqtt,
    ca: certificates.authority,
    key,
    cert: certificate,
    clientId,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  clients.push(client);
  client.on('error', () => {});
  return new Promise((resolve) => {
    client.once('connect', () => resolve(client));
    client.once('close', () => resolve(undefined));
  });
}

async function connected(clientId: string): Promise<MqttClient> {
  const client = await open(clientId);
  if (client === undefined) throw new Error(`${clientId} is not let in`);
  return client;
}

const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));
const filters = (from: number, count: number) => Array.from({ length: count }, (_, n) => `down/${from + n}`);

test('100 messages a second are taken; what is more is discarded and not acknowledged, and it stays connected', async () => {
  const [client, listener] = await Promise.all([connected('floods'), connected('listens')]);
  const heard: string[] = [];
  listener.on('message', (topic) => heard.push(topic));
  await listener.subscribeAsync('#', { qos: 0 });
  let acknowledged = 0;
  for (let n = 0; n < 400; n += 1)
    client.publish(`up/${n}`, 'x', { qos: 1 }, (error) => {
      if (!error) acknowledged += 1;
    });
  const { counters } = broker;
  await expect.poll(() => counters.received + counters.throttled, { timeout: 30_000 }).toBe(400);
  expect(counters.received).toBeGreaterThanOrEqual(100);
  expect(counters.throttled).toBeGreaterThan(0);
  await expect.poll(() => [acknowledged, heard.length]).toEqual([counters.received, counters.received]);
  expect(client.connected).toBe(true);
  expect(refusals).toEqual([]);
});

test('over 8 subscriptions in one request end the connection', async () => {
  const client = await connected('many-at-once');
  const ended = closed(client);
  client.subscribe(filters(0, 9), { qos: 1 }, () => {});
  await ended;
  expect(refusals).toMatchObject([
    { eventType: 'Subscribe', details: 'Over 8 subscriptions in one request' },
  ]);
});

test('50 subscriptions in all are taken, and one more ends the connection', async () => {
  const client = await connected('many');
  for (let from = 0; from < 50; from += 5) await client.subscribeAsync(filters(from, 5), { qos: 1 });
  // The same again is no more.
  await client.subscribeAsync(filters(0, 5), { qos: 1 });
  const ended = closed(client);
  client.subscribe(filters(50, 1), { qos: 1 }, () => {});
  await ended;
  expect(refusals).toMatchObject([{ details: 'Over 50 subscriptions in one connection' }]);
});

test.each([
  ['a topic of more than 8 levels', 'a/b/c/d/e/f/g/h/i', 'The topic has over 8 levels'],
  ['a topic of more than 256 bytes', '车'.repeat(86), 'The topic is over 256 bytes'],
])('%s ends the connection, and no such filter is granted', async (_, topic, details) => {
  const client = await connected('deep');
  await expect(client.subscribeAsync(topic)).rejects.toThrow();
  const ended = closed(client);
  client.publish(topic, 'x', { qos: 1 });
  await ended;
  expect(refusals.at(-1)).toMatchObject({ eventType: 'Publish-In', details });
});

test('the name of a rule is no level of a topic', async () => {
  const client = await connected('ingests');
  await client.publishAsync('$aws/rules/rule/a/b/c/d/e/f/g/h', 'x', { qos: 1 });
});

test('a client id has at most 128 bytes', async () => {
  expect(await open('n'.repeat(128))).toBeDefined();
  expect(await open('n'.repeat(129))).toBeUndefined();
});

test.each([
  [0, 1200],
  [5, 30],
  [60, 60],
  [65_535, 1200],
])('a keep-alive of %i s counts as %i', (asked, counted) => {
  expect(keepAlive(asked)).toBe(counted);
});
