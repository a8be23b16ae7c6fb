import { beforeEach, describe, expect, test } from 'vitest';
import { orderAttempts } from '../../src/charging/find-order.ts';
import { orderFor, sessionIdOf } from '../../src/charging/session.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';

// Orders have 32 bits: among some ten thousand sessions of one board, two requests come to the same one.

const minuteMs = 60_000;
/** How the two requests are named: a card by itself and when it was held to the port, a phone by its own number. */
const byCard = (atMs: number) => `card:2:start:${atMs}:${cardMac}`;
const byPhone = (number: number) => `phone:li:r${number}`;

const story = storyOfEachTest();
let cardMac = '';
beforeEach(() => {
  cardMac = story.estate.backend.vault.mac(`board ${cardNumber}`).slice(0, 16);
});

/** The first two numbers, from one on, under which a board is given the same order. By the birthday, some 80,000 on. */
function colliding(identityOf: (number: number) => string, from: number): [first: number, second: number] {
  const seen = new Map<number, number>();
  for (let number = from; ; number += 1) {
    const order = orderFor(boardId, identityOf(number));
    const first = seen.get(order);
    if (first !== undefined) return [first, number];
    seen.set(order, number);
  }
}

const swipe = (atMs: number) => story.authorise((atMs - eveningMs) / minuteMs);

describe('a request whose order another session of its board has', () => {
  test('begins a session of its own, and finds it again however often it is told', async () => {
    const [firstMs, secondMs] = colliding(byCard, eveningMs);
    const old = await swipe(firstMs);
    expect(old?.order).toBe(orderFor(boardId, byCard(secondMs)));
    await story.started();
    await story.settled(story.minute, 600, 20);

    const begun = await swipe(secondMs);
    expect(begun?.order).not.toBe(old?.order);
    expect(await story.holds()).toEqual([story.sessionId]);
    expect(await swipe(secondMs)).toEqual(begun);
    expect(story.estate.entries('session-authorised')).toHaveLength(2);
  });

  test('also where the two come in the same moment', async () => {
    const [first, second] = colliding(byPhone, 0);
    const order = orderFor(boardId, byPhone(first));
    let other: unknown;
    const table = interruptedAfter(story.estate.table, looksAt(`SESSION#${order}#`), async () => {
      other = await story.asksForPower(`r${first}`, story.estate.table, 4);
    });
    const own = await story.asksForPower(`r${second}`, table, 5);
    expect(other).toBe(sessionIdOf(boardId, order));
    expect(own).not.toBe(other);
    expect(await story.holds()).toEqual([own, other].sort());
    expect(await story.asksForPower(`r${first}`, story.estate.table, 4)).toBe(other);
    expect(await story.asksForPower(`r${second}`, story.estate.table, 5)).toBe(own);
    expect(story.estate.entries('session-authorised')).toHaveLength(2);
  });
});

describe('a request whose order the board has used for a session that it started alone', () => {
  const order = orderFor(boardId, byCard(eveningMs));

  test.each([
    ['start', () => story.startedAlone(order, story.estate.table, 7)],
    ['end', () => story.settled(0, 600, 20, { order })],
  ])('begins another, where the board told the %s', async (_what, tell) => {
    await tell();
    const begun = await swipe(eveningMs);
    expect(begun?.order).not.toBe(order);
    expect(await story.holds()).toEqual([sessionIdOf(boardId, begun?.order ?? 0)]);
  });

  test('is refused by name when none is left, and nothing is held; the next one is not', async () => {
    for (let attempt = 0; attempt < orderAttempts; attempt += 1)
      await story.startedAlone(orderFor(boardId, byCard(eveningMs), attempt), story.estate.table, 7);
    expect(await swipe(eveningMs)).toBeUndefined();
    expect(story.estate.refusals()).toEqual(['already-exists']);
    expect(await story.holds()).toEqual([]);
    expect(await swipe(eveningMs + 1)).toMatchObject({ port: 2 });
  });
});
