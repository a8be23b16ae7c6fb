import { expect, test } from 'vitest';
import type { RouteContract } from '../../contract/routes/route.ts';
import { servePublic } from '../../functions/wiring/public-http.ts';
import { type ApiHandler, call } from '../support/called-api.ts';

const contract = [
  {
    method: 'GET',
    path: '/receipts/{code}',
    summary: 'A receipt to print.',
    roles: 'anyone',
    answer: 'pdf',
  },
] as const satisfies readonly RouteContract[];

const handler = servePublic<typeof contract>({
  'GET /receipts/{code}': async ({ code = 'none' }) => ({
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    body: code,
  }),
}) as unknown as ApiHandler;

test('a route for anyone answers without a token, to what was typed', async () => {
  // Nobody's request has no authorizer in it.
  const ask = (pathParameters?: object) =>
    handler({ routeKey: 'GET /receipts/{code}', pathParameters, requestContext: {} }, {});
  expect(await ask({ code: 'ab cd' })).toMatchObject({ statusCode: 200, body: 'ab cd' });
  expect(await ask()).toMatchObject({ statusCode: 200, body: 'none' });
});

test('a route that the function does not have is not found', async () => {
  expect(await call(handler, 'POST /receipts/{code}', {})).toMatchObject({
    status: 404,
    body: { error: 'not-found' },
  });
});
