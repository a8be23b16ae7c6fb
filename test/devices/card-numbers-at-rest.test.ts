import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { boardSwipe } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { cardNumber, cardUid } from '../support/estate.ts';

const estate = estateOfEachTest();

const strangersNumber = 12_345_678;
const doorEvent = (reason: number) =>
  boardSwipe({ 'event-reason': reason, 'access-granted': false, 'card-number': strangersNumber });
const reply = (content: object) => ({
  message: { reply: { 'request-id': 'in.c1.1', method: 'put-card', ...content } },
});
const gateway = (feed: string, message: object) => estate.deliver(`uhppoted/gateway/${feed}`, message);

test.each<[string, () => Promise<void>]>([
  ['a card at a port', () => estate.board.card(2, strangersNumber)],
  ['a balance asked at a port', () => estate.board.balance(2, strangersNumber)],
  ['a swipe at a door board', () => gateway('events', doorEvent(6))],
  ['a threat code', () => gateway('events', doorEvent(34))],
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
      estate.says('reader-in', 'ack', {
        ...{ command: 'x', result: 'refused' },
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
  await estate.says('reader-in', 'swipe', { id: 's1', card: cardUid });
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
