import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { encodeCard } from '../../simulator/devices/juy-frames.ts';
import { boardId, cardNumber, cardUid, type TestEstate, testEstate } from '../support/estate.ts';
import { estateOfEachTest } from '../support/each-test.ts';

const estate = estateOfEachTest();

const strangersNumber = 12_345_678;
const doorEvent = (extra: object) => ({
  message: {
    event: {
      'device-id': 405419896,
      'event-id': 5,
      'event-type': 1,
      'event-reason': 6,
      'access-granted': false,
      'door-id': 1,
      direction: 1,
      'card-number': strangersNumber,
      timestamp: '2026-11-23 19:00:00 CST',
      ...extra,
    },
  },
});
const reply = (content: object) => ({
  message: { reply: { 'request-id': 'in.c1.1', method: 'put-card', ...content } },
});
const gateway = (feed: string, message: object) => estate.deliver(`uhppoted/gateway/${feed}`, message);

test.each<[string, () => Promise<void>]>([
  ['a card at a port', () => estate.board.card(2, strangersNumber)],
  ['a balance asked at a port', () => estate.board.balance(2, strangersNumber)],
  ['a swipe at a door board', () => gateway('events', doorEvent({}))],
  ['a threat code', () => gateway('events', doorEvent({ 'event-reason': 34 }))],
  [
    'the answer to a card list',
    () => gateway('replies/pengyou', reply({ response: { 'device-id': 405419896, card: strangersNumber } })),
  ],
  [
    'an error that names the card',
    () => gateway('replies/pengyou', reply({ error: `no such card ${strangersNumber}` })),
  ],
  [
    'a reader that says more than it was asked',
    () =>
      estate.deliver('pengyou/reader-in/up/ack', {
        id: 'a',
        device: 'reader-in',
        atMs: estate.clockMs,
        command: 'x',
        result: 'refused',
        detail: `card ${strangersNumber} or ${strangersNumber.toString(16)}, 00BC614E`,
      }),
  ],
])('%s leaves no card number in clear', async (_, act) => {
  await act();
  const stored = [...estate.table.all()].map((item) => JSON.stringify(item));
  const forms = [String(strangersNumber), strangersNumber.toString(16)];
  for (const form of forms)
    expect(stored.filter((item) => item.toLowerCase().includes(form.toLowerCase()))).toEqual([]);
  const inClear = estate.entries().filter(({ raw }) => raw.startsWith('plain:'));
  expect(inClear.map(({ kind }) => kind)).toEqual([]);
});

test('a number cannot be tried out against what was kept of a swipe', async () => {
  const swipe = { id: 's1', device: 'reader-in', atMs: estate.clockMs, card: cardUid };
  await estate.deliver('pengyou/reader-in/up/swipe', swipe);
  const fact = JSON.stringify({
    deviceId: 'reader-in',
    identity: 's1',
    occurredAtMs: estate.clockMs,
    type: 'swipe',
    card: { form: 'uid', number: String(cardNumber) },
  });
  const guess = createHash('sha256').update(fact).digest('hex').slice(0, 16);
  expect(estate.entries('swipe').map(({ digest }) => digest)).not.toContain(guess);
});
