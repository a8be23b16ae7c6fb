import { beforeEach, describe, expect, test } from 'vitest';
import { shown } from '../../src/alerts/deliver-alert.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateId, eveningMs } from '../support/estate.ts';
import { delivered, minuteMs, refused, ToldCommittee } from '../support/told-committee.ts';

let told: ToldCommittee;
beforeEach(async () => {
  told = await ToldCommittee.open();
});

describe('an alert that nobody has answered', () => {
  test.each([
    ['notice', [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303]],
    ['urgent', [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303]],
  ] as const)(
    'is tried for ever where its webhook is down: a %s after twice as long each time, at most an hour',
    async (severity, expected) => {
      told.answer = async () => refused;
      await told.deliver(await told.alerted(severity));
      await told.pass(310);
      expect(told.minutes).toEqual(expected);
    },
  );

  test('is tried every minute where it is a danger to life and its webhook is down', async () => {
    told.answer = async () => refused;
    await told.deliver(await told.alerted('life'));
    await told.pass(100);
    expect(told.minutes).toEqual(Array.from({ length: 101 }, (_, minute) => minute));
  });

  test.each([
    ['life', [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]],
    ['urgent', [0, 30]],
    ['notice', [0]],
  ] as const)('of severity %s is told again although it arrived', async (severity, expected) => {
    await told.deliver(await told.alerted(severity));
    await told.pass(31);
    expect(told.minutes).toEqual(expected);
  });

  test('that arrived is no failure of its channel', async () => {
    await told.deliver(await told.alerted('life'));
    await told.pass(10);
    expect(told.undelivered).toEqual([]);
  });

  test('that is urgent is told every hour in the end', async () => {
    await told.deliver(await told.alerted('urgent'));
    await told.pass(12 * 60);
    expect(told.minutes).toEqual([0, 30, 90, 150, 210, 270, 330, 390, 450, 510, 570, 630, 690]);
  });

  test('is told within the hour when its channel comes back, and the next failure begins to count anew', async () => {
    told.answer = async () => refused;
    const alertId = await told.alerted('urgent');
    await told.deliver(alertId);
    await told.pass(200);
    told.answer = async () => delivered;
    await told.pass(60);
    expect((await told.alert(alertId)).deliveries).toEqual([
      {
        channel: 'webhook',
        attempts: 10,
        arrivals: 1,
        failures: 0,
        atMs: eveningMs + 243 * minuteMs,
        result: 'delivered',
        status: 200,
      },
    ]);
    told.answer = async () => refused;
    await told.pass(13);
    expect((await told.alert(alertId)).deliveries).toMatchObject([
      { failures: 1, failingSinceMs: eveningMs + 273 * minuteMs },
    ]);
    await told.pass(1);
    expect(told.minutes.slice(-3)).toEqual([243, 273, 274]);
  });

  test('keeps the first failure and the latest, and counts all, in one line however long it lasts', async () => {
    told.answer = async () => refused;
    const alertId = await told.alerted('life');
    await told.deliver(alertId);
    await told.pass(300);
    expect((await told.alert(alertId)).deliveries).toEqual([
      {
        channel: 'webhook',
        attempts: 301,
        arrivals: 0,
        failures: 301,
        failingSinceMs: eveningMs,
        atMs: eveningMs + 300 * minuteMs,
        result: 'refused',
        status: 503,
      },
    ]);
  });

  test.each(['timed-out', 'unknown', 'unreachable', 'refused'] as const)(
    'has not arrived where the end of it is %s',
    async (result) => {
      told.answer = async () => ({ result });
      const alertId = await told.alerted('notice');
      await told.deliver(alertId);
      expect(shown(await told.alert(alertId))).toMatchObject({
        deliveries: [{ result, arrivals: 0, failures: 1, failingSinceMs: eveningMs }],
        nextAttemptAtMs: eveningMs + minuteMs,
      });
    },
  );

  test('in an estate without a webhook has not arrived, and is told when there is one', async () => {
    await told.webhookOf(estateId);
    const alertId = await told.alerted('notice');
    await told.deliver(alertId);
    await told.pass(4);
    expect(told.calls).toEqual([]);
    expect((await told.alert(alertId)).deliveries).toMatchObject([
      { result: 'no-webhook', attempts: 3, arrivals: 0 },
    ]);
    await told.webhookOf(estateId, 'https://committee.example/new');
    await told.pass(4);
    expect(told.minutes).toEqual([7]);
  });

  test('of an older version, with attempts in another form, is told', async () => {
    const alertId = await told.alerted('notice');
    const [item] = await told.estate.table.get([keys.alert(estateId, alertId)]);
    const deliveries = [{ channel: 'webhook', atMs: eveningMs, result: 'unreachable: TypeError' }];
    await told.estate.table.commit([
      { put: { ...(item as never as object), deliveries } as never, when: { version: item?.version } },
    ]);
    await told.pass(1);
    expect((await told.alert(alertId)).deliveries).toMatchObject([{ attempts: 1, result: 'delivered' }]);
  });
});
