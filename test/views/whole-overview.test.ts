import { beforeAll, describe, expect, test } from 'vitest';
import { type Overview, overviewSchema } from '../../contract/shapes/overview.ts';
import { boardId, estateId, eveningMs, type TestEstate } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';
import { shownOf, writeViews } from '../support/views.ts';

// An evening in one estate, with all that a manager can be shown: to the letter, and by the contract of the page.

const minuteMs = 60_000;
const nowMs = eveningMs + 3 * minuteMs + 1000;
let story: SessionStory;
let shown: Overview;

const say: TestEstate['says'] = (...told) => story.estate.says(...told);
const look = () => shownOf(story.estate);

beforeAll(async () => {
  story = await SessionStory.begin();
  const { estate } = story;
  for (const thing of ['smoke-1', 'reader-in', 'reader-out']) await say(thing, 'health');
  await estate.deliver('uhppoted/gateway/system', { message: { system: { alive: {} } } });
  await estate.board.heartbeat({ 3: 1, 4: 2, 5: 3, 6: 4 });
  await story.passes('in', 1);
  await story.starts(1);
  await story.frame(1.5, 30, 10);
  story.minute = 2;
  await say('reader-in', 'swipe', { card: '11223344' });
  await say('smoke-1', 'smoke', { level: 'alarm' });
  story.minute = 2.5;
  await estate.answers('reader-in', 'hold-open', 'done');
  await estate.answers('reader-out', 'hold-open', 'refused');
  estate.clockMs = nowMs;
  await writeViews(estate);
  shown = await look();
});

const name = (en: string) => ({ zh: en, en });
const hold = { wanted: 'open', askedAtMs: eveningMs + 2 * minuteMs };
const answeredAtMs = eveningMs + 2.5 * minuteMs;

test('an estate is shown with what is known of each thing in it, and since when', () => {
  expect(shown).toStrictEqual({
    estate: { estateId, name: name('Ziyun'), timeZone: 'Asia/Shanghai' },
    nowMs,
    facilities: [
      {
        ...{ facilityId: 'garage', kind: 'garage', name: name('Garage'), bays: 100, alarm: true },
        occupancy: { state: 'counted', inside: 1 },
        boards: [
          {
            ...{ deviceId: boardId, silentAfterMs: 600_000, online: true },
            lastSeenAtMs: eveningMs + 1.5 * minuteMs,
            ports: [
              { port: 1, state: 'idle' },
              {
                ...{ port: 2, state: 'charging', sessionId: story.sessionId },
                ...{ powerW: 200, energyWh: 10, chargingS: 30 },
              },
              { port: 3, state: 'in-use' },
              { port: 4, state: 'fuse-blown' },
              { port: 5, state: 'relay-stuck' },
              { port: 6, state: 'disabled' },
              ...[7, 8, 9, 10, 11, 12].map((port) => ({ port, state: 'idle' })),
            ],
          },
        ],
        doors: [
          {
            ...{ deviceId: '405419896', door: 1, name: name('Side door'), direction: 'both' },
            ...{ heardBy: 'gateway', lastSeenAtMs: eveningMs, silentAfterMs: 300_000, online: true },
            hold: { ...hold, state: 'unanswered' },
          },
          {
            ...{ deviceId: 'reader-in', door: 1, name: name('In'), direction: 'in', heardBy: 'reader-in' },
            ...{ lastSeenAtMs: hold.askedAtMs, silentAfterMs: 2_700_000, online: true },
            hold: { ...hold, state: 'confirmed', answeredAtMs },
            last: { atMs: hold.askedAtMs, outcome: 'refused', reason: 'unknown-card' },
          },
          {
            ...{
              deviceId: 'reader-out',
              door: 1,
              name: name('Out'),
              direction: 'out',
              heardBy: 'reader-out',
            },
            ...{ lastSeenAtMs: eveningMs, silentAfterMs: 2_700_000, online: true },
            hold: { ...hold, state: 'failed', answeredAtMs },
          },
        ],
      },
    ],
    sensors: [
      {
        ...{ deviceId: 'corridor-1', kind: 'corridor', place: name('Building 3, unit 2') },
        ...{ silentAfterMs: 90_000_000, online: false },
      },
      {
        ...{ deviceId: 'gateway', kind: 'door-gateway', silentAfterMs: 300_000, online: true },
        lastSeenAtMs: eveningMs,
      },
      {
        ...{ deviceId: 'smoke-1', kind: 'smoke', place: name('Garage'), silentAfterMs: 90_000_000 },
        ...{ online: true, lastSeenAtMs: eveningMs },
      },
    ],
  });
});

describe('nothing of it is lost by the contract of the page', () => {
  test('while everything is there', () => {
    expect(overviewSchema.parse(shown)).toStrictEqual(shown);
  });

  test('when all have long been silent, and what was known is told with its time', async () => {
    story.estate.clockMs = nowMs + 60 * minuteMs;
    const later = await look();
    story.estate.clockMs = nowMs;
    expect(later.facilities[0]).toMatchObject({
      occupancy: { state: 'last-known', inside: 1, asOfMs: eveningMs },
      boards: [
        {
          online: false,
          ports: [{ state: 'unknown', asOfMs: eveningMs + 1.5 * minuteMs }, ...Array(11).fill({})],
        },
      ],
    });
    expect(overviewSchema.parse(later)).toStrictEqual(later);
  });
});
