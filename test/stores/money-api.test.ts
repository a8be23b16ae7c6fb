import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { officeContract } from '../../contract/routes/office.ts';
import { type RouteContract, routeKey } from '../../contract/routes/route.ts';
import { walletContract } from '../../contract/routes/wallet.ts';
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

// The two functions as they are deployed, on DynamoDB Local: who may do what, and what bad input gets.

let ground: ApiGround;
let wallet: ApiHandler;
let office: ApiHandler;
let configuration: ApiHandler;

beforeAll(async () => {
  ground = await apiGround();
  const named = { zh: '紫云', en: 'Ziyun' };
  await ground.table.commit([
    {
      put: { ...keys.estate('ziyun'), estateId: 'ziyun', name: named, timeZone: 'Asia/Shanghai' },
      when: 'absent',
    },
    { put: { ...keys.tariff('ziyun', 0), tariff: bankTariff }, when: 'absent' },
    ...['h1', 'h2'].map((householdId) => ({
      put: { ...keys.household('ziyun', householdId), householdId, building: '3', unit: '2' },
      when: 'absent' as const,
    })),
  ]);
  ({ handler: wallet } = (await import('../../functions/api-wallet.ts')) as never);
  ({ handler: office } = (await import('../../functions/api-office.ts')) as never);
  ({ handler: configuration } = (await import('../../functions/api-provision.ts')) as never);
});
afterAll(() => ground?.stop());

/** What the function behind a route answers. */
function ask(key: string, asked: Asked): Promise<Told> {
  const serves = (contract: readonly RouteContract[]) => contract.some((route) => routeKey(route) === key);
  return call(serves(walletContract) ? wallet : serves(officeContract) ? office : configuration, key, asked);
}

const resident = { roles: 'resident', household: 'h1' };
const manager = { roles: 'manager', sub: 'wang' };
const operator = { roles: 'operator', sub: 'li' };
const estate = '/estates/{estateId}';
const household = `${estate}/households/{householdId}`;
const h1 = { path: { householdId: 'h1' } };

test.each([...walletContract, ...officeContract].map((route) => [routeKey(route), route] as const))(
  '%s is answered, and not to those whom it does not concern',
  async (key, route: RouteContract) => {
    const path = {
      householdId: 'h1',
      memberId: 'm',
      noticeId: 'n',
      purchaseId: 'p',
      transferId: 't',
      refundId: 'r',
      correctionId: 'c',
    };
    const committee = await ask(key, { roles: 'committee', path, body: {} });
    expect(committee.body['error']).toBe('forbidden');
    const foreign = await ask(key, {
      roles: 'operator resident',
      household: 'h1',
      estates: 'youyi',
      path,
      body: {},
    });
    expect(foreign.body['error']).toBe('not-found');
    const role = route.roles === 'anyone' ? 'operator' : String(route.roles[0]);
    const { body } = await ask(key, { roles: role, household: 'h1', path, body: {} });
    expect(body['message']).not.toBe(`There is no ${key}`);
    expect(body['error']).not.toBe('forbidden');
    expect(body['error']).not.toBe('unavailable');
  },
);

test('where somebody answers for an account, nobody else of the household changes its limits', async () => {
  const { path } = { path: { householdId: 'h3' } };
  const record = { householdId: 'h3', building: '3', unit: '3', holderId: 'grandmother' };
  await ground.table.commit([{ put: { ...keys.household('ziyun', 'h3'), ...record }, when: 'absent' }]);
  const asked = (requestId: string) => ({ path, household: 'h3', body: { requestId, monthLimitFen: 5000 } });
  const of = (sub: string, requestId: string): Asked => ({ ...asked(requestId), roles: 'resident', sub });
  const budget = `POST ${household}/budget`;
  const grandson = await ask(budget, of('grandson', 'request-grandson'));
  expect([grandson.status, grandson.body['error']]).toEqual([403, 'forbidden']);
  const seen = await ask(`GET ${household}/wallet`, of('grandson', ''));
  expect(seen.body).toMatchObject({ holderId: 'grandmother', budget: { members: {} } });
  expect(seen.body['budget']).not.toHaveProperty('monthLimitFen');
  for (const asker of [of('grandmother', 'request-grandmother'), { ...asked('request-office'), ...manager }])
    expect((await ask(budget, asker)).body).toMatchObject({ budget: { monthLimitFen: 5000 } });
});

