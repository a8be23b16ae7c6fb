import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { webhookWithin } from '../../functions/wiring/webhook.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A webhook that answers so; answers its address. */
async function opened(answer: (response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=secret`;
}

const post = (url: string, withinMs = 20_000) => webhookWithin(withinMs)(url, '{}', 'signature');
const says = (status: number, body = '') => opened((response) => response.writeHead(status).end(body));

test.each([
  [200, ''],
  [204, ''],
  [202, 'thank you'],
  [200, '{"errcode":0,"errmsg":"ok"}'],
  [200, '{"code":0,"msg":"success","data":{}}'],
  [200, '{"code":200,"msg":"ok"}'],
  [200, '{"code":"E7"}'],
  [200, 'null'],
  [200, `{"errcode":1,"errmsg":"${'long '.repeat(2000)}"}`],
])('an answer of %i “%s” is a delivery', async (status, body) => {
  expect(await post(await says(status, body))).toEqual({ result: 'delivered', status });
});

test.each([301, 400, 404, 410, 429, 500, 503])('an answer of %i is a refusal', async (status) => {
  expect(await post(await says(status, 'why'))).toEqual({ result: 'refused', status });
});

test.each([
  ['{"errcode":93000,"errmsg":"invalid webhook url"}', 93000],
  ['{"code":19001,"msg":"token invalid"}', 19001],
  ['{"errcode":-1,"code":0}', -1],
])('a robot that answers 200 and %s has refused', async (body, code) => {
  expect(await post(await says(200, body))).toEqual({ result: 'refused', status: 200, code });
});

test('nobody there, and a name that nobody has, is unreachable', async () => {
  const url = await says(200);
  for (const stop of stops.splice(0)) stop();
  expect(await post(url)).toEqual({ result: 'unreachable' });
  expect(await post('https://committee.invalid/')).toEqual({ result: 'unreachable' });
});

test('no answer, or none to its end, in time is timed out', async () => {
  expect(await post(await opened(() => {}), 50)).toEqual({ result: 'timed-out' });
  const halfway = await opened((response) => response.writeHead(200).write('{"errcode":'));
  expect(await post(halfway, 500)).toMatchObject({ result: 'timed-out' });
});

test('a connection that breaks off may have delivered: nothing is known', async () => {
  const closes = await opened((response) => response.destroy());
  expect(await post(closes)).toEqual({ result: 'unknown' });
  const halfway = await opened((response) => {
    response.writeHead(200, { 'content-length': 20 });
    response.write('{"errcode":', () => response.destroy());
  });
  expect(await post(halfway)).toMatchObject({ result: 'unknown' });
});
