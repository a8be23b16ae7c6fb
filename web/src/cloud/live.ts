import type { MqttClient } from 'mqtt';
import type { LiveBody, LiveKind } from '../../../contract/shapes/live.ts';
import { claimsIn } from './roles.ts';

/** What of that the page shows, by kind. */
const shownKinds = {
  ports: true,
  doors: true,
  alerts: true,
  sessions: true,
  refusals: true,
  devices: true,
  stays: true,
} as const satisfies Partial<Record<LiveKind, true>>;
type ShownKind = keyof typeof shownKinds;

export type LiveMessage = { [K in ShownKind]: { readonly kind: K; readonly value: LiveBody<K> } }[ShownKind];
export type Refusal = LiveBody<'refusals'>;

/** `subscribed`: everything said from now on arrives. `interrupted`: nothing does; it tries again by itself. */
export type LiveStatus = 'connecting' | 'subscribed' | 'interrupted';

export interface LiveOptions {
  readonly url: string;
  readonly estateId: string;
  /** Asked at every connection, so that a renewed token is used when the old one's connection ends. */
  readonly accessToken: () => string;
  readonly onStatus: (status: LiveStatus) => void;
  readonly onMessage: (message: LiveMessage) => void;
}

/** Follows one estate's live topics until the returned function is called. */
export function followEstate(options: LiveOptions): () => void {
  let ended = false;
  let client: MqttClient | undefined;
  options.onStatus('connecting');
  openClient(options).then(
    (opened) => {
      if (ended) opened.end(true);
      else client = opened;
    },
    (thrown: unknown) => {
      console.warn('live view', thrown);
      options.onStatus('interrupted');
    },
  );
  return () => {
    ended = true;
    client?.removeAllListeners('close');
    client?.removeAllListeners('message');
    client?.end(true);
  };
}

async function openClient(options: LiveOptions): Promise<MqttClient> {
  // mqtt.js is half of the page's code, so the first paint does not wait for it. Its browser build has only a default
  // export, whatever its types promise.
  const { default: mqtt } = await import('mqtt');
  const client = mqtt.connect(options.url, {
    clientId: await pageName(options.accessToken()),
    username: 'page',
    password: options.accessToken(),
    protocolVersion: 4,
    keepalive: 30,
    connectTimeout: 10_000,
    resubscribe: false,
    // A token that has just expired is refused once; the renewed one is tried next.
    reconnectOnConnackError: true,
    // Spread out, so that a thousand pages do not come back in the same second.
    reconnectPeriod: 2_000 + Math.floor(Math.random() * 2_000),
    transformWsUrl: (url, _options, connecting) => {
      connecting.options.password = options.accessToken();
      return url;
    },
  });
  client.on('connect', () => {
    const topics = liveTopics(options.estateId, options.accessToken());
    client.subscribe(topics, { qos: 1 }, (error, granted) => {
      const refused = error !== null || granted === undefined || granted.some(({ qos }) => qos > 2);
      options.onStatus(refused ? 'interrupted' : 'subscribed');
    });
  });
  client.on('close', () => options.onStatus('interrupted'));
  // A refused connection also closes, and that is what the page shows; without a listener it would be thrown.
  client.on('error', (error) => console.warn('live view', error.message));
  client.on('message', (topic, payload) => {
    const message = parseLive(topic, payload);
    if (message !== undefined) options.onMessage(message);
  });
  return client;
}

/** This page's name at the broker, which lets a person's pages in under that person's names only. */
export async function pageName(accessToken: string): Promise<string> {
  const person = new TextEncoder().encode(claimsIn(accessToken).subject ?? '');
  const hashed = new Uint8Array(await crypto.subtle.digest('SHA-256', person));
  const hex = [...hashed].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `page-${hex.slice(0, 32)}-${crypto.randomUUID()}`;
}

/** What a committee hears of: what everybody in the compound can see. Bills and refusals are the manager's. */
const openKinds: readonly ShownKind[] = ['alerts', 'stays', 'doors', 'ports', 'devices'];

/**
 * The topics that this person may follow, each by its name: one that is refused would end the connection. What is in
 * the token is only a guess at the answer; the broker's authorizer decides.
 */
export function liveTopics(estateId: string, accessToken: string): string[] {
  const { roles } = claimsIn(accessToken);
  const all = roles.includes('manager') || roles.includes('operator') || !roles.includes('committee');
  const kinds = all ? Object.keys(shownKinds) : openKinds;
  return kinds.map((kind) => `live/${estateId}/${kind}`);
}

/** One message of a live topic, or undefined for a kind that this page does not know or cannot read. */
export function parseLive(topic: string, payload: Uint8Array): LiveMessage | undefined {
  const kind = topic.slice(topic.lastIndexOf('/') + 1);
  if (!isShownKind(kind)) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof value !== 'object' || value === null) throw new Error('It is no object');
    return { kind, value } as LiveMessage;
  } catch (thrown) {
    console.warn('live message not understood', topic, thrown instanceof Error ? thrown.message : thrown);
    return undefined;
  }
}

function isShownKind(kind: string): kind is ShownKind {
  return Object.hasOwn(shownKinds, kind);
}
