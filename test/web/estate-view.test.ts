import { expect, test } from 'vitest';
import type { LiveMessage, Overview } from '../../web/src/contract.ts';
import { applyLive, type EstateView, emptyView, reduceView } from '../../web/src/estate-view.ts';
import { parseLive } from '../../web/src/live.ts';

const name = { zh: '车库', en: 'Garage' };
const overview: Overview = {
  estate: { estateId: 'ziyun', name, timeZone: 'Asia/Shanghai' },
  facilities: [
    {
      facilityId: 'garage',
      kind: 'garage',
      name,
      bays: 10,
      alarm: false,
      inside: 3,
      boards: [
        {
          deviceId: 'board-1',
          online: false,
          lastSeenAtMs: 500,
          ports: [
            { port: 1, state: 'idle' },
            { port: 2, state: 'idle' },
          ],
        },
      ],
      doors: [{ deviceId: 'reader-1', door: 1, name, direction: 'in', heldOpen: false }],
    },
  ],
  sensors: [],
};
const loaded: EstateView = {
  ...emptyView,
  overview: { state: 'ready', value: overview },
  alerts: { state: 'ready', value: [] },
  charges: { state: 'ready', value: [] },
  refusals: { state: 'ready', value: { today: {}, latest: [] } },
};

const dayMs = 86_400_000;
const sameDay = (oneMs: number, otherMs: number) => Math.floor(oneMs / dayMs) === Math.floor(otherMs / dayMs);
const after = (...messages: LiveMessage[]) =>
  messages.reduce((view, message) => applyLive(view, message, sameDay), loaded);
const garageOf = (view: EstateView) =>
  view.overview.state === 'ready' ? view.overview.value.facilities[0] : undefined;

const portsAt = (atMs: number, state: string): LiveMessage => ({
  kind: 'ports',
  value: { facilityId: 'garage', deviceId: 'board-1', atMs, ports: [{ port: 2, state }] },
});
const doorAt = (atMs: number, outcome: string): LiveMessage => ({
  kind: 'doors',
  value: { facilityId: 'garage', deviceId: 'reader-1', door: 1, atMs, outcome },
});
const refusalAt = (atMs: number): LiveMessage => ({
  kind: 'refusals',
  value: { atMs, topic: 'a/b', reason: 'bad-json' },
});

test('a port follows its live messages, the others stay, and the board is online again', () => {
  const board = garageOf(after(portsAt(1000, 'charging')))?.boards[0];
  expect(board?.ports).toEqual([
    { port: 1, state: 'idle' },
    { port: 2, state: 'charging' },
  ]);
  expect(board).toMatchObject({ online: true, lastSeenAtMs: 1000 });
});

test('a straggler does not undo what is newer', () => {
  expect(after(portsAt(1000, 'charging'), portsAt(900, 'idle'))).toEqual(after(portsAt(1000, 'charging')));
  expect(after(doorAt(1000, 'held-open'), doorAt(900, 'released'))).toEqual(after(doorAt(1000, 'held-open')));
});

test('a door remembers who came last, and whether it is held open', () => {
  const view = after(doorAt(1000, 'granted'), doorAt(1100, 'held-open'));
  expect(garageOf(view)?.doors[0]).toMatchObject({
    heldOpen: true,
    last: { atMs: 1000, outcome: 'granted' },
  });
  expect(garageOf(applyLive(view, doorAt(1200, 'released'), sameDay))?.doors[0]?.heldOpen).toBe(false);
});

test('saying something twice changes nothing', () => {
  const messages = [portsAt(1000, 'charging'), doorAt(1001, 'refused'), refusalAt(1002)];
  expect(after(...messages, ...messages)).toEqual(after(...messages));
});

test('refusals are counted by the day', () => {
  const view = after(refusalAt(1000), refusalAt(2000));
  expect(view.refusals).toMatchObject({ value: { today: { 'bad-json': 2 } } });
  expect(applyLive(view, refusalAt(dayMs + 1), sameDay).refusals).toMatchObject({
    value: { today: { 'bad-json': 1 } },
  });
});

test('a later fetch that fails leaves what is on the page', () => {
  const failed = { state: 'failed', failure: { kind: 'unreachable', name: 'api' } } as const;
  const kept = reduceView(loaded, { type: 'loaded', section: 'overview', result: failed });
  expect(kept.overview.state).toBe('ready');
  expect(reduceView(emptyView, { type: 'loaded', section: 'overview', result: failed }).overview).toEqual(
    failed,
  );
});

test('the newest time that anything speaks of is the last update', () => {
  const view = reduceView(emptyView, {
    type: 'loaded',
    section: 'overview',
    result: { state: 'ready', value: overview },
  });
  expect(view.latestAtMs).toBe(500);
  expect(applyLive(view, portsAt(1000, 'idle'), sameDay).latestAtMs).toBe(1000);
});

test('a live message of an unknown kind or shape is passed over', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(parseLive('live/ziyun/stays', bytes('{"facilityId":"garage","inside":4}'))).toEqual({
    kind: 'stays',
    value: { facilityId: 'garage', inside: 4 },
  });
  expect(parseLive('live/ziyun/weather', bytes('{}'))).toBeUndefined();
  expect(parseLive('live/ziyun/stays', bytes('{"facilityId":1}'))).toBeUndefined();
  expect(parseLive('live/ziyun/stays', bytes('not JSON'))).toBeUndefined();
});
