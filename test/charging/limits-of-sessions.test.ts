import { beforeEach, describe, expect, test } from 'vitest';
import { orderFor } from '../../src/charging/session.ts';
import { startSession } from '../../src/charging/start-session.ts';
import { stopForPerson } from '../../src/charging/stop-session.ts';
import type { ChargingBoard } from '../../src/estate/device.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { readPriceLists } from '../../src/tariffs/price-list-store.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, eveningMs, type Terms } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong, looksAt } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';

// The last moment, the last try and the last port: each beside the first that is beyond it.

const minuteMs = 60_000;

const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    ({ error }) => error,
  );

test.each([
  [0, 'bad-request'],
  [1, undefined],
  [12, undefined],
  [13, 'bad-request'],
])('a start at port %i of twelve is refused as %s', async (port, error) => {
  const { estate } = await SessionStory.begin();
  const board = (await estate.backend.registry.device(boardId)) as ChargingBoard;
  const asked = {
    board,
    port,
    identity: 'phone:li:r1',
    startedBy: 'phone',
    householdId: 'h1',
    credentialId: 'p',
  } as const;
  const started = startSession(estate.backend, estate.by('li', 'f'), asked);
  expect(await refusalOf(started)).toBe(error);
});

describe('a race that is lost again and again', () => {
  const story = storyOfEachTest();
  beforeEach(() => story.authorise(0));

  test('by a board that starts alone, three times, leaves the port to whoever has it', async () => {
    const { sk: port } = keys.port(boardId, 2);
    let minute = 1;
    let left = 0;
    const table = (times: number): Table => {
      left = times;
      const { table: plain } = story.estate;
      return {
        ...plain,
        async get(asked) {
          const isFree =
            asked.length === 2 &&
            asked.some(({ sk }) => sk === port) &&
            asked.some(({ sk }) => sk === 'SESSION#77#settled');
          if (isFree && left > 0) {
            left -= 1;
            minute += 1;
            await story.authorise(minute);
          }
          return plain.get(asked);
        },
      };
    };
    await story.startedAlone(77, table(2));
    expect(await story.openOrder()).toBe(77);
    await story.settled(10, 60, 0, { order: 77 });
    await story.startedAlone(77, story.estate.table);
    await story.startedAlone(78, story.estate.table);
    await story.settled(11, 60, 0, { order: 78 });
    expect(await story.openOrder()).toBeUndefined();
  });

  test('an end that is told in the moment of a start that the board made alone leaves its port free', async () => {
    const { sk: port } = keys.port(boardId, 2);
    await story.settled(10, 60, 0);
    const table = interruptedAfter(
      story.estate.table,
      (asked) => asked.length === 3 && asked.some(({ sk }) => sk === port),
      () => story.settled(20, 60, 0, { order: 77 }),
    );
    await story.startedAlone(77, table);
    expect(await story.openOrder()).toBeUndefined();
    expect(story.board.told().at(-1)?.kind).toBe('local-start-answer');
  });
});

test('the lists of many boards are read a hundred at a time, each in its place', async () => {
  const table = memoryTable();
  const boards = Array.from({ length: 205 }, (_, index) => ({
    ...{ kind: 'charging-board', deviceId: `b${index}`, estateId: 'e', facilityId: `f${index}` },
  })) as unknown as ChargingBoard[];
  const list = {
    estateId: 'e',
    facilityId: 'before',
    state: 'waiting',
    cannotShow: [],
    attempts: 0,
    told: {},
  };
  for (const index of [0, 99, 100, 204])
    await table.commit([
      { put: { ...keys.priceList(`b${index}`), deviceId: `b${index}`, ...list }, when: 'absent' },
    ]);
  const reads: number[] = [];
  const get: Table['get'] = (asked) => {
    reads.push(asked.length);
    return table.get(asked);
  };
  const lists = await readPriceLists({ ...table, get }, boards);
  expect(reads).toEqual([100, 100, 5]);
  expect(lists).toHaveLength(205);
  // A board that has been moved is where it stands now.
  expect(
    lists.flatMap((one, index) => (one === undefined ? [] : [[index, one.deviceId, one.facilityId]])),
  ).toEqual([
    [0, 'b0', 'f0'],
    [99, 'b99', 'f99'],
    [100, 'b100', 'f100'],
    [204, 'b204', 'f204'],
  ]);
});

