import { describe, expect, test } from 'vitest';
import { revoke } from '../../src/access/grant.ts';
import { readPresence } from '../../src/access/presence-store.ts';
import { boardSwipe } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardUid, estateId, eveningMs } from '../support/estate.ts';

const estate = estateOfEachTest();

const swipe = (device: string, id: string, card = cardUid, atMs = estate.clockMs) =>
  estate.says(device, 'swipe', { id, atMs, card });
const doorPassed = (device: string, id: string, swipe: string) =>
  estate.says(device, 'door-passed', { id, swipe });
const where = () => readPresence(estate.table, { estateId, credentialId: 'c1', householdId: 'h1' });
const told = (feed: string, id: number, extra: object = {}) =>
  estate.deliver(`uhppoted/gateway/${feed}`, boardSwipe({ 'event-id': id, ...extra }));

describe('a swipe at an online reader', () => {
  test('with a right opens the door within ten seconds, or not at all', async () => {
    await swipe('reader-in', 's1');
    expect(estate.lastJson('/down/unlock')).toEqual({
      command: 'reader-in.s1',
      expiresAtMs: eveningMs + 10_000,
      door: 1,
      swipe: 's1',
    });
  });

  test('delivered twice is one swipe with one answer', async () => {
    await swipe('reader-in', 's1');
    await swipe('reader-in', 's1', cardUid, eveningMs);
    expect(estate.entries('swipe')).toHaveLength(1);
    expect(new Set(estate.published.map(({ payload }) => Buffer.from(payload).toString())).size).toBe(1);
  });

  test('under the number of another swipe is refused', async () => {
    await swipe('reader-in', 's1', cardUid, eveningMs);
    await swipe('reader-in', 's1', cardUid, eveningMs - 1);
    expect(estate.refusals()).toEqual(['identity-reused']);
  });

  test.each([
    ['an unknown card', 'unknown-card', () => swipe('reader-in', 's1', '00000001')],
    ['an old message', 'stale-swipe', () => swipe('reader-in', 's1', cardUid, eveningMs - 11_000)],
    ['a clock from tomorrow', 'clock-ahead', () => swipe('reader-in', 's1', cardUid, eveningMs + 86_400_000)],
  ])('with %s is refused and says so', async (_, reason, act) => {
    await act();
    expect(estate.lastJson('/down/unlock')).toBeUndefined();
    expect(estate.lastJson('/down/refuse')).toEqual({ swipe: 's1', reason });
    expect(estate.refusals()).toEqual([reason]);
  });

  test('with a revoked card is refused from the moment of revocation', async () => {
    await revoke(estate.backend, estate.by('m'), 'c1');
    await swipe('reader-in', 's1');
    expect(estate.refusals()).toEqual(['revoked-card']);
    expect(estate.lastJson('/device/card:delete')).toMatchObject({
      message: { request: { 'device-id': 405419896, 'card-number': 0x047c9a22 } },
    });
  });

  test('on the way out opens for anybody, whatever the reader thinks the time is', async () => {
    await swipe('reader-out', 's1', '00000001', 0);
    expect(estate.lastJson('/down/unlock')).toMatchObject({ swipe: 's1' });
  });
});

describe('a stay', () => {
  test('runs from door-in to door-out', async () => {
    await swipe('reader-in', 's1');
    await doorPassed('reader-in', 'p1', 's1');
    expect((await where()).open).toEqual({
      stayId: 'reader-in.p1',
      facilityId: 'garage',
      enteredAtMs: eveningMs,
    });
    estate.clockMs += 3_600_000;
    await swipe('reader-out', 's2');
    await doorPassed('reader-out', 'p2', 's2');
    expect((await where()).open).toBeUndefined();
    expect(estate.entries('door-passed').at(-1)?.facts['passed']).toMatchObject({
      outcome: 'left',
      stay: { enteredAtMs: eveningMs, leftAtMs: eveningMs + 3_600_000 },
    });
  });

  test('does not begin with a door that was opened and not passed', async () => {
    await swipe('reader-in', 's1');
    expect((await where()).open).toBeUndefined();
  });

  test('of a card that nobody knows does not begin, and its leaving is written down without a refusal', async () => {
    await swipe('reader-out', 's1', '00000001');
    await doorPassed('reader-out', 'p1', 's1');
    expect(estate.outcomes('door-passed')).toEqual(['passed-unknown']);
    expect(estate.refusals()).toEqual([]);
  });

  test('does not begin behind a swipe that was refused', async () => {
    await swipe('reader-in', 's1', '00000001');
    await doorPassed('reader-in', 'p1', 's1');
    expect(estate.outcomes('door-passed')).toEqual(['refused']);
    expect(estate.refusals().toSorted()).toEqual(['door-passed-without-swipe', 'unknown-card']);
  });

  test('waits for the swipe that its door passed overtook', async () => {
    await expect(doorPassed('reader-in', 'p1', 's1')).rejects.toThrow('not there yet');
    await swipe('reader-in', 's1');
    await doorPassed('reader-in', 'p1', 's1');
    expect((await where()).open?.stayId).toBe('reader-in.p1');
  });

  test('told by a board on both feeds, in any order, counts once', async () => {
    await told('events', 50);
    await told('events/live', 50, { 'event-type-text': 'card swipe' });
    expect(estate.entries('board-swipe')).toHaveLength(1);
    expect((await where()).open?.stayId).toBe('405419896.50');
  });

  test('whose leaving is told before its coming ends all the same', async () => {
    await told('events', 51, { direction: 2, timestamp: '2026-11-23 18:59:00 CST' });
    await told('events', 50, { timestamp: '2026-11-23 18:30:00 CST' });
    expect((await where()).open).toBeUndefined();
    expect(estate.outcomes('board-swipe').sort()).toEqual(['entered-and-left', 'left-without-entering']);
  });
});

describe('what does not belong', () => {
  test.each([
    [
      'a device that is in no estate',
      'unknown-device',
      () => estate.says('stranger', 'swipe', { card: cardUid }),
    ],
    [
      'a topic of another device',
      'foreign-topic',
      () => estate.deliver('pengyou/reader-in/up/swipe', {}, { client: 'reader-out' }),
    ],
    [
      'a payload that names another device',
      'device-mismatch',
      () => estate.says('reader-in', 'swipe', { device: 'reader-out', card: cardUid }),
    ],
    ['a board of another gateway', 'device-mismatch', () => told('events', 1, { 'device-id': 99 })],
    [
      'text that is no JSON',
      'bad-json',
      () => estate.deliver('pengyou/reader-in/up/swipe', Buffer.from('{"id":')),
    ],
    ['an unknown kind', 'unknown-topic', () => estate.deliver('pengyou/reader-in/up/dance', {})],
    [
      'an event that such a device does not have',
      'unexpected-event',
      () => estate.says('smoke-1', 'swipe', { card: cardUid }),
    ],
    ['a topic of no family', 'foreign-topic', () => estate.deliver('other/x', {})],
  ])('%s is refused by name and journalled, and opens nothing', async (_, reason, act) => {
    await act();
    expect(estate.refusals()).toEqual([reason]);
    expect(estate.published).toEqual([]);
  });
});
