import { expect, test } from 'vitest';
import { ApiFailure } from '../../contract/client.ts';
import type { Door, Overview, Port } from '../../contract/shapes/overview.ts';
import type { DoorOutcome } from '../../contract/words/words.ts';
import { applyLive, type EstateView, emptyView, reduceView } from '../../web/src/cloud/estate-view.ts';
import { type LiveMessage, parseLive } from '../../web/src/cloud/live.ts';

type Hold = NonNullable<Door['hold']>;

const name = { zh: '车库', en: 'Garage' };
const overview: Overview = {
  estate: { estateId: 'ziyun', name, timeZone: 'Asia/Shanghai' },
  nowMs: 550,
  facilities: [
    {
      ...{ facilityId: 'garage', kind: 'garage', name, bays: 10, alarm: false },
      occupancy: { state: 'counted', inside: 3 },
      boards: [
        {
          ...{ deviceId: 'board-1', online: false, lastSeenAtMs: 500, silentAfterMs: 600_000 },
          ports: [
            { port: 1, state: 'idle' },
            { port: 2, state: 'idle' },
          ],
        },
      ],
      doors: [
        {
          ...{ deviceId: 'reader-1', door: 1, heardBy: 'reader-1', name, direction: 'in' },
          ...{ online: true, lastSeenAtMs: 500, silentAfterMs: 2_700_000 },
        },
      ],
    },
  ],
  sensors: [],
};
const loaded: EstateView = {
  ...emptyView,
  overview: { state: 'ready', value: overview },
  alerts: { state: 'ready', value: [] },
  sessions: { state: 'ready', value: [] },
  refusals: { state: 'ready', value: { today: {}, atLeast: false, latest: [] } },
};

const dayMs = 86_400_000;
const sameDay = (oneMs: number, otherMs: number) => Math.floor(oneMs / dayMs) === Math.floor(otherMs / dayMs);
const after = (...messages: LiveMessage[]) =>
  messages.reduce((view, message) => applyLive(view, message, sameDay), loaded);
const garageOf = (view: EstateView) =>
  view.overview.state === 'ready' ? view.overview.value.facilities[0] : undefined;

const portsAt = (atMs: number, state: Port['state']): LiveMessage => ({
  kind: 'ports',
  value: {
    ...{ facilityId: 'garage', deviceId: 'board-1', atMs, lastSeenAtMs: atMs },
    ports: [{ port: 2, state }],
  },
});
const doorAt = (atMs: number, outcome: DoorOutcome): LiveMessage => ({
  kind: 'doors',
  value: { facilityId: 'garage', deviceId: 'reader-1', door: 1, atMs, outcome },
});
const holdAt = (atMs: number, hold: Pick<Hold, 'wanted' | 'state'> | null): LiveMessage => ({
  kind: 'doors',
  value: {
    ...{ facilityId: 'garage', deviceId: 'reader-1', door: 1, atMs },
    hold: hold === null ? null : { ...hold, askedAtMs: 1000 },
  },
});
const refusalAt = (atMs: number): LiveMessage => ({
  kind: 'refusals',
  value: { atMs, deviceId: 'a', topic: 'a/b', reason: 'bad-json' },
});

test('a port follows its live messages, the others stay, and the board was heard', () => {
  const board = garageOf(after(portsAt(1000, 'charging')))?.boards[0];
  expect(board?.ports).toEqual([
    { port: 1, state: 'idle' },
    { port: 2, state: 'charging' },
  ]);
  expect(board).toMatchObject({ lastSeenAtMs: 1000 });
});

test('a straggler does not undo what is newer', () => {
  expect(after(portsAt(1000, 'charging'), portsAt(900, 'idle'))).toEqual(after(portsAt(1000, 'charging')));
  const open = holdAt(1100, { wanted: 'open', state: 'confirmed' });
  expect(after(open, holdAt(1000, { wanted: 'open', state: 'asked' }))).toEqual(after(open));
});

