import { describe, expect, test } from 'vitest';
import { countedRefusals } from '../../src/journal/counted-refusals.ts';
import { handleNotification } from '../../src/payments/handle-notification.ts';
import type { Notification, PaymentProvider } from '../../src/payments/provider.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { order, paid, refund, telling } from '../support/told-provider.ts';

describe('a notification', () => {
  const request = { headers: {}, body: Buffer.from('as it came') };
  const counted = (desk: TestOffice) =>
    [...desk.table.all()].filter((item) => item['type'] === 'counted-refusals');
  const take = (desk: TestOffice, readNotification: PaymentProvider['readNotification']) =>
    handleNotification(
      desk.office,
      countedRefusals(desk.office),
      telling('wechat-pay', { readNotification }),
      request,
    );
  const about = (news: Notification['news']): Notification =>
    'refundId' in news ? { about: 'refund', news } : { about: 'order', news };
  const throwing = (error: Error) => (): never => {
    throw error;
  };

  test('of an order or a refund is booked, and answered as taken', async () => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    expect(await take(desk, () => about(paid(orderId)))).toMatchObject({ status: 200 });
    expect((await desk.wallet()).balanceFen).toBe(1000);
    const { refundId } = await refund(desk, orderId);
    const news = { orderId, refundId, state: 'failed', said: '' } as const;
    expect(await take(desk, () => about(news))).toMatchObject({ status: 200 });
    expect((await desk.wallet()).balanceFen).toBe(1000);
    expect(desk.entries('refund-failed')).toMatchObject([{ topic: 'notification' }]);
  });

  test.each<[string, Error]>([
    ['of a defect', new TypeError('a defect')],
    ['of a race that was lost', new DomainError('lost-race', 'x')],
  ])('that is not taken because %s is asked for again, and nothing is kept', async (_, error) => {
    const desk = await testOffice();
    const before = JSON.stringify([...desk.table.all()]);
    expect(await take(desk, throwing(error))).toEqual({ status: 503, contentType: '', body: 'unavailable' });
    expect(JSON.stringify([...desk.table.all()])).toBe(before);
  });

  test('that nobody has signed is counted, and not journalled', async () => {
    const desk = await testOffice();
    const answer = await take(desk, throwing(new DomainError('signature-invalid', 'who?')));
    expect(answer).toEqual({ status: 409, contentType: '', body: 'signature-invalid' });
    expect(desk.entries('refused')).toEqual([]);
    expect(counted(desk)).toMatchObject([
      {
        ...{ estateId: '-', deviceId: 'wechat-pay', reason: 'signature-invalid', topic: 'notification' },
        ...{ detail: 'who?', atMs: officeNowMs, count: 1 },
      },
    ]);
  });

  test('that is signed and not believed is journalled for its estate, and counted from the second time on', async () => {
    const desk = await testOffice();
    const { orderId } = (await order(desk)).order;
    const wrong = () => take(desk, () => about(paid(orderId, 1)));
    expect(await wrong()).toMatchObject({ status: 409, body: 'payment-mismatch' });
    expect(desk.entries('refused')).toMatchObject([{ estateId: officeEstate, refusal: 'payment-mismatch' }]);
    expect(counted(desk)).toEqual([]);
    await wrong();
    expect(desk.entries('refused')).toHaveLength(1);
    expect(counted(desk)).toMatchObject([{ estateId: officeEstate, count: 1 }]);
  });

  test('of an order that is in no estate is nobody’s', async () => {
    const desk = await testOffice();
    expect(await take(desk, () => about(paid('P0'.repeat(50))))).toMatchObject({ status: 404 });
    const [entry] = desk.entries('refused');
    expect(entry).toMatchObject({ estateId: '-', refusal: 'not-found' });
    expect(entry?.facts['detail']).toBe(`There is no order ${'P0'.repeat(32)}`);
  });

  test('is answered though its refusal cannot be kept', async () => {
    const desk = await testOffice();
    const broken = { ...desk.table, commit: async () => Promise.reject(new Error('no table')) };
    const provider = telling('wechat-pay', {
      readNotification: throwing(new DomainError('notification-expired', 'x')),
    });
    const backend = desk.on(broken);
    expect(await handleNotification(backend, countedRefusals(backend), provider, request)).toMatchObject({
      ...{ status: 409, body: 'notification-expired' },
    });
  });
});
