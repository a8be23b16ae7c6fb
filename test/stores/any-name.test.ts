import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '../../contract/routes/all.ts';
import { type RouteContract, routeKey } from '../../contract/routes/route.ts';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { type ApiGround, type ApiHandler, apiGround } from '../support/called-api.ts';
import { type Functions, NamedStory, publishEndpoint } from '../support/named-story.ts';

// All functions as they are deployed, on DynamoDB Local: whatever things are called, the same happens to them.

const plain = 'something';
const functionOf: Readonly<Record<string, string>> = {
  ...{ Charging: 'api-charging', Tariffs: 'api-tariffs', Wallet: 'api-wallet', Office: 'api-office' },
  ...{ Payments: 'api-payments', Books: 'api-books', Receipts: 'api-receipts', Rebuild: 'api-rebuild' },
  ...{ Estate: 'api-estate', Configuration: 'api-provision' },
};

let ground: ApiGround;
let endpoint: Awaited<ReturnType<typeof publishEndpoint>>;
let functions: Functions;
let expected: NamedStory['told'];
let boards = 0;

beforeAll(async () => {
  ground = await apiGround(merchantSecret(openKeys(undefined)));
  const published: Functions['published'] = [];
  endpoint = await publishEndpoint(published);
  process.env['AWS_ENDPOINT_URL_IOT_DATA_PLANE'] = endpoint.url;
  const routes = Object.entries(contracts).flatMap(([about, list]) =>
    list
      .filter(({ path }) => !/notify|\/pdf$|^\/openapi/.test(path))
      .map((route: RouteContract) => [routeKey(route), route, functionOf[about] ?? about] as const),
  );
  const open = async (of: string) =>
    ((await import(`../../functions/${of}.ts`)) as { handler: ApiHandler }).handler;
  const api = new Map<string, ApiHandler>();
  for (const of of new Set(routes.map(([, , of]) => of))) api.set(of, await open(of));
  const [access, alarm, charging, telemetry, react] = await Promise.all(
    ['on-access', 'on-alarm', 'on-charging', 'on-telemetry', 'react-views'].map(open),
  );
  const batched: typeof telemetry = (message, context) =>
    (telemetry as ApiHandler)({ Records: [{ messageId: '1', body: JSON.stringify(message) }] }, context);
  const of = (topic: string) =>
    /up\/(?:swipe|door-passed)/.test(topic)
      ? access
      : topic.endsWith('/up/smoke')
        ? alarm
        : topic.includes('/88/')
          ? batched
          : charging;
  functions = { api, routes, published, on: of as never, react: react as never };
  expected = await lived(plain);
});
afterAll(async () => {
  endpoint?.stop();
  await ground?.stop();
});

async function lived(name: string): Promise<NamedStory['told']> {
  boards += 1;
  const board = `86131706923${String(boards).padStart(4, '0')}`;
  const story = new NamedStory(functions, name, board);
  await story.live();
  // Everything that is called so is called `something`, in whatever it stands; what is random or a digest is left out.
  const text = JSON.stringify(story.told)
    .replaceAll(new RegExp(`(?<![A-Za-z])${name}(?:-+(?![A-Za-z0-9]))?(?![A-Za-z])`, 'g'), plain)
    .replaceAll(board, 'board')
    .replaceAll(/board-\d+|SESSION#\d+/g, 'order')
    .replaceAll(/-[0-9a-f]{8}(?=")/g, '-digest')
    .replaceAll(/"(hash|source|number)":"[^"]*"/g, '"$1":""')
    .replaceAll(/"[0-9A-HJKMNP-TV-Z]{10}"/g, '"receipt"');
  return JSON.parse(text) as NamedStory['told'];
}

const answersTo = (asked: string) =>
  expected.filter((told) => told.asked.includes(asked)).map(({ body }) => body as Record<string, unknown>);

test('a plain name is taken everywhere, its months are closed, and its books are what the journal says', () => {
  const refused = expected.filter(({ status }) => status >= 300);
  // Nothing waits for a second person here, so the change that is asked for is not there.
  expect(refused).toMatchObject([{ body: { error: 'package-used' } }, { body: { error: 'not-found' } }]);
  expect(answersTo('/close').at(-1)).toMatchObject({ state: 'closed' });
  expect(answersTo('/rebuild').flatMap(({ differences }) => differences)).toEqual([]);
  const evacuated = answersTo('/overview').map(
    ({ facilities }) => (facilities as { alarm: boolean }[])[0]?.alarm,
  );
  expect(evacuated).toEqual([true, false, true, true]);
  const { budget } = answersTo('/wallet').at(-1) as { budget: { spent: { byMember: object } } };
  expect(budget.spent.byMember).toEqual({ something: 208 });
});

test('what no map could hold is no name', async () => {
  for (const name of ['__proto__', '__defineGetter__', '_', '-x', ''])
    for (const record of [
      { kind: 'household', householdId: name, building: '1', unit: '1' },
      { kind: 'facility', facilityId: name, facilityKind: 'shed', name: { zh: 'x', en: 'x' }, bays: 1 },
      { kind: 'door-gateway', deviceId: name },
    ]) {
      const story = new NamedStory(functions, plain, 'none');
      const { status, body } = await story.ask('POST /estates/{estateId}/provision', {
        body: { records: [record] },
      });
      expect([name, status, body['error']]).toEqual([name, 400, 'bad-request']);
    }
});

describe('the same happens to what is called', () => {
  test.each(['constructor', 'toString', 'hasOwnProperty', 'then'])('%s', async (name) => {
    expect(await lived(name)).toEqual(expected);
  });
});
