import { beforeEach, describe, expect, test } from 'vitest';
import {
  decodeDownlink,
  encodeCard,
  encodeStartAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import { redeliver } from '../../src/journal/redeliver.ts';
import { boardId, cardNumber, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { looksAt } from '../support/moments.ts';
import { up } from '../support/board.ts';

const estate = estateOfEachTest();

const smoke = { id: 'm1', device: 'smoke-1', atMs: eveningMs, level: 'alarm' };
const alarm = () => estate.deliver('pengyou/smoke-1/up/smoke', smoke);
const showCard = () => estate.board.card(2);
const kinds = () => estate.published.flatMap(({ payload }) => decodeDownlink(payload)?.kind ?? []);
const envelope = (topic: string, payload: Uint8Array, client: string) => ({
  data: Buffer.from(payload).toString('base64'),
  topic,
  client,
  receivedAtMs: estate.clockMs,
});
/** What the stream does a moment after each commit. */
const repeatAll = async () => {
  for (const entry of estate.entries()) await redeliver(estate.backend, entry);
};

describe('a start and an alarm in one moment', () => {
  test('an alarm between the decision and its commit refuses the start', async () => {
    const readsFacility = looksAt('FACILITY#garage');
    const table = interruptedAfter(estate.table, readsFacility, alarm);
    await takeIn(
      estate.on(table),
      telemetryRoutes,
      envelope(up('87'), encodeCard(2, cardNumber, 2), boardId),
    );
    expect(kinds()).not.toContain('start');
    expect(estate.refusals()).toEqual(['facility-in-alarm']);
  });

  test('a start that the alarm did not see is stopped with it', async () => {
    const readsHeartbeat = looksAt('STATE');
    const table = interruptedAfter(estate.table, readsHeartbeat, async () => {
      await showCard();
      // The alarm read its ports before: it is the second look that has to find this one.
    });
    await takeIn(
      estate.on(table),
      telemetryRoutes,
      envelope('pengyou/smoke-1/up/smoke', Buffer.from(JSON.stringify(smoke)), 'smoke-1'),
    );
    expect(kinds()).toEqual(['start', 'stop']);
  });
});

describe('what is sent again', () => {
  test('is no start while people leave', async () => {
    await showCard();
    await alarm();
    estate.published.length = 0;
    await repeatAll();
    expect(kinds()).not.toContain('start');
  });

  test('is no start of a session that could not begin', async () => {
    await showCard();
    const start = estate.board.told().at(-1) as StartRequest;
    await estate.board.startAnswer(start, 2);
    estate.published.length = 0;
    await repeatAll();
    expect(kinds()).toEqual([]);
  });

  test('is the order to hold a door that its reader refused, and none that it has carried out', async () => {
    await alarm();
    const answer = (device: string, result: string) =>
      estate.deliver(`pengyou/${device}/up/ack`, {
        id: `a-${device}`,
        device,
        atMs: eveningMs,
        command: String(estate.lastJson(`${device}/down/hold-open`)?.['command']),
        result,
      });
    await answer('reader-in', 'expired');
    await answer('reader-out', 'done');
    estate.published.length = 0;
    await repeatAll();
    const topics = estate.topics();
    expect(topics).toContain('pengyou/reader-in/down/hold-open');
    expect(topics).not.toContain('pengyou/reader-out/down/hold-open');
  });
});

test('smoke from another detector after somebody answered for it is told anew', async () => {
  await alarm();
  await estate.deliver('uhppoted/gateway/events/live', {
    message: {
      event: {
        'device-id': 405419896,
        'event-id': 9,
        'event-type': 3,
        'access-granted': false,
        'door-id': 1,
        direction: 1,
        'card-number': 0,
        timestamp: '2026-11-23 19:00:00 CST',
        'event-reason': 39,
      },
    },
  });
  const alerts = [...estate.table.all()]
    .filter((item) => item['type'] === 'alert')
    .map((item) => item['kind']);
  expect(alerts.sort()).toEqual(['fire-input', 'smoke']);
});
