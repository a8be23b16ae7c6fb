import { expect, test } from 'vitest';
import { providerNames } from '../../contract/words/words.ts';
import { alipayBills } from '../../src/payments/alipay-bill.ts';
import { wechatPayBills } from '../../src/payments/wechat-pay-bill.ts';
import { freshPayments, pay, world } from '../support/payments-world.ts';

freshPayments();

/** infra/api.ts: a function of the HTTP API is ended after so long, and what it had to say is lost with it. */
const functionTimeoutMs = 10_000;

test.each(providerNames)(
  'a bill of %s is there, or refused by name, before its function is ended',
  async (name) => {
    const waits: number[] = [];
    const recorded = {
      ...world.world,
      http: (request: Parameters<typeof world.world.http>[0]) => {
        waits.push(request.timeoutMs);
        return world.world.http(request);
      },
    };
    const { wechatPay, alipay } = world.merchants;
    if (wechatPay === undefined || alipay === undefined) throw new Error('A merchant is missing');
    const { WechatPayUrl, AlipayUrl } = world.standIn.parameters;
    const bills =
      name === 'alipay'
        ? alipayBills(AlipayUrl, alipay, recorded)
        : wechatPayBills(WechatPayUrl, wechatPay, recorded);
    const { orderId } = await world.order(name, 1000, `request-${name}`);
    await pay(orderId);
    expect(await bills.downloadBill('2026-11-23')).toContain(orderId);
    expect(waits).toHaveLength(2);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(functionTimeoutMs);
  },
);