test('a door remembers who came last, and how far it has done what it was told', () => {
  const view = after(doorAt(1200, 'granted'), holdAt(1000, { wanted: 'open', state: 'asked' }));
  expect(garageOf(view)?.doors[0]).toMatchObject({
    hold: { wanted: 'open', state: 'asked' },
    last: { atMs: 1200, outcome: 'granted' },
  });
  expect(garageOf(applyLive(view, holdAt(1300, null), sameDay))?.doors[0]).not.toHaveProperty('hold');
});

test('a reader is heard when it says so, and when somebody passes it', () => {
  const heard: LiveMessage = { kind: 'devices', value: { deviceId: 'reader-1', atMs: 900 } };
  expect(garageOf(after(heard))?.doors[0]?.lastSeenAtMs).toBe(900);
  expect(garageOf(after(heard, doorAt(950, 'granted')))?.doors[0]?.lastSeenAtMs).toBe(950);
});

test('a message about a board that is away does not make it heard', () => {
  const away: LiveMessage = {
    kind: 'ports',
    value: { facilityId: 'garage', deviceId: 'board-1', atMs: 9000, lastSeenAtMs: 400, ports: [] },
  };
  expect(garageOf(after(away))?.boards[0]?.lastSeenAtMs).toBe(500);
});

test('saying something twice changes nothing', () => {
  const messages = [portsAt(1000, 'charging'), doorAt(1001, 'refused'), refusalAt(1002)];
  expect(after(...messages, ...messages)).toEqual(after(...messages));
});

test('refusals are counted by the day', () => {
  const view = after(refusalAt(1000), refusalAt(2000));
  expect(view.refusals).toMatchObject({ value: { today: { 'bad-json': 2 } } });
  const nextDay = applyLive(view, refusalAt(dayMs + 1), sameDay);
  expect(nextDay.refusals).toMatchObject({ value: { today: { 'bad-json': 1 } } });
});

test('refusals that are only counted are one line, with how many there were', () => {
  const counted = (atMs: number, count: number, more: number): LiveMessage => ({
    kind: 'refusals',
    value: { atMs, deviceId: 'alipay', topic: 'notice', reason: 'signature-invalid', count, more },
  });
  const view = after(refusalAt(1000), counted(1001, 16, 16), counted(1002, 18, 2), counted(1002, 18, 2));
  expect(view.refusals).toMatchObject({
    value: {
      today: { 'bad-json': 1, 'signature-invalid': 18 },
      latest: [{ count: 18 }, { reason: 'bad-json' }],
    },
  });
});

test('a later fetch that fails leaves what is on the page', () => {
  const failure = new ApiFailure({ kind: 'unreachable', error: 'api' });
  const failed = { state: 'failed', failure } as const;
  const kept = reduceView(loaded, { type: 'loaded', section: 'overview', result: failed });
  expect(kept.overview.state).toBe('ready');
  // And says that it is old.
  expect(kept.outdated).toEqual({ overview: failed.failure });
  const read = reduceView(kept, { type: 'loaded', section: 'overview', result: loaded.overview });
  expect(read.outdated).toEqual({});
  const empty = reduceView(emptyView, { type: 'loaded', section: 'overview', result: failed });
  expect(empty.overview).toEqual(failed);
});

test('the newest time that anything speaks of is the last update', () => {
  const result = { state: 'ready', value: overview } as const;
  const view = reduceView(emptyView, { type: 'loaded', section: 'overview', result });
  expect(view.latestAtMs).toBe(550);
  expect(applyLive(view, portsAt(1000, 'idle'), sameDay).latestAtMs).toBe(1000);
});

test('a live message of an unknown kind, or that is no JSON object, is passed over', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(parseLive('live/ziyun/stays', bytes('{"facilityId":"garage","inside":4}'))).toEqual({
    kind: 'stays',
    value: { facilityId: 'garage', inside: 4 },
  });
  expect(parseLive('live/ziyun/weather', bytes('{}'))).toBeUndefined();
  expect(parseLive('live/ziyun/stays', bytes('4'))).toBeUndefined();
  expect(parseLive('live/ziyun/stays', bytes('not JSON'))).toBeUndefined();
});
