import { expect, test } from 'vitest';
import type { Alert, Delivery } from '../../contract/shapes/alert.ts';
import { failingDelivery } from '../../web/src/estate/deliveries.tsx';

const place = { zh: '楼道', en: 'Corridor' };
const alert = (alertId: string, ...deliveries: Partial<Delivery>[]): Alert => ({
  ...{ alertId, estateId: 'ziyun', deviceId: 'corridor-1', kind: 'corridor', severity: 'notice' },
  ...{ createdAtMs: 0, place, text: place, state: 'open' },
  deliveries: deliveries.map((delivery) => ({
    ...{ channel: 'webhook', attempts: 1, arrivals: 0, atMs: 1, result: 'delivered', failures: 0 },
    ...delivery,
  })),
});

test('whether the committee is reached is what the newest attempt of all alerts has shown', () => {
  const failed = alert('a', { atMs: 5, result: 'refused', failures: 2 });
  expect(failingDelivery([])).toBeUndefined();
  expect(failingDelivery([alert('untold')])).toBeUndefined();
  expect(failingDelivery([alert('b', { atMs: 4 }), failed])).toMatchObject({ result: 'refused' });
  expect(failingDelivery([failed, alert('b', { atMs: 6 })])).toBeUndefined();
});

test.each(['no-webhook', 'timed-out', 'unknown', 'unreachable', 'a word of tomorrow'])(
  'what is not proved to have arrived has not: %s',
  (result) => {
    expect(failingDelivery([alert('a', { result: result as Delivery['result'] })])).toMatchObject({ result });
  },
);
