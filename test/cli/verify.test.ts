import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run as verify } from '../../cli/verify.ts';
import type { PublicReceipt } from '../../src/receipts/public-receipt.ts';
import { sampleReceipt, tariff } from '../receipts/sample.ts';

// Whoever publishes receipts may err, or cheat: what it answers is about the receipt that was asked for, or is nothing.

const receipt = sampleReceipt();
const name = { zh: '紫云花园', en: 'Ziyun' };
const published: PublicReceipt = {
  ...{ receipt, estate: name, facility: name, tariff },
  evidence: {
    readings: receipt.readings,
    ...(receipt.removedAtMs === undefined ? {} : { removedAtMs: receipt.removedAtMs }),
  },
  verification: { same: true, differences: [] },
};

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_, response) => response.end(JSON.stringify(published)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function verified(address: string) {
  const said: string[] = [];
  const exit = await verify(
    [address],
    () => {},
    (line) => said.push(line),
  );
  return { exit, said: said.join('\n') };
}

test('a receipt that is what its records come to is the same', async () => {
  expect(await verified(`${url}/receipts/${receipt.code}`)).toEqual({ exit: 0, said: '' });
});

test('another receipt than the one that was asked for proves nothing', async () => {
  expect(await verified(`${url}/receipts/ABCDEFGHJK`)).toMatchObject({
    exit: 2,
    said: expect.stringContaining('api-unknown'),
  });
});
