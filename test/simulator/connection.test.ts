import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Certificates, openCertificates } from '../../local/machine/certificates.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { frame } from '../../simulator/devices/juy-frames.ts';
import { Reader } from '../../simulator/devices/reader.ts';

const IMEI = '861197062934387';
const time = { now: () => Date.now() };

/** A broker that takes certificates, and passwords where there is none; the rest of the cloud is not needed here. */
let server: Server;
let broker: Aedes;
let certificates: Certificates;
const clients = new Map<string, Client>();
const connections: DeviceConnection[] = [];
const received: { topic: string; payload: Buffer; client: string | undefined }[] = [];

beforeAll(async () => {
  certificates = await openCertificates(undefined);
  broker = await Aedes.createBroker();
  broker.authenticate = (client, user, password, done) => {
    const name = (client.conn as TLSSocket).getPeerCertificate()?.subject?.CN;
    done(null, name === client.id || (user === 'b1' && password?.toString() === 'secret'));
  };
  broker.on('client', (client) => clients.set(client.id, client));
  broker.on('publish', ({ topic, payload }, client: Client | null) => {
    if (client) received.push({ topic, payload: Buffer.from(payload), client: client.id });
  });
  const { key, certificate: cert } = certificates.server;
  const ca = certificates.authority;
  server = createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: false }, (socket) =>
    broker.handle(socket),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await new Promise((resolve) => broker.close(() => resolve(undefined)));
  await new Promise((resolve) => server.close(resolve));
});

const open = (
  device: JuyBoard | Reader,
  proof: ConstructorParameters<typeof DeviceConnection>[1]['proof'],
) => {
  const { port } = server.address() as AddressInfo;
  const connection = new DeviceConnection(device, {
    endpoint: { host: '127.0.0.1', port },
    certificateAuthority: certificates.authority,
    proof,
    time,
  });
  connections.push(connection);
  return connection;
};
const said = (client: string) => received.filter((message) => message.client === client);
const down = (topic: string, payload: Buffer) =>
  new Promise<void>((resolve, reject) =>
    broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) =>
      error ? reject(error) : resolve(),
    ),
  );

describe('a device on its line', () => {
  it('comes in with a certificate, and carries a swipe and its unlock', async () => {
    const reader = new Reader({ thing: 'reader-1', idPrefix: 'run' });
    const connection = open(reader, await certificates.issueDevice('reader-1'));
    await vi.waitFor(() =>
      expect(said('reader-1').map(({ topic }) => topic)).toEqual(['pengyou/reader-1/up/health']),
    );
    let swipeId = '';
    connection.act((nowMs) => {
      const swipe = reader.swipe('047C9A22', nowMs);
      swipeId = swipe.swipeId;
      return swipe.messages;
    });
    const unlock = { command: 'c1', expiresAtMs: Date.now() + 10_000, door: 1, swipe: swipeId };
    await down('pengyou/reader-1/down/unlock', Buffer.from(JSON.stringify(unlock)));
    await vi.waitFor(() => expect(reader.outcome(swipeId)).toEqual({ unlocked: true }));
    await vi.waitFor(() => expect(said('reader-1').at(-1)?.topic).toBe('pengyou/reader-1/up/ack'));
  });

  it('has received what was written to it before, once it is flushed', async () => {
    const reader = new Reader({ thing: 'reader-2', idPrefix: 'run' });
    const connection = open(reader, await certificates.issueDevice('reader-2'));
    await vi.waitFor(() => expect(connection.ready).toBe(true));
    const before = connection.traffic;
    for (let index = 0; index < 20; index += 1) {
      await down(
        'pengyou/reader-2/down/refuse',
        Buffer.from(JSON.stringify({ swipe: `s${index}`, reason: 'no' })),
      );
    }
    await connection.flush();
    expect(connection.traffic - before).toBeGreaterThanOrEqual(20);
    expect(reader.outcome('s19')).toEqual({ unlocked: false, reason: 'no' });
  });

  it('comes in with a password, is lost, and logs in again by itself', async () => {
    const board = new JuyBoard({ imei: IMEI, ports: 10, answerTimeoutMs: 60_000 });
    open(board, { user: 'b1', password: 'secret' });
    const loginAnswer = frame(0x81, Buffer.from([0, 0, 0, 0, 0, 0, 0, 240, 0]));
    await vi.waitFor(() => expect(said(IMEI).map(({ topic }) => topic)).toEqual([`JUY/D2S/${IMEI}/81/DEV`]));
    await down(`JUY/S2D/${IMEI}/81/SERVER`, loginAnswer);
    await vi.waitFor(() => expect(board.loggedIn).toBe(true));
    const logins = () => said(IMEI).filter(({ topic }) => topic.includes('/81/')).length;
    clients.get(IMEI)?.close();
    await vi.waitFor(() => expect(logins()).toBe(2), { timeout: 5000 });
    expect(board.loggedIn).toBe(false);
  });

  it('stays outside with a wrong password', async () => {
    const log: string[] = [];
    const { port } = server.address() as AddressInfo;
    const connection = new DeviceConnection(new JuyBoard({ imei: '000000000000001', ports: 10 }), {
      endpoint: { host: '127.0.0.1', port },
      certificateAuthority: certificates.authority,
      proof: { user: 'b1', password: 'guess' },
      time,
      log: (line) => log.push(line),
    });
    connections.push(connection);
    await vi.waitFor(() => expect(log.join()).toMatch(/not authorized|refused/i));
    expect(connection.ready).toBe(false);
    expect(said('000000000000001')).toEqual([]);
  });
});
