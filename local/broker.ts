import { createServer as createHttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Identity } from './certificates.ts';
import { listen } from './listener.ts';
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

export type ListenerName = 'things' | 'boards' | 'pages';

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

export interface BrokerOptions {
  readonly server: Identity;
  readonly authority: string;
  readonly ports: { readonly mqtt: number; readonly boards: number; readonly websocket: number };
  admit(request: ConnectRequest): Promise<Admission>;
  /** Called before the sender gets its acknowledgement, so that an acknowledged message is known here. */
  received(message: { topic: string; payload: Buffer; clientId: string; principal: string }): void;
  refused(refusal: Refusal): void;
}

/** The MQTT broker in the place of IoT Core. It knows sessions and policies, and no devices. */
export interface Broker {
  readonly ports: { readonly mqtt: number; readonly boards: number; readonly websocket: number };
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain: boolean): Promise<void>;
  readonly counters: { received: number; published: number; refused: number };
  stop(): Promise<void>;
}

/** AWS IoT's own limits. */
const LARGEST_PAYLOAD_BYTES = 128 * 1024;
const MOST_TOPIC_LEVELS = 8;
const BASIC_INGEST = /^\$aws\/rules\/[^/]+\//;
const NOT_AUTHORIZED = 5;

/** Starts the broker with its three listeners. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const counters = { received: 0, published: 0, refused: 0 };
  const refused = (refusal: Refusal) => {
    counters.refused += 1;
    options.refused(refusal);
  };
  const admissions = new Gate(options, refused, counters);
  const aedes = await Aedes.createBroker({
    queueLimit: 1000,
    maxClientsIdLength: 128,
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
    aedes.handle(stream);
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

type Stream = Client['conn'];

/** Every question that the broker has to answer before it lets something pass. */
class Gate {
  readonly #options: BrokerOptions;
  readonly #refused: (refusal: Refusal) => void;
  readonly #counters: { received: number };
  readonly #streams = new WeakMap<Stream, { listener: ListenerName; socket: Socket }>();
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #expiries = new WeakMap<Client, NodeJS.Timeout>();

  constructor(options: BrokerOptions, refused: (refusal: Refusal) => void, counters: { received: number }) {
    this.#options = options;
    this.#refused = refused;
    this.#counters = counters;
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
    const levels = topic.replace(BASIC_INGEST, '').split('/').length;
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
    else if (levels > MOST_TOPIC_LEVELS) details = `The topic has over ${MOST_TOPIC_LEVELS} levels`;
    if (details !== undefined || session === undefined) {
      this.#refuse(client, 'Publish-In', session?.principal, details ?? 'No session', topic);
      return new Error(details);
    }
    this.#counters.received += 1;
    this.#options.received({ topic, payload, clientId: client.id, principal: session.principal });
    return null;
  }

  subscribe(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session?.may('iot:Subscribe', filter)) return true;
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

type OnStream = (stream: Stream, listener: ListenerName, socket: Socket) => void;

/**
 * Things and boards by TLS, pages by plain WebSocket, which on loopback a browser treats as secure. A certificate of
 * another authority is let through the handshake and refused at the connect, so that the refusal can be seen.
 */
async function openListeners(options: BrokerOptions, onStream: OnStream) {
  const { key, certificate: cert } = options.server;
  const tls = { key, cert, ca: options.authority, noDelay: true };
  const things = createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false });
  const boards = createTlsServer(tls);
  for (const [server, listener] of [
    [things, 'things'],
    [boards, 'boards'],
  ] satisfies [TlsServer, ListenerName][]) {
    server.on('secureConnection', (socket) => {
      socket.setNoDelay(true);
      onStream(socket, listener, socket);
    });
  }
  const pages = createHttpServer();
  const sockets = new WebSocketServer({
    server: pages,
    path: '/mqtt',
    maxPayload: 2 * LARGEST_PAYLOAD_BYTES,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket, request) =>
    onStream(createWebSocketStream(socket), 'pages', request.socket),
  );
  const [mqtt, boardsPort, websocket] = await Promise.all([
    listen(things, options.ports.mqtt),
    listen(boards, options.ports.boards),
    listen(pages, options.ports.websocket),
  ]);
  const close = async () => {
    for (const socket of sockets.clients) socket.terminate();
    pages.closeAllConnections();
    await Promise.all([things, boards, pages].map((server) => new Promise((done) => server.close(done))));
  };
  return { ports: { mqtt, boards: boardsPort, websocket }, close };
}
