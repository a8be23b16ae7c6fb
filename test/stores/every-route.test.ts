import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { contracts } from '../../contract/routes/all.ts';
import { parametersIn, type RouteContract, routeKey } from '../../contract/routes/route.ts';
import { errorTable } from '../../contract/words/errors.ts';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { keys } from '../../src/shared/keys.ts';
import { bankTariff } from '../support/bank-day.ts';
import {
  type ApiGround,
  type ApiHandler,
  type Asked,
  apiGround,
  call,
  type Told,
} from '../support/called-api.ts';

// Every route of the HTTP API as it is deployed, on DynamoDB Local. Whoever may not, and whatever cannot be meant,
// gets a named error and writes nothing; nothing makes a function fail.

/** Whose routes are in which function; providers' notices have tests of their own, and a page of print. */
const functionOf: Readonly<Record<string, string>> = {
  Charging: 'api-charging',
  Tariffs: 'api-tariffs',
  Wallet: 'api-wallet',
  Office: 'api-office',
  Payments: 'api-payments',
  Books: 'api-books',
  Receipts: 'api-receipts',
  Rebuild: 'api-rebuild',
  Estate: 'api-estate',
  Configuration: 'api-provision',
};
const elsewhere = /notify|\/pdf$|^\/openapi/;
const routes = Object.entries(contracts).flatMap(([about, list]) =>
  list
    .filter(({ path }) => !elsewhere.test(path))
    .map((route: RouteContract) => {
      const name = functionOf[about] ?? about;
      return [routeKey(route), route, name] as const;
    }),
);

let ground: ApiGround;
const handlers = new Map<string, ApiHandler>();

beforeAll(async () => {
  ground = await apiGround(merchantSecret(openKeys(undefined)));
  const [name, timeZone] = [{ zh: '紫云', en: 'Ziyun' }, 'Asia/Shanghai'];
  await ground.table.commit([
    { put: { ...keys.estate('ziyun'), estateId: 'ziyun', name, timeZone }, when: 'absent' },
    { put: { ...keys.tariff('ziyun', 0), tariff: bankTariff }, when: 'absent' },
    ...['h1', 'h2'].map((householdId) => ({
      put: { ...keys.household('ziyun', householdId), householdId, building: '3', unit: '2' },
      when: 'absent' as const,
    })),
  ]);
  for (const file of new Set(routes.map(([, , name]) => name)))
    handlers.set(file, ((await import(`../../functions/${file}.ts`)) as { handler: ApiHandler }).handler);
});
afterAll(() => ground?.stop());

function ask(key: string, name: string, asked: Asked): Promise<Told> {
  const handler = handlers.get(name);
  if (handler === undefined) throw new Error(`There is no function ${name}`);
  return call(handler, key, asked);
}

const path: Readonly<Record<string, string>> = {
  ...{ householdId: 'h1', memberId: 'm', noticeId: 'n', purchaseId: 'p', transferId: 't', refundId: 'r' },
  ...{ correctionId: 'c', orderId: 'o', month: '2026-10', kind: 'ledger', code: 'ABCDEFGHJK' },
  ...{ sessionId: '861317069234387-9', alertId: 'a', credentialId: 'c', tariffVersion: 'v', facilityId: 'g' },
  changeId: 'estate.ziyun.ask-1',
};
const inQuery = { month: '2026-10', householdId: 'h1' };
const draft = { ...bankTariff, tariffVersion: 'v9', effectiveFromMs: Date.UTC(2100, 0, 1) };
const cash = { householdId: 'h1', amountFen: 100, currency: 'CNY' };
const parts = { property: 400, operator: 500, committee: 100 };
const split = { fromMonth: '2026-10', shares: { electricity: parts, service: parts, package: parts } };
const correction = { correctionId: 't1', ...cash, reason: 'why', sessionId: path['sessionId'] };
const bill = { day: '2026-10-01', text: '' };

