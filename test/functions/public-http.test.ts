import { expect, test } from 'vitest';
import type { HttpRequest } from '../../functions/wiring/http.ts';
import { publicRoutes } from '../../functions/wiring/public-http.ts';

const request = (routeKey: string, pathParameters?: Record<string, string>) =>
  // Nobody's request has no authorizer in it.
  ({ routeKey, pathParameters, requestContext: {} }) as unknown as HttpRequest;

const handle = publicRoutes({
  'GET /receipts/{code}': async ({ code = 'none' }) => ({ statusCode: 200, body: code }),
});

test('a route for anyone answers without a token', async () => {
  expect(await handle(request('GET /receipts/{code}', { code: 'A' }))).toEqual({
    statusCode: 200,
    body: 'A',
  });
  expect(await handle(request('GET /receipts/{code}'))).toEqual({ statusCode: 200, body: 'none' });
});

test('a route that the function does not have is not found', async () => {
  await expect(handle(request('POST /receipts/{code}'))).rejects.toMatchObject({ error: 'not-found' });
});
