import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gbk } from '../../local/provider/archive.ts';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { beijingTime } from '../../src/payments/beijing-time.ts';
import type { Order } from '../../src/payments/order.ts';
import { orderPointers, putOrder, readOrder } from '../../src/payments/order-store.ts';
import { keys } from '../../src/shared/keys.ts';
import { readWallet } from '../../src/wallet/wallet-store.ts';
import { type ApiGround, apiGround } from '../support/called-api.ts';
import { type HeldTable, heldTable } from '../support/held-table.ts';
import { type NoticeSent, noticeRoute, noticesOf } from '../support/notices.ts';

// The function as it is deployed, on DynamoDB Local: what a provider, or somebody in its name, sends to it.

type Handler = (
  request: NoticeSent,
  context: { readonly getRemainingTimeInMillis?: () => number },
) => Promise<{ statusCode: number; headers?: Record<string, string>; body: string }>;

const provider = openKeys(undefined);
let ground: ApiGround;
let way: HeldTable;
let handler: Handler;
let count = 0;
let order: Order;

beforeAll(async () => {
  ground = await apiGround(merchantSecret(provider));
  way = await heldTable(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']));
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = way.url;
  ({ handler } = (await import('../../functions/on-payment.ts')) as never);
});
afterAll(() => Promise.all([way?.stop(), ground?.stop()]));
beforeEach(async () => {
  count += 1;
  const nowMs = Date.now();
  order = {
    ...{ orderId: `P${count}`, estateId: 'ziyun', householdId: `h${count}`, amountFen: 1000 },
    ...{ provider: 'wechat-pay', way: 'native', state: 'created', refundedFen: 0, asked: 0 },
    ...{ createdAtMs: nowMs, expiresAtMs: nowMs + 7_200_000 },
  };
  await put(order);
});

async function put(written: Order): Promise<void> {
  await ground.table.commit([putOrder(written), ...orderPointers(written)]);
}

const state = async () => (await readOrder(ground.table, 'ziyun', order.orderId))?.state;
const balance = async () => (await readWallet(ground.table, 'ziyun', order.householdId)).balanceFen;
/** Everything but what was refused. */
const kept = async () =>
  (await ground.all()).filter((item) => !/REFUSED#|COUNTED#/.test(JSON.stringify(item))).length;

const { transaction, wechatPayNotice, alipayNotice } = noticesOf(provider, () => order.orderId);

describe('a notice of WeChat Pay', () => {
  test.each([true, false])('is taken byte for byte, base64 %s, and as often as it comes', async (base64) => {
    const notice = wechatPayNotice(transaction(), { base64 });
    expect(await handler(notice, {})).toMatchObject({ statusCode: 204, body: '' });
    await Promise.all([1, 2, 3].map(() => handler(notice, {})));
    expect({ state: await state(), balance: await balance() }).toEqual({ state: 'paid', balance: 1000 });
  });

  const other = { ...openKeys(undefined).wechatPay, platformSerial: provider.wechatPay.platformSerial };
  const minutes = (count: number) => Date.now() + count * 60_000;
  test.each<readonly [string, () => NoticeSent, number, string]>([
    ['signed by another', () => wechatPayNotice(transaction(), { by: other }), 409, 'signature-invalid'],
    [
      'sealed under another key',
      () => wechatPayNotice(transaction(), { by: { ...provider.wechatPay, apiV3Key: other.apiV3Key } }),
      409,
      'signature-invalid',
    ],
    [
      'of an unknown serial number',
      () => wechatPayNotice(transaction(), { by: { ...provider.wechatPay, platformSerial: 'constructor' } }),
      409,
      'signature-invalid',
    ],
    [
      'without a serial number',
      () => {
        const { 'wechatpay-serial': _, ...headers } = wechatPayNotice(transaction()).headers;
        return { ...wechatPayNotice(transaction()), headers };
      },
      409,
      'signature-invalid',
    ],
    [
      'with a body that was changed by one byte',
      () => {
        const notice = wechatPayNotice(transaction());
        return { ...notice, body: `${notice.body} ` };
      },
      409,
      'signature-invalid',
    ],
    [
      'without a body',
      () => ({ routeKey: noticeRoute('wechat-pay'), headers: {}, isBase64Encoded: false }),
      409,
      'signature-invalid',
    ],
    ['too old', () => wechatPayNotice(transaction(), { atMs: minutes(-6) }), 409, 'notification-expired'],
    [
      'of the future',
      () => wechatPayNotice(transaction(), { atMs: minutes(6) }),
      409,
      'notification-expired',
    ],
    [
      'of another merchant',
      () => wechatPayNotice(transaction({ mchid: '1900000002' })),
      409,
      'payment-mismatch',
    ],
    ['of another app', () => wechatPayNotice(transaction({ appid: 'wx1' })), 409, 'payment-mismatch'],
    [
      'of another amount',
      () => wechatPayNotice(transaction({ amount: { total: 999 } })),
      409,
      'payment-mismatch',
    ],
    [
      'in another currency',
      () => wechatPayNotice(transaction({ amount: { total: 1000, currency: 'USD' } })),
      400,
      'currency-unknown',
    ],
    [
      'of an order that is not there',
      () => wechatPayNotice(transaction({ out_trade_no: 'P0' })),
      404,
      'not-found',
    ],
    [
      'of a refund, in which a payment is sealed',
      () => wechatPayNotice(transaction(), { eventType: 'REFUND.SUCCESS' }),
      409,
      'provider-refused',
    ],
    [
      'of a payment, in which a refund is sealed',
      () =>
        wechatPayNotice({
          ...{ mchid: provider.wechatPay.merchantId, out_trade_no: order.orderId, out_refund_no: 'R1' },
          ...{ refund_status: 'SUCCESS', amount: { total: 1000, refund: 1000 } },
        }),
      409,
      'provider-refused',
    ],
    [
      'of a refund that nobody asked for',
      () =>
        wechatPayNotice(
          {
            ...{ mchid: provider.wechatPay.merchantId, out_trade_no: order.orderId, out_refund_no: 'R1' },
            ...{ refund_status: 'SUCCESS', amount: { total: 1000, refund: 1000 } },
          },
          { eventType: 'REFUND.SUCCESS' },
        ),
      404,
      'not-found',
    ],
  ])('%s is refused by name and writes nothing else', async (_, notice, status, error) => {
    const before = await kept();
    const { statusCode, body } = await handler(notice(), {});
    expect([statusCode, JSON.parse(body)]).toEqual([status, { code: 'FAIL', message: error }]);
    expect({ state: await state(), balance: await balance() }).toEqual({ state: 'created', balance: 0 });
    expect(await kept()).toBe(before);
  });
});

describe('a notice of Alipay', () => {
  beforeEach(async () => {
    count += 1;
    order = { ...order, provider: 'alipay', orderId: `P${count}`, householdId: `h${count}` };
    await put(order);
  });

  test.each([true, false])('is taken, base64 %s', async (base64) => {
    expect(await handler(alipayNotice({}, { base64 }), {})).toMatchObject({
      statusCode: 200,
      body: 'success',
    });
    expect({ state: await state(), balance: await balance() }).toEqual({ state: 'paid', balance: 1000 });
  });

  test.each([
    ['GBK', true],
    ['GB18030', false],
  ])('in %s is taken, base64 %s', async (charset, base64) => {
    const notice = alipayNotice({ charset }, { base64, bytes: gbk });
    for (const _ of [1, 2])
      expect(await handler(notice, {})).toMatchObject({ statusCode: 200, body: 'success' });
    expect({ state: await state(), balance: await balance() }).toEqual({ state: 'paid', balance: 1000 });
  });

  const stranger = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const changed = (change: (body: string) => string): NoticeSent => {
    const notice = alipayNotice();
    return { ...notice, body: change(notice.body ?? '') };
  };
  test.each<readonly [string, () => NoticeSent]>([
    ['signed by another', () => alipayNotice({}, { privateKey: stranger.privateKey })],
    ['with another signature type', () => changed((body) => body.replace('RSA2', 'RSA'))],
    ['with a parameter twice', () => changed((body) => `${body}&total_amount=10.00`)],
    ['with a parameter more', () => changed((body) => `${body}&__proto__=1`)],
    ['without a signature', () => changed((body) => body.replace(/&sign=.*$/, ''))],
    ['too old', () => alipayNotice({ notify_time: beijingTime(Date.now() - 6 * 60_000) })],
    ['of the future', () => alipayNotice({ notify_time: beijingTime(Date.now() + 6 * 60_000) })],
    ['without a time', () => alipayNotice({ notify_time: '' })],
    ['of another app', () => alipayNotice({ app_id: '2021' })],
    ['of another seller', () => alipayNotice({ seller_id: '2088' })],
    ['of another amount', () => alipayNotice({ total_amount: '10.01' })],
    ['with parts of a fen', () => alipayNotice({ total_amount: '10.001' })],
    ['in another currency', () => alipayNotice({ trans_currency: 'USD' })],
    ['of an order of the other provider', () => alipayNotice({ out_trade_no: `P${count - 1}` })],
    ['in a charset that nobody knows', () => alipayNotice({ charset: 'BIG5' })],
    ['without a body', () => ({ ...alipayNotice(), body: '' })],
  ])('%s is refused and writes nothing else', async (_, notice) => {
    const before = await kept();
    expect(await handler(notice(), {})).toMatchObject({ statusCode: 200, body: 'failure' });
    expect({ state: await state(), balance: await balance() }).toEqual({ state: 'created', balance: 0 });
    expect(await kept()).toBe(before);
  });
});

test('what is refused says why in the journal, and keeps no key', async () => {
  await handler(wechatPayNotice(transaction({ mchid: '1900000002' })), {});
  const stored = JSON.stringify(await ground.all());
  expect(stored).toContain('payment-mismatch');
  expect(stored).not.toContain(provider.wechatPay.apiV3Key);
  const [pointer] = await ground.table.get([keys.paymentOrder(order.orderId)]);
  expect(pointer).toMatchObject({ estateId: 'ziyun' });
});

test.each([
  ['take', 'request', 'created', 0],
  ['say that it has taken', 'answer', 'paid', 1000],
] as const)('what the table is slow to %s is refused in time, and booked once', async (_, what, ...left) => {
  const notice = wechatPayNotice(transaction());
  const held = way.hold(what);
  const untilMs = Date.now() + 1500;
  const told = await handler(notice, { getRemainingTimeInMillis: () => untilMs - Date.now() });
  expect(Date.now()).toBeLessThan(untilMs);
  expect([told.statusCode, JSON.parse(told.body)]).toEqual([503, { code: 'FAIL', message: 'table-busy' }]);
  await held;
  expect([await state(), await balance()]).toEqual(left);
  way.release();
  expect(await handler(notice, {})).toMatchObject({ statusCode: 204, body: '' });
  expect([await state(), await balance()]).toEqual(['paid', 1000]);
});
