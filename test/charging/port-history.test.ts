import { describe, expect, test } from 'vitest';
import { closed, endedSessionsOf } from '../../src/charging/port-store.ts';
import { receiptIn } from '../../src/charging/steps.ts';
import { keys } from '../../src/shared/keys.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';

// Several sessions on one port, whose messages name no session or come in each other's way. Found by the simulation.

const story = storyOfEachTest();

describe('a session that the board has started alone', () => {
  test('has its port, although somebody is given it in the moment in which the session before ends', async () => {
    await story.starts();
    const { sk: port } = keys.port(boardId, 2);
    // Between the end of the one before and the taking of the port.
    const race = interruptedAfter(
      story.estate.table,
      (keys) => keys.some(({ sk }) => sk === 'SESSION#77#settled') && keys.some(({ sk }) => sk === port),
      async () => {
        await story.settled(0, 0, 0);
        await story.authorise();
      },
    );
    await story.startedAlone(77, race);
    expect(await story.openOrder()).toBe(77);
    expect((await story.wallet()).holds).toEqual({});
  });

  test('begins when its own account says, and not with a late frame of another session', async () => {
    await story.startedAlone(77);
    await story.frame(5, 2400, 50);
    await story.settled(60, 3600, 200, { order: 77 });
    const [receipt] = story.estate.entries('settlement').map((entry) => receiptIn(entry));
    expect(receipt?.readings[0]?.atMs).toBe(eveningMs);
  });
});

test('a late frame of a session before the last still prices that one', async () => {
  await story.starts();
  const first = story.sessionId;
  await story.stopped(60);
  await story.sweepAt(75);
  expect(await story.openOrder()).toBeUndefined();
  await story.starts();
  await story.stopped(77);
  await story.sweepAt(92);
  // Kept back on its way for half an hour: it was said after an hour of the first session.
  await story.frame(92, 5400, 200);
  const adjusted = story.estate.entries('session-adjusted').map((entry) => receiptIn(entry)?.sessionId);
  expect(adjusted).toContain(first);
});

test('a late frame still prices its session, however many have had the port since', async () => {
  await story.starts();
  const first = story.sessionId;
  await story.stopped(60);
  await story.sweepAt(75);
  for (let minute = 76; minute < 96; minute += 4) {
    await story.authorise(minute);
    await story.sweepAt(minute + 3);
  }
  expect(await story.openOrder()).toBeUndefined();
  // Kept back on its way for forty minutes: it was said after an hour of the first session.
  await story.frame(100, 6000, 200);
  const adjusted = story.estate.entries('session-adjusted').map((entry) => receiptIn(entry)?.sessionId);
  expect(adjusted).toContain(first);
});

test('a frame heard before a stop, and taken in after the end, may change the bill whatever it says of the start', () => {
  const minuteMs = 60_000;
  const last = { order: 7, authorisedAtMs: eveningMs, closedAtMs: eveningMs + 60 * minuteMs };
  const slot = { deviceId: boardId, port: 2, estateId: 'e', facilityId: 'f', last };
  const ofOrder = (atMinute: number, chargingS: number) =>
    endedSessionsOf(slot, eveningMs + atMinute * minuteMs, chargingS).map(({ order }) => order);
  // After a power cut the board had counted ten minutes of an hour: by that the session began too late to be this one.
  expect(ofOrder(59, 600)).toEqual([7]);
  expect(ofOrder(61, 600)).toEqual([7]);
  expect(ofOrder(62, 60)).toEqual([]);
  expect(ofOrder(90, 600)).toEqual([]);
  expect(ofOrder(90, 5400)).toEqual([7]);
  // Begun ten minutes after its agreement, to the second.
  expect([ofOrder(90, 4800), ofOrder(90, 4799)]).toEqual([[7], []]);
});

describe('a port that is closed', () => {
  const hourMs = 3_600_000;
  const slotWith = (order: number, authorisedAtMs: number, before = {}) =>
    ({
      ...{ deviceId: boardId, port: 2, estateId: 'e', facilityId: 'f', version: 3, dueAtMs: 9, ...before },
      open: { order, authorisedAtMs },
    }) as Parameters<typeof closed>[0];

  test('has no session and no timer any more, and knows whether its last was accounted for', () => {
    const common = { deviceId: boardId, port: 2, estateId: 'e', facilityId: 'f', version: 3 };
    const last = { order: 7, authorisedAtMs: 100, closedAtMs: 200 };
    expect(closed(slotWith(7, 100), 7, 200, true)).toEqual({ ...common, last: { ...last, settled: true } });
    expect(closed(slotWith(7, 100), 7, 200, false)).toEqual({ ...common, last });
    expect(closed(slotWith(8, 100), 7, 200, true)).toBeUndefined();
  });

  test('remembers those before as long as a frame may be of them, newest first, and no more than thirty', () => {
    const ended = (order: number, authorisedAtMs: number) => ({ order, authorisedAtMs, closedAtMs: 1 });
    const longestMs = 12 * hourMs + 600_000;
    const before = { last: ended(2, 1), earlier: [ended(1, 0)] };
    const orders = (atMs: number) =>
      closed(slotWith(3, 2, before), 3, atMs, true)?.earlier?.map(({ order }) => order);
    expect(orders(longestMs)).toEqual([2, 1]);
    expect(orders(longestMs + 1)).toEqual([2]);
    expect(orders(longestMs + 2)).toBeUndefined();
    const many = {
      last: ended(50, 0),
      earlier: Array.from({ length: 40 }, (_, index) => ended(49 - index, 0)),
    };
    expect(closed(slotWith(51, 0, many), 51, 1, true)?.earlier).toHaveLength(30);
  });

  test('is not looked at for what is heard after its settlement', () => {
    const last = { order: 7, authorisedAtMs: eveningMs, closedAtMs: eveningMs + hourMs };
    const slot = { deviceId: boardId, port: 2, estateId: 'e', facilityId: 'f' };
    const found = (settled: boolean, atMs: number) =>
      endedSessionsOf({ ...slot, last: { ...last, settled } }, eveningMs + atMs, Math.floor(atMs / 1000))
        .length;
    expect([found(true, hourMs), found(true, hourMs + 1), found(false, hourMs + 1)]).toEqual([1, 0, 1]);
    expect([found(false, 12 * hourMs + 600_000), found(false, 12 * hourMs + 600_001)]).toEqual([1, 0]);
    expect(endedSessionsOf(slot, eveningMs, 0)).toEqual([]);
  });
});
