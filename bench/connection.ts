import { connectAsync, type IClientOptions } from 'mqtt';
import type { LocalCloud } from '../local/cloud.ts';

type Wanted = (topic: string, payload: Buffer) => boolean;

/** A device's connection to a broker, as far as the bench needs one: say something, wait for something. */
export interface Connection {
  say(topic: string, payload: Buffer | object): Promise<void>;
  /** The next message that is wanted, from now on. Ask before saying what it answers. */
  hear(wanted: Wanted): Promise<Buffer>;
  end(): Promise<void>;
}

const answerWithinMs = 30_000;

export async function connectThing(cloud: LocalCloud, thing: string, subscriptions: readonly string[]) {
  const { key, certificate: cert } = await cloud.issueDevice(thing);
  const options = { ...cloud.mqtt, ca: cloud.certificateAuthority, key, cert, clientId: thing };
  return connect(options, subscriptions);
}

export function connectBoard(cloud: LocalCloud, imei: string, user: string, password: string) {
  const login = { clientId: imei, username: user, password: Buffer.from(password) };
  return connect({ ...cloud.boards, ca: cloud.certificateAuthority, ...login }, [`JUY/S2D/${imei}/+/SERVER`]);
}

export async function connect(
  options: IClientOptions,
  subscriptions: readonly string[],
): Promise<Connection> {
  const client = await connectAsync({
    protocol: 'mqtts',
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  // Without this, small packets wait for each other for tens of milliseconds.
  (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
  const waiting = new Set<{ readonly wanted: Wanted; readonly found: (payload: Buffer) => void }>();
  client.on('message', (topic, payload) => {
    for (const one of [...waiting]) {
      if (!one.wanted(topic, payload)) continue;
      waiting.delete(one);
      one.found(payload);
    }
  });
  for (const topic of subscriptions) await client.subscribeAsync(topic, { qos: 1 });
  return {
    async say(topic, payload) {
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
      await client.publishAsync(topic, bytes, { qos: 1 });
    },
    hear: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('No answer came')), answerWithinMs);
        const found = (payload: Buffer) => {
          clearTimeout(timer);
          resolve(payload);
        };
        waiting.add({ wanted, found });
      }),
    end: () => client.endAsync(true),
  };
}
