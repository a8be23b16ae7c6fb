import { beforeEach, describe, expect, test } from 'vitest';
import { putAlert } from '../../src/alerts/alert-store.ts';
import type { DeliveryOutcome } from '../../src/alerts/delivery.ts';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { type SweepSources, sweep } from '../../src/intake/sweep.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { delivered, minuteMs, refused, ToldCommittee } from '../support/told-committee.ts';

let told: ToldCommittee;
beforeEach(async () => {
  told = await ToldCommittee.open();
});

describe('an alert', () => {
  test.each([
    ['acknowledged', 1],
    ['not there', 0],
  ])('that is %s is not told', async (_, made) => {
    const alertId = made === 1 ? await told.alerted('life') : 'nothing';
    if (made === 1) await acknowledgeAlert(told.estate.backend, told.origin('Wang'), alertId);
    await told.deliver(alertId);
    await told.pass(10);
    expect(told.calls).toEqual([]);
  });

  test('that the stream tells twice is told once: it is not new any more, and not due', async () => {
    const alertId = await told.alerted('life');
    await told.deliver(alertId);
    await told.deliver(alertId);
    expect(told.minutes).toEqual([0]);
  });

  test.each([delivered, refused])(
    'acknowledged while it is being delivered stays so, with what came of it: %o',
    async (outcome) => {
      const alertId = await told.alerted('life');
      told.answer = async () => {
        await acknowledgeAlert(told.estate.backend, told.origin('Wang'), alertId);
        return outcome;
      };
      await told.deliver(alertId);
      const after = await told.alert(alertId);
      expect(after).toMatchObject({
        state: 'acknowledged',
        acknowledgedBy: 'Wang',
        deliveries: [{ attempts: 1, ...outcome }],
      });
      expect(after.dueAtMs).toBeUndefined();
    },
  );

  test('that two deliver at once counts both', async () => {
    const alertId = await told.alerted('urgent');
    told.answer = async () => {
      told.answer = async () => refused;
      await told.deliver(alertId);
      return delivered;
    };
    await told.deliver(alertId);
    expect((await told.alert(alertId)).deliveries).toMatchObject([{ attempts: 2, arrivals: 1 }]);
  });

  test('that others are always quicker to write is tried five times, and is still due', async () => {
    const alertId = await told.alerted('life');
    const { table } = told.estate;
    let lost = 0;
    const busy = {
      ...table,
      async commit() {
        lost += 1;
        const [existing] = await table.get([keys.alert(estateId, alertId)]);
        return { committed: false, lost: putAlert(await told.alert(alertId)), existing };
      },
    } as never;
    await expect(told.deliver(alertId, busy)).rejects.toMatchObject({ error: 'lost-race' });
    expect(lost).toBe(5);
  });

  test('whose writing fails for good is still due, and said to have failed', async () => {
    const alertId = await told.alerted('life');
    const table = {
      ...told.estate.table,
      commit: async () => ({
        committed: false,
        lost: putAlert(await told.alert(alertId)),
        existing: undefined,
      }),
    } as never;
    const delivering = told.deliver(alertId, table);
    await expect(delivering).rejects.toMatchObject({ error: 'lost-race' });
    expect((await told.alert(alertId)).dueAtMs).toBe(eveningMs + minuteMs);
  });
});

describe('a failing channel', () => {
  test('is told for each attempt, without the address, and is down after the third', async () => {
    told.answer = async () => refused;
    const alertId = await told.alerted('notice');
    await told.deliver(alertId);
    await told.pass(7);
    expect(told.undelivered).toEqual(
      [1, 2, 3, 4].map((failures) => ({
        estateId,
        alertId,
        severity: 'notice',
        channel: 'webhook',
        attempts: failures,
        failures,
        failingSinceMs: eveningMs,
        result: 'refused',
        status: 503,
        isDown: failures >= 3,
      })),
    );
    expect(JSON.stringify(told.undelivered)).not.toContain('committee.example');
  });

  test.each([
    ['notice', false],
    ['urgent', false],
    ['life', true],
  ] as const)(
    'that was never set is nobody’s to mend, except where a danger to life reaches nobody: %s',
    async (severity, isDown) => {
      await told.webhookOf(estateId);
      await told.deliver(await told.alerted(severity));
      await told.pass(8);
      expect(told.undelivered.at(-1)).toMatchObject({ result: 'no-webhook', isDown });
    },
  );

  test('that hangs is waited for once in a run by what is no danger to life, and by each danger', async () => {
    told.answer = async () => ({ result: 'timed-out' });
    for (let cause = 1; cause <= 20; cause += 1) await told.alerted('notice', estateId, `n${cause}`);
    for (let cause = 1; cause <= 3; cause += 1) await told.alerted('life', estateId, `l${cause}`);
    await told.pass(1);
    const called = await Promise.all(told.calls.map(({ alertId }) => told.alert(alertId)));
    expect(called.filter(({ severity }) => severity === 'life')).toHaveLength(3);
    // Those of the first handful were called together.
    expect(called.length).toBeLessThanOrEqual(3 + 8);
    expect(told.undelivered).toHaveLength(called.length);
    told.answer = async () => delivered;
    await told.pass(2);
    expect(new Set(told.calls.map(({ alertId }) => alertId)).size).toBe(23);
  });

  test('that never answers holds up neither another estate nor a door', async () => {
    await told.webhookOf('youyi', 'https://youyi.example/');
    for (let cause = 1; cause <= 10; cause += 1) await told.alerted('notice', estateId, `n${cause}`);
    // More than one lane looks at side by side.
    for (let cause = 1; cause <= 9; cause += 1) await told.alerted('notice', 'youyi', `n${cause}`);
    await told.estate.says('corridor-1', 'corridor', { vehicles: 1, confidence: 0.9 });
    await told.estate.says('smoke-1', 'smoke', { level: 'alarm' });
    told.estate.published.length = 0;
    const hangs = Promise.withResolvers<DeliveryOutcome>();
    let others = 0;
    const channel: SweepSources['channel'] = async (url) => {
      if (url.includes('committee')) return hangs.promise;
      others += 1;
      return delivered;
    };
    told.estate.clockMs += 31 * minuteMs;
    const sweeping = sweep({ ...told.sources, channel });
    await expect.poll(() => others).toBe(9);
    // The doors, and what comes after the alerts: the corridor that is overdue.
    await expect.poll(() => told.estate.published.length).toBeGreaterThan(0);
    await expect.poll(() => told.estate.outcomes('corridor')).toContain('report');
    hangs.resolve({ result: 'timed-out' });
    await sweeping;
  });
});

test('an alert that is closed while it is being delivered stays closed', async () => {
  const see = (vehicles: number) => told.estate.says('corridor-1', 'corridor', { vehicles, confidence: 0.9 });
  await see(1);
  const [alert] = await told.estate.alerts();
  const table = interruptedAfter(
    told.estate.table,
    ([key]) => key?.sk === alert?.alertId,
    () => see(0),
  );
  await told.deliver(alert?.alertId ?? '', table);
  const after = await told.alert(alert?.alertId ?? '');
  expect(after).toMatchObject({ state: 'closed', deliveries: [{ result: 'delivered' }] });
  expect(after.dueAtMs).toBeUndefined();
});
