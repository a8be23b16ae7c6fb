import { beforeEach, describe, expect, test } from 'vitest';
import { decodeDownlink, encodeCard, encodeSettlement } from '../../simulator/devices/juy-frames.ts';
import { readPresence } from '../../src/access/presence-store.ts';
import { latestAlerts } from '../../src/alerts/alert-store.ts';
import { stopForPerson } from '../../src/charging/stop-session.ts';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { type Backend, record } from '../../src/journal/commit.ts';
import { draft } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import {
  boardId,
  cardNumber,
  cardUid,
  committee,
  estateId,
  estateRecords,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { SessionStory } from '../support/session-story.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { looksAmong } from '../support/moments.ts';
import { up } from '../support/board.ts';

// Two facts under one identity. Numbers, ids and clocks of devices begin again; nothing that was said may vanish.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const estate = estateOfEachTest();

const person = (sender: string, of = estateId) => ({
  ...{ estateId: of, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', payload: new Uint8Array() },
  ...{ sender, fact: sender },
});

describe('a fact under the identity of another', () => {
  const decide = (_backend: Backend, fact: string) => async () => ({
    entry: draft(keys.event('d', '1'), { ...person('d'), fact }, { kind: 'balance-asked', outcome: 'noted' }),
  });

  test('is refused by name, unless its caller says what follows', async () => {
    const { backend } = estate;
    await record(backend, decide(backend, 'one'));
    await expect(record(backend, decide(backend, 'two'))).rejects.toMatchObject({
      error: 'identity-reused',
      retry: false,
    });
    expect(await record(backend, decide(backend, 'two'), ({ kind }) => `stands: ${kind}`)).toBe(
      'stands: balance-asked',
    );
    expect(await record(backend, decide(backend, 'one'))).toMatchObject({ recorded: 'before' });
  });

  test('told by a device, is in the journal as refused, and the board that waits has its answer', async () => {
    const account = (energyUnits: number) =>
      encodeSettlement({
        ...{ port: 2, order: 7, seconds: 600, moneyFen: 0, stopReason: 0, powerW: 20, card: 0, bands: [] },
        energyUnits,
      });
    await estate.deliver(up('85'), account(3));
    estate.published.length = 0;
    await estate.deliver(up('85'), account(4));
    expect(estate.refusals().toSorted()).toEqual(['identity-reused', 'unknown-order']);
    expect(estate.entries('settlement')).toHaveLength(1);
    expect(estate.published).toHaveLength(1);
  });
});

test('two cards held to one port in one millisecond are two requests, each with its answer', async () => {
  const hold = (card: number) => estate.board.card(2, card);
  await hold(cardNumber);
  await hold(0x01020304);
  await hold(cardNumber);
  expect(estate.entries('session-authorised')).toHaveLength(1);
  expect(estate.entries('card-at-port').map(({ refusal }) => refusal)).toEqual(['unknown-card']);
  const answered = estate.published.map(({ payload }) => decodeDownlink(payload)?.kind);
  expect(answered.sort()).toEqual(['card-answer', 'start', 'start']);
});

describe('danger acts', () => {
  const smoke = (id: string, level: string, atMs = estate.clockMs) =>
    estate.deliver('pengyou/smoke-1/up/smoke', { id, device: 'smoke-1', atMs, level });
  const facility = async () => (await estate.backend.registry.facilities(estateId))[0];
    async function over(id: string, atMs?: number) {
    for (const { alertId } of await estate.alerts()) await acknowledgeAlert(estate.backend, person('Wang'), alertId);
    await smoke(id, 'clear', atMs);
    expect((await facility())?.evacuation).toBeUndefined();
  }

  test('under the identity of another message of its detector', async () => {
    await smoke('m1', 'clear');
    estate.clockMs += minuteMs;
    await smoke('m1', 'alarm');
    expect((await facility())?.evacuation).toBeDefined();
    expect(await estate.alerts()).toHaveLength(1);
    // Told again it is the same danger.
    await smoke('m1', 'alarm');
    expect(await estate.alerts()).toHaveLength(1);
    expect(estate.refusals()).toEqual([]);
  });

  test('also smoke and clear in one millisecond under one identity', async () => {
    await smoke('m1', 'alarm');
    await smoke('m1', 'clear');
    expect((await facility())?.evacuation).toBeDefined();
    expect(estate.outcomes('smoke')).toEqual(['alarm', 'clear']);
  });

  test('again, said hours later in the very same words by a detector without a clock', async () => {
    await smoke('alarm', 'alarm', 0);
    estate.clockMs += 5 * minuteMs;
    await smoke('alarm', 'alarm', 0);
    expect(await estate.alerts()).toHaveLength(1);
    expect(estate.entries('smoke')).toHaveLength(1);
    await over('clear', 1);
    estate.clockMs += 2 * hourMs;
    await smoke('alarm', 'alarm', 0);
    expect((await facility())?.evacuation).toBeDefined();
    expect(await estate.alerts()).toHaveLength(2);
  });

  test('not again for an old message that comes late, by a clock that is right', async () => {
    await smoke('m1', 'alarm');
    const saidAtMs = estate.clockMs;
    estate.clockMs += minuteMs;
    await over('m2');
    estate.clockMs += 2 * hourMs;
    await smoke('m1', 'alarm', saidAtMs);
    expect((await facility())?.evacuation).toBeUndefined();
  });

  test.each([
    ['a fire input', 39, 'fire-input'],
    ['a threat', 34, 'door'],
  ])('%s of a board that counts its events anew', async (_, reason, kind) => {
    const told = (extra: object) =>
      estate.deliver('uhppoted/gateway/events', {
        message: {
          event: {
            ...{ 'device-id': 405419896, 'event-id': 7, 'event-type': 2, 'door-id': 1 },
            ...{ timestamp: '2026-11-23 19:00:00 CST', ...extra },
          },
        },
      });
    await told({ 'event-reason': 24 });
    await told({ 'event-reason': reason });
    expect((await estate.alerts()).map((alert) => alert.kind)).toEqual([kind]);
  });

  test('in each of two estates whose facilities have one name, in the same millisecond', async () => {
    for (const item of estateRecords()) {
      if (!['estate', 'tariff', 'facility', 'reader', 'sensor'].includes(item.kind)) continue;
      const theirs = 'deviceId' in item ? { ...item, deviceId: `other-${item.deviceId}` } : item;
      await provision(estate.backend, person('operator', 'other'), theirs);
    }
    await smoke('m1', 'alarm');
    await estate.deliver('pengyou/other-smoke-1/up/smoke', {
      ...{ id: 'm1', device: 'other-smoke-1', atMs: estate.clockMs, level: 'alarm' },
    });
    estate.clockMs += minuteMs + 1;
    estate.published.length = 0;
    await estate.sweep();
    const opened = estate.topics().filter((topic) => topic.endsWith('/hold-open'));
    expect(opened).toContain('pengyou/reader-in/down/hold-open');
    expect(opened).toContain('pengyou/other-reader-in/down/hold-open');
  });
});

describe('leaving is not denied', () => {
  const swipe = (id: string, card: string) =>
    estate.deliver('pengyou/reader-out/up/swipe', { id, device: 'reader-out', atMs: estate.clockMs, card });
  const where = () => readPresence(estate.table, { estateId, credentialId: 'c1', householdId: 'h1' });

  test('by a reader that counts its swipes anew, and who went out is who was there', async () => {
    await estate.deliver('pengyou/reader-in/up/swipe', {
      ...{ id: 's1', device: 'reader-in', atMs: estate.clockMs, card: cardUid },
    });
    const doorPassed = (device: string, id: string) =>
      estate.deliver(`pengyou/${device}/up/door-passed`, { id, device, atMs: estate.clockMs, swipe: 's1' });
    await doorPassed('reader-in', 'p1');
    await swipe('s1', '00000001');
    estate.clockMs += minuteMs;
    await swipe('s1', cardUid);
    const commands = estate.published
      .filter(({ topic }) => topic === 'pengyou/reader-out/down/unlock')
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
    expect(commands.map((unlock) => unlock.swipe)).toEqual(['s1', 's1']);
    expect(new Set(commands.map(({ command }) => command)).size).toBe(2);
    expect((await where()).open).toBeDefined();
    await doorPassed('reader-out', 'p2');
    expect((await where()).open).toBeUndefined();
  });

  test('by a board that counts its events anew', async () => {
    const refused = (card: number) =>
      estate.deliver('uhppoted/gateway/events/live', {
        message: {
          event: {
            ...{ 'device-id': 405419896, 'event-id': 7, 'event-type': 1, 'access-granted': false },
            ...{ 'door-id': 1, direction: 2, 'card-number': card, 'event-reason': 6 },
            timestamp: '2026-11-23 19:00:00 CST',
          },
        },
      });
    await refused(1001);
    await refused(1002);
    expect(estate.outcomes('board-swipe')).toEqual(['let-out', 'let-out']);
  });
});

describe('of two who end a session in one moment', () => {
  test('each who asks is heard, and the board is told for each', async () => {
    const story = await SessionStory.running();
    const { backend, table } = story.estate;
    const agreement = await story.agreement();
    const at = { ...person('c1'), receivedAtMs: story.estate.clockMs };
    const race = interruptedAfter(
      table,
      looksAmong(`SESSION#${story.order}#`),
      () => stopForPerson(backend, { ...at, sender: 'm2', fact: 'm2' }, agreement),
    );
    await stopForPerson({ ...backend, table: race }, { ...at, fact: 'c1' }, agreement);
    expect(
      story.estate
        .entries('stop-asked')
        .map(({ sender }) => sender)
        .sort(),
    ).toEqual(['c1', 'm2']);
  });

  test('the one who comes second finds it over, and is not refused', async () => {
    const story = await SessionStory.begin();
    await story.authorise();
    story.minute = 3;
    const { table } = story.estate;
    const { sk: port } = keys.port(boardId, 2);
    const race = interruptedAfter(
      table,
      (asked) => asked.some(({ sk }) => sk === port) && asked.length === 2,
      () => story.started(story.minute, 2),
    );
    await story.sweep(race);
    expect(story.estate.entries('session-closed')).toHaveLength(1);
    expect(story.estate.refusals()).toEqual([]);
  });
});
