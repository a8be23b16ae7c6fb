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

/**
 * What a request asks for, as an address of the server at `base`; undefined where it is none: an escape such as `%E0%A4%A`
 * that stands for no character, in the path or in the query. AWS's front ends answer 400 to that, before anything else.
 */
export function addressOf(request: IncomingMessage, base: string): URL | undefined {
  const asked = request.url ?? '/';
  try {
    decodeURIComponent(asked);
    // Behind the base, not resolved against it: a path that begins with two slashes names no other host.
    return new URL(asked.startsWith('/') ? base + asked : asked);
  } catch {
    return undefined;
  }
}

const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The whole body of a request. Throws BodyTooLarge; without a limit, for what is larger than anything AWS would take. */
export async function readBody(request: IncomingMessage, limitBytes = LARGEST_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new BodyTooLarge(`A request body is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
