import { beforeEach, describe, expect, test } from 'vitest';
import { revoke } from '../../src/access/grant.ts';
import { boardReply, boardSwipe } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardNumber } from '../support/estate.ts';

const estate = estateOfEachTest();

const live = (extra: object) => estate.deliver('uhppoted/gateway/events/live', boardSwipe(extra));
const openings = () =>
  estate.published
    .filter(({ topic }) => topic === 'uhppoted/gateway/requests/device/door/lock:open')
    .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).message.request);

describe('a way out that the board denies', () => {
  const denied = { 'access-granted': false, direction: 2, 'event-reason': 6 };

  test('is opened by the cloud, with the card that was shown', async () => {
    await live(denied);
    expect(openings()).toMatchObject([
      { 'device-id': 405419896, door: 1, 'card-number': cardNumber, 'request-id': '405419896.50' },
    ]);
    expect(estate.entries('board-swipe')).toMatchObject([
      { outcome: 'let-out', refusal: 'refused-by-board' },
    ]);
  });

  test('is opened for a card that nobody knows', async () => {
    await live({ ...denied, 'card-number': 4711 });
    expect(openings()).toMatchObject([{ 'card-number': 4711 }]);
  });

  test('is not opened for somebody who stood there long ago', async () => {
    await live({ ...denied, timestamp: '2026-11-23 18:59:00 CST' });
    expect(openings()).toEqual([]);
    expect(estate.refusals()).toEqual(['refused-by-board']);
  });

  test('is noted where the board does not open at our word either', async () => {
    await live(denied);
    await estate.deliver('uhppoted/gateway/replies/pengyou', boardReply('405419896.50', { opened: false }));
    expect(estate.entries('command-acknowledged')).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('another swipe under the number of one that was told', () => {
  const other = { 'card-number': 4711, timestamp: '2026-11-23 19:00:01 CST' };

  test('on the way in is refused, since nobody is shut in by it', async () => {
    await live({});
    await live(other);
    expect(estate.entries('board-swipe')).toHaveLength(1);
    expect(estate.refusals()).toEqual(['identity-reused']);
  });

  test('on a way out that the board denies opens all the same', async () => {
    const denied = { 'access-granted': false, direction: 2, 'event-reason': 6 };
    await live(denied);
    await live({ ...denied, ...other });
    expect(openings().map((request) => request['card-number'])).toEqual([cardNumber, 4711]);
  });
});

test('a way in that the board denies stays shut', async () => {
  await live({ 'access-granted': false, 'event-reason': 6 });
  expect(openings()).toEqual([]);
});

describe('a card that was revoked', () => {
  beforeEach(() => revoke(estate.backend, estate.by('manager'), 'c1'));
  const alerts = async () => (await estate.alerts()).map(({ kind, text }) => [kind, text.en]);

  test('long ago and is let in all the same is recorded and told, and who came in is inside', async () => {
    estate.clockMs += 86_400_000;
    await live({ timestamp: '2026-11-24 19:00:00 CST' });
    expect(estate.refusals()).toEqual(['revoked-card-admitted']);
    expect(await alerts()).toEqual([['door', 'Side door: the board admitted a revoked card (c1)']]);
    expect(estate.entries('board-swipe')[0]?.outcome).toBe('entered');
  });

  test('told of on both feeds is one alert', async () => {
    estate.clockMs += 86_400_000;
    const event = boardSwipe({ timestamp: '2026-11-24 19:00:00 CST' });
    await estate.deliver('uhppoted/gateway/events', event);
    estate.clockMs += 30_000;
    await estate.deliver('uhppoted/gateway/events/live', event);
    expect(await alerts()).toHaveLength(1);
  });

  test.each([
    ['was let in before', { timestamp: '2026-11-23 18:00:00 CST' }],
    ['was let in before the board can have known', { timestamp: '2026-11-23 19:05:00 CST' }],
    ['goes out', { timestamp: '2026-11-24 19:00:00 CST', direction: 2 }],
  ])('and %s is nobody’s alarm', async (_, extra) => {
    estate.clockMs += 86_400_000;
    await live(extra);
    expect(estate.refusals()).toEqual([]);
    expect(await alerts()).toEqual([]);
  });
});
