import { describe, expect, test } from 'vitest';
import { identityOf, type Route, takeIn } from '../../src/intake/intake.ts';
import { payloadOf } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardEvent, boardSwipe, doorBoardId } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, cardUid, estateId, eveningMs } from '../support/estate.ts';

const estate = estateOfEachTest();

const swipe = () => ({ id: 's', device: 'reader-in', atMs: estate.clockMs, card: cardUid });

test.each([
  ['poses as another', 'pengyou/reader-out/up/swipe', 'reader-in', 'foreign-topic'],
  ['speaks on a topic of no family', 'other/x', 'reader-in', 'foreign-topic'],
  ['speaks as a device of another family', 'uhppoted/reader-in/system', 'reader-in', 'unknown-device'],
])('a known device that %s is shown to its own estate', async (_, topic, client, reason) => {
  await estate.deliver(topic, swipe(), { client });
  const refused = estate.entries('refused').map((entry) => [entry.estateId, entry.deviceId, entry.refusal]);
  expect(refused).toEqual([[estateId, 'reader-in', reason]]);
});

test('a stranger who poses as a known device is not', async () => {
  await estate.deliver('pengyou/reader-in/up/swipe', swipe(), { client: 'stranger' });
  expect(estate.entries('refused').map((entry) => entry.estateId)).toEqual(['-']);
});

describe('a gateway', () => {
  const denied = {
    'event-id': 5,
    'access-granted': false,
    direction: 2,
    'card-number': 1,
    'event-reason': 6,
  };
  const wayOutRefused = boardSwipe(denied);
  const gateway = (of: string, deviceId: string) =>
    provision(estate.backend, { ...estate.by('o'), estateId: of }, { kind: 'door-gateway', deviceId });

  test('that reports for the boards of another gateway is refused, and opens nothing', async () => {
    await gateway(estateId, 'gateway-2');
    await estate.deliver('uhppoted/gateway-2/events', wayOutRefused);
    expect(estate.refusals()).toEqual(['device-mismatch']);
    expect(estate.published).toEqual([]);
    // From its own gateway the same event opens the door.
    await estate.deliver('uhppoted/gateway/events', wayOutRefused);
    expect(estate.topics()).toContain('uhppoted/gateway/requests/device/door/lock:open');
  });

  test('of another estate does not speak for a board that names it', async () => {
    const name = { zh: 'x', en: 'x' };
    await provision(
      estate.backend,
      { ...estate.by('o'), estateId: 'other' },
      { kind: 'estate', name, timeZone: 'Asia/Shanghai' },
    );
    await gateway('other', 'gateway-2');
    // Nobody can write it so; should it ever stand so, it opens nothing.
    const item = await estate.item(keys.device(doorBoardId));
    const device = { ...(item?.['device'] as object), gatewayId: 'gateway-2' };
    await estate.put({ ...keys.device(doorBoardId), device });
    await estate.deliver('uhppoted/gateway-2/events', wayOutRefused);
    expect(estate.refusals()).toEqual(['device-mismatch']);
    expect(estate.published).toEqual([]);
  });

  test('does not speak for another gateway, nor for a device that is no board', async () => {
    await gateway(estateId, 'gateway-2');
    await estate.deliver('uhppoted/gateway-2/events', boardSwipe({ ...denied, 'device-id': 405_419_899 }));
    expect(estate.refusals()).toEqual(['device-mismatch']);
  });
});

const gapAt99 = boardEvent(1, 0, { 'device-id': 99, 'event-type': 255 });

