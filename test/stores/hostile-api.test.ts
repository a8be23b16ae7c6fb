import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '../../functions/contract/all.ts';
import { type RouteContract, routeKey } from '../../functions/contract/route.ts';
import { openKeys, merchantSecret } from '../../local/provider/keys.ts';
import { keys } from '../../src/shared/keys.ts';
import { bankTariff } from '../support/bank-day.ts';
import { type ApiGround, type ApiHandler, type Asked, apiGround, call } from '../support/called-api.ts';

let ground: ApiGround;
const handlers = new Map<string, ApiHandler>();
const files: Record<string, string> = {
  Estate: 'api-estate', Charging: 'api-charging', Tariffs: 'api-tariffs', Wallet: 'api-wallet', Office: 'api-office',
  Payments: 'api-payments', Books: 'api-books', Rebuild: 'api-rebuild', Receipts: 'api-receipts',
};
const special: Record<string, string> = { '/estates/{estateId}/provision': 'api-provision' };
const routes = Object.entries(contracts).flatMap(([about, rs]) => rs.filter(r => !r.path.endsWith('/pdf') && !r.path.includes('notify') && !r.path.includes('openapi')).map((r) => [routeKey(r), about, r] as const));

beforeAll(async () => {
  ground = await apiGround(merchantSecret(openKeys(undefined)));
  const named = { zh: '紫云', en: 'Ziyun' };
  await ground.table.commit([
    { put: { ...keys.estate('ziyun'), estateId: 'ziyun', name: named, timeZone: 'Asia/Shanghai' }, when: 'absent' },
    { put: { ...keys.tariff('ziyun', 0), tariff: bankTariff }, when: 'absent' },
    ...['h1', 'h2'].map((householdId) => ({
      put: { ...keys.household('ziyun', householdId), householdId, building: '3', unit: '2' }, when: 'absent' as const,
    })),
  ]);
  for (const [, about, r] of routes) {
    const f = special[r.path] ?? files[about] ?? '';
    if (!handlers.has(f)) handlers.set(f, ((await import(`../../functions/${f}.ts`)) as any).handler);
  }
}, 60000);
afterAll(() => ground?.stop());
const handlerOf = (about: string, r: RouteContract) => handlers.get(special[r.path] ?? files[about] ?? '')!;

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../x', 'a#b', 'ü', '\u0000', ' ', '', 'x'.repeat(300), '%2e%2e', "'; DROP", '​h1', 'Ｈ1', '2026-13', '0000-01', '1969-12', '9999-12', '2026-10', '1e999', '-1', 'NaN', '9'.repeat(30), 'null', '😀'.repeat(100), '\ud800'];
const cursors = [ 'x', Buffer.from('{}').toString('base64url'), ...['~~', '\u007f\u007f', '😀'.repeat(100), '', 'a'.repeat(500), '中'.repeat(150)].flatMap(a => [
  {after: a, done: 0}, {after: a, spent: {}}, {part:'ledger', after: a}, {part:'households', after:a}, {part:'charges', deviceId: '861317069234387', order: a}, {part:'charges', deviceId: a},
].map(c => Buffer.from(JSON.stringify(c)).toString('base64url')))];
const values = [undefined, null, true, 0, -1, 0.5, 1e308, 2 ** 53, -0, '', 'x', '__proto__', 'constructor', [], {}, [[]], { __proto__: null }, JSON.parse('{"__proto__":{"a":1}}'), 'a\u0000b', 'ü', '😀', '\ud800', 'x'.repeat(5000), '2026-02-31', '1', ' 1', '１'];

