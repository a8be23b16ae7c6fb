import { describe, expect, test } from 'vitest';
import { believedMs } from '../../src/shared/clock.ts';
import { boardEvent, boardReply } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { eveningMs } from '../support/estate.ts';

// Each of these was found by the simulation.

const minuteMs = 60_000;
const estate = estateOfEachTest();

const smoke = (id: string, level: string, atMs = estate.clockMs) =>
  estate.says('smoke-1', 'smoke', { id, level, atMs });
const acknowledge = () => estate.acknowledges('Wang');

describe('a detector', () => {
  test.each([
    ['in 1970', 1000],
    ['a day behind', eveningMs - 86_400_000],
  ])('whose clock is %s is believed when it says smoke', async (_, atMs) => {
    await smoke('m1', 'clear');
    estate.clockMs += minuteMs;
    await smoke('m2', 'alarm', atMs);
    expect(await estate.evacuation()).toBeDefined();
  });

  test('whose clock was a day ahead when it was clear is believed afterwards', async () => {
    await smoke('m1', 'clear', eveningMs + 86_400_000);
    estate.clockMs += minuteMs;
    await smoke('m2', 'alarm');
    expect(await estate.evacuation()).toBeDefined();
  });

  test('whose clock was set back after it was clear is believed when it says smoke, and cleared by the right time', async () => {
    await smoke('m1', 'clear');
    estate.clockMs += minuteMs;
    await smoke('m2', 'alarm', estate.clockMs - 5 * minuteMs);
    await acknowledge();
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
    estate.clockMs += minuteMs;
    await smoke('m3', 'clear');
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('in alarm again is not cleared by what was on its way before', async () => {
    await smoke('m1', 'alarm');
    estate.clockMs += minuteMs;
    await smoke('m3', 'alarm');
    await smoke('m2', 'clear', estate.clockMs - 1000);
    await acknowledge();
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
    estate.clockMs += minuteMs;
    await smoke('m4', 'clear');
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('in alarm is not cleared by what it had said hours before, and what was held up on its way', async () => {
    estate.clockMs += 78 * minuteMs;
    await smoke('m2', 'alarm');
    await acknowledge();
    estate.clockMs += 5 * minuteMs;
    await smoke('m1', 'clear', eveningMs);
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
    await smoke('m3', 'clear');
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('is not cleared by it either, though its clock is a day ahead since', async () => {
    estate.clockMs += 78 * minuteMs;
    await smoke('m2', 'alarm', estate.clockMs + 86_400_000);
    await acknowledge();
    estate.clockMs += 5 * minuteMs;
    await smoke('m1', 'clear', eveningMs);
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
  });

  test('whose clock is an hour and a half behind is cleared when it says so', async () => {
    const behindMs = 90 * minuteMs;
    await smoke('m1', 'alarm', estate.clockMs - behindMs);
    await acknowledge();
    estate.clockMs += 5 * minuteMs;
    await smoke('m2', 'clear', estate.clockMs - behindMs);
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('whose clock was set back by a day after its alarm is cleared when it says so', async () => {
    await smoke('m1', 'alarm');
    await acknowledge();
    estate.clockMs += minuteMs;
    await smoke('m2', 'clear', estate.clockMs - 86_400_000);
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('that was clear hours ago, which is heard only now, is believed when it says smoke meanwhile', async () => {
    estate.clockMs += 120 * minuteMs;
    await smoke('m1', 'clear', eveningMs);
    estate.clockMs += 5000;
    await smoke('m2', 'alarm', estate.clockMs - minuteMs);
    expect(await estate.evacuation()).toBeDefined();
  });

  test('whose clock is a day behind still says what came first', async () => {
    const behindMs = 86_400_000;
    await smoke('m1', 'alarm', estate.clockMs - behindMs);
    estate.clockMs += minuteMs;
    await smoke('m3', 'alarm', estate.clockMs - behindMs);
    estate.clockMs += 2000;
    await smoke('m2', 'clear', estate.clockMs - behindMs - 15_000);
    await acknowledge();
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
    // With the right time again, and by the wrong one as well, it is clear when it says so.
    await smoke('m4', 'clear', estate.clockMs);
    expect(await estate.evacuation()).toBeUndefined();
  });
});

test('a door that has not answered after an evacuation is told again to go back to its cards', async () => {
  await smoke('m1', 'alarm');
  await smoke('m2', 'clear');
  await acknowledge();
  const released = () =>
    estate.published.filter(({ topic }) => topic === 'pengyou/reader-in/down/release').length;
  expect(released()).toBe(1);
  estate.clockMs += 6 * minuteMs;
  await estate.sweep();
  expect(released()).toBe(2);
  for (const reader of ['reader-in', 'reader-out']) await estate.answers(reader, 'release', 'done');
  await estate.deliver(
    'uhppoted/gateway/replies/pengyou',
    boardReply(estate.lastRequest('door/control:set')),
  );
  estate.clockMs += 6 * minuteMs;
  await estate.sweep();
  estate.clockMs += 6 * minuteMs;
  await estate.sweep();
  expect(released()).toBe(2);
});

test('two alarms of one board in one millisecond are two alerts', async () => {
  await estate.deliver('uhppoted/gateway/events', boardEvent(1, 38));
  await estate.deliver('uhppoted/gateway/events', boardEvent(2, 37));
  expect(await estate.alerts()).toHaveLength(2);
});

test('a clock is believed where it can be true', () => {
  const heard = (occurredAtMs: number | undefined) =>
    believedMs({ occurredAtMs, receivedAtMs: eveningMs }, 3_600_000);
  expect(heard(eveningMs - 1000)).toBe(eveningMs - 1000);
  expect(heard(eveningMs + 1000)).toBe(eveningMs + 1000);
  expect(heard(eveningMs + 61_000)).toBe(eveningMs);
  expect(heard(eveningMs - 3_600_000)).toBe(eveningMs);
  expect(heard(undefined)).toBe(eveningMs);
});