/** What can be meant, by the end of the route. */
const bodies: readonly (readonly [end: string, body: object])[] = [
  ['/payments', { requestId: 'request-1', amountFen: 100, provider: 'alipay', way: 'native', openId: 'x' }],
  ['/payments/{orderId}/refunds', { requestId: 'request-1', amountFen: 100, reason: 'x' }],
  ['/close', { withoutReconciliation: 'because' }],
  ['/reconciliation', { provider: 'alipay', bills: [bill], fetchDays: [], finish: true }],
  ['/rebuild', { cursor: 'x' }],
  ['/tariffs', draft],
  ['/tariffs/preview', { tariff: draft, fromMs: 1, untilMs: 2, cursor: 'x' }],
  ['/budget', { requestId: 'request-1', monthLimitFen: 100 }],
  ['/members', { requestId: 'request-2', memberId: 'm', name: 'M', monthLimitFen: 5 }],
  ['/remove', { requestId: 'request-3' }],
  ['/return', { requestId: 'request-4' }],
  ['/split-rules', split],
  ['/credit-limit', { requestId: 'request-5', creditLimitFen: 100 }],
  ['/packages', { requestId: 'request-6', packageId: 'ten', facilityId: 'garage' }],
  ['/cash-top-ups', { transferId: 't1', ...cash }],
  ['/cash-refunds', { refundId: 't1', ...cash }],
  ['/corrections', { ...correction, account: 'written-off' }],
  ['/sessions', { requestId: 'request-7', deviceId: '861317069234387', port: 1 }],
  [
    '/credentials',
    {
      ...{ credentialId: 'c1', householdId: 'h1', cardUid: '047C9A22', facilities: ['garage'] },
      ...{ validFrom: '2026-01-01', validUntil: '2036-12-31' },
    },
  ],
  [
    '/provision',
    {
      records: [
        { kind: 'household', householdId: 'h3', building: '1', unit: '1', holderId: 'mother' },
        { kind: 'split-rule', ...split },
      ],
    },
  ],
];
const bodyOf = ({ path: of }: RouteContract): object | undefined =>
  bodies.find(([end]) => of.endsWith(end))?.[1];

const everyRole = ['resident', 'manager', 'committee', 'operator'];
const forEstates = routes.filter(([, { path: of, roles }]) => of !== '/estates' && roles !== 'anyone');

describe('nobody else', () => {
  test.each(forEstates)('%s', async (key, route, name) => {
    const may = (role: string) => (route.roles as readonly string[]).includes(role);
    const asked = { path, query: inQuery, body: bodyOf(route), household: 'h1' };
    const roles = everyRole.join(' ');
    const without: Asked = { ...asked, roles };
    const cases: (readonly [string, Asked, string])[] = [
      ...everyRole
        .filter((role) => !may(role))
        .map((role) => [role, { ...asked, roles: role }, 'forbidden'] as const),
      ['no role', { ...asked, roles: '' }, 'forbidden'],
      ['no claim of roles', asked, 'forbidden'],
      ['roles of other words', { ...asked, roles: 'Operator MANAGER manager,operator' }, 'forbidden'],
      ['another estate', { ...without, estates: 'youyi' }, 'not-found'],
      ['no estate', { ...without, estates: '' }, 'not-found'],
      ['estates of other words', { ...without, estates: 'ziyun2 ziy un' }, 'not-found'],
    ];
    const isOwn = /household|\{orderId\}|\{sessionId\}/.test(route.path);
    if (may('resident') && isOwn)
      cases.push(['another household', { ...asked, roles: 'resident', household: 'h2' }, 'not-found']);
    const before = await ground.all();
    for (const [who, request, error] of cases)
      expect([who, (await ask(key, name, request)).body['error']]).toEqual([who, error]);
    expect(await ground.all()).toEqual(before);
  });
});

