import { beforeEach, describe, expect, test } from 'vitest';
import type { DeviceEvent } from '../../src/devices/events.ts';
import { familyOf } from '../../src/devices/families/all.ts';
import { type FloodGuard, floodGuard, isDanger, unguarded } from '../../src/intake/flood-guard.ts';
import { boardEvent } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardUid } from '../support/estate.ts';

const { perS, burst } = familyOf('pengyou').flood;

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
    expect(takenOf(guard, burst, 60_000)).toBe(60 * perS);
    expect(guard.ask('reader', 'pengyou', 60_000)).toMatchObject({ taken: false, tell: false });
  });

  test('counts what it leaves untold from one telling to the next, across the minutes', () => {
    const guard = floodGuard();
    takenOf(guard, burst, 59_999);
    const told = (atMs: number) => guard.ask('reader', 'pengyou', atMs);
    for (const leftBefore of [0, 0, 1]) expect(told(59_999)).toMatchObject({ leftBefore });
    expect(told(60_000)).toEqual({ taken: false, tell: true, leftBefore: 2 });
    expect(told(60_000)).toEqual({ taken: false, tell: false, leftBefore: 0 });
  });

  test('lets each family say what it may need: so much at once, and so much a second', () => {
    for (const [family, aSecond] of [
      ['pengyou', 3],
      ['juy', 10],
      ['uhppoted', 30],
      [undefined, 3],
    ] as const) {
      const guard = floodGuard();
      const taken = (atMs: number) =>
        Array.from({ length: 400 }, () => guard.ask('x', family, atMs)).filter((one) => one.taken).length;
      expect([taken(0), taken(1000), taken(1500)], family).toEqual([300, aSecond, Math.floor(aSecond / 2)]);
    }
  });

  test('remembers ten thousand devices, and forgets the one that was silent the longest', () => {
    const guard = floodGuard();
    const next = (device: string) => guard.ask(device, 'pengyou', 0);
    takenOf(guard, burst, 0, 'first');
    takenOf(guard, burst, 0, 'second');
    for (let n = 2; n < 10_000; n += 1) next(`d${n}`);
    expect(next('first').taken).toBe(false);
    next('one more');
    expect(next('first').taken).toBe(false);
    expect(next('second').taken).toBe(true);
  });

  test.each<[boolean, Partial<DeviceEvent>]>([
    [true, { type: 'smoke-change' }],
    [true, { type: 'board-alarm', alarm: 'fire' }],
    [true, { type: 'board-alarm', alarm: 'threat' }],
    [false, { type: 'board-alarm', alarm: 'forced-open' }],
    [false, { type: 'board-alarm', alarm: 'other' }],
    [false, { type: 'swipe' }],
  ])('danger: %s, where a device says %j', (danger, event) => {
    expect(isDanger(event as DeviceEvent)).toBe(danger);
  });

  test('that guards nothing takes everything', () => {
    expect(takenOf(unguarded, burst + 1, 0)).toBe(burst + 1);
  });
});

describe('a device that floods', () => {
  const estate = estateOfEachTest();
  let guard: FloodGuard;
  beforeEach(() => {
    guard = floodGuard();
  });

  const say = (device: string, kind: string, content: object) =>
    estate.says(device, kind, content, { guard });
  /** It has said so much, and none of it was too much. */
  const exhaust = (device: string, family = 'pengyou', count = burst) => {
    for (let n = 0; n < count; n += 1) guard.ask(device, family, estate.clockMs);
  };
  const flood = async (device: string, kind: string, content: object) => {
    for (let n = 0; n < burst + 50; n += 1) await say(device, kind, content);
  };

  test('is taken as far as its limit goes, and refused by name once in a minute', async () => {
    await flood('reader-in', 'swipe', { card: cardUid });
    expect(estate.entries('swipe')).toHaveLength(burst);
    const flooding = estate.entries('refused').filter(({ refusal }) => refusal === 'flooding');
    expect(flooding).toMatchObject([{ deviceId: 'reader-in', estateId: 'ziyun' }]);
    expect(flooding[0]?.facts).toEqual({
      detail: 'It says more than it may; the rest of this minute is left',
    });
    // Another process of the same function finds it told.
    guard = floodGuard();
    await flood('reader-in', 'swipe', { card: cardUid });
    expect(estate.entries('refused').filter(({ refusal }) => refusal === 'flooding')).toHaveLength(1);
  });

  test('is told of once in each minute, whatever the moment, with how much was left since', async () => {
    const flooding = () =>
      estate.entries('refused').map((entry) => [entry.receivedAtMs, entry.facts['detail']]);
    const minuteMs = estate.clockMs;
    const sentence = 'It says more than it may; the rest of this minute is left';
    estate.clockMs += 1234;
    exhaust('reader-in');
    for (let n = 0; n < 3; n += 1) await say('reader-in', 'health', {});
    expect(flooding()).toEqual([[minuteMs, sentence]]);
    estate.clockMs = minuteMs + 60_001;
    // 58.767 s later it may say three a second more.
    exhaust('reader-in', 'pengyou', 176);
    for (let n = 0; n < 3; n += 1) await say('reader-in', 'health', {});
    expect(flooding()).toEqual([
      [minuteMs, sentence],
      [minuteMs + 60_000, `${sentence}; 2 more were left before`],
    ]);
  });

  test('keeps nobody else from being heard', async () => {
    await flood('reader-in', 'swipe', { card: cardUid });
    await say('reader-out', 'swipe', { card: cardUid });
    expect(estate.entries('swipe').at(-1)).toMatchObject({ deviceId: 'reader-out', outcome: 'granted' });
  });

  test('costs neither a read nor a write once it was told of', async () => {
    exhaust('reader-in');
    await say('reader-in', 'swipe', { card: cardUid });
    const untouched = () => Promise.reject(new Error('the table was asked'));
    const registry = { ...estate.backend.registry, device: untouched };
    const on = { ...estate.table, get: untouched, query: untouched, commit: untouched };
    estate.backend = { ...estate.backend, registry };
    await estate.says('reader-in', 'swipe', { card: cardUid }, { guard, on });
  });

  test('is heard when one of its boards tells of fire, and not when one tells of a forced door', async () => {
    exhaust('gateway', 'uhppoted');
    const report = (id: number, reason: number) =>
      estate.deliver('uhppoted/gateway/events', boardEvent(id, reason), { guard });
    await report(1, 38);
    expect(estate.entries().filter(({ deviceId }) => deviceId === '405419896')).toEqual([]);
    await report(2, 39);
    expect(estate.entries().filter(({ deviceId }) => deviceId === '405419896')).toMatchObject([
      { kind: 'smoke', outcome: 'alarm' },
    ]);
  });

  test('is heard all the same when it tells of smoke', async () => {
    const smoke = 'smoke-1';
    for (let n = 0; n < burst + 50; n += 1) await say(smoke, 'health', {});
    await say(smoke, 'smoke', { level: 'alarm' });
    expect(estate.entries('smoke').at(-1)).toMatchObject({ deviceId: smoke });
  });
});
