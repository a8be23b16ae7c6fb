import { expect, test } from 'vitest';
import {
  balanceFen,
  cashFen,
  freshPayments,
  paidIn,
  pay,
  sweepAfter,
  world,
} from '../support/payments-world.ts';

// The stand-in of Alipay, telling in the charsets that Alipay's merchants have set.

freshPayments();

test.each(['GBK', 'gb2312', 'GB18030'])('a notification of Alipay in %s is booked once', async (charset) => {
  const { orderId } = await world.order('alipay', 1000, `alipay-in-${charset}`);
  await world.control('', { charset, times: 3 });
  await pay(orderId);
  expect(await balanceFen()).toBe(cashFen + 1000);
  expect(world.estate.refusals()).toEqual([]);
  expect(paidIn()).toHaveLength(1);
});

test('a notification of Alipay in a charset that nobody knows is refused by name, and the order is asked about', async () => {
  const { orderId } = await world.order('alipay', 1000, 'alipay-in-big5');
  await world.control('', { charset: 'BIG5' });
  await pay(orderId);
  expect(await balanceFen()).toBe(cashFen);
  expect(world.estate.refusals()).toEqual(['charset-unknown']);
  await sweepAfter(2);
  expect(await balanceFen()).toBe(cashFen + 1000);
});
