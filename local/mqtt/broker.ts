import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import {
  BASIC_INGEST,
  keepAlive,
  LARGEST_PAYLOAD_BYTES,
  LONGEST_CLIENT_ID_BYTES,
  PublishRate,
  subscribeFault,
  topicFault,
} from './broker-limits.ts';
import { type ListenerName, type ListenerOptions, openListeners, type Stream } from './broker-listeners.ts';
import type { IotAction } from './thing-policy.ts';

/** Who asks to connect, and where: things by certificate, boards and pages by what they send. */
export interface ConnectRequest {
  readonly listener: ListenerName;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Buffer;
  readonly certificate?: {
    readonly commonName: string;
    readonly thumbprint: string;
    readonly trusted: boolean;
  };
}

/** A connection that was let in, and what it may do. */
export interface Session {
  readonly principal: string;
  may(action: IotAction, name: string): boolean;
  readonly disconnectAfterMs?: number;
}

/** The decision about a connection; a refusal says why. */
export type Admission =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly principal?: string; readonly details: string };

/** Something that the broker refused. */
export interface Refusal {
  readonly eventType: 'Connect' | 'Publish-In' | 'Subscribe';
  readonly clientId: string;
  readonly principal: string | undefined;
  readonly sourceIp: string;
  readonly topic?: string;
  readonly details: string;
}

export interface BrokerOptions extends ListenerOptions {
  /** Whether a connection's publishes are limited to so many a second: not in a world where time stands still. */
  readonly throttles: boolean;
  admit(request: ConnectRequest): Promise<Admission>;
  /** Called before the sender gets its acknowledgement, so that an acknowledged message is known here. */
  received(message: { topic: string; payload: Buffer; clientId: string; principal: string }): void;
  refused(refusal: Refusal): void;
}

export interface BrokerCounters {
  received: number;
  published: number;
  refused: number;
  /** Publishes over the limit of their connection: discarded, and not acknowledged. */
  throttled: number;
}

/** The MQTT broker in the place of IoT Core. It knows sessions and policies, and no devices. */
export interface Broker {
  readonly ports: { readonly mqtt: number; readonly boards: number; readonly websocket: number };
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain: boolean): Promise<void>;
  readonly counters: BrokerCounters;
  stop(): Promise<void>;
}

const NOT_AUTHORIZED = 5;
/** Nobody can hear it: what is published here is gone. */
const DISCARDED = '$discarded';

/** Starts the broker with its three listeners. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const counters = { received: 0, published: 0, refused: 0, throttled: 0 };
  const refused = (refusal: Refusal) => {
    counters.refused += 1;
    options.refused(refusal);
  };
  const admissions = new Gate(options, refused, counters);
  const aedes = await Aedes.createBroker({
    queueLimit: 1000,
    maxClientsIdLength: LONGEST_CLIENT_ID_BYTES,
    preConnect: (_client, packet, done) => {
      packet.keepalive = keepAlive(packet.keepalive ?? 0);
      const fits = Buffer.byteLength(packet.clientId) <= LONGEST_CLIENT_ID_BYTES;
      done(fits ? null : new Error('The client id is too long'), fits);
    },
    authenticate: (client, username, password, done) => {
      void admissions.connect(client, username, password).then(
        (ok) => done(ok ? null : notAuthorized(), ok),
        (error: Error) => done(Object.assign(error, { returnCode: 3 }), false),
      );
    },
    authorizePublish: (client, packet, done) => done(admissions.publish(client, packet)),
    authorizeSubscribe: (client, subscription, done) =>
      done(null, admissions.subscribe(client, subscription.topic) ? subscription : null),
    authorizeForward: (client, packet) => (admissions.receive(client, packet.topic) ? packet : null),
  });
  aedes.on('clientDisconnect', (client) => admissions.forget(client));
  const { ports, close } = await openListeners(options, (stream, listener, socket) => {
    admissions.opened(stream, listener, socket);
    admissions.watchSubscriptions(aedes.handle(stream));
  });
  return {
    ports,
    counters,
    publish: (topic, payload, qos, retain) => {
      counters.published += 1;
      return new Promise((resolve, reject) =>
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        ),
      );
    },
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await close();
    },
  };
}

function notAuthorized(): AuthenticateError {
  return Object.assign(new Error('not authorized'), { returnCode: NOT_AUTHORIZED });
}

/** Every question that the broker has to answer before it lets something pass. */
class Gate {
  readonly #options: BrokerOptions;
  readonly #refused: (refusal: Refusal) => void;
  readonly #counters: BrokerCounters;
  readonly #rate: PublishRate | undefined;
  readonly #streams = new WeakMap<Stream, { listener: ListenerName; socket: Socket }>();
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #expiries = new WeakMap<Client, NodeJS.Timeout>();

  constructor(options: BrokerOptions, refused: (refusal: Refusal) => void, counters: BrokerCounters) {
    this.#options = options;
    this.#refused = refused;
    this.#counters = counters;
    this.#rate = options.throttles ? new PublishRate() : undefined;
  }

