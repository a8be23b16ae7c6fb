import { describe, expect, test } from 'vitest';
import { retentionDays } from '../../src/journal/kinds.ts';
import { handleOrderNews } from '../../src/payments/handle-order-news.ts';
import { handleRefundNews } from '../../src/payments/handle-refund-news.ts';
import { refundIdOf } from '../../src/payments/order.ts';
import { officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { order, paid, paidOrder, refund, standing, wechat } from '../support/told-provider.ts';

// What stays of a payment and of a refund, whole: it is compared with the provider's bill, and read when money is missed.

/** Known to the provider by this number, for this request, for ever: asked for again it must be the same. */
const orderId = 'Pa5641f8ce039e6f6599b8a6c3c0a1a8';
const payment = `PAYMENT#${officeEstate}#${orderId}`;
const terms = {
  ...{ orderId, estateId: officeEstate, householdId: 'h1', provider: 'wechat-pay', way: 'native' },
  amountFen: 1000,
};
const expiresAtS = (kept: 'money' | 'refusal') => officeNowMs / 1000 + Number(retentionDays[kept]) * 86_400;
const entry = (desk: TestOffice, sk: string, fact: string) => ({
  ...{ pk: payment, sk, type: 'entry', estateId: officeEstate, receivedAtMs: officeNowMs },
  ...{ digest: desk.office.vault.mac(fact), expiresAtS: expiresAtS('money') },
});
const byPerson = (sender: string) => ({ deviceId: 'api', topic: 'api', sender });
const byProvider = { deviceId: 'wechat-pay', topic: 'notification', sender: 'wechat-pay' };
const posting = (debit: string, credit: string, amountFen: number, memo: string) => ({
  ...{ debit, credit, amountFen, memo },
});
const created = {
  ...{ ...terms, state: 'created', createdAtMs: officeNowMs, expiresAtMs: officeNowMs + 7_200_000 },
  ...{ refundedFen: 0, asked: 0, qrText: 'weixin://x' },
};

describe('an order', () => {
  test('stands under its number, with its timer, and is found by its number and by its household', async () => {
    const desk = await testOffice();
    const asked = await order(desk);
    const stored = { ...created, dueAtMs: officeNowMs + 60_000 };
    expect(asked).toEqual({ order: { ...stored, version: 1 }, invitation: { qrText: 'weixin://x' } });
    expect(standing(desk, payment, 'PAYMENT')).toEqual({
      ...{ pk: payment, sk: 'PAYMENT', type: 'payment', ...stored, version: 2 },
    });
    expect(standing(desk, payment, 'STEP#created')).toEqual({
      ...entry(desk, 'STEP#created', JSON.stringify(terms)),
      ...byPerson('resident'),
      ...{ kind: 'payment-ordered', outcome: 'created', facts: terms },
    });
    expect(standing(desk, `ORDER#${orderId}`, 'ORDER')).toMatchObject({ estateId: officeEstate });
    const list = { pk: `PAYMENTS#${officeEstate}#h1`, sk: `${officeNowMs}#${orderId}` };
    expect(standing(desk, list.pk, list.sk)).toEqual({ ...list, orderId });
  });

  test('that is paid is in the wallet, without a timer, and says by which payment', async () => {
    const desk = await testOffice();
    await order(desk);
    await desk.change((wallet) => ({ ...wallet, owedFen: 300 }));
    await handleOrderNews(desk.office, wechat, officeEstate, paid(orderId));
    expect(standing(desk, payment, 'PAYMENT')).toEqual({
      ...{ pk: payment, sk: 'PAYMENT', type: 'payment', ...created, version: 3 },
      ...{ state: 'paid', transactionId: '42', paidAtMs: 5 },
    });
    expect(standing(desk, payment, 'STEP#paid')).toEqual({
      ...{ ...entry(desk, 'STEP#paid', 'paid 42 1000'), ...byProvider, occurredAtMs: 5 },
      ...{ kind: 'top-up', outcome: 'paid-in' },
      facts: {
        ...{
          householdId: 'h1',
          transferId: orderId,
          provider: 'wechat-pay',
          transactionId: '42',
          paidAtMs: 5,
        },
      },
      postings: [
        posting('provider:wechat-pay', 'wallet:h1', 1000, orderId),
        posting('wallet:h1', 'receivable:h1', 300, orderId),
      ],
    });
    const [step] = desk.entries('top-up');
    const raw = desk.office.vault.open(String(step?.raw).replace('sealed:', ''));
    expect(Buffer.from(raw, 'base64').toString()).toBe('as it came');
    expect(await desk.wallet()).toMatchObject({ balanceFen: 700, owedFen: 0 });
  });

  test('that nobody pays is closed, without a timer, and no money moves', async () => {
    const desk = await testOffice();
    await order(desk);
    await handleOrderNews(desk.office, wechat, officeEstate, { orderId, state: 'closed' });
    expect(standing(desk, payment, 'PAYMENT')).toEqual({
      ...{ pk: payment, sk: 'PAYMENT', type: 'payment', ...created, state: 'closed', version: 3 },
    });
    expect(standing(desk, payment, 'STEP#closed')).toEqual({
      ...{ ...entry(desk, 'STEP#closed', 'closed'), ...byProvider },
      ...{ kind: 'payment-closed', outcome: 'closed' },
      facts: { householdId: 'h1', orderId, provider: 'wechat-pay' },
    });
    expect(await desk.wallet()).toMatchObject({ balanceFen: 0 });
    await handleOrderNews(desk.office, wechat, officeEstate, paid(orderId));
    expect(standing(desk, payment, 'STEP#paid')).toMatchObject({ facts: { paidAfterClosing: true } });
  });
});

describe('a refund', () => {
  const refundId = refundIdOf(orderId, 'back-1');
  const of = { refundId, orderId, householdId: 'h1', provider: 'wechat-pay', amountFen: 400 };
  const requested = {
    ...{ ...of, estateId: officeEstate, reason: '退款', paidFen: 1000, asked: 0 },
    ...{ requestedAtMs: officeNowMs, requestedBy: 'manager' },
  };
  const place = { pk: payment, sk: `REFUND#${refundId}`, type: 'refund' };
  const tell = (desk: TestOffice, state: 'succeeded' | 'failed') =>
    handleRefundNews(desk.office, wechat, officeEstate, { orderId, refundId, state, said: 'its word' });
  const asked = async () => {
    const desk = await testOffice();
    expect(await paidOrder(desk)).toBe(orderId);
    const shown = await refund(desk, orderId);
    return { desk, shown };
  };

  test('that is asked for has left the wallet, stands with its timer, and counts for its order', async () => {
    const { desk, shown } = await asked();
    const stored = { ...requested, state: 'requested', dueAtMs: officeNowMs + 60_000, version: 1 };
    expect(shown).toEqual(stored);
    expect(standing(desk, payment, place.sk)).toEqual({ ...place, ...stored });
    expect(standing(desk, payment, `REFUNDSTEP#${refundId}#requested`)).toEqual({
      ...entry(desk, `REFUNDSTEP#${refundId}#requested`, JSON.stringify({ ...of, reason: '退款' })),
      ...{ ...byPerson('manager'), kind: 'refund-requested', outcome: 'reserved' },
      facts: { ...of, reason: '退款' },
      postings: [posting('wallet:h1', 'refund-pending:wechat-pay', 400, refundId)],
    });
    expect(standing(desk, payment, 'PAYMENT')).toMatchObject({ state: 'paid', refundedFen: 400 });
    expect((await desk.wallet()).balanceFen).toBe(600);
  });

  test('that succeeded is what the provider moved, without a timer', async () => {
    const { desk } = await asked();
    const ended = await tell(desk, 'succeeded');
    expect(ended).toEqual({ ...requested, state: 'succeeded', said: 'its word', version: 2 });
    expect(standing(desk, payment, `REFUNDSTEP#${refundId}#succeeded`)).toEqual({
      ...{ ...entry(desk, `REFUNDSTEP#${refundId}#succeeded`, 'succeeded'), ...byProvider },
      ...{ kind: 'refund-succeeded', outcome: 'paid-out', facts: { ...of, said: 'its word' } },
      postings: [posting('refund-pending:wechat-pay', 'provider:wechat-pay', 400, refundId)],
    });
    expect(standing(desk, payment, 'PAYMENT')).toMatchObject({ refundedFen: 400 });
    expect((await desk.wallet()).balanceFen).toBe(600);
  });

  test('that failed is back in the wallet, debts first, and may be asked for again', async () => {
    const { desk } = await asked();
    await desk.change((wallet) => ({ ...wallet, owedFen: 100 }));
    const ended = await tell(desk, 'failed');
    expect(ended).toEqual({ ...requested, state: 'failed', said: 'its word', version: 2 });
    expect(standing(desk, payment, `REFUNDSTEP#${refundId}#failed`)).toEqual({
      ...{ ...entry(desk, `REFUNDSTEP#${refundId}#failed`, 'failed'), ...byProvider },
      ...{ kind: 'refund-failed', outcome: 'given-back', facts: { ...of, said: 'its word' } },
      postings: [
        posting('refund-pending:wechat-pay', 'wallet:h1', 400, refundId),
        posting('wallet:h1', 'receivable:h1', 100, refundId),
      ],
    });
    expect(standing(desk, payment, 'PAYMENT')).toMatchObject({ state: 'paid', refundedFen: 0 });
    expect(await desk.wallet()).toMatchObject({ balanceFen: 900, owedFen: 0 });
  });
});
