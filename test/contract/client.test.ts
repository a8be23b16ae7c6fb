import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkAnswer } from '../../contract/check.ts';
import { ApiFailure, type Client, type ClientOptions, openClient } from '../../contract/client.ts';

/** What the server was asked, and what it answers next. */
let asked: { line: string; token: string | undefined; body: string }[];
let answer: { status: number; text: string };
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method, url, headers } = request;
  asked.push({ line: `${method} ${url}`, token: headers.authorization, body });
  response.writeHead(answer.status).end(answer.text);
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, text: '{}' };
});
const client = (options: Partial<ClientOptions> = {}) => openClient({ base, ...options });
const alertOf = (api: Client, estateId: string, alertId: string) =>
  api.call('POST /estates/{estateId}/alerts/{alertId}/acknowledge', { path: { estateId, alertId } });

test('what is put into a path stays one part of it; query and body are what the contract says', async () => {
  const api = client({ token: () => 'T' });
  await alertOf(api, 'ziyun', '../a b?c');
  await api.call('GET /estates/{estateId}/audit', {
    path: { estateId: 'ziyun' },
    query: { limit: 30, before: undefined },
  });
  await api.call('POST /estates/{estateId}/rebuild', {
    path: { estateId: 'ziyun' },
    body: { cursor: 'x' },
  });
  expect(asked).toEqual([
    { line: 'POST /estates/ziyun/alerts/..%2Fa%20b%3Fc/acknowledge', token: 'Bearer T', body: '' },
    { line: 'GET /estates/ziyun/audit?limit=30', token: 'Bearer T', body: '' },
    { line: 'POST /estates/ziyun/rebuild', token: 'Bearer T', body: '{"cursor":"x"}' },
  ]);
});

test.each(['', '.', '..'])('%j is part of no path, and nobody is asked', async (alertId) => {
  await expect(alertOf(client(), 'ziyun', alertId)).rejects.toMatchObject({
    ...{ kind: 'refused', error: 'bad-request', status: undefined },
  });
  expect(asked).toEqual([]);
});

test('a page is text, a document a file, and without a token none is sent', async () => {
  answer = { status: 200, text: '<p>slip</p>' };
  const path = { estateId: 'ziyun', transferId: 't1' };
  const key = 'POST /estates/{estateId}/cash-top-ups/{transferId}/slip/print';
  expect(await client().call(key, { path, as: 'html' })).toBe('<p>slip</p>');
  const file = await client().call('GET /receipts/{code}/pdf', { path: { code: 'A' }, as: 'pdf' });
  expect(await file.text()).toBe('<p>slip</p>');
  expect(asked.map(({ token }) => token)).toEqual([undefined, undefined]);
});

test.each([
  [409, '{"error":"port-busy","message":"It is"}', 'conflict', 'port-busy', 'It is'],
  [404, '{"error":"not-found"}', 'not-found', 'not-found', undefined],
  [403, '{"message":"Forbidden"}', 'forbidden', 'HTTP 403', undefined],
  [502, '<html>', 'server', 'HTTP 502', undefined],
] as const)('%i %s is told as %s', async (status, text, kind, error, detail) => {
  answer = { status, text };
  const failure = await client()
    .call('GET /estates')
    .catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(ApiFailure);
  expect(failure).toMatchObject({ status, kind, error, detail });
});

test('whoever is signed out is told so once', async () => {
  answer = { status: 401, text: '{"message":"Unauthorized"}' };
  let times = 0;
  const onSignedOut = () => {
    times += 1;
  };
  const api = client({ onSignedOut });
  await expect(api.call('GET /estates')).rejects.toMatchObject({ kind: 'signed-out' });
  expect(times).toBe(1);
});

test('what is no JSON object is refused, and by a tool whatever is not in the contract', async () => {
  for (const text of ['<html>', '1', 'null']) {
    answer = { status: 200, text };
    await expect(client().call('GET /estates')).rejects.toMatchObject({ kind: 'unexpected-answer' });
  }
  answer = { status: 200, text: '{"estates":[{"estateId":1}]}' };
  await expect(client().call('GET /estates')).resolves.toEqual({ estates: [{ estateId: 1 }] });
  await expect(client({ check: checkAnswer }).call('GET /estates')).rejects.toMatchObject({
    kind: 'unexpected-answer',
    detail: expect.stringContaining('estateId'),
  });
});

test('nobody there is told as such, and a change of mind is no failure', async () => {
  const nobody = openClient({ base: 'http://127.0.0.1:1' });
  await expect(nobody.call('GET /estates')).rejects.toMatchObject({
    ...{ kind: 'unreachable', error: '127.0.0.1:1' },
  });
  await expect(client().call('GET /estates', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
