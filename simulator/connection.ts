import { connect, type IClientOptions, type ISubscriptionMap, type MqttClient } from 'mqtt';
import type { Outgoing, VirtualDevice } from './devices/device.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A thing shows its certificate; a board that cannot has a user name and a password. */
export type Proof =
  | { readonly key: string; readonly certificate: string }
  | { readonly user: string; readonly password: string };

/** The world's time; the machine's own clock never matters to a device. */
export interface Time {
  now(): number;
}

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  /** PEM: whom the device trusts as its broker. */
  readonly certificateAuthority: string;
  readonly proof: Proof;
  readonly time: Time;
  readonly log?: (line: string) => void;
}

const RECONNECT_AFTER_MS = 1000;
const KEEPALIVE_S = 60;

/** Carries one virtual device over MQTT: TLS, QoS 1, connected again after every loss. */
export class DeviceConnection {
  readonly device: VirtualDevice;
  readonly #client: MqttClient;
  readonly #time: Time;
  readonly #log: (line: string) => void;
  #ready = false;
  #published = 0;
  #unacknowledged = 0;
  #received = 0;

  constructor(device: VirtualDevice, options: ConnectionOptions) {
    this.device = device;
    this.#time = options.time;
    this.#log = options.log ?? (() => {});
    this.#client = connect(clientOptions(device.connection, options));
    this.#client.on('connect', () => void this.#welcome());
    this.#client.on('message', (topic, payload) => {
      this.#received += 1;
      this.#publish(this.device.receive(topic, payload, this.#time.now()));
    });
    this.#client.on('close', () => {
      this.#ready = false;
    });
    this.#client.on('error', (error) => this.#log(`${device.connection}: ${error.message}`));
  }

  /** Connected, subscribed, and the device has said its first words. */
  get ready(): boolean {
    return this.#ready;
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** Grows with every message in either direction: two equal readings mean that nothing went by in between. */
  get traffic(): number {
    return this.#published + this.#received;
  }

  /** Sent, and not yet taken over by the broker. */
  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  /** Something is done to the device, at the present moment; what it says goes out. */
  act(deed: (nowMs: number) => Outgoing[]): void {
    this.#publish(deed(this.#time.now()));
  }

  tick(): void {
    if (this.#ready) this.act((nowMs) => this.device.tick(nowMs));
  }

  /**
   * Returns when everything that the broker had written for this device before now has arrived: the answer to a
   * subscription comes behind it on the same stream.
   */
  async flush(): Promise<void> {
    const [topic] = this.device.subscriptions;
    if (topic === undefined || !this.#client.connected) return;
    // Without `resubscribe` the client knows the topic already and asks nobody.
    await this.#client.subscribeAsync({ [topic]: { qos: 1 }, resubscribe: true } as ISubscriptionMap);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #welcome(): Promise<void> {
    // Without this, Nagle's algorithm holds small packets back for tens of milliseconds.
    const stream = this.#client.stream as { setNoDelay?: (on: boolean) => void };
    stream.setNoDelay?.(true);
    try {
      if (this.device.subscriptions.length > 0) {
        await this.#client.subscribeAsync([...this.device.subscriptions], { qos: 1 });
      }
      this.#ready = true;
      this.act((nowMs) => this.device.start(nowMs));
    } catch (error) {
      // The connection went away during the welcome; the next one begins it again.
      this.#log(`${this.device.connection}: ${String(error)}`);
    }
  }

  #publish(messages: readonly Outgoing[]): void {
    // A device without a connection says nothing: what must not be lost it says again by itself.
    if (!this.#client.connected) return;
    for (const { topic, payload } of messages) {
      this.#published += 1;
      this.#unacknowledged += 1;
      this.#client.publish(topic, Buffer.from(payload), { qos: 1 }, (error) => {
        this.#unacknowledged -= 1;
        if (error) this.#log(`${this.device.connection}: ${error.message}`);
      });
    }
  }
}

function clientOptions(clientId: string, options: ConnectionOptions): IClientOptions {
  const { proof } = options;
  const identity =
    'key' in proof
      ? { key: proof.key, cert: proof.certificate }
      : { username: proof.user, password: Buffer.from(proof.password) };
  return {
    protocol: 'mqtts',
    host: options.endpoint.host,
    port: options.endpoint.port,
    ca: options.certificateAuthority,
    rejectUnauthorized: true,
    clientId,
    protocolVersion: 4,
    clean: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RECONNECT_AFTER_MS,
    ...identity,
  };
}