test('who has no role is told of no estate', async () => {
  expect((await ask('GET /estates', 'api-estate', { roles: '' })).body['error']).toBe('forbidden');
  expect((await ask('GET /estates', 'api-estate', { roles: 'resident' })).body).toMatchObject({
    estates: [{ estateId: 'ziyun' }],
  });
});

const words = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../x', 'a#b', 'ü', '\u0000', ' ', ''],
  ...['x'.repeat(300), '%2e', '\u200bh1', 'Ｈ1', '2026-13', '0000-01', '1969-12', '9999-12', '2026-10'],
  ...['1e999', '-1', 'NaN', '9'.repeat(30), 'null', '😀'.repeat(100), '\ud800'],
];
const encoded = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const cursors = ['~~', '\u007f\u007f', '😀'.repeat(50), '', '中'.repeat(60)].flatMap((after) => [
  encoded({ after, done: 0 }),
  encoded({ after, spent: {} }),
  encoded({ part: 'ledger', after }),
  encoded({ part: 'households', after }),
  encoded({ part: 'sessions', deviceId: '861317069234387', order: after }),
]);
const values: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 0.5, 1e308, 2 ** 53, [], {}, [[]], JSON.parse('{"__proto__":{"a":1}}')],
  ...['', 'x', '__proto__', 'constructor', 'a\u0000b', 'ü', '😀', '\ud800', 'x'.repeat(5000), '2026-02-31'],
  ...['1', ' 1', '１', ...cursors],
];
const texts = [
  ...['', 'null', '[]', '"x"', '1', '{', '\u0000', '{"__proto__":{"roles":"operator"}}'],
  ...['['.repeat(100_000), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
];

/** The body with each of its values, at any depth, in turn made another one. */
function* changed(body: unknown, value: unknown): Generator<unknown> {
  yield value;
  if (typeof body !== 'object' || body === null) return;
  for (const [name, member] of Object.entries(body))
    for (const inner of changed(member, value))
      yield Array.isArray(body)
        ? body.map((old, index) => (String(index) === name ? inner : old))
        : { ...body, [name]: inner };
}

function* hostile(route: RouteContract): Generator<Asked> {
  const asked: Asked = { roles: everyRole.join(' '), household: 'h1', path, body: bodyOf(route) };
  for (const name of parametersIn(route.path))
    for (const word of words) yield { ...asked, path: { ...path, [name]: word } };
  for (const name of Object.keys(route.query ?? {}))
    for (const word of [...words, ...cursors]) yield { ...asked, query: { ...inQuery, [name]: word } };
  if (route.method === 'GET') return;
  for (const rawBody of texts) yield { ...asked, rawBody };
  for (const value of values) for (const body of changed(asked.body, value)) yield { ...asked, body };
}

describe('nothing that is sent makes it fail', () => {
  test.each(routes)('%s', async (key, route, name) => {
    const unnamed: string[] = [];
    for (const asked of hostile(route)) {
      const { status, body, text } = await ask(key, name, asked);
      if (status < 300 && typeof route.answer !== 'string')
        expect(z.parse(route.answer, body), 'what the document says of the answer').toEqual(body);
      const error = String(body['error'] ?? '');
      // Where the providers are, nobody answers.
      const isNamed = Object.hasOwn(errorTable, error) && (status < 500 || error === 'provider-unavailable');
      if (status >= 300 && !isNamed)
        unnamed.push(`${JSON.stringify(asked).slice(0, 300)}: ${status} ${text.slice(0, 100)}`);
    }
    expect(unnamed).toEqual([]);
  });
});

test.each(['2026-10-32', '2026-02-31', '2026-1-01'])('a bill of the day %s is of no day', async (day) => {
  const before = await ground.all();
  const body = { provider: 'alipay', bills: [{ day, text: '' }] };
  const month = day.slice(0, 7);
  const key = 'POST /estates/{estateId}/months/{month}/reconciliation';
  const { status } = await ask(key, 'api-books', { roles: 'manager', path: { month }, body });
  expect(status).toBe(400);
  expect(await ground.all()).toEqual(before);
});
