import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testPayments } from '../support/payments.ts';

// The stand-in of Alipay, telling in the charsets that Alipay's merchants have set.

let world: Awaited<ReturnType<typeof testPayments>>;
beforeAll(async () => {
  world = await testPayments();
});
beforeEach(() => world.reset());
afterAll(() => world?.stop());

/** What the estate begins with: h1 has paid in 2000 fen in cash. */
const cashFen = 2000;
const paidIn = () => world.estate.entries('top-up').filter(({ facts }) => facts['provider'] !== undefined);

test.each(['GBK', 'gb2312', 'GB18030'])('a notification of Alipay in %s is booked once', async (charset) => {
  const { orderId } = await world.order('alipay', 1000, `alipay-in-${charset}`);
  await world.control('', { charset, times: 3 });
  await world.control('/pay', { orderId });
  expect((await world.wallet()).balanceFen).toBe(cashFen + 1000);
  expect(world.estate.refusals()).toEqual([]);
  expect(paidIn()).toHaveLength(1);
});

test('a notification of Alipay in a charset that nobody knows is refused by name, and the order is asked about', async () => {
  const { orderId } = await world.order('alipay', 1000, 'alipay-in-big5');
  await world.control('', { charset: 'BIG5' });
  await world.control('/pay', { orderId });
  expect((await world.wallet()).balanceFen).toBe(cashFen);
  expect(world.estate.refusals()).toEqual(['charset-unknown']);
  world.estate.clockMs += 2 * 60_000;
  await world.sweep();
  expect((await world.wallet()).balanceFen).toBe(cashFen + 1000);
});