const sample: Record<string, any> = {
  'POST /estates/{estateId}/payments': { requestId: 'request-1', amountFen: 100, provider: 'wechat-pay', way: 'native', openId: 'x' },
  'POST /estates/{estateId}/payments/{orderId}/refunds': { requestId: 'request-1', amountFen: 100, reason: 'x' },
  'POST /estates/{estateId}/months/{month}/close': { withoutReconciliation: 'because' },
  'POST /estates/{estateId}/months/{month}/reconciliation': { provider: 'alipay', bills: [{ day: '2026-10-01', text: '' }], fetchDays: [], finish: true },
  'POST /estates/{estateId}/rebuild': { cursor: 'x' },
  'POST /estates/{estateId}/tariffs': { ...bankTariff, tariffVersion: 'v9', effectiveFromMs: 4102444800000 },
  'POST /estates/{estateId}/tariffs/preview': { tariff: { ...bankTariff, tariffVersion: 'v9', effectiveFromMs: 4102444800000 }, fromMs: 1, untilMs: 2, cursor: 'x' },
  'POST /estates/{estateId}/households/{householdId}/budget': { requestId: 'request-1', monthLimitFen: 100 },
  'POST /estates/{estateId}/households/{householdId}/members': { requestId: 'request-2', memberId: 'm', name: 'M', monthLimitFen: 5 },
  'POST /estates/{estateId}/households/{householdId}/members/{memberId}/remove': { requestId: 'request-3' },
  'POST /estates/{estateId}/households/{householdId}/packages/{purchaseId}/return': { requestId: 'request-4' },
  'POST /estates/{estateId}/households/{householdId}/credit-limit': { requestId: 'request-5', creditLimitFen: 100 },
  'POST /estates/{estateId}/packages': { requestId: 'request-6', packageId: 'ten', facilityId: 'garage' },
  'POST /estates/{estateId}/cash-top-ups': { transferId: 't1', householdId: 'h1', amountFen: 100, currency: 'CNY' },
  'POST /estates/{estateId}/cash-refunds': { refundId: 't1', householdId: 'h1', amountFen: 100, currency: 'CNY' },
  'POST /estates/{estateId}/corrections': { correctionId: 't1', householdId: 'h1', amountFen: 100, currency: 'CNY', reason: 'why', chargeId: '861317069234387-9', account: 'written-off' },
  'POST /estates/{estateId}/charges': { requestId: 'request-7', deviceId: '861317069234387', port: 1 },
  'POST /estates/{estateId}/credentials': { credentialId: 'c1', householdId: 'h1', cardUid: '047C9A22', facilities: ['garage'], validFrom: '2026-01-01', validUntil: '2036-12-31' },
  'POST /estates/{estateId}/provision': { records: [{ kind: 'household', householdId: 'h3', building: '1', unit: '1' }, { kind: 'split-rule', fromMonth: '2026-10', shares: { electricity: { property: 1000, operator: 0, committee: 0 }, service: { property: 400, operator: 500, committee: 100 }, package: { property: 400, operator: 500, committee: 100 } } }] },
};
function* mutate(v: any, path: (string | number)[] = []): Generator<(x: unknown) => any> {
  yield (x) => x;
  if (typeof v !== 'object' || v === null) return;
  for (const k of Object.keys(v)) {
    for (const m of mutate(v[k], [...path, k])) yield (x) => (Array.isArray(v) ? v.map((o: any, i: number) => (String(i) === k ? m(x) : o)) : { ...v, [k]: m(x) });
  }
}
const pathOf = { estateId: 'ziyun', householdId: 'h1', memberId: 'm', noticeId: 'n', purchaseId: 'p', transferId: 't', refundId: 'r', correctionId: 'c', orderId: 'o', month: '2026-10', kind: 'ledger', code: 'ABCDEFGHJK', chargeId: '861317069234387-9', alertId: 'a', credentialId: 'c', tariffVersion: 'bank-1', facilityId: 'garage' } as Record<string, string>;

