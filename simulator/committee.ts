import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '../contract/client.ts';
import { type Alert, alertSchema } from '../contract/shapes/alert.ts';
import { readJsonObject } from './devices/device.ts';

/** An alert as the committee's webhook receives it, as far as this inbox reads it. */
export type AlertNotice = Pick<Alert, 'alertId' | 'estateId' | 'kind' | 'severity' | 'place' | 'text'>;

export interface Inbox {
  readonly url: string;
  stop(): Promise<void>;
}

const LARGEST_BODY_BYTES = 64 * 1024;

/** The committee's inbox: a loopback server that shows each alert it is sent. */
export async function openInbox(receive: (notice: AlertNotice) => void): Promise<Inbox> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LARGEST_BODY_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const notice = readNotice(Buffer.concat(chunks));
      if (notice) receive(notice);
      response.writeHead(notice ? 204 : 400).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/alerts`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const readNotice = (payload: Uint8Array): AlertNotice | undefined =>
  alertSchema.safeParse(readJsonObject(payload)).data;

/** A committee member takes note of an alert. */
export async function acknowledge(
  member: Client,
  { estateId, alertId }: Pick<AlertNotice, 'estateId' | 'alertId'>,
): Promise<void> {
  await member.call('POST /estates/{estateId}/alerts/{alertId}/acknowledge', {
    path: { estateId, alertId },
  });
}
