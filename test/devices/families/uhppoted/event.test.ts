import { describe, expect, test } from 'vitest';
import { DOCUMENTED, decode, event, ROOT } from './messages.ts';

describe('events', () => {
  const swipe = {
    type: 'board-swipe',
    deviceId: '405419896',
    identity: '50',
    occurredAtMs: Date.parse('2019-08-09T08:18:55Z'),
    card: { form: 'board', number: '8165538' },
    door: 4,
    direction: 'in',
    granted: true,
    reasonCode: 1,
  };

  test('the documented swipe is the same event on both feeds', () => {
    expect(decode(event())).toEqual({ ok: true, events: [swipe] });
    expect(decode(event(), `${ROOT}/events/live`)).toEqual({ ok: true, events: [swipe] });
  });

  test('a denied swipe on the way out; texts in any language are not read', () => {
    const denied = event({
      direction: 2,
      'access-granted': false,
      'event-reason': 6,
      'event-reason-text': '无权限',
    });
    expect(decode(denied)).toEqual({
      ok: true,
      events: [{ ...swipe, direction: 'out', granted: false, reasonCode: 6 }],
    });
  });

  test('an hmac beside the message is neither needed nor checked', () => {
    expect(decode({ ...event(), hmac: 'not even hex' })).toEqual({ ok: true, events: [swipe] });
  });

  test.each([
    [34, 'threat'],
    [37, 'open-too-long'],
    [38, 'forced-open'],
    [39, 'fire'],
    [28, 'other'],
    [23, 'other'],
  ])('reason %i is %s', (reasonCode, alarm) => {
    const reported = event({ 'event-type': 3, 'event-reason': reasonCode, 'card-number': 0 });
    expect(decode(reported)).toMatchObject({
      ok: true,
      events: [{ type: 'board-alarm', door: 4, alarm, reasonCode }],
    });
  });

  test('a fire is taken whatever else the event says or leaves out', () => {
    const fire = { 'device-id': 405_419_896, 'event-id': 51, 'event-reason': 39 };
    for (const type of [0, 1, 2, 3, 77]) {
      const decoded = decode({ message: { event: { ...fire, 'event-type': type, timestamp: 'never' } } });
      expect(decoded).toEqual({
        ok: true,
        events: [
          {
            type: 'board-alarm',
            deviceId: '405419896',
            identity: '51',
            door: 0,
            alarm: 'fire',
            reasonCode: 39,
          },
        ],
      });
    }
  });

  test('a swipe under threat is a threat first', () => {
    expect(decode(event({ 'event-reason': 34 }))).toMatchObject({
      ok: true,
      events: [{ type: 'board-alarm', alarm: 'threat', door: 4 }],
    });
  });

  test('a swipe without a word of a card is something that the board reported', () => {
    expect(decode(event({ 'card-number': undefined }))).toMatchObject({
      events: [{ type: 'board-alarm', alarm: 'other', door: 4 }],
    });
  });

  test.each([
    [1, 'in'],
    [2, 'out'],
  ])('a swipe at door %i, way %s, by the highest card of the highest board, is taken', (door, direction) => {
    const highest = 2 ** 32 - 1;
    const changes = { 'door-id': door, direction: door, 'card-number': highest };
    expect(decode(event({ ...changes, 'device-id': highest, 'event-id': highest }))).toMatchObject({
      events: [
        {
          ...{ deviceId: '4294967295', identity: '4294967295', door, direction },
          card: { form: 'board', number: '4294967295' },
        },
      ],
    });
  });

  test('an overwritten event is a gap', () => {
    expect(decode(event({ 'event-type': 255 }))).toMatchObject({
      ok: true,
      events: [{ type: 'board-gap', identity: '50' }],
    });
  });

  test('card number 0 is no card, so it is no swipe', () => {
    expect(decode(event({ 'card-number': 0, 'event-reason': 20 }))).toMatchObject({
      ok: true,
      events: [{ type: 'board-alarm', alarm: 'other', reasonCode: 20 }],
    });
  });

  test.each(['', '2019-13-09 16:18:55 CST', '0001-01-01 00:00:00 UTC'])(
    'clock %j costs only the time',
    (timestamp) => {
      const decoded = decode(event({ timestamp }));
      expect(decoded).toMatchObject({ ok: true, events: [{ type: 'board-swipe' }] });
      expect(decoded.ok && decoded.events[0] && 'occurredAtMs' in decoded.events[0]).toBe(false);
    },
  );

  test.each([
    ['a swipe at door 5', event({ 'door-id': 5 })],
    ['a swipe at door 0', event({ 'door-id': 0 })],
    ['a swipe at no door', event({ 'door-id': undefined })],
    ['a swipe without direction', event({ direction: 0 })],
    ['a swipe with no word of its direction', event({ direction: undefined })],
    ['a swipe in a third direction', event({ direction: 3 })],
    ['a code beyond a byte', event({ 'event-type': 256 })],
    ['a swipe without decision', event({ 'access-granted': undefined })],
    ['a card beyond u32', event({ 'card-number': 2 ** 32 })],
    ['a negative event', event({ 'event-id': -1 })],
    ['event 0', event({ 'event-id': 0 })],
    ['a device as text', event({ 'device-id': '405419896' })],
    [
      'a huge number',
      '{"message":{"event":{"device-id":1e999,"event-id":1,"event-type":1,"event-reason":1}}}',
    ],
    ['a list of events, which is not documented', { message: { event: [DOCUMENTED] } }],
    ['events, which is not documented', { message: { events: [DOCUMENTED] } }],
    ['null', 'null'],
    ['a list', '[]'],
    ['a message that is text', { message: 'event' }],
    ['an event by prototype', `{"message":{"__proto__":{"event":${JSON.stringify(DOCUMENTED)}}}}`],
  ])('%s is refused', (_, content) => {
    expect(decode(content)).toMatchObject({ ok: false, reason: 'bad-payload' });
  });

  test('what is refused is told by the place that is wrong', () => {
    expect(decode(event({ 'event-id': 0 }))).toMatchObject({
      detail: 'event: message.event.event-id is not as documented',
    });
  });
});
