import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { RouteContract } from '../../contract/routes/route.ts';
import { serve } from '../../functions/wiring/serve.ts';
import { type ApiHandler, type Asked, call } from '../support/called-api.ts';

const bike = '/estates/{estateId}/bikes/{bikeId}';
const contract = [
  {
    method: 'POST',
    path: bike,
    summary: 'Parks a bike.',
    roles: ['resident', 'manager'],
    body: z.object({
      bay: z._default(z.int(), 1),
      feeFen: z.optional(z.int().check(z.minimum(1))),
    }),
    query: { limit: z._default(z.coerce.number().check(z.maximum(9)), 5) },
    status: 201,
    answer: z.object({ bikeId: z.string(), bay: z.int(), limit: z.number(), sent: z.string() }),
  },
  {
    method: 'GET',
    path: `${bike}/label`,
    summary: 'A label to print.',
    roles: ['manager'],
    answer: 'html',
  },
  {
    method: 'GET',
    path: '/bells',
    summary: 'Bells of no estate.',
    roles: ['manager'],
    answer: z.object({ bells: z.int() }),
  },
] as const satisfies readonly RouteContract[];

const label = async () => ({ html: '<style>p{}</style><p>', style: 'p{}' });
const bells = async () => ({ bells: 3 });
const handler = serve(contract, {
  'POST /estates/{estateId}/bikes/{bikeId}': async ({ path, query, body, rawBody }) => ({
    bikeId: path.bikeId,
    bay: body.bay,
    limit: query.limit,
    sent: rawBody,
  }),
  'GET /estates/{estateId}/bikes/{bikeId}/label': label,
  'GET /bells': bells,
}) as unknown as ApiHandler;

const key = `POST ${bike}`;
const good: Asked = { roles: 'manager', path: { bikeId: 'b1' }, body: { bay: 2 } };
const errorOf = async (asked: Asked) => (await call(handler, key, { ...good, ...asked })).body['error'];

describe('a table of routes', () => {
  test('answers nothing else', async () => {
    expect(await call(handler, 'GET /horns', good)).toMatchObject({
      status: 404,
      body: { error: 'not-found' },
    });
  });
});

describe('a request', () => {
  test('is answered with the status of the contract, as it was parsed', async () => {
    expect(await call(handler, key, { ...good, query: { limit: '7' } })).toMatchObject({
      status: 201,
      body: { bikeId: 'b1', bay: 2, limit: 7, sent: '{"bay":2}' },
    });
  });

  test('may ask for more than the contract knows, which is left out', async () => {
    const more = { ...good, query: { colour: 'red' } };
    expect(await call(handler, key, more)).toMatchObject({ status: 201, body: { bay: 2, limit: 5 } });
  });

  test('is refused where the body says what nobody would heed', async () => {
    expect(await call(handler, key, { ...good, body: { bay: 2, bays: 3 } })).toMatchObject({
      status: 400,
      body: { error: 'bad-request', message: 'bays is not known' },
    });
  });

  test.each([0.5, -1, '12', null])('with %j fen is refused as money', async (feeFen) => {
    expect((await call(handler, key, { ...good, body: { feeFen } })).body).toMatchObject({
      error: 'money-invalid',
      message: expect.stringMatching(/feeFen/),
    });
  });

  test.each(['', 'null'])('whose body is %j says nothing', async (rawBody) => {
    expect(await call(handler, key, { ...good, rawBody })).toMatchObject({ status: 201, body: { bay: 1 } });
  });

  test('may come in base64', async () => {
    const claims = { sub: 'somebody', estates: 'ziyun', roles: 'manager' };
    const answer = await handler(
      {
        routeKey: key,
        pathParameters: { estateId: 'ziyun', bikeId: 'b1' },
        body: Buffer.from('{"bay":4}').toString('base64'),
        isBase64Encoded: true,
        requestContext: { authorizer: { jwt: { claims } } },
      },
      {},
    );
    expect(JSON.parse(answer.body)).toMatchObject({ bay: 4, sent: '{"bay":4}' });
  });

  test.each([
    ['of a body that is no JSON', { rawBody: '{' }],
    ['of another body', { body: { bay: 'two' } }],
    ['of another query', { query: { limit: '10' } }],
  ])('%s is a bad one', async (_, asked) => {
    expect(await errorOf(asked)).toBe('bad-request');
  });

  test.each([['GET /bells'], [`GET ${bike}/label`]])('needs a role: %s', async (route) => {
    const asked = { ...good, roles: 'resident' };
    expect((await call(handler, route, asked)).body['error']).toBe('forbidden');
  });

  test('for a page is answered with a page', async () => {
    expect(await call(handler, `GET ${bike}/label`, good)).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
      text: '<style>p{}</style><p>',
    });
  });

  test('and that page may run nothing, load nothing and stand in no frame', async () => {
    const { headers } = await call(handler, `GET ${bike}/label`, good);
    const hash = createHash('sha256').update('p{}').digest('base64');
    expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    });
  });
});

describe('what is wrong in more than one way is refused', () => {
  const wrong = { rawBody: '{', path: { bikeId: 'a b' }, roles: 'committee', estates: 'youyi' };

  test('first for its estate, then for the role, then for what was sent', async () => {
    expect(await errorOf(wrong)).toBe('not-found');
    expect(await errorOf({ ...wrong, estates: 'ziyun' })).toBe('forbidden');
    expect(await errorOf({ ...wrong, estates: 'ziyun', roles: 'resident' })).toBe('bad-request');
  });
});

describe('a name in a path', () => {
  test.each(['861317069234387-9', '1795431600000-smoke-1-smoke-0a1b2c3d', 'a:b_c.d', 'x'.repeat(200)])(
    '%s is taken',
    async (bikeId) => {
      expect((await call(handler, key, { ...good, path: { bikeId } })).body['bikeId']).toBe(bikeId);
    },
  );

  test.each(['', '%zz', 'a/b', 'a b', 'a#b', 'ü', 'x'.repeat(201)])('%j is refused', async (bikeId) => {
    expect(await errorOf({ path: { bikeId } })).toBe('bad-request');
  });

  test('that is not there is refused', async () => {
    expect(await errorOf({ path: {} })).toBe('bad-request');
  });
});

// What tsc refuses: a table of routes that is not its contract's.
const rest = { 'GET /estates/{estateId}/bikes/{bikeId}/label': label, 'GET /bells': bells };
const park = async () => ({ bikeId: 'b1', bay: 1, limit: 1, sent: '' });
// @ts-expect-error: one route is missing.
serve(contract, rest);
// @ts-expect-error: one is too many.
serve(contract, { ...rest, 'POST /estates/{estateId}/bikes/{bikeId}': park, 'GET /horns': bells });
// @ts-expect-error: what is answered is not what the contract says.
serve(contract, { ...rest, 'POST /estates/{estateId}/bikes/{bikeId}': bells });
