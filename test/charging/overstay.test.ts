import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import { ChargeStory } from '../support/charge-story.ts';
import { eveningMs } from '../support/estate.ts';

const minuteMs = 60_000;
const hours = (count: number) => count * 60;

/** The receipt says what was taken, and its evidence says the same. */
async function sound(charge: ChargeStory): Promise<void> {
  expect(charge.takenFen()).toBe((await charge.receipt())?.chargedFen);
  expect((await charge.verified()).differences).toEqual([]);
}

describe('a bike that stays', () => {
  const overstay = { overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } };

  async function stays(terms: Parameters<typeof ChargeStory.begin>[0] = {}): Promise<ChargeStory> {
    const charge = await ChargeStory.begin({ ...overstay, ...terms });
    await charge.passes('in', -5);
    await charge.authorise();
    await charge.started(0);
    return charge;
  }

  test('is claimed for when it is taken away', async () => {
    const charge = await stays();
    await charge.settled(60, 3600, 1000);
    expect(await charge.receipt()).toMatchObject({ chargedFen: 92 });
    await charge.passes('out', 120);
    // Half an hour beyond the half hour after its end, at 1.20 yuan an hour.
    expect(await charge.receipt()).toMatchObject({
      chargedFen: 92 + 60,
      removedAtMs: eveningMs + 120 * minuteMs,
      adjustments: [{ why: 'bike-removed', beforeFen: 92, afterFen: 152 }],
    });
    expect((await charge.wallet()).balanceFen).toBe(2000 - 152);
    await sound(charge);
  });

  test('is seen to be gone by the next sweep, once', async () => {
    const charge = await stays();
    await charge.settled(60, 3600, 1000);
    await charge.passes('out', 120, false);
    charge.estate.clockMs = eveningMs + 121 * minuteMs;
    await charge.sweep();
    await charge.sweep();
    expect(await charge.receipt()).toMatchObject({ chargedFen: 152, revision: 1 });
    expect(charge.estate.entries('bike-removed')).toHaveLength(1);
    const [whereabouts] = await charge.estate.table.get([keys.whereabouts('ziyun', 'c1')]);
    expect(whereabouts).not.toHaveProperty('ended');
    expect(whereabouts).not.toHaveProperty('dueAtMs');
    await sound(charge);
  });

  test('is billed at once when the end is told after it has left', async () => {
    const charge = await stays();
    await charge.passes('out', 120);
    await charge.settled(125, 3600, 1000);
    expect(await charge.receipt()).toMatchObject({ chargedFen: 152, adjustments: [] });
    await sound(charge);
  });

  test('is charged for until the next charge of the same stay', async () => {
    const charge = await stays();
    await charge.settled(60, 3600, 1000);
    const first = charge.chargeId;
    await charge.authorise(100);
    await charge.settled(130, 1800, 100);
    await charge.passes('out', 140);
    const adjusted = charge.estate.entries('charge-adjusted').map(({ facts }) => facts['receipt']);
    expect(adjusted).toContainEqual(
      expect.objectContaining({
        chargeId: first,
        removedAtMs: eveningMs + 100 * minuteMs,
        chargedFen: 92 + 20,
      }),
    );
  });

  test('costs nothing while nobody knows when its charge ended, nor after a lost stop', async () => {
    const unknown = await stays();
    await unknown.frame(60, 3600, 1000);
    unknown.estate.clockMs = eveningMs + hours(13) * minuteMs;
    await unknown.sweep();
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
    await sound(lost);
  });

  test('never costs more than the tariff takes for one charge', async () => {
    const charge = await stays();
    await charge.settled(60, 3600, 1000);
    await charge.passes('out', hours(30));
    expect(await charge.receipt()).toMatchObject({ chargedFen: 300, remarks: ['limited-to-hold'] });
    await sound(charge);
  });

  test('is not known of where the charge was started by phone: that passes no door, and pays for no stay', async () => {
    const charge = await ChargeStory.begin(overstay);
    await charge.passes('in', -5);
    await charge.asksForPower('r1');
    await charge.started();
    await charge.settled(60, 3600, 1000);
    await charge.passes('out', hours(5));
    expect(await charge.agreement()).not.toHaveProperty('stayId');
    expect(await charge.receipt()).toMatchObject({ chargedFen: 92, remarks: [] });
    await sound(charge);
  });

  test('costs no write where the tariff has no fee for it', async () => {
    const charge = await ChargeStory.begin();
    await charge.passes('in', -5);
    await charge.authorise();
    await charge.settled(60, 3600, 1000);
    await charge.passes('out', hours(5));
    expect(charge.estate.entries('bike-removed')).toEqual([]);
  });
});