const everyone = { roles: 'resident manager operator committee', household: 'h1' };
const failing: string[] = [];
async function attempt(key: string, about: string, r: RouteContract, asked: Asked, what: string) {
  const told = await call(handlerOf(about, r), key, asked).catch((e) => ({ status: 599, body: { error: String(e) }, text: '' }));
  if (told.status >= 500 && !JSON.stringify(told.body).includes('provider-unavailable')) failing.push(`${key} ${what.slice(0, 200)} → ${told.status} ${JSON.stringify(told.body)}`);
  return told;
}
describe('hostile', () => {
  test.each(routes)('%s', async (key, about, r) => {
    failing.length = 0;
    const body = sample[key];
    const ps = [...r.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string);
    for (const p of ps) for (const n of names) await attempt(key, about, r, { ...everyone, path: { ...pathOf, [p]: n }, body, ...(p === 'estateId' ? { estates: 'ziyun' } : {}) }, `path ${p}=${JSON.stringify(n)}`);
    for (const q of Object.keys(r.query ?? {})) for (const n of [...names, ...cursors]) await attempt(key, about, r, { ...everyone, path: pathOf, query: { ...(r.query && 'month' in r.query ? { month: '2026-10' } : {}), [q]: n } }, `query ${q}=${n}`);
    if (r.method === 'POST') {
      for (const raw of ['', 'null', '[]', '"x"', '1', '{', '['.repeat(100000), '{"a":'.repeat(50000) + '1' + '}'.repeat(50000), '{"__proto__":{"x":1}}', '\u0000'])
        await attempt(key, about, r, { ...everyone, path: pathOf, rawBody: raw }, `raw ${raw.slice(0, 20)}`);
      if (body !== undefined) for (const m of mutate(body)) for (const v of [...values, ...(key.includes('cursor') || 'cursor' in body ? cursors : [])]) { const b = m(v); await attempt(key, about, r, { ...everyone, path: pathOf, body: b }, `body ${JSON.stringify(b)}`); }
    }
    expect([...new Set(failing)].slice(0, 12)).toEqual([]);
  }, 120000);
});

describe('who may', () => {
  const all = ['resident', 'manager', 'committee', 'operator'];
  test.each(routes)('%s', async (key, about, r) => {
    if (r.roles === 'anyone') return;
    const wrong: string[] = [];
    const before = JSON.stringify(await ground.all());
    const ask = (asked: Asked) => call(handlerOf(about, r), key, { path: pathOf, query: { month: '2026-10', householdId: 'h1' }, body: sample[key], household: 'h1', ...asked });
    const expectName = async (what: string, asked: Asked, ok: string[]) => {
      const t = await ask(asked);
      if (!ok.includes(String(t.body['error']))) wrong.push(`${what} → ${t.status} ${t.text.slice(0, 200)}`);
    };
    if (r.path !== '/estates') {
      for (const role of all.filter((x) => !(r.roles as readonly string[]).includes(x))) await expectName(role, { roles: role }, ['forbidden']);
      await expectName('nobody', { roles: '' }, ['forbidden']);
      await expectName('odd role', { roles: 'Operator MANAGER manager,operator' }, ['forbidden']);
      await expectName('no roles', { roles: undefined as never }, ['forbidden']);
      await expectName('foreign', { roles: all.join(' '), estates: 'youyi' }, ['not-found']);
      await expectName('no estates', { roles: all.join(' '), estates: undefined as never }, ['not-found']);
      await expectName('part', { roles: all.join(' '), estates: 'ziyun2 ziy un' }, ['not-found']);
      await expectName('no sub', { roles: all.join(' '), sub: undefined as never }, ['bad-request']);
      if ((r.roles as readonly string[]).includes('resident')) {
        if (r.path.includes('household') || r.path.includes('{orderId}') || r.path.includes('{chargeId}')) {
          await expectName('other household', { roles: 'resident', household: 'h2' }, ['not-found']);
        }
        if (!/tariffs|prices|GET .*packages/.test(key)) {
          await expectName('no household', { roles: 'resident', household: undefined as never }, ['forbidden']);
          await expectName('two estates', { roles: 'resident', estates: 'ziyun youyi' }, ['forbidden']);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(JSON.stringify(await ground.all())).toBe(before);
  }, 60000);
});
