import { describe, expect, test } from 'vitest';
import { occupancySchema } from '../../contract/shapes/overview.ts';
import { families } from '../../src/devices/families/all.ts';
import { keys } from '../../src/shared/keys.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { occupancyOf } from '../../src/views/occupancy.ts';
import { heardAt, heardAtOf, reachability, spokesmanOf } from '../../src/views/reachability.ts';

const minuteMs = 60_000;

describe('a device', () => {
  test('counts as away after as much silence as its family never keeps', () => {
    const silences = families.map(({ kinds }) =>
      Object.entries(kinds).map(([kind, { silentAfterS }]) => [kind, silentAfterS / 60]),
    );
    expect(Object.fromEntries(silences.flat())).toStrictEqual({
      ...{ 'charging-board': 10, 'door-gateway': 5, 'door-board': 5, reader: 45, sensor: 25 * 60 },
    });
  });

  test.each([
    ['never heard', undefined, 1000, { online: false }],
    ['heard now', 1000, 1000, { online: true, lastSeenAtMs: 1000 }],
    ['silent for almost so long', 1000, 1099, { online: true, lastSeenAtMs: 1000 }],
    ['silent for so long', 1000, 1100, { online: false, lastSeenAtMs: 1000 }],
  ])('%s is there or not', (_, lastSeenAtMs, nowMs, expected) => {
    expect(reachability(100, lastSeenAtMs, nowMs)).toStrictEqual({ silentAfterMs: 100, ...expected });
  });

  test('behind a gateway is heard through it; every other one speaks for itself', () => {
    const common = { estateId: 'e', timeZone: 'UTC', facilityId: 'f' };
    const board = {
      ...common,
      kind: 'door-board',
      family: 'uhppoted',
      deviceId: 'b',
      gatewayId: 'g',
      doors: [] as never[],
    } as const;
    const name = { zh: 'n', en: 'n' };
    const reader = {
      ...common,
      kind: 'reader',
      family: 'pengyou',
      deviceId: 'r',
      direction: 'in',
      name,
    } as const;
    expect(spokesmanOf(board)).toStrictEqual({ deviceId: 'g', silentMs: 5 * minuteMs });
    expect(spokesmanOf(reader)).toStrictEqual({ deviceId: 'r', silentMs: 45 * minuteMs });
  });

  test('was heard when we heard it, or else when it says so; what says neither, not at all', () => {
    const key = { pk: 'p', sk: 's' };
    expect(heardAtOf({ ...key, heardAtMs: 7, atMs: 5 })).toBe(7);
    expect(heardAtOf({ ...key, atMs: 5 })).toBe(5);
    expect(heardAtOf(key)).toBeUndefined();
    expect(heardAtOf({ ...key, atMs: 'five' })).toBeUndefined();
    expect(heardAtOf(undefined)).toBeUndefined();
  });

  test('is asked for once, however many there are, a hundred at a time: more the table does not answer', async () => {
    const table = memoryTable();
    const names = Array.from({ length: 201 }, (_, index) => `d${index}`);
    for (const deviceId of names.slice(1))
      await table.commit([
        { put: { ...keys.deviceState(deviceId), heardAtMs: Number(deviceId.slice(1)) }, when: 'always' },
      ]);
    const asked: number[] = [];
    const counted: typeof table = {
      ...table,
      get(wanted) {
        asked.push(wanted.length);
        return table.get(wanted);
      },
    };
    expect(await heardAt(counted, [...names, ...names])).toStrictEqual(
      new Map(names.slice(1).map((deviceId, index) => [deviceId, index + 1])),
    );
    expect(asked).toStrictEqual([100, 100, 1]);
    expect(await heardAt(counted, [])).toStrictEqual(new Map());
    expect(asked).toHaveLength(3);
  });
});

describe('how many are inside', () => {
  const door = (direction: 'in' | 'out' | 'both', lastSeenAtMs?: number, online = false) => ({
    ...{ direction, online, ...(lastSeenAtMs === undefined ? {} : { lastSeenAtMs }) },
  });

  test.each([
    ['without a door', [], { state: 'not-counted' }],
    ['by an entrance alone, or two', [door('in', 5, true), door('in', 5, true)], { state: 'not-counted' }],
    ['by an exit alone', [door('out', 5, true)], { state: 'not-counted' }],
    ['by one door for both ways', [door('both', 5, true)], { state: 'counted', inside: 3 }],
    [
      'by an entrance and an exit',
      [door('in', 5, true), door('out', 5, true)],
      { state: 'counted', inside: 3 },
    ],
    [
      'by doors of which one is away',
      [door('in', 5, true), door('out', 7)],
      { state: 'last-known', inside: 3, asOfMs: 7 },
    ],
    [
      'by doors that are all away: since the first of them was',
      [door('in', 9), door('out', 7), door('both', 8)],
      { state: 'last-known', inside: 3, asOfMs: 7 },
    ],
    [
      'by a door that was never heard: at no time',
      [door('in', 9), door('out')],
      { state: 'last-known', inside: 3 },
    ],
  ])('%s', (_, doors, expected) => {
    const known = occupancyOf(doors, 3);
    expect(known).toStrictEqual(expected);
    expect(occupancySchema.parse(known)).toStrictEqual(expected);
  });
});