describe('a refused message', () => {
  const refused = () => estate.entries('refused');
  const toldOf = (entries = refused()) => entries.map(({ refusal, facts }) => [refusal, facts['detail']]);

  test('is kept for thirty days with who sent it, what of it fits, and why, in a sentence', async () => {
    const payload = Buffer.alloc(1025, 'x');
    await estate.deliver('pengyou/reader-in/up/swipe', payload, { client: 'reader-in' });
    const [entry] = refused();
    expect(entry).toMatchObject({
      ...{ estateId, deviceId: 'reader-in', sender: 'reader-in', topic: 'pengyou/reader-in/up/swipe' },
      ...{ kind: 'refused', outcome: 'refused', refusal: 'bad-json', receivedAtMs: eveningMs },
      facts: { detail: 'the payload is no JSON text in UTF-8' },
      expiresAtS: eveningMs / 1000 + 30 * 86_400,
    });
    if (entry !== undefined)
      expect(payloadOf(entry, estate.backend.vault)).toEqual(payload.subarray(0, 1024));
  });

  test.each<[string, topic: string, content: object, reason: string, detail: string]>([
    ['reader-in', 'other/x', {}, 'foreign-topic', 'other/x'],
    ['reader-in', 'pengyou/reader-out/up/swipe', {}, 'foreign-topic', 'reader-in published as reader-out'],
    ['new', 'pengyou/new/up/swipe', {}, 'unknown-device', 'new is in no estate'],
    ['reader-in', 'uhppoted/reader-in/system', {}, 'unknown-device', 'reader-in is a reader'],
    [
      'smoke-1',
      'pengyou/smoke-1/up/swipe',
      { id: 's', device: 'smoke-1', atMs: 0, card: cardUid },
      'unexpected-event',
      'A sensor has no swipe, or not by this way',
    ],
    ['gateway', 'uhppoted/gateway/events', gapAt99, 'device-mismatch', 'gateway spoke of 99'],
  ])('of %s on %s says what was wrong', async (client, topic, content, reason, detail) => {
    await estate.deliver(topic, content, { client });
    expect(toldOf()).toEqual([[reason, detail]]);
  });

  test('that says much is told in its first 200 letters', async () => {
    await deliverTo(new DomainError('no-tariff', 'x'.repeat(201)));
    expect(toldOf()).toEqual([['no-tariff', 'x'.repeat(200)]]);
  });

  test('delivered again is one, and another one of the same moment another', async () => {
    for (const text of ['{', '{', '[']) await estate.deliver('pengyou/reader-in/up/swipe', Buffer.from(text));
    await estate.deliver('pengyou/reader-in/up/door-passed', Buffer.from('{'));
    await estate.deliver('pengyou/reader-out/up/swipe', Buffer.from('{'));
    expect(refused()).toHaveLength(4);
    estate.clockMs += 1;
    await estate.deliver('pengyou/reader-in/up/swipe', Buffer.from('{'));
    expect(refused()).toHaveLength(5);
  });
});

test('a certificate says nothing but that it is one, and a login names its device', () => {
  const thumbprint = 'A1'.repeat(32);
  expect(identityOf({ client: 'reader-in' })).toBe('reader-in');
  expect(identityOf({ client: 'reader-in', principal: thumbprint })).toBe('reader-in');
  expect(identityOf({ client: 'reader-in', principal: boardId })).toBe(boardId);
  expect(identityOf({ client: 'reader-in', principal: `${thumbprint}1` })).toBe(`${thumbprint}1`);
  expect(identityOf({ principal: thumbprint })).toBe('nobody');
  expect(identityOf({})).toBe('nobody');
});

const deliverTo = (error: Error) => {
  const take = async () => {
    throw error;
  };
  const route: Route = { device: 'reader', event: 'swipe', take };
  return takeIn(estate.backend, [route], {
    data: Buffer.from(JSON.stringify(swipe())).toString('base64'),
    topic: 'pengyou/reader-in/up/swipe',
    client: 'reader-in',
    receivedAtMs: estate.clockMs,
  });
};

test('what can never be taken is refused by its error’s name, and does not come back', async () => {
  await deliverTo(new DomainError('no-tariff', 'No tariff is in force'));
  expect(estate.entries('refused')).toMatchObject([
    { refusal: 'no-tariff', facts: { detail: 'No tariff is in force' }, estateId },
  ]);
});

test.each([new DomainError('table-busy', 'later'), new Error('a defect')])(
  '%s comes back: delivered again, it may be taken',
  async (error) => {
    await expect(deliverTo(error)).rejects.toBe(error);
    expect(estate.refusals()).toEqual([]);
  },
);
