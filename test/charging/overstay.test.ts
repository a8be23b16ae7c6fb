import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import { eveningMs, type Terms } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

const minuteMs = 60_000;
const hours = (count: number) => count * 60;

describe('a bike that stays', () => {
  const overstay = { overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } };

  async function stays(terms: Terms = {}): Promise<SessionStory> {
    const session = await SessionStory.begin({ ...overstay, ...terms });
    await session.passes('in', -5);
    await session.starts();
    return session;
  }

  test('is claimed for when it is taken away', async () => {
    const session = await stays();
    await session.settled(60, 3600, 1000);
    expect(await session.receipt()).toMatchObject({ chargedFen: 92 });
    await session.passes('out', 120);
    // Half an hour beyond the half hour after its end, at 1.20 yuan an hour.
    expect(await session.receipt()).toMatchObject({
      chargedFen: 92 + 60,
      removedAtMs: eveningMs + 120 * minuteMs,
      adjustments: [{ why: 'bike-removed', beforeFen: 92, afterFen: 152 }],
    });
    expect((await session.wallet()).balanceFen).toBe(2000 - 152);
    await session.expectSound();
  });

  test('is seen to be gone by the next sweep, once', async () => {
    const session = await stays();
    await session.settled(60, 3600, 1000);
    await session.passes('out', 120, false);
    await session.sweepAt(121);
    await session.sweep();
    expect(await session.receipt()).toMatchObject({ chargedFen: 152, revision: 1 });
    expect(session.estate.entries('bike-removed')).toHaveLength(1);
    const [presence] = await session.estate.table.get([keys.presence('ziyun', 'c1')]);
    expect(presence).not.toHaveProperty('ended');
    expect(presence).not.toHaveProperty('dueAtMs');
    await session.expectSound();
  });

  test('is billed at once when the end is told after it has left', async () => {
    const session = await stays();
    await session.passes('out', 120);
    await session.settled(125, 3600, 1000);
    expect(await session.receipt()).toMatchObject({ chargedFen: 152, adjustments: [] });
    await session.expectSound();
  });

  test('is charged for until the next session of the same stay', async () => {
    const session = await stays();
    await session.settled(60, 3600, 1000);
    const first = session.sessionId;
    await session.authorise(100);
    await session.settled(130, 1800, 100);
    await session.passes('out', 140);
    const adjusted = session.estate.entries('session-adjusted').map(({ facts }) => facts['receipt']);
    expect(adjusted).toContainEqual(
      expect.objectContaining({
        sessionId: first,
        removedAtMs: eveningMs + 100 * minuteMs,
        chargedFen: 92 + 20,
      }),
    );
  });

  test('costs nothing while nobody knows when its session ended, nor after a lost stop', async () => {
    const unknown = await stays();
    await unknown.frame(60, 3600, 1000);
    await unknown.sweepAt(hours(13));
    await unknown.passes('out', hours(14));
    expect(await unknown.receipt()).toMatchObject({ estimated: true, chargedFen: 92 });

    const lost = await stays();
    await lost.asksToStop(30);
    await lost.settled(60, 3600, 1000);
    await lost.passes('out', hours(5));
    expect((await lost.receipt())?.lines.flatMap(({ slices }) => slices).map(({ kind }) => kind)).toEqual([
      'energy',
      'energy',
    ]);
    await lost.expectSound();
  });

  test('never costs more than the tariff takes for one session', async () => {
    const session = await stays();
    await session.settled(60, 3600, 1000);
    await session.passes('out', hours(30));
    expect(await session.receipt()).toMatchObject({ chargedFen: 300, remarks: ['limited-to-hold'] });
    await session.expectSound();
  });

  test('is not known of where the session was started by phone: that passes no door, and pays for no stay', async () => {
    const session = await SessionStory.begin(overstay);
    await session.passes('in', -5);
    await session.asksForPower('r1');
    await session.started();
    await session.settled(60, 3600, 1000);
    await session.passes('out', hours(5));
    expect(await session.agreement()).not.toHaveProperty('stayId');
    expect(await session.receipt()).toMatchObject({ chargedFen: 92, remarks: [] });
    await session.expectSound();
  });

  test('costs no write where the tariff has no fee for it', async () => {
    const session = await SessionStory.begin();
    await session.passes('in', -5);
    await session.authorise();
    await session.settled(60, 3600, 1000);
    await session.passes('out', hours(5));
    expect(session.estate.entries('bike-removed')).toEqual([]);
  });
});
