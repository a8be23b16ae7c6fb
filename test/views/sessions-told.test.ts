import { beforeAll, describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { readSteps } from '../../src/charging/steps.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import type { ViewSources } from '../../src/views/view.ts';
import { viewOf } from '../../src/views/view-of-change.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

// What the pages and the lists hear of a session, step by step.

const minuteMs = 60_000;
const nothing = { writes: [], live: [] };
let story: SessionStory;
let settled: Entry;

beforeAll(async () => {
  story = await SessionStory.begin();
  await story.starts(2);
  await story.frame(3, 60, 10);
  await story.settled(32, 1800, 100);
  settled = (await readSteps(story.estate.backend, boardId, story.order)).settled as Entry;
});

const viewed = (entry: object, sources: ViewSources = story.estate.backend) =>
  viewOf(sources, { before: undefined, after: entry as Item });
const nowhere = (): ViewSources => ({
  ...story.estate.backend,
  registry: { ...story.estate.backend.registry, device: async () => undefined },
});

const session = async () => ({
  ...{
    sessionId: story.sessionId,
    estateId,
    facilityId: 'garage',
    deviceId: boardId,
    port: 2,
    householdId: 'h1',
  },
  ...{ startedBy: 'card', state: 'settled', startedAtMs: eveningMs + 2 * minuteMs, energyWh: 100 },
  ...{ endedAtMs: eveningMs + 32 * minuteMs, totalFen: (await story.receipt())?.chargedFen },
});
/** As its board’s word of the end leaves it: nothing else has been heard of the other ports. */
const ports = () => ({
  topic: `live/${estateId}/ports`,
  body: {
    ...{ facilityId: 'garage', deviceId: boardId },
    ...{ atMs: eveningMs + 32 * minuteMs, lastSeenAtMs: eveningMs + 3 * minuteMs },
    ports: Array.from({ length: 12 }, (_, index) => ({
      ...{ port: index + 1, state: 'unknown', asOfMs: eveningMs + 3 * minuteMs },
    })),
  },
});

describe('a session', () => {
  test('that is settled is in the list of its estate, found by the code on its receipt, and told to the pages', async () => {
    const { writes, live } = await viewed(settled);
    expect(writes.slice(0, 2)).toStrictEqual([
      {
        put: {
          ...keys.sessionOfEstate(estateId, eveningMs + 2 * minuteMs, story.sessionId),
          ...(await session()),
        },
        when: 'always',
      },
      {
        put: {
          ...keys.receiptCode((await story.receipt())?.code ?? ''),
          ...{ estateId, sessionId: story.sessionId, expiresAtS: settled.expiresAtS },
        },
        when: 'always',
      },
    ]);
    expect(live).toStrictEqual([{ topic: `live/${estateId}/sessions`, body: await session() }, ports()]);
  });

  test.each([
    'session-authorised',
    'session-start-answered',
    'session-closed',
    'session-adjusted',
    'settlement',
  ])('is told as all of its steps make it by each of them: %s', async (kind) => {
    expect((await viewed({ ...settled, kind })).live).toStrictEqual([
      { topic: `live/${estateId}/sessions`, body: await session() },
      ports(),
    ]);
  });

  test('that is priced again keeps the code of its receipt, which is written once', async () => {
    const receipt = { ...(settled.facts['receipt'] as Receipt), revision: 1 };
    const { writes } = await viewed({
      ...settled,
      kind: 'session-adjusted',
      facts: { ...settled.facts, receipt },
    });
    const partitions = writes.map((write) => ('put' in write ? write.put.pk : ''));
    expect(partitions).toContain(`ESTATE#${estateId}#SESSIONS`);
    expect(partitions.filter((pk) => pk.startsWith('RECEIPT#'))).toStrictEqual([]);
  });

  test('that nobody knows is in no list, and one whose board is gone is told without its port', async () => {
    const unknown = { ...settled, sk: 'SESSION#7#settled', facts: {}, postings: undefined };
    expect(await viewed(unknown)).toStrictEqual(nothing);
    expect(await viewed({ ...unknown, sk: 'EVENT#7' })).toStrictEqual(nothing);
    const { live, writes } = await viewed(settled, nowhere());
    expect(live).toStrictEqual([{ topic: `live/${estateId}/sessions`, body: await session() }]);
    expect(writes).toStrictEqual((await viewed(settled)).writes);
  });
});

describe('a board', () => {
  test('tells its ports with each frame, and one that is gone tells nothing', async () => {
    const [frame] = story.estate.entries('meter-frame');
    const { writes, live } = await viewed(frame as Entry);
    expect(writes).toStrictEqual([]);
    expect(live).toMatchObject([
      {
        topic: `live/${estateId}/ports`,
        body: { atMs: eveningMs + 3 * minuteMs, ports: Array(12).fill({}) },
      },
    ]);
    expect(await viewed(frame as Entry, nowhere())).toStrictEqual(nothing);
    expect(await viewed({ ...frame, deviceId: 'reader-in' })).toStrictEqual(nothing);
  });

  test('tells them with each heartbeat, at the time at which it was heard', async () => {
    const { estate } = story;
    estate.clockMs = eveningMs + 50 * minuteMs;
    const states = [1, ...Array<number>(11).fill(0)];
    await estate.board.heartbeat({ 1: 1 });
    const state = await estate.item(keys.deviceState(boardId));
    expect(await viewed(state as Item)).toStrictEqual({
      writes: [],
      live: [
        {
          topic: `live/${estateId}/ports`,
          body: {
            ...{
              facilityId: 'garage',
              deviceId: boardId,
              atMs: estate.clockMs,
              lastSeenAtMs: estate.clockMs,
            },
            ports: states.map((state, index) => ({
              port: index + 1,
              state: state === 1 ? 'in-use' : 'idle',
            })),
          },
        },
      ],
    });
    const { heardAtMs: _heard, atMs: _at, ...timeless } = state as Item;
    expect(await viewed(timeless)).toStrictEqual(nothing);
  });
});
