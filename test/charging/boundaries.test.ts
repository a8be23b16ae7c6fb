import { beforeEach, describe, expect, test } from 'vitest';
import type { Downlink } from '../../simulator/devices/juy-frames.ts';
import { startsIn } from '../../src/charging/port-store.ts';
import { orderFor, parseSessionId } from '../../src/charging/session.ts';
import { stopForPerson } from '../../src/charging/stop-session.ts';
import { fieldDifferences } from '../../src/charging/verify-session.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, eveningMs } from '../support/estate.ts';

// The last moment at which something still is, and the first at which it is not.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const story = storyOfEachTest();

const sent = (kind: Downlink['kind']) => story.board.toldTo(kind).length;
const isOpen = async () => (await story.openOrder()) !== undefined;

describe('a port without a session', () => {
  test.each([
    [119, 7200, 0],
    [120, 7200, 1],
    [7200, 119, 0],
    [7200, 120, 1],
  ])(
    'that delivers %i s after its session, for %i s, is told to stop %i times',
    async (afterS, chargingS, stops) => {
      await story.starts(0);
      await story.settled(60, 3600, 200);
      await story.frame(60 + afterS / 60, chargingS, 0);
      expect(sent('stop')).toBe(stops);
    },
  );

  test('that never had one is told to stop by order 0', async () => {
    await story.frame(1, 7200, 100);
    expect(story.board.told()).toEqual([{ kind: 'stop', port: 2, order: 0 }]);
  });
});

describe('a running session', () => {
  beforeEach(async () => {
    await story.begin({ holdFen: 2000 });
    await story.starts(0);
  });

  test.each([
    [1200, 0],
    [1201, 1],
  ])('of %i W is told to stop %i times', async (powerW, stops) => {
    await story.frame(10, 600, 20, powerW);
    expect(sent('stop')).toBe(stops);
  });

  test.each([
    [43_800, 0],
    [43_801, 1],
  ])('that counts %i seconds is told to stop %i times', async (chargingS, stops) => {
    await story.frame(720, chargingS, 100);
    expect(sent('stop')).toBe(stops);
  });

  test.each([
    [660, 1],
    [661, 0],
  ])('is judged by a frame of %i s after ten minutes: %i stops', async (chargingS, stops) => {
    await story.frame(10, chargingS, 20, 1300);
    expect(sent('stop')).toBe(stops);
  });

  test('is closed when nothing more can come of it, and not before', async () => {
    await story.frame(1, 60, 0);
    await story.sweepAt(2);
    story.estate.clockMs = eveningMs + 12 * hourMs + 10 * minuteMs - 1;
    await story.sweep();
    expect(await isOpen()).toBe(true);
    story.estate.clockMs += 1;
    await story.sweep();
    expect(await isOpen()).toBe(false);
  });

  test('that was stopped is closed ten minutes later, unless it is heard of more than a minute after', async () => {
    await story.stopped(30);
    await story.frame(31, 1860, 50);
    story.estate.clockMs = eveningMs + 40 * minuteMs - 1;
    await story.sweep();
    expect(await isOpen()).toBe(true);
    story.estate.clockMs += 1;
    const running = story.estate.clockMs;
    await story.sweep();
    // The frame came a minute after the stop: it may still have been on its way… or the port runs on.
    expect(await isOpen()).toBe(true);
    story.estate.clockMs = running + 12 * hourMs;
    await story.sweep();
    expect(await isOpen()).toBe(false);
  });

  test('that was stopped is closed ten minutes later by frames that were on their way', async () => {
    await story.stopped(30);
    await story.frame(30.9, 1854, 50);
    await story.sweepAt(40);
    expect(await isOpen()).toBe(false);
  });
});

test.each([
  [0, 0],
  [60, 1],
])(
  'a session that has delivered %i Wh more than was agreed is told to stop %i times',
  async (moreWh, stops) => {
    await story.starts(0);
    const { energyLimitWh } = await story.agreement();
    await story.frame(600, 36_000, Math.ceil(energyLimitWh / 10) * 10 + moreWh);
    expect(sent('stop')).toBe(stops);
  },
);

test.each([
  [89_999, true],
  [90_000, false],
])('a start that is not answered after %i ms still has its port: %s', async (ms, open) => {
  await story.authorise(0);
  story.estate.clockMs = eveningMs + ms;
  await story.sweep();
  expect(await isOpen()).toBe(open);
});

test.each([
  [30_000, []],
  [30_001, ['stale-request']],
])('a card that is heard of %i ms late is refused as %j', async (lateMs, refusals) => {
  story.estate.clockMs = eveningMs + lateMs;
  await story.board.card(2, cardNumber, { receivedAtMs: eveningMs });
  expect(story.estate.refusals()).toEqual(refusals);
});

test.each([1, 12])('port %i of twelve takes a card', async (port) => {
  await story.board.card(port, cardNumber, { receivedAtMs: eveningMs });
  expect(sent('start')).toBe(1);
});

test('a port that the board does not have takes none', async () => {
  await story.board.card(13, cardNumber, { receivedAtMs: eveningMs });
  expect(story.estate.refusals()).toEqual(['bad-request']);
  expect(sent('start')).toBe(0);
});

test.each<[string, () => Promise<unknown>, number]>([
  ['an unknown card', () => story.board.card(2, 1), 1],
  [
    'a port that somebody else has',
    async () => {
      await story.asksForPower('r1');
      await story.authorise(1);
    },
    6,
  ],
])('%s is answered with the code that the board says aloud', async (_, act, code) => {
  await act();
  expect(story.board.told().at(-1)).toMatchObject({ kind: 'card-answer', result: code });
});

test.each(['settled', 'closed'])('a session that is %s cannot be stopped any more', async (end) => {
  await story.authorise(0);
  const agreement = await story.agreement();
  if (end === 'settled') await story.settled(10, 600, 20);
  else await story.sweepAt(3);
  const { backend } = story.estate;
  await expect(stopForPerson(backend, story.estate.by('c1', 'stop'), agreement)).rejects.toMatchObject({
    error: 'not-found',
  });
});

test('a session begins within ten minutes of its agreement, and before it was closed', () => {
  const session = { authorisedAtMs: 0, closedAtMs: 300_000 };
  expect(startsIn({ authorisedAtMs: 0 }, 600_000)).toBe(true);
  expect(startsIn({ authorisedAtMs: 0 }, 600_001)).toBe(false);
  expect(startsIn(session, 299_999)).toBe(true);
  expect(startsIn(session, 300_000)).toBe(false);
});

test('a session has one name, and an order is never zero', () => {
  expect(parseSessionId(`${boardId}-7`)).toEqual({ deviceId: boardId, order: 7 });
  expect(parseSessionId(`${boardId}-0`)).toEqual({ deviceId: boardId, order: 0 });
  expect(parseSessionId('post-1-7')).toEqual({ deviceId: 'post-1', order: 7 });
  for (const none of [`${boardId}-07`, `${boardId}-`, `x/${boardId}-7`, `${boardId}-7x`, '-7'])
    expect(parseSessionId(none), none).toBeUndefined();
  expect(orderFor(boardId, 'a', 0)).toBe(orderFor(boardId, 'a'));
  expect(orderFor(boardId, 'a', 1)).not.toBe(orderFor(boardId, 'a'));
});

test('two receipts differ where one has what the other lacks', () => {
  expect(fieldDifferences({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3], c: null })).toEqual([
    { path: 'b.1', recorded: 2, recomputed: 3 },
    { path: 'c', recorded: undefined, recomputed: null },
  ]);
});
