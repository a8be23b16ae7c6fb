import { describe, expect, test } from 'vitest';
import type { Door, Overview } from '../../contract/shapes/overview.ts';
import { portStateSchema } from '../../contract/shapes/overview.ts';
import { asLastHeard } from '../../src/views/board-view.ts';
import { occupancyOf } from '../../src/views/occupancy.ts';
import { asKnown, asLastHeard as asLastHeardOnPage } from '../../web/src/cloud/known.ts';

const name = { zh: '棚', en: 'Shed' };
const heardAtMs = 1_000_000;
const minuteMs = 60_000;
const door: Door = {
  ...{ deviceId: 'reader-in', door: 1, heardBy: 'reader-in', name, direction: 'in' },
  ...{ online: true, lastSeenAtMs: heardAtMs, silentAfterMs: 45 * minuteMs },
};
const told: Overview = {
  estate: { estateId: 'ziyun', name, timeZone: 'Asia/Shanghai' },
  nowMs: heardAtMs,
  facilities: [
    {
      ...{ facilityId: 'shed', kind: 'shed', name, bays: 160, alarm: false },
      occupancy: { state: 'counted', inside: 3 },
      boards: [
        {
          ...{ deviceId: 'board', online: true, lastSeenAtMs: heardAtMs, silentAfterMs: 10 * minuteMs },
          ports: [
            { port: 1, state: 'idle' },
            { port: 2, state: 'charging', sessionId: 'c', powerW: 180 },
          ],
        },
      ],
      doors: [door, { ...door, deviceId: 'reader-out', heardBy: 'reader-out', direction: 'out' }],
    },
  ],
  sensors: [
    {
      ...{ deviceId: 'smoke-1', kind: 'smoke', place: name },
      ...{ online: true, lastSeenAtMs: heardAtMs, silentAfterMs: 25 * 60 * minuteMs },
    },
  ],
};
const at = (nowMs: number) => {
  const [facility] = asKnown(told, nowMs).facilities;
  if (facility === undefined) throw new Error('There is no shed');
  return facility;
};

describe('a page that nobody tells anything', () => {
  test('shows the ports of a silent board as unknown, and its session as last heard', () => {
    expect(at(heardAtMs + 10 * minuteMs - 1)).toMatchObject({ boards: [{ online: true }] });
    expect(at(heardAtMs + 10 * minuteMs - 1).boards[0]?.ports).toEqual(told.facilities[0]?.boards[0]?.ports);
    expect(at(heardAtMs + 10 * minuteMs).boards[0]).toMatchObject({
      online: false,
      ports: [
        { port: 1, state: 'unknown', asOfMs: heardAtMs },
        { port: 2, state: 'charging', sessionId: 'c', asOfMs: heardAtMs },
      ],
    });
  });

  test('shows a count as last known once a door that counts is silent', () => {
    expect(at(heardAtMs + 45 * minuteMs - 1).occupancy).toEqual({ state: 'counted', inside: 3 });
    expect(at(heardAtMs + 45 * minuteMs).occupancy).toEqual({
      ...{ state: 'last-known', inside: 3, asOfMs: heardAtMs },
    });
  });

  test('shows a sensor as away after a day and an hour', () => {
    expect(asKnown(told, heardAtMs + 25 * 60 * minuteMs - 1).sensors).toMatchObject([{ online: true }]);
    expect(asKnown(told, heardAtMs + 25 * 60 * minuteMs).sensors).toMatchObject([{ online: false }]);
  });

  test('shows a door as one that did not answer, a minute after it was asked', () => {
    const asking = (state: NonNullable<Door['hold']>['state']): Overview => ({
      ...told,
      facilities: told.facilities.map((facility) => ({
        ...facility,
        doors: [{ ...door, hold: { wanted: 'open', state, askedAtMs: heardAtMs } }],
      })),
    });
    const stateAfter = (state: NonNullable<Door['hold']>['state'], ms: number) =>
      asKnown(asking(state), heardAtMs + ms).facilities[0]?.doors[0]?.hold?.state;
    expect(stateAfter('asked', minuteMs - 1)).toBe('asked');
    expect(stateAfter('asked', minuteMs)).toBe('unanswered');
    expect(stateAfter('confirmed', minuteMs)).toBe('confirmed');
    expect(stateAfter('failed', minuteMs)).toBe('failed');
  });
});

describe('the page judges as the server does', () => {
  test.each(portStateSchema.options)('a port that was %s when its board went away', (state) => {
    for (const seen of [undefined, heardAtMs])
      expect(asLastHeardOnPage({ port: 1, state }, seen)).toEqual(asLastHeard({ port: 1, state }, seen));
  });

  test.each([
    [heardAtMs, heardAtMs],
    [heardAtMs - 60 * minuteMs, heardAtMs],
    [undefined, heardAtMs],
  ])('the count between doors last heard at %s and %s', (oneMs, otherMs) => {
    const seen = (atMs: number | undefined, direction: 'in' | 'out') => {
      const { lastSeenAtMs: _, ...rest } = door;
      const online = atMs !== undefined && heardAtMs - atMs < door.silentAfterMs;
      return { ...rest, direction, online, ...(atMs === undefined ? {} : { lastSeenAtMs: atMs }) };
    };
    const doors = [seen(oneMs, 'in'), seen(otherMs, 'out')];
    const [facility] = asKnown(
      { ...told, facilities: told.facilities.map((shed) => ({ ...shed, doors })) },
      heardAtMs,
    ).facilities;
    expect(facility?.occupancy).toEqual(occupancyOf(doors, 3));
  });
});
