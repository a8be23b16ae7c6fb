import { describe, expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import type { NewRefund, PaymentProvider, RefundNews } from '../../src/payments/provider.ts';
import { refuseNews } from '../../src/payments/refuse-news.ts';
import { type PaymentSources, paymentDue } from '../../src/payments/watch-payment.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { officeEstate, officeNowMs, testOffice } from '../support/money.ts';
import { order, paid, paidOrder, refund, standing, telling, wechat } from '../support/told-provider.ts';

const refuse =
  (error: DomainError['error'], message = 'x') =>
  async (): Promise<never> => {
    throw new DomainError(error, message);
  };
const payments = (said: Partial<PaymentProvider>) => ({ 'wechat-pay': telling('wechat-pay', said) });

describe('the timer of an order', () => {
  async function waiting(more: Partial<PaymentSources> = {}) {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    const key = keys.payment(officeEstate, orderId);
    const due = (said: Partial<PaymentProvider>) =>
      paymentDue({ ...desk.office, payments: payments(said), ...more }, key);
    return { desk, orderId, key, due, now: () => standing(desk, key.pk, key.sk) };
  }

  test('asks by the number, books what is said, and is gone', async () => {
    const { desk, orderId, due, now } = await waiting();
    const asked: string[] = [];
    await due({
      queryOrder: async (id) => {
        asked.push(id);
        return paid(id);
      },
    });
    expect(asked).toEqual([orderId]);
    expect(now()).toMatchObject({ state: 'paid', asked: 0 });
    expect(now()).not.toHaveProperty('dueAtMs');
    expect(desk.entries('top-up')).toMatchObject([{ topic: 'sweep', deviceId: 'wechat-pay' }]);
    expect((await desk.wallet()).balanceFen).toBe(1000);
  });

  test('comes again where nobody has paid, later each time, and says nothing of trouble', async () => {
    const { desk, orderId, due, now } = await waiting();
    desk.nowMs += 60_000;
    await due({ queryOrder: async () => ({ orderId, state: 'unpaid' }) });
    expect(now()).toMatchObject({ state: 'created', asked: 1, dueAtMs: desk.nowMs + 120_000 });
    expect(now()).not.toHaveProperty('trouble');
  });

  test.each<[string, DomainError['error'], number]>([
    ['that is silent', 'provider-unavailable', 0],
    ['that refuses', 'provider-refused', 0],
    ['that is not believed', 'signature-invalid', 1],
    ['that names another merchant', 'payment-mismatch', 1],
  ])(
    'says why a provider was asked in vain %s, and journals what was not believed',
    async (_, error, refusals) => {
      const { desk, due, now } = await waiting();
      await due({ queryOrder: refuse(error, 'w'.repeat(300)) });
      expect(now()).toMatchObject({ asked: 1, trouble: `${error}: ${'w'.repeat(300)}`.slice(0, 200) });
      expect(desk.entries('refused')).toHaveLength(refusals);
    },
  );

  test('does not believe an answer about another order', async () => {
    const { desk, due, now } = await waiting();
    const other = (await order(desk, { requestId: 'request-2' })).order.orderId;
    await due({ queryOrder: async () => paid(other) });
    expect(now()).toMatchObject({ state: 'created', trouble: expect.stringContaining('payment-mismatch') });
    expect((await desk.wallet()).balanceFen).toBe(0);
  });

  test('of an order of a provider that is gone says so, and stays', async () => {
    const { now, due } = await waiting({ payments: {} });
    await due({});
    expect(now()).toMatchObject({ asked: 1, trouble: expect.stringContaining('provider-unconfigured') });
  });

  test('is left as it is where the table is busy: the sweep comes again', async () => {
    const { due, now } = await waiting();
    await expect(due({ queryOrder: refuse('table-busy') })).rejects.toMatchObject({ error: 'table-busy' });
    expect(now()).toMatchObject({ asked: 0 });
  });

  test('asks nobody where there is nobody to ask, or nothing is due any more', async () => {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const before = JSON.stringify([...desk.table.all()]);
    await paymentDue(desk.office, keys.payment(officeEstate, orderId));
    await paymentDue({ ...desk.office, payments: payments({}) }, keys.payment(officeEstate, orderId));
    await paymentDue({ ...desk.office, payments: payments({}) }, keys.payment(officeEstate, 'P0'));
    expect(JSON.stringify([...desk.table.all()])).toBe(before);
  });

  test('journals under the key that payments have for themselves, where they have one', async () => {
    const paymentVault = cardVault('another secret of at least thirty-two characters');
    const { desk, orderId, due } = await waiting({ paymentVault });
    await due({ queryOrder: async () => paid(orderId) });
    const { digest } = { ...desk.entries('top-up')[0] };
    expect(digest).toBe(paymentVault.mac('paid 42 1000'));
    expect(digest).not.toBe(desk.office.vault.mac('paid 42 1000'));
  });
});

describe('the timer of a refund', () => {
  async function waiting() {
    const desk = await testOffice();
    const orderId = await paidOrder(desk);
    const { refundId } = await refund(desk, orderId);
    const key = keys.refund(officeEstate, orderId, refundId);
    const due = (said: Partial<PaymentProvider>) =>
      paymentDue({ ...desk.office, payments: payments(said) }, key);
    const news =
      (state: RefundNews['state'], said: string, more: Partial<RefundNews> = {}) =>
      async () => ({ ...{ orderId, refundId, state, said }, ...more });
    return { desk, orderId, refundId, due, news, now: () => standing(desk, key.pk, key.sk) };
  }

  test('asks what became of it, by everything that the provider may want to know', async () => {
    const { orderId, refundId, due, news, now } = await waiting();
    const asked: NewRefund[] = [];
    await due({
      queryRefund: (wanted) => {
        asked.push(wanted);
        return news('succeeded', 'SUCCESS')();
      },
    });
    expect(asked).toEqual([{ orderId, refundId, amountFen: 400, paidFen: 1000, reason: '退款' }]);
    expect(now()).toMatchObject({ state: 'succeeded', said: 'SUCCESS', asked: 0 });
    expect(now()).not.toHaveProperty('dueAtMs');
  });

  test('comes again while it hangs, later each time, with the provider’s last word', async () => {
    const { due, news, now } = await waiting();
    await due({ queryRefund: news('processing', 'PROCESSING') });
    expect(now()).toMatchObject({ asked: 1, said: 'PROCESSING', dueAtMs: officeNowMs + 120_000 });
    await due({ queryRefund: refuse('provider-unavailable', 'silence') });
    expect(now()).toMatchObject({
      asked: 2,
      said: 'provider-unavailable: silence',
      dueAtMs: officeNowMs + 240_000,
    });
  });

  test.each([{ orderId: 'P0' }, { refundId: 'R0' }])(
    'does not believe an answer about %j',
    async (changes) => {
      const { desk, due, news, now } = await waiting();
      await due({ queryRefund: news('succeeded', 'SUCCESS', changes) });
      expect(now()).toMatchObject({ state: 'requested', said: expect.stringContaining('payment-mismatch') });
      expect(desk.entries('refused')).toMatchObject([{ refusal: 'payment-mismatch', topic: 'sweep' }]);
    },
  );
});

describe('what a provider said and was not believed', () => {
  const said = new DomainError('payment-mismatch', 'm'.repeat(300));
  const word = { ...wechat, payload: Buffer.alloc(2000, 'x') };

  test('is kept with the first of its bytes, and for whom it was, if anybody knows', async () => {
    const desk = await testOffice();
    desk.nowMs = officeNowMs + 59 * 60_000;
    expect(await refuseNews(desk.office, word, officeEstate, said)).toBe(true);
    const [entry] = desk.entries('refused');
    const { raw = '', sk: _, pk, digest: _digest, ...kept } = { ...entry };
    expect(kept).toEqual({
      ...{ type: 'entry', kind: 'refused', outcome: 'refused', refusal: 'payment-mismatch' },
      ...{ estateId: officeEstate, deviceId: 'wechat-pay', sender: 'wechat-pay', topic: 'notification' },
      ...{ receivedAtMs: desk.nowMs, facts: { detail: 'm'.repeat(200) } },
      expiresAtS: desk.nowMs / 1000 + Number(retentionDays['refusal']) * 86_400,
    });
    expect(pk).toBe('DEVICE#wechat-pay');
    expect(Buffer.from(desk.office.vault.open(raw.replace('sealed:', '')), 'base64')).toHaveLength(1024);
    await refuseNews(desk.office, { ...word, provider: 'alipay' }, undefined, said);
    expect(desk.entries('refused').map(({ estateId }) => estateId)).toEqual(['-', officeEstate]);
  });

  test('is kept once an hour where it is a notification, told apart by its bytes, its reason and how it came', async () => {
    const desk = await testOffice();
    const kept = (changes: object = {}, error = said) =>
      refuseNews(desk.office, { ...word, ...changes }, undefined, error);
    const answers: boolean[] = [];
    for (const nowMs of [officeNowMs, officeNowMs + 3_599_999, officeNowMs + 3_600_000]) {
      desk.nowMs = nowMs;
      answers.push(await kept());
    }
    expect(answers).toEqual([true, false, true]);
    expect(await kept({ payload: Buffer.alloc(2001, 'x') })).toBe(true);
    expect(await kept({}, new DomainError('not-found', said.message))).toBe(true);
    expect(await kept({}, new DomainError('payment-mismatch', 'another'))).toBe(true);
    expect(await kept({ topic: 'sweep' })).toBe(true);
    desk.nowMs += 1;
    expect([await kept({ topic: 'sweep' }), await kept()]).toEqual([true, false]);
  });
});
