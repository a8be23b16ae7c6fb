import { describe, expect, test } from 'vitest';
import { readPresence } from '../../src/access/presence-store.ts';
import { stopForPerson } from '../../src/charging/stop-session.ts';
import { type Backend, record } from '../../src/journal/commit.ts';
import { draft } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardEvent, boardSwipe } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, cardUid, estateId, estateRecords } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';

// Two facts under one identity. Numbers, ids and clocks of devices begin again; nothing that was said may vanish.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const estate = estateOfEachTest();

const person = (sender: string, of = estateId) => ({ ...estate.by(sender, sender), estateId: of });

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
    const settles = (energyWh: number) => estate.board.settles({ port: 2, order: 7 }, 600, energyWh);
    await settles(30);
    estate.published.length = 0;
    await settles(40);
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
  const answered = estate.board.told().map((down) => down?.kind);
  expect(answered.sort()).toEqual(['card-answer', 'start', 'start']);
});

describe('danger acts', () => {
  const smoke = (id: string, level: string, atMs = estate.clockMs) =>
    estate.says('smoke-1', 'smoke', { id, atMs, level });
  async function over(id: string, atMs?: number) {
    await estate.acknowledges('Wang');
    await smoke(id, 'clear', atMs);
    expect(await estate.evacuation()).toBeUndefined();
  }

  test('under the identity of another message of its detector', async () => {
    await smoke('m1', 'clear');
    estate.clockMs += minuteMs;
    await smoke('m1', 'alarm');
    expect(await estate.evacuation()).toBeDefined();
    expect(await estate.alerts()).toHaveLength(1);
    // Told again it is the same danger.
    await smoke('m1', 'alarm');
    expect(await estate.alerts()).toHaveLength(1);
    expect(estate.refusals()).toEqual([]);
  });

  test('also smoke and clear in one millisecond under one identity', async () => {
    await smoke('m1', 'alarm');
    await smoke('m1', 'clear');
    expect(await estate.evacuation()).toBeDefined();
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
    expect(await estate.evacuation()).toBeDefined();
    expect(await estate.alerts()).toHaveLength(2);
  });

  test('not again for an old message that comes late, by a clock that is right', async () => {
    await smoke('m1', 'alarm');
    const saidAtMs = estate.clockMs;
    estate.clockMs += minuteMs;
    await over('m2');
    estate.clockMs += 2 * hourMs;
    await smoke('m1', 'alarm', saidAtMs);
    expect(await estate.evacuation()).toBeUndefined();
  });

  test.each([
    ['a fire input', 39, 'fire-input'],
    ['a threat', 34, 'door'],
  ])('%s of a board that counts its events anew', async (_, reason, kind) => {
    const told = (reason: number) =>
      estate.deliver(
        'uhppoted/gateway/events',
        boardEvent(7, reason, { timestamp: '2026-11-23 19:00:00 CST' }),
      );
    await told(24);
    await told(reason);
    expect((await estate.alerts()).map((alert) => alert.kind)).toEqual([kind]);
  });

  test('in each of two estates whose facilities have one name, in the same millisecond', async () => {
    for (const item of estateRecords()) {
      if (!['estate', 'tariff', 'facility', 'reader', 'sensor'].includes(item.kind)) continue;
      const theirs = 'deviceId' in item ? { ...item, deviceId: `other-${item.deviceId}` } : item;
      await provision(estate.backend, person('operator', 'other'), theirs);
    }
    await smoke('m1', 'alarm');
    await estate.says('other-smoke-1', 'smoke', { id: 'm1', level: 'alarm' });
    estate.clockMs += minuteMs + 1;
    estate.published.length = 0;
    await estate.sweep();
    const opened = estate.topics().filter((topic) => topic.endsWith('/hold-open'));
    expect(opened).toContain('pengyou/reader-in/down/hold-open');
    expect(opened).toContain('pengyou/other-reader-in/down/hold-open');
  });
});

describe('leaving is not denied', () => {
  const swipe = (id: string, card: string) => estate.says('reader-out', 'swipe', { id, card });
  const where = () => readPresence(estate.table, { estateId, credentialId: 'c1', householdId: 'h1' });

  test('by a reader that counts its swipes anew, and who went out is who was there', async () => {
    await estate.says('reader-in', 'swipe', { id: 's1', card: cardUid });
    const doorPassed = (device: string, id: string) =>
      estate.says(device, 'door-passed', { id, swipe: 's1' });
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
    const denied = { 'event-id': 7, 'access-granted': false, direction: 2, 'event-reason': 6 };
    const refused = (card: number) =>
      estate.deliver('uhppoted/gateway/events/live', boardSwipe({ ...denied, 'card-number': card }));
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
    const race = interruptedAfter(table, looksAmong(`SESSION#${story.order}#`), () =>
      stopForPerson(backend, { ...at, sender: 'm2', fact: 'm2' }, agreement),
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