describe('money that is none', () => {
  const cash = (amountFen: unknown, currency?: string) => ({ householdId: 'h1', amountFen, currency });
  const request = { requestId: 'request-x' };
  const wrong = { correctionId: 'x', reason: 'wrong' };
  const bodies: readonly (readonly [string, (amount: unknown, currency?: string) => Asked])[] = [
    [`POST ${estate}/cash-top-ups`, (...of) => ({ ...manager, body: { transferId: 'x', ...cash(...of) } })],
    [`POST ${estate}/cash-refunds`, (...of) => ({ ...manager, body: { refundId: 'x', ...cash(...of) } })],
    [`POST ${estate}/corrections`, (...of) => ({ ...operator, body: { ...wrong, ...cash(...of) } })],
    [
      `POST ${household}/budget`,
      (monthLimitFen) => ({ ...resident, ...h1, body: { ...request, monthLimitFen } }),
    ],
    [
      `POST ${household}/members`,
      (monthLimitFen) => ({ ...resident, ...h1, body: { ...request, memberId: 'm', monthLimitFen } }),
    ],
    [
      `POST ${household}/credit-limit`,
      (creditLimitFen) => ({ ...operator, ...h1, body: { ...request, creditLimitFen } }),
    ],
  ];

  test.each(bodies)('is refused by name: %s', async (key, of) => {
    const signed = key.endsWith('corrections');
    // Null is how a limit is lifted.
    const none = /budget$|members$/.test(key) ? [] : [null];
    for (const amount of ['5', ...none, {}, 0.5, 2 ** 53, 10_000_001, ...(signed ? [0] : [-1])]) {
      const { status, body } = await ask(key, of(amount));
      expect([status, body['error']], String(amount)).toEqual([400, 'money-invalid']);
    }
  });

  test.each(bodies.slice(0, 3))('of a foreign currency is refused by name: %s', async (key, of) => {
    expect((await ask(key, of(5, 'USD'))).body['error']).toBe('currency-unknown');
  });

  test.each(bodies.slice(0, 3))('for a household that is not there: %s', async (key, of) => {
    const asked = of(5);
    const body = { ...(asked.body as object), householdId: 'h9' };
    expect((await ask(key, { ...asked, body })).body['error']).toBe('not-found');
  });

  test.each(bodies.slice(3))('for another household, or one that is not there: %s', async (key, of) => {
    expect((await ask(key, { ...of(5), path: { householdId: 'h9' } })).body['error']).toBe('not-found');
  });
});

describe('a resident', () => {
  test.each(['wallet', 'movements', 'notices'])(
    'sees the %s of the own household, and of no other',
    async (what) => {
      expect((await ask(`GET ${household}/${what}`, { ...resident, ...h1 })).status).toBe(200);
      const other = await ask(`GET ${household}/${what}`, { ...resident, path: { householdId: 'h2' } });
      expect([other.status, other.body['error']]).toEqual([404, 'not-found']);
      expect((await ask(`GET ${household}/${what}`, { roles: 'resident', ...h1 })).status).toBe(403);
    },
  );

  test('sets the own limits, and no credit', async () => {
    const limited = await ask(`POST ${household}/budget`, {
      ...resident,
      ...h1,
      body: { requestId: 'request-1', monthLimitFen: 5000 },
    });
    expect(limited.body).toMatchObject({ budget: { monthLimitFen: 5000 } });
    const other = await ask(`POST ${household}/budget`, {
      ...resident,
      path: { householdId: 'h2' },
      body: { requestId: 'request-1', monthLimitFen: 5 },
    });
    expect(other.status).toBe(404);
    const lifted = await ask(`POST ${household}/budget`, {
      ...resident,
      ...h1,
      body: { requestId: 'request-2', monthLimitFen: null },
    });
    expect(lifted.body['budget']).not.toHaveProperty('monthLimitFen');
    const credit = await ask(`POST ${household}/credit-limit`, {
      ...resident,
      ...h1,
      body: { requestId: 'request-3', creditLimitFen: 5 },
    });
    expect(credit.status).toBe(403);
  });

  test('buys a package of the tariff in force, and gives it back', async () => {
    await ask(`POST ${estate}/cash-top-ups`, {
      ...manager,
      body: { transferId: 'for-package', householdId: 'h1', amountFen: 700 },
    });
    const offers = await ask(`GET ${estate}/packages`, resident);
    expect(offers.body).toMatchObject({
      tariffVersion: 'bank-1',
      packages: [{ packageId: 'ten' }, { packageId: 'month' }],
    });
    const buy = (requestId: string, packageId: string) =>
      ask(`POST ${estate}/packages`, { ...resident, body: { requestId, packageId } });
    expect((await buy('package-0', 'none')).body['error']).toBe('not-found');
    expect((await buy('package-0', 'month')).body['error']).toBe('too-little-money');
    expect(await buy('package-1', 'ten')).toMatchObject({
      status: 201,
      body: { purchaseId: 'package-1', priceFen: 700 },
    });
    const path = { householdId: 'h1', purchaseId: 'package-1' };
    const back = await ask(`POST ${household}/packages/{purchaseId}/return`, {
      ...resident,
      path,
      body: { requestId: 'back-0001' },
    });
    expect(back.status).toBe(200);
    expect((await ask(`GET ${household}/wallet`, { ...resident, ...h1 })).body).toMatchObject({
      balanceFen: 700,
      purchases: [],
    });
  });
});

