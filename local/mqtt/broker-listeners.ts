import { createServer as createHttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Identity } from '../machine/certificates.ts';
import { listen } from '../machine/listener.ts';
import { LARGEST_PAYLOAD_BYTES } from './broker-limits.ts';

/** Things come by certificate, boards by user name and password, pages by token. */
export type ListenerName = 'things' | 'boards' | 'pages';

export type Stream = Client['conn'];

export interface ListenerOptions {
  readonly server: Identity;
  readonly authority: string;
  readonly ports: { readonly mqtt: number; readonly boards: number; readonly websocket: number };
}

type OnStream = (stream: Stream, listener: ListenerName, socket: Socket) => void;

/**
 * Things and boards by TLS, pages by plain WebSocket, which on loopback a browser treats as secure. A certificate of
 * another authority is let through the handshake and refused at the connect, so that the refusal can be seen.
 */
export async function openListeners(options: ListenerOptions, onStream: OnStream) {
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
