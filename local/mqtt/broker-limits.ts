import type { Client } from 'aedes';

/** AWS IoT's own limits of one connection (AWS IoT Core endpoints and quotas, message broker). */
export const LARGEST_PAYLOAD_BYTES = 128 * 1024;
export const LONGEST_CLIENT_ID_BYTES = 128;
const MOST_TOPIC_LEVELS = 8;
const LONGEST_TOPIC_BYTES = 256;
export const PUBLISHES_PER_S = 100;
export const MOST_SUBSCRIPTIONS = 50;
const MOST_SUBSCRIPTIONS_AT_ONCE = 8;
export const SHORTEST_KEEPALIVE_S = 30;
export const LONGEST_KEEPALIVE_S = 1200;

export const BASIC_INGEST = /^\$aws\/rules\/[^/]+\//;

/** Why AWS takes no message on this topic, or no subscription with this filter; undefined when it does. */
export function topicFault(topic: string): string | undefined {
  const counted = topic.replace(BASIC_INGEST, '');
  if (counted.split('/').length > MOST_TOPIC_LEVELS) return `The topic has over ${MOST_TOPIC_LEVELS} levels`;
  if (Buffer.byteLength(counted) > LONGEST_TOPIC_BYTES)
    return `The topic is over ${LONGEST_TOPIC_BYTES} bytes`;
  return undefined;
}

/** The keep-alive that counts for one that a client asks for, both in seconds; 0 asks for the longest. */
export function keepAlive(askedS: number): number {
  if (askedS === 0) return LONGEST_KEEPALIVE_S;
  return Math.min(Math.max(askedS, SHORTEST_KEEPALIVE_S), LONGEST_KEEPALIVE_S);
}

/** Why a SUBSCRIBE with these filters ends the connection; undefined when it does not. */
export function subscribeFault(client: Client, filters: readonly string[]): string | undefined {
  if (filters.length > MOST_SUBSCRIPTIONS_AT_ONCE)
    return `Over ${MOST_SUBSCRIPTIONS_AT_ONCE} subscriptions in one request`;
  const all = new Set([...Object.keys(subscriptionsOf(client)), ...filters]);
  return all.size > MOST_SUBSCRIPTIONS
    ? `Over ${MOST_SUBSCRIPTIONS} subscriptions in one connection`
    : undefined;
}

const subscriptionsOf = (client: Client) => (client as unknown as { subscriptions: object }).subscriptions;

/** Lets so many publishes of each connection through as AWS does; real seconds, as everything at a connection. */
export class PublishRate {
  readonly #left = new WeakMap<Client, { count: number; atMs: number }>();

  /** Counts one more; false when it is over the limit. */
  take(client: Client): boolean {
    const atMs = performance.now();
    const known = this.#left.get(client) ?? { count: PUBLISHES_PER_S, atMs };
    const refilled = known.count + ((atMs - known.atMs) / 1000) * PUBLISHES_PER_S;
    const count = Math.min(PUBLISHES_PER_S, refilled);
    const passes = count >= 1;
    this.#left.set(client, { count: passes ? count - 1 : count, atMs });
    return passes;
  }
}
