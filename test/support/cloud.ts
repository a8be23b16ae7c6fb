import { createServer } from 'node:http';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { Client } from '../../contract/client.ts';
import { openToolClient } from '../../contract/tool.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';

/** The whole local cloud, in memory, as `npm run synth` described it. */
export function testCloud(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  return startLocalCloud({ assembly: join(import.meta.dirname, '../../cdk.out/aws'), ...options });
}

/** One virtual connection to the broker, and what came in on it. */
export interface Connection {
  readonly client: MqttClient;
  readonly received: { topic: string; payload: Buffer }[];
  publish(topic: string, payload: string | Buffer | object): Promise<void>;
  /** The next message, from now on or already here, for which this holds; rejects after a while. */
  next(wanted: (topic: string, payload: Buffer) => boolean): Promise<{ topic: string; payload: Buffer }>;
  end(): Promise<void>;
}

export async function connectThing(cloud: LocalCloud, thing: string, subscribe: readonly string[] = []) {
  const { key, certificate } = await cloud.issueDevice(thing);
  return connect(
    { ...cloud.mqtt, ca: cloud.certificateAuthority, key, cert: certificate, clientId: thing },
    subscribe,
  );
}

export function connectBoard(cloud: LocalCloud, imei: string, username: string, password: string) {
  const options = { ...cloud.boards, ca: cloud.certificateAuthority, clientId: imei, username, password };
  return connect(options, [`JUY/S2D/${imei}/+/SERVER`]);
}

async function connect(options: object, subscribe: readonly string[]): Promise<Connection> {
  const client = await mqtt.connectAsync({
    protocol: 'mqtts',
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    ...options,
  } as mqtt.IClientOptions);
  const received: Connection['received'] = [];
  const waiting = new Set<() => void>();
  client.on('message', (topic, payload) => {
    received.push({ topic, payload });
    for (const look of [...waiting]) look();
  });
  // A broker that refuses a message closes the connection, and says so as an error.
  client.on('error', () => {});
  for (const topic of subscribe) await client.subscribeAsync(topic, { qos: 1 });
  return {
    client,
    received,
    async publish(topic, payload) {
      const body =
        typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
      await client.publishAsync(topic, body, { qos: 1 });
    },
    next: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const index = received.findIndex(({ topic, payload }) => wanted(topic, payload));
          const [found] = index < 0 ? [] : received.splice(index, 1);
          if (found === undefined) return;
          waiting.delete(look);
          clearTimeout(timeout);
          resolve(found);
        };
        const timeout = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `Nothing of that kind came; there were: ${received.map(({ topic }) => topic).join(', ')}`,
            ),
          );
        }, 30_000);
        waiting.add(look);
        look();
      }),
    end: () => client.endAsync(true),
  };
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests say themselves what they expect of an answer
  readonly body: any;
}

export interface Caller {
  /** What may be asked, as the contract says it. */
  readonly call: Client['call'];
  /** Whatever is asked, also what the contract does not allow, and whatever is answered. */
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
}

/** Calls the API with a token that the embedded issuer signed. */
export async function caller(
  cloud: LocalCloud,
  roles: string,
  estates: string,
  household?: string,
): Promise<Caller> {
  const claims = {
    sub: `${roles.split(' ')[0]}-1`,
    roles,
    estates,
    ...(household === undefined ? {} : { household }),
  };
  const token = await cloud.accessToken(claims as never);
  const raw = async (method: string, path: string, body?: object) => {
    const response = await fetch(cloud.api + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    // A machine may do twenty other things: what was not finished in time is asked for again.
    call: openToolClient(cloud.api, token, { forMs: 60_000 }).call,
    get: (path) => raw('GET', path),
    post: (path, body) => raw('POST', path, body ?? {}),
  };
}

/** The committee's webhook, and what it was told. */
export async function committee() {
  const alerts: { kind: string; signature: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      alerts.push({ ...JSON.parse(body), signature: request.headers['x-pengyou-signature'] });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The webhook has no port');
  return { alerts, url: `http://127.0.0.1:${address.port}/alerts`, stop: () => server.close() };
}