describe('a frame is judged', () => {
  const stopsAfter = async (terms: Terms, frame: [number, number, number, number]) => {
    const story = await SessionStory.running(terms);
    await story.frame(...frame);
    return story.estate.entries('ports-stopped').length;
  };
  const byTime = { service: { by: 'time', priceMilliYuanPerHour: 600 }, holdFen: 100 } as const;
  test.each<[string, Parameters<typeof stopsAfter>[0], [number, number, number, number], number]>([
    ['by its seconds, where those can be: twelve hours and ten minutes', {}, [730, 43_800, 100, 200], 0],
    ['and a second more', {}, [730, 43_801, 100, 200], 1],
    ['by nothing else where those cannot be', {}, [720, 43_800, 100, 1300], 0],
    [
      'by energy alone where time costs nothing, though the money is used up',
      {},
      [600, 36_000, 3300, 200],
      0,
    ],
    ['by money where time costs some: a fen before the hold', byTime, [99, 5940, 0, 0], 0],
    ['and at the hold', byTime, [100, 6000, 0, 0], 1],
  ])('%s', async (_, terms, frame, stops) => {
    expect(await stopsAfter(terms, frame)).toBe(stops);
  });
});

test('a stop that a port answers which never had a session is kept, and changes nothing', async () => {
  const story = await SessionStory.begin();
  await story.stopped(1);
  expect(story.estate.entries('session-stop-answered')).toHaveLength(1);
  expect([await story.slot(), story.estate.refusals()]).toEqual([undefined, []]);
});

test('a session that the board started alone, and told the end of after the next, frees nobody else’s port', async () => {
  const story = await SessionStory.begin();
  await story.startedAlone(9);
  story.minute = 30;
  await story.startedAlone(10);
  const before = await story.slot();
  await story.settled(31, 1700, 50, { order: 9 });
  const after = await story.slot();
  expect(after?.open?.order).toBe(10);
  // Written all the same: two settlements of one session in one moment must not both be the first.
  expect([before?.version, after?.version]).toEqual([3, 4]);
  expect(story.estate.entries('settlement')).toMatchObject([{ outcome: 'corrected' }]);
  expect(eveningMs + 30 * minuteMs).toBe(story.estate.clockMs);
});

describe('in one moment', () => {
  test('two people who ask for the end of a session are two, and the board is told twice', async () => {
    const story = await SessionStory.begin();
    await story.authorise(0);
    const agreement = await story.agreement();
    const { backend, table } = story.estate;
    const by = (sender: string, receivedAtMs: number) => ({
      ...{ ...story.estate.by(sender, `stop ${sender}`), receivedAtMs },
    });
    const race = interruptedAfter(table, looksAt(`SESSION#${story.order}#`), () =>
      stopForPerson(backend, by('li', eveningMs + 1), agreement),
    );
    await stopForPerson({ ...backend, table: race }, by('wang', eveningMs + 2), agreement);
    expect(story.estate.entries('stop-asked').map(({ sk, sender }) => [sk, sender])).toEqual([
      [`SESSION#${story.order}#stop-asked`, 'li'],
      ['REQUEST', 'wang'],
    ]);
    expect(story.board.toldTo('stop')).toHaveLength(2);
  });

  test('a port that says that it cannot start, and a timer that gives it up, close it once', async () => {
    const story = await SessionStory.begin();
    const start = await story.authorise(0);
    story.minute = 2;
    const on = interruptedAfter(story.estate.table, looksAmong('FRAME#'), () => story.sweep());
    await story.board.startAnswer(start as NonNullable<typeof start>, 2, { on });
    expect(story.estate.entries('session-closed')).toMatchObject([{ facts: { reason: 'not-started' } }]);
    expect(story.estate.entries('session-start-answered')).toMatchObject([{ outcome: 'port-fault' }]);
    expect([story.estate.refusals(), (await story.wallet()).holds]).toEqual([[], {}]);
  });
});

test('an order follows from its request for ever: journals are read by it', () => {
  expect([0, 1, 2].map((attempt) => orderFor(boardId, 'card:2:start:1:abc', attempt))).toEqual([
    3_384_371_660, 227_667_308, 529_356_104,
  ]);
});
