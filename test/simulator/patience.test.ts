import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openClient } from '../../contract/client.ts';
import { patiently } from '../../contract/patience.ts';

/** An API that says something else so many times before it does what it is asked. */
async function busyApi(answers: readonly (readonly [status: number, error: string])[]): Promise<string> {
  let asked = 0;
  const server = createServer((_, response) => {
    const [status, error] = answers[asked] ?? [200, undefined];
    asked += 1;
    response.writeHead(status).end(JSON.stringify(error === undefined ? { done: asked } : { error }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an API that is busy is asked again, after twice as long each time, and whoever watches is told', async () => {
  const url = await busyApi([
    [503, 'table-busy'],
    [429, 'Too Many Requests'],
  ]);
  const told: string[] = [];
  const waits = (error: unknown, waitMs: number) =>
    told.push(`${(error as { error: string }).error} ${waitMs}`);
  const api = patiently(openClient({ base: url }), { forMs: 60_000, waits });
  expect(await api.call('GET /estates')).toEqual({ done: 3 });
  expect(told).toEqual(['table-busy 500', 'Too Many Requests 1000']);
});

test('patience has an end, and none is had with a refusal that lasts', async () => {
  const base = await busyApi(Array(9).fill([503, 'table-busy']));
  const busy = patiently(openClient({ base }), { forMs: 400 });
  await expect(busy.call('GET /estates')).rejects.toMatchObject({ status: 503, error: 'table-busy' });
  const told: unknown[] = [];
  const waits = (error: unknown) => told.push(error);
  const refusing = openClient({ base: await busyApi([[409, 'tariff-immutable']]) });
  const refused = patiently(refusing, { forMs: 60_000, waits });
  await expect(refused.call('GET /estates')).rejects.toMatchObject({ error: 'tariff-immutable' });
  expect(told).toEqual([]);
});
