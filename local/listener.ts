import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** The local cloud is nobody's business but this machine's. */
export const LOOPBACK = '127.0.0.1';

/** Listens on loopback and resolves to the port; 0 takes any free one. */
export function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** The whole body of a request, refused when it is larger than anything AWS would take. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES)
      throw new Error(`A request body is larger than ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
