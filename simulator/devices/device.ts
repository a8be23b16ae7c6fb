/** One message that a virtual device sends. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * A virtual device: a state machine without clock, network or randomness of its own. Whoever drives it passes the
 * time in, carries what it returns, and hands it what arrives, so the same device runs over MQTT or in memory.
 */
export interface VirtualDevice {
  /** The client id of its connection: a thing name, or the IMEI of a board. */
  readonly connection: string;
  readonly subscriptions: readonly string[];
  /** The connection has been made, or made again. */
  start(nowMs: number): Outgoing[];
  receive(topic: string, payload: Uint8Array, nowMs: number): Outgoing[];
  /** Does what has fallen due. Calling it more often changes nothing. */
  tick(nowMs: number): Outgoing[];
}

/** A JSON message as bytes. */
export function jsonMessage(topic: string, body: unknown): Outgoing {
  return { topic, payload: Buffer.from(JSON.stringify(body)) };
}

/** The object in a JSON payload, or undefined: a device ignores what it cannot read. */
export function readJsonObject(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