describe('the office', () => {
  test('takes large cash with four eyes, and prints a slip once', async () => {
    const path = { transferId: 'large' };
    const topUp = `${estate}/cash-top-ups/{transferId}`;
    const body = { transferId: 'large', householdId: 'h2', amountFen: 60_000, currency: 'CNY' };
    expect(await ask(`POST ${estate}/cash-top-ups`, { ...manager, body })).toMatchObject({
      status: 201,
      body: { state: 'awaiting-approval' },
    });
    expect((await ask(`GET ${topUp}/slip`, { ...manager, path })).body['error']).toBe('not-booked');
    const own = await ask(`POST ${topUp}/approve`, { ...manager, path });
    expect([own.status, own.body['error']]).toEqual([403, 'same-person']);
    expect((await ask(`POST ${topUp}/approve`, { ...operator, path })).body).toMatchObject({
      state: 'approved',
      decidedBy: 'li',
    });
    const print = () => ask(`POST ${topUp}/slip/print`, { ...manager, path });
    const original = await print();
    expect(original.type).toBe('text/html; charset=utf-8');
    expect(original.text).toContain('¥600.00');
    expect(original.text).not.toContain('COPY');
    expect((await print()).text).toContain('COPY');
    expect((await ask(`GET ${topUp}/slip`, { ...manager, path })).body).toMatchObject({
      copy: true,
      balanceAfterFen: 60_000,
    });
  });

  test('leaves corrections to operators', async () => {
    const body = { correctionId: 'c-1', householdId: 'h2', amountFen: 5, reason: 'the meter was wrong' };
    expect((await ask(`POST ${estate}/corrections`, { ...manager, body })).status).toBe(403);
    expect(await ask(`POST ${estate}/corrections`, { ...operator, body })).toMatchObject({ status: 202 });
    const of = { ...body, correctionId: 'c-2', sessionId: '861317069234387-9' };
    expect((await ask(`POST ${estate}/corrections`, { ...operator, body: of })).body['error']).toBe(
      'not-found',
    );
  });

  test('raises a credit with four eyes, and lowers it at once', async () => {
    const credit = (requestId: string, creditLimitFen: number) =>
      ask(`POST ${household}/credit-limit`, { ...operator, ...h1, body: { requestId, creditLimitFen } });
    const asked = await credit('credit-0001', 500);
    expect(asked.body).toMatchObject({
      creditLimitFen: 0,
      awaiting: { state: 'awaiting-approval', changeId: 'credit.h1.credit-0001', askedBy: 'li' },
    });
    const decide = (who: Asked) =>
      ask(`POST ${estate}/changes/{changeId}/approve`, {
        ...who,
        path: { changeId: 'credit.h1.credit-0001' },
      });
    expect((await decide(operator)).body['error']).toBe('same-person');
    expect((await decide({ roles: 'committee' })).body['error']).toBe('forbidden');
    expect((await decide(manager)).body).toMatchObject({ state: 'approved', decidedBy: 'wang' });
    expect((await credit('credit-0001', 500)).body).toMatchObject({ creditLimitFen: 500 });
    expect((await credit('credit-0001', 600)).body['error']).toBe('already-exists');
    const lowered = await credit('credit-0002', 100);
    expect(lowered.body).toMatchObject({ creditLimitFen: 100 });
    expect(lowered.body).not.toHaveProperty('awaiting');
  });
});
