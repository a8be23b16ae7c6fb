import { beforeEach, describe, expect, test } from 'vitest';
import { type Route, takeIn } from '../../src/intake/intake.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { cardUid, estateId, type TestEstate, testEstate } from '../support/estate.ts';

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

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
  const behind = 405_419_896;
  const wayOutRefused = {
    message: {
      event: {
        'device-id': behind,
        'event-id': 5,
        'event-type': 1,
        'access-granted': false,
        'door-id': 1,
        direction: 2,
        'card-number': 1,
        timestamp: '2026-11-23 19:00:00 CST',
        'event-reason': 6,
      },
    },
  };
  const gateway = (of: string, deviceId: string) =>
    provision(
      estate.backend,
      {
        estateId: of,
        deviceId: 'api',
        receivedAtMs: estate.clockMs,
        topic: 'api',
        sender: 'o',
        payload: new Uint8Array(),
        fact: '',
      },
      { kind: 'door-gateway', deviceId },
    );

  test('that reports for the boards of another gateway is refused, and opens nothing', async () => {
    await gateway(estateId, 'gateway-2');
    await estate.deliver('uhppoted/gateway-2/events', wayOutRefused);
    expect(estate.refusals()).toEqual(['device-mismatch']);
    expect(estate.published).toEqual([]);
    // From its own gateway the same event opens the door.
    await estate.deliver('uhppoted/gateway/events', wayOutRefused);
    expect(estate.published.map(({ topic }) => topic)).toContain(
      'uhppoted/gateway/requests/device/door/lock:open',
    );
  });

  test('does not speak for another gateway, nor for a device that is no board', async () => {
    await gateway(estateId, 'gateway-2');
    const { event } = wayOutRefused.message;
    await estate.deliver('uhppoted/gateway-2/events', {
      message: { event: { ...event, 'device-id': 405_419_899 } },
    });
    expect(estate.refusals()).toEqual(['device-mismatch']);
  });
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
