import { describe, expect, test } from 'vitest';
import { orderSchema, refundSchema } from '../../contract/shapes/payment.ts';
import {
  nextLookMs,
  orderIdOf,
  orderTransitions,
  payWithinMs,
  refundIdOf,
} from '../../src/payments/order.ts';
import { nextRefundLookMs, refundTransitions } from '../../src/payments/refund.ts';

test('every state of an order answers everything that a provider may say', () => {
  expect(Object.keys(orderTransitions)).toEqual(orderSchema.shape.state.options);
  for (const answers of Object.values(orderTransitions))
    expect(Object.keys(answers).sort()).toEqual(['closed', 'paid', 'unpaid']);
});

test('every state of a refund answers everything that a provider may say', () => {
  expect(Object.keys(refundTransitions)).toEqual(refundSchema.shape.state.options);
  for (const answers of Object.values(refundTransitions))
    expect(Object.keys(answers).sort()).toEqual(['failed', 'processing', 'succeeded', 'unknown']);
});

test('what follows is what the documents say', () => {
  expect(orderTransitions).toEqual({
    created: { unpaid: 'ask-later', paid: 'book', closed: 'close' },
    paid: { unpaid: 'nothing', paid: 'nothing', closed: 'nothing' },
    closed: { unpaid: 'nothing', paid: 'book', closed: 'nothing' },
  });
  expect(refundTransitions).toEqual({
    requested: { unknown: 'ask-again', processing: 'ask-later', succeeded: 'pay-out', failed: 'give-back' },
    succeeded: { unknown: 'nothing', processing: 'nothing', succeeded: 'nothing', failed: 'contradict' },
    failed: { unknown: 'nothing', processing: 'nothing', succeeded: 'contradict', failed: 'nothing' },
  });
});

test('money is booked at most once: no state that was booked leads to a booking', () => {
  expect(Object.values(orderTransitions.paid)).not.toContain('book');
  for (const ended of [refundTransitions.succeeded, refundTransitions.failed]) {
    expect(Object.values(ended)).not.toContain('pay-out');
    expect(Object.values(ended)).not.toContain('give-back');
  }
});

test('what is asked of a refund is asked at growing intervals, an hour apart at most, without end', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 19, 20, 21, 1000].map((asked) => nextRefundLookMs({ asked }, 7) - 7);
  const hour = 60;
  expect(waits.map((ms) => ms / 60_000)).toEqual([
    1,
    2,
    4,
    8,
    16,
    32,
    ...Array.from({ length: 6 }, () => hour),
  ]);
});

test('an order is asked after at growing intervals, and once more when its time is over', () => {
  const minuteMs = 60_000;
  const asked: number[] = [];
  let nowMs = 0;
  for (let times = 0; times < 9; times += 1) {
    nowMs = nextLookMs({ expiresAtMs: payWithinMs, asked: times }, nowMs);
    asked.push(nowMs / minuteMs);
  }
  expect(asked).toEqual([1, 3, 7, 15, 31, 63, 120, 180, 240]);
});

describe('numbers', () => {
  test('are of the form that both providers take', () => {
    expect(orderIdOf('ziyun', 'h1', 'request-1')).toMatch(/^P[0-9a-f]{31}$/);
    expect(refundIdOf('P1', 'request-1')).toMatch(/^R[0-9a-f]{31}$/);
  });

  test('follow from the request, and no two requests share one', () => {
    const ids = [
      orderIdOf('ziyun', 'h1', 'request-1'),
      orderIdOf('ziyun', 'h1', 'request-2'),
      orderIdOf('ziyun', 'h2', 'request-1'),
      orderIdOf('youyi', 'h1', 'request-1'),
      orderIdOf('ziyun\nh1', '', 'request-1'),
      refundIdOf('ziyun', 'request-1'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(orderIdOf('ziyun', 'h1', 'request-1')).toBe(ids[0]);
  });
});
