import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../contract/shapes/alert.ts';
import { acknowledged, afterDelivery, alertSchema, newAlert, over } from '../../src/alerts/alert.ts';
import { latestAlerts, putAlert, readAlert } from '../../src/alerts/alert-store.ts';
import { shown } from '../../src/alerts/deliver-alert.ts';
import { afterAttempt, isDown, nextAttemptMs } from '../../src/alerts/delivery.ts';
import { keys } from '../../src/shared/keys.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

const minuteMs = 60_000;
const name = { zh: '楼道', en: 'Corridor' };
const fact = {
  estateId: 'e',
  kind: 'smoke',
  severity: 'life',
  createdAtMs: 5,
  deviceId: 'd',
  facilityId: 'f',
  place: name,
  text: { zh: '烟', en: 'smoke' },
} as const;
/** The first 8 digits of the SHA-256 of `abc`. */
const alertId = '0000000000005-d-smoke-ba7816bf';
const alert = newAlert({ ...fact, cause: 'abc' });
const whole = alertSchema.parse({
  ...{ ...alert, state: 'closed', acknowledgedBy: 'Wang', acknowledgedAtMs: 6, closedAtMs: 7, version: 3 },
  deliveries: [
    {
      ...{ channel: 'webhook', attempts: 3, arrivals: 1, atMs: 8, result: 'refused', status: 200, code: 9 },
      ...{ failingSinceMs: 7, failures: 2 },
    },
  ],
});

describe('an alert', () => {
  test('is named by when, by whom and of what it is, and looked at a minute later', () => {
    expect(alert).toStrictEqual({ ...fact, alertId, state: 'open', deliveries: [], dueAtMs: 5 + minuteMs });
    expect(newAlert({ ...fact, cause: 'abd' }).alertId).not.toBe(alertId);
    expect(newAlert({ ...fact, createdAtMs: 1_795_431_600_000, cause: 'abc' }).alertId).toBe(
      '1795431600000-d-smoke-ba7816bf',
    );
  });

  test('stands under its estate and its name, and is read back as it was', async () => {
    const table = memoryTable();
    const { version: _, ...content } = whole;
    expect(putAlert(whole)).toStrictEqual({
      put: { ...content, ...keys.alert('e', alertId), type: 'alert' },
      when: { version: 3 },
    });
    await table.commit([putAlert({ ...whole, version: undefined })]);
    expect(await readAlert(table, 'e', alertId)).toStrictEqual({ ...whole, version: 1 });
    expect(await readAlert(table, 'other', alertId)).toBeUndefined();
    for (const createdAtMs of [7, 6, 8])
      await table.commit([putAlert(newAlert({ ...fact, createdAtMs, cause: '' }))]);
    const latest = async (limit: number) =>
      (await latestAlerts(table, 'e', limit)).map(({ createdAtMs }) => createdAtMs);
    expect(await latest(10)).toStrictEqual([8, 7, 6, 5]);
    expect(await latest(2)).toStrictEqual([8, 7]);
  });

  test('is shown with when it is told next, and without what the table keeps for itself', () => {
    const { version: _, ...told } = whole;
    const { dueAtMs, ...over } = told;
    expect(shown(whole)).toStrictEqual({ ...over, nextAttemptAtMs: dueAtMs });
    expect(shown({ ...over, version: 3 })).toStrictEqual(over);
  });

  test('that somebody answers for, or that is over, is told no more, and keeps who it was', () => {
    const { dueAtMs: _, ...told } = alert;
    const answered = { ...told, state: 'acknowledged', acknowledgedBy: 'Wang', acknowledgedAtMs: 9 };
    expect(acknowledged(alert, 'Wang', 9)).toStrictEqual(answered);
    expect(acknowledged(acknowledged(alert, 'Wang', 9), 'Li', 10)).toStrictEqual(answered);
    expect(over(acknowledged(alert, 'Wang', 9), 11)).toStrictEqual({
      ...answered,
      state: 'closed',
      closedAtMs: 11,
    });
  });

  test('has one line for its channel, with the newest attempt, and the time of the next while it is open', () => {
    const first = afterDelivery(alert, 'webhook', 100, { result: 'refused', status: 503, code: 7 });
    const line = {
      ...{ channel: 'webhook', attempts: 1, arrivals: 0, atMs: 100, result: 'refused', status: 503, code: 7 },
      ...{ failures: 1, failingSinceMs: 100 },
    };
    expect(first).toStrictEqual({ ...alert, deliveries: [line], dueAtMs: 100 + minuteMs });
    const second = afterDelivery(first, 'webhook', 200, { result: 'delivered' });
    const arrived = {
      channel: 'webhook',
      attempts: 2,
      arrivals: 1,
      atMs: 200,
      result: 'delivered',
      failures: 0,
    };
    expect(second).toStrictEqual({ ...alert, deliveries: [arrived], dueAtMs: 200 + 2 * minuteMs });
    const { dueAtMs: _, ...answered } = acknowledged(second, 'Wang', 250);
    expect(afterDelivery(answered, 'webhook', 300, { result: 'refused' })).toStrictEqual({
      ...answered,
      deliveries: [
        { ...arrived, attempts: 3, atMs: 300, result: 'refused', failures: 1, failingSinceMs: 300 },
      ],
    });
  });
});

describe('a delivery', () => {
  const failed: Delivery = afterAttempt(undefined, 'webhook', 10, { result: 'unreachable' });

  test('counts what arrived and what failed, and since when it fails', () => {
    expect(failed).toStrictEqual({
      ...{ channel: 'webhook', attempts: 1, arrivals: 0, atMs: 10, result: 'unreachable' },
      ...{ failures: 1, failingSinceMs: 10 },
    });
    const again = afterAttempt(failed, 'webhook', 20, { result: 'timed-out' });
    expect(again).toStrictEqual({ ...failed, attempts: 2, atMs: 20, result: 'timed-out', failures: 2 });
    const { failingSinceMs: _, ...counts } = again;
    const arrived = { ...counts, attempts: 3, arrivals: 1, atMs: 30, result: 'delivered', failures: 0 };
    expect(afterAttempt(again, 'webhook', 30, { result: 'delivered' })).toStrictEqual(arrived);
  });

  test.each([
    ['life', 'refused', 9, 1],
    ['urgent', 'refused', 1, 1],
    ['urgent', 'refused', 2, 2],
    ['urgent', 'refused', 6, 32],
    ['urgent', 'refused', 7, 60],
    ['notice', 'timed-out', 1, 1],
    ['notice', 'timed-out', 6, 32],
    ['notice', 'timed-out', 70, 60],
    ['life', 'delivered', 9, 2],
    ['urgent', 'delivered', 1, 30],
    ['urgent', 'delivered', 2, 60],
    ['urgent', 'delivered', 3, 60],
    ['notice', 'delivered', 1, undefined],
  ] as const)(
    'of severity %s that was %s %i times is made again after %s minutes',
    (severity, result, times, minutes) => {
      const delivery = { ...failed, result, failures: times, arrivals: times };
      expect(nextAttemptMs(severity, delivery)).toBe(
        minutes === undefined ? undefined : 10 + minutes * minuteMs,
      );
    },
  );

  test.each([
    ['notice', 'refused', 2, false],
    ['notice', 'refused', 3, true],
    ['notice', 'no-webhook', 30, false],
    ['life', 'no-webhook', 2, false],
    ['life', 'no-webhook', 3, true],
  ] as const)(
    'of severity %s that was %s %i times is one that somebody has to see to: %s',
    (severity, result, failures, down) => {
      expect(isDown(severity, { ...failed, result, failures })).toBe(down);
    },
  );
});
