import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { provision } from '../../simulator/provision.ts';
import { type Caller, caller, testCloud } from '../support/cloud.ts';
import { estateId, estateRecords, eveningMs } from '../support/estate.ts';

// The whole way: API, function process, DynamoDB Local, the provider's stand-in by HTTP, its page, and its notifications.

let cloud: LocalCloud;
let resident: Caller;
let manager: Caller;
let operator: Caller;
const clock = steppedClock(eveningMs);

beforeAll(async () => {
  cloud = await testCloud({ clock });
  operator = await caller(cloud, 'operator', estateId);
  manager = await caller(cloud, 'manager', estateId);
  resident = await caller(cloud, 'resident', estateId, 'h1');
  await provision(operator, estateId, estateRecords());
});
afterAll(() => cloud?.stop());

let count = 0;
const payments = `/estates/${estateId}/payments`;
const order = async (provider: string, amountFen = 1000) => {
  count += 1;
  const { status, body } = await resident.post(payments, {
    requestId: `request-${count}`,
    amountFen,
    provider,
  });
  expect({ status, body }).toMatchObject({ status: 201, body: { state: 'created' } });
  return body as { orderId: string; qrText: string };
};
const shown = async (orderId: string) => (await resident.get(`${payments}/${orderId}`)).body;
const control = async (deed: string, content: object) => {
  const body = JSON.stringify({ again: false, ...content });
  const response = await fetch(`${cloud.providers}/control${deed}`, { method: 'POST', body });
  return await response.json();
};
/** Scans the code and confirms, as the payer's phone would. */
const pay = (qrText: string) =>
  fetch(qrText, { method: 'POST', body: new URLSearchParams({ deed: 'confirm' }) });
const minutesLater = async (minutes: number) => {
  clock.set(clock.now() + minutes * 60_000);
  await cloud.tick();
  await cloud.idle();
};
const account = async (name: string) => {
  await cloud.idle();
  const { accounts } = (await operator.get(`/estates/${estateId}/accounts`)).body;
  return accounts.find((line: { account: string }) => line.account === name)?.balanceFen ?? 0;
};
const refusals = async () => {
  await cloud.idle();
  return Object.keys((await operator.get(`/estates/${estateId}/refusals`)).body.today);
};

test('a notification of Alipay in GBK is taken, through the gateway and the function, and booked once', async () => {
  const before = await account('provider:alipay');
  const { orderId, qrText } = await order('alipay');
  await control('', { charset: 'GBK', times: 2 });
  await pay(qrText);
  await control('', {});
  expect(await shown(orderId)).toMatchObject({ state: 'paid' });
  expect(await account('provider:alipay')).toBe(before - 1000);
  expect(await refusals()).toEqual([]);
});

describe.each(['wechat-pay', 'alipay'])('a top-up by %s', (provider) => {
  test('is paid at the provider’s page, told five times, and in the wallet once', async () => {
    await control('', { times: 5 });
    const before = await account('wallet:h1');
    const { orderId, qrText } = await order(provider);
    expect(await (await pay(qrText)).text()).toContain('支付成功');
    expect(await shown(orderId)).toMatchObject({ state: 'paid', amountFen: 1000, refundedFen: 0 });
    expect(await account('wallet:h1')).toBe(before + 1000);
    const { deliveries } = await (await fetch(`${cloud.providers}/control`)).json();
    const answers = deliveries.filter((delivery: { orderId: string }) => delivery.orderId === orderId);
    const taken = provider === 'alipay' ? { status: 200, answer: 'success' } : { status: 204, answer: '' };
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ orderId, ...taken })));
  });

  test('of which no notification comes is found by asking', async () => {
    await control('', { lose: true });
    const { orderId, qrText } = await order(provider);
    await pay(qrText);
    expect(await shown(orderId)).toMatchObject({ state: 'created' });
    await minutesLater(1);
    expect(await shown(orderId)).toMatchObject({ state: 'paid' });
  });

  test.each([
    ['signature', 409, 'signature-invalid'],
    ['amount', 409, 'payment-mismatch'],
  ])('of which somebody tells with another %s is not paid by that', async (forge, status, reason) => {
    await control('', { forge });
    const { orderId, qrText } = await order(provider);
    const before = await account('wallet:h1');
    await pay(qrText);
    expect(await shown(orderId)).toMatchObject({ state: 'created' });
    expect(await account('wallet:h1')).toBe(before);
    const { deliveries } = await (await fetch(`${cloud.providers}/control`)).json();
    const told = deliveries.find((delivery: { orderId: string }) => delivery.orderId === orderId);
    if (provider === 'alipay') expect(told).toMatchObject({ status: 200, answer: 'failure' });
    else expect(told).toMatchObject({ status, answer: expect.stringContaining('"code":"FAIL"') });
    expect(await refusals()).toContain(reason);
    await control('', {});
    await minutesLater(1);
    expect(await shown(orderId)).toMatchObject({ state: 'paid' });
  });

  test('goes back once, as far as it was paid', async () => {
    await control('', {});
    const { orderId, qrText } = await order(provider, 500);
    await pay(qrText);
    const before = await account('wallet:h1');
    const ask = (requestId: string, amountFen: number) =>
      manager.post(`${payments}/${orderId}/refunds`, { requestId, amountFen, reason: '搬走了' });
    const answers = await Promise.all([ask('back-to-me-1', 500), ask('back-to-me-1', 500)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await ask('back-to-me-2', 500)).toMatchObject({
      status: 409,
      body: { error: 'already-refunded' },
    });
    await control('/idle', {});
    await minutesLater(1);
    expect(await shown(orderId)).toMatchObject({
      state: 'paid',
      refundedFen: 500,
      refunds: [{ state: 'succeeded', amountFen: 500 }],
    });
    expect(await account('wallet:h1')).toBe(before - 500);
    expect(await account(`refund-pending:${provider}`)).toBe(0);
  });
});

describe('who may', () => {
  test('see an order: its household and the staff, and nobody else', async () => {
    await control('', {});
    const { orderId } = await order('alipay');
    const neighbour = await caller(cloud, 'resident', estateId, 'h2');
    expect((await neighbour.get(`${payments}/${orderId}`)).status).toBe(404);
    expect((await manager.get(`${payments}/${orderId}`)).status).toBe(200);
    const own = (await resident.get(payments)).body.payments;
    expect(own[0]).toMatchObject({ orderId, householdId: 'h1' });
    expect((await manager.get(`${payments}?householdId=h1`)).body.payments).toEqual(own);
    expect((await manager.get(payments)).status).toBe(400);
  });

  test('pay back: the staff, and a resident what the own household paid', async () => {
    await control('', {});
    const { orderId } = await order('alipay');
    const content = { requestId: 'my-own-money', amountFen: 1, reason: 'x' };
    const path = `${payments}/${orderId}/refunds`;
    const neighbour = await caller(cloud, 'resident', estateId, 'h2');
    expect(await neighbour.post(path, content)).toMatchObject({ status: 404, body: { error: 'not-found' } });
    expect(await resident.post(path, content)).toMatchObject({ status: 409, body: { error: 'not-paid' } });
  });

  test.each([
    { amountFen: 0 },
    { amountFen: 1.5 },
    { amountFen: 100_001 },
    { provider: 'cash' },
    { requestId: 'short' },
    { way: 'jsapi' },
  ])('order: nobody %j', async (changes) => {
    const content = { requestId: 'request-bad', amountFen: 100, provider: 'alipay', ...changes };
    expect((await resident.post(payments, content)).status).toBe(400);
  });
});