  opened(stream: Stream, listener: ListenerName, socket: Socket): void {
    this.#streams.set(stream, { listener, socket });
  }

  async connect(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<boolean> {
    const origin = this.#streams.get(client.conn);
    if (origin === undefined) return false;
    const admission = await this.#options.admit({
      listener: origin.listener,
      clientId: client.id,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(origin.listener === 'things' ? { certificate: certificateOf(origin.socket as TLSSocket) } : {}),
    });
    if (!admission.ok) {
      this.#refuse(client, 'Connect', admission.principal, admission.details);
      return false;
    }
    const { session } = admission;
    if (!session.may('iot:Connect', client.id)) {
      this.#refuse(
        client,
        'Connect',
        session.principal,
        'The policy does not allow iot:Connect with this client id',
      );
      return false;
    }
    this.#sessions.set(client, session);
    if (session.disconnectAfterMs !== undefined) {
      this.#expiries.set(client, setTimeout(() => client.close(), session.disconnectAfterMs).unref());
    }
    return true;
  }

  /** An error ends the connection, as AWS IoT does with a publish that it does not allow. */
  publish(client: Client | null, packet: PublishPacket): Error | null {
    if (client === null) return null;
    const { topic, qos, retain } = packet;
    const session = this.#sessions.get(client);
    const payload = Buffer.from(packet.payload);
    const fault = topicFault(topic);
    let details: string | undefined;
    if (session?.may('iot:Publish', topic) !== true)
      details = 'The policy does not allow iot:Publish on this topic';
    else if (retain && !session.may('iot:RetainPublish', topic))
      details = 'The policy does not allow iot:RetainPublish';
    else if (topic.startsWith('$') && !BASIC_INGEST.test(topic))
      details = 'Topics that begin with $ are reserved';
    else if (qos === 2) details = 'QoS 2 is not supported';
    else if (payload.length > LARGEST_PAYLOAD_BYTES)
      details = `The payload is over ${LARGEST_PAYLOAD_BYTES} bytes`;
    else if (fault !== undefined) details = fault;
    if (details !== undefined || session === undefined) {
      this.#refuse(client, 'Publish-In', session?.principal, details ?? 'No session', topic);
      return new Error(details);
    }
    if (this.#rate?.take(client) === false) {
      this.#counters.throttled += 1;
      // As AWS does: it stays connected, and what was discarded is not acknowledged.
      Object.assign(packet, { topic: DISCARDED, qos: 0, retain: false });
      return null;
    }
    this.#counters.received += 1;
    this.#options.received({ topic, payload, clientId: client.id, principal: session.principal });
    return null;
  }

  /**
   * A SUBSCRIBE over AWS's limits ends the connection. The broker asks about one filter at a time; how many came together
   * only its parser tells.
   */
  watchSubscriptions(client: Client): void {
    const { _parser: parser } = client as unknown as { _parser: EventEmitter };
    parser.prependListener('packet', ({ cmd, subscriptions = [] }: SubscribePacket) => {
      const filters = subscriptions.map(({ topic }) => topic);
      const fault = cmd === 'subscribe' ? subscribeFault(client, filters) : undefined;
      if (fault === undefined) return;
      this.#refuse(client, 'Subscribe', this.#sessions.get(client)?.principal, fault, filters[0]);
      client.close();
    });
  }

  subscribe(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (topicFault(filter) === undefined && session?.may('iot:Subscribe', filter)) return true;
    this.#refuse(
      client,
      'Subscribe',
      session?.principal,
      'The policy does not allow iot:Subscribe on this filter',
      filter,
    );
    return false;
  }

  /** Basic Ingest is for rules alone: nobody hears it. */
  receive(client: Client, topic: string): boolean {
    return !topic.startsWith('$') && this.#sessions.get(client)?.may('iot:Receive', topic) === true;
  }

  forget(client: Client): void {
    clearTimeout(this.#expiries.get(client));
  }

  #refuse(
    client: Client,
    eventType: Refusal['eventType'],
    principal: string | undefined,
    details: string,
    topic?: string,
  ): void {
    const sourceIp = this.#streams.get(client.conn)?.socket.remoteAddress ?? '';
    const about = topic === undefined ? {} : { topic };
    this.#refused({ eventType, clientId: client.id, principal, sourceIp, details, ...about });
  }
}

interface SubscribePacket {
  readonly cmd: string;
  readonly subscriptions?: readonly { readonly topic: string }[];
}

type PublishPacket = Parameters<
  NonNullable<ConstructorParameters<typeof Aedes>[0]>['authorizePublish'] & object
>[1];

function certificateOf(socket: TLSSocket): NonNullable<ConnectRequest['certificate']> {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  return {
    commonName: String(subject?.CN ?? ''),
    thumbprint: (fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
    trusted: socket.authorized,
  };
}
