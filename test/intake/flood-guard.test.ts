import { beforeEach, describe, expect, test } from 'vitest';
import { type FloodGuard, floodGuard, floodLimits } from '../../src/intake/flood-guard.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import { cardUid, type TestEstate, testEstate } from '../support/estate.ts';

const { perS, burst } = floodLimits.pengyou;

describe('a guard', () => {
  const takenOf = (guard: FloodGuard, count: number, atMs: number, device = 'reader') =>
    Array.from({ length: count }, () => guard.ask(device, 'pengyou', atMs)).filter(({ taken }) => taken)
      .length;

  test('lets through what a device has kept back, and from then on so much a second', () => {
    const guard = floodGuard();
    expect(takenOf(guard, burst + 100, 1000)).toBe(burst);
    expect(takenOf(guard, 100, 2000)).toBe(perS);
    expect(takenOf(guard, 100, 12_000)).toBe(10 * perS);
    expect(takenOf(guard, burst + 100, 86_400_000)).toBe(burst);
  });

  test('counts each device for itself, and is not confused by a clock that goes back', () => {
    const guard = floodGuard();
    expect(takenOf(guard, burst + 1, 5000)).toBe(burst);
    expect(takenOf(guard, 1, 0)).toBe(0);
    expect(takenOf(guard, burst, 5000, 'another')).toBe(burst);
  });

  test('tells once a minute, and how many it left before', () => {
    const guard = floodGuard();
    takenOf(guard, burst, 0);
    expect(guard.ask('reader', 'pengyou', 0)).toEqual({ taken: false, tell: true, leftBefore: 0 });
    takenOf(guard, 5, 0);
    expect(guard.ask('reader', 'pengyou', 1)).toEqual({ taken: false, tell: false, leftBefore: 5 });
    takenOf(guard, burst, 60_000);
    expect(guard.ask('reader', 'pengyou', 60_000)).toMatchObject({ taken: false, tell: false });
  });
});

describe('a device that floods', () => {
  let estate: TestEstate;
  let guard: FloodGuard;
  beforeEach(async () => {
    estate = await testEstate();
    guard = floodGuard();
  });

  let count = 0;
  const say = (device: string, kind: string, content: object) => {
    count += 1;
    const payload = { id: `f${count}`, device, atMs: estate.clockMs, ...content };
    const data = Buffer.from(JSON.stringify(payload)).toString('base64');
    const topic = `pengyou/${device}/up/${kind}`;
    const envelope = { data, topic, client: device, receivedAtMs: estate.clockMs };
    return takeIn(estate.backend, telemetryRoutes, envelope, guard);
  };
  const flood = async (device: string, kind: string, content: object) => {
    for (let n = 0; n < burst + 50; n += 1) await say(device, kind, content);
  };

  test('is taken as far as its limit goes, and refused by name once in a minute', async () => {
    await flood('reader-in', 'swipe', { card: cardUid });
    expect(estate.entries('swipe')).toHaveLength(burst);
    const flooding = estate.entries('refused').filter(({ refusal }) => refusal === 'flooding');
    expect(flooding).toMatchObject([{ deviceId: 'reader-in', estateId: 'ziyun' }]);
    // Another process of the same function finds it told.
    guard = floodGuard();
    await flood('reader-in', 'swipe', { card: cardUid });
    expect(estate.entries('refused').filter(({ refusal }) => refusal === 'flooding')).toHaveLength(1);
  });

  test('keeps nobody else from being heard', async () => {
    await flood('reader-in', 'swipe', { card: cardUid });
    await say('reader-out', 'swipe', { card: cardUid });
    expect(estate.entries('swipe').at(-1)).toMatchObject({ deviceId: 'reader-out', outcome: 'granted' });
  });

  test('is heard all the same when it tells of smoke', async () => {
    const smoke = 'smoke-1';
    for (let n = 0; n < burst + 50; n += 1) await say(smoke, 'health', {});
    await say(smoke, 'smoke', { level: 'alarm' });
    expect(estate.entries('smoke').at(-1)).toMatchObject({ deviceId: smoke });
  });
});
