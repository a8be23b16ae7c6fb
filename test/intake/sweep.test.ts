import { beforeEach, describe, expect, test } from 'vitest';
import { type SweepSources, sweep, TimersFailed } from '../../src/intake/sweep.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { type Key, type Table, timerShards } from '../../src/shared/table.ts';
import { committee, estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { estateOfEachTest } from '../support/each-test.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const sources = (table: Table = estate.table): SweepSources => ({ ...estate.backend, ...committee, table });
/** A timer that belongs to nothing, as a defect might leave it. */
const oddTimer = (name: string, dueAtMs = estate.clockMs) =>
  estate.table.commit([{ put: { pk: name, sk: 'ODD', dueAtMs, kept: 'x' }, when: { version: undefined } }]);
const odd = async (name: string) => await estate.item({ pk: name, sk: 'ODD' });
const smoke = () =>
  estate.deliver('pengyou/smoke-1/up/smoke', {
    id: 'm1',
    device: 'smoke-1',
    atMs: estate.clockMs,
    level: 'alarm',
  });

describe('a timer that fails', () => {
  test('is kept, and looked at again a minute later', async () => {
    await oddTimer('a');
    await expect(sweep(sources())).rejects.toThrow(TimersFailed);
    expect(await odd('a')).toMatchObject({ dueAtMs: estate.clockMs + minuteMs, kept: 'x' });
    estate.clockMs += minuteMs - 1;
    expect(await sweep(sources())).toBe(0);
    estate.clockMs += 1;
    await expect(sweep(sources())).rejects.toThrow(TimersFailed);
  });

  test('is told by its name with two others, and with how many there are', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await oddTimer(name);
    const error = await sweep(sources()).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/^TimersFailed: 5 timers failed, e\.g\. /);
    expect(String(error).match(/[a-e] ODD: RangeError: No timer belongs to [a-e] ODD/g)).toHaveLength(3);
  });

  test('keeps no other from its turn', async () => {
    for (let index = 0; index < 20; index += 1) await oddTimer(`odd-${index}`);
    await smoke();
    estate.clockMs += minuteMs;
    await expect(sweep(sources())).rejects.toThrow(/^20 timers failed/);
    expect(estate.entries('evacuation-repeated')).toHaveLength(1);
  });

  test('is looked at once in a sweep, also where the index still has it', async () => {
    await oddTimer('a');
    const stale: Table = {
      ...estate.table,
      due: async (shard) => (shard === 0 ? [{ pk: 'a', sk: 'ODD' }] : []),
    };
    await expect(sweep(sources(stale))).rejects.toThrow(/^1 timers failed/);
  });
});

test('a sweep answers how many timers it has looked at', async () => {
  expect(await sweep(sources())).toBe(0);
  await smoke();
  estate.clockMs += minuteMs;
  // The evacuation, and its alert.
  expect(await sweep(sources())).toBe(2);
});

test('fire is looked at before corridors, however long these have been due', async () => {
  for (let index = 1; index <= 12; index += 1) {
    const deviceId = `corridor-${index}`;
    const origin = { estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender: 'o' };
    const place = { zh: '楼道', en: 'Corridor' };
    await provision(
      estate.backend,
      { ...origin, payload: new Uint8Array(), fact: '' },
      { kind: 'sensor', deviceId, sensor: 'corridor', place },
    );
    const seen = { id: 'v1', device: deviceId, atMs: estate.clockMs, vehicles: 1, confidence: 0.9 };
    await estate.deliver(`pengyou/${deviceId}/up/corridor`, seen);
  }
  estate.clockMs += 40 * minuteMs;
  await smoke();
  estate.clockMs += minuteMs;
  const read: string[] = [];
  const watched: Table = {
    ...estate.table,
    get: (wanted: readonly Key[]) => {
      read.push(...wanted.map(({ pk, sk }) => `${pk} ${sk}`));
      return estate.table.get(wanted);
    },
  };
  await sweep(sources(watched));
  const { pk, sk } = keys.facility(estateId, 'garage');
  const corridors = read.filter((name) => name.endsWith(' CORRIDOR'));
  expect(corridors.length).toBeGreaterThanOrEqual(12);
  expect(read.indexOf(`${pk} ${sk}`)).toBeLessThan(read.indexOf(corridors[0] ?? ''));
});

test('is asked for fifty timers of each shard, and in each round for fifty more, twenty times', async () => {
  const limits: number[] = [];
  const endless: Table = {
    ...estate.table,
    async due(shard, untilMs, limit) {
      expect(untilMs).toBe(estate.clockMs);
      limits.push(limit);
      return shard === 0 ? Array.from({ length: limit }, (_, index) => ({ pk: `${index}`, sk: 'ODD' })) : [];
    },
  };
  await expect(sweep(sources(endless))).rejects.toThrow(/^1000 timers failed/);
  expect(limits).toEqual(
    Array.from({ length: 20 }, (_, round) => Array(timerShards).fill((round + 1) * 50)).flat(),
  );
});

test('eight timers are looked at side by side, and not a ninth', async () => {
  for (let index = 0; index < 20; index += 1) await oddTimer(`odd-${index}`);
  let now = 0;
  let most = 0;
  const busy: Table = {
    ...estate.table,
    async get(wanted) {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return estate.table.get(wanted);
    },
  };
  await expect(sweep(sources(busy))).rejects.toThrow(TimersFailed);
  expect(most).toBe(8);
});

test('each kind of timer has its turn: people and fire before money, money before lists, and what is nobody’s last', async () => {
  // As many of each as are looked at side by side.
  const eight = Array.from({ length: 8 }, (_, index) => index + 1);
  const inTurn = [
    eight.map((number) => keys.facility(estateId, `f${number}`)),
    eight.map((number) => keys.port('b', number)),
    eight.map((number) => keys.presence(estateId, `c${number}`)),
    eight.map((number) => keys.corridor(`s${number}`)),
    eight.map((number) => keys.listedCard('d', `c${number}`)),
    eight.map((number) => keys.refund(estateId, 'o', `r${number}`)),
    eight.map((number) => keys.tariff(estateId, number)),
    eight.map((number) => keys.priceList(`b${number}`)),
    eight.map((number) => ({ pk: `${number}`, sk: 'ODD' })),
  ];
  const alert = keys.alert(estateId, 'a');
  const read: string[] = [];
  const watched: Table = {
    ...estate.table,
    due: async (shard) => (shard === 0 ? [...inTurn.flat(), alert].toReversed() : []),
    async get(wanted) {
      read.push(...wanted.map(({ pk, sk }) => `${pk} ${sk}`));
      return wanted.map(() => undefined);
    },
  };
  await expect(sweep(sources(watched))).rejects.toThrow(/^8 timers failed/);
  const turns = read.map((name) =>
    inTurn.findIndex((kind) => kind.some(({ pk, sk }) => `${pk} ${sk}` === name)),
  );
  expect([...new Set(turns)].filter((turn) => turn >= 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('what is due later by now, or was never counted, is left as it is', async () => {
  const uncounted = { pk: 'a', sk: 'ODD', dueAtMs: estate.clockMs };
  const later = { pk: 'b', sk: 'ODD', dueAtMs: estate.clockMs + 1, version: 1 };
  const none = { pk: 'c', sk: 'ODD', version: 1 };
  const left = [uncounted, later, none];
  for (const put of left) await estate.table.commit([{ put, when: 'always' }]);
  const stale: Table = {
    ...estate.table,
    due: async (shard) => (shard === 0 ? left.map(({ pk, sk }) => ({ pk, sk })) : []),
  };
  await expect(sweep(sources(stale))).rejects.toThrow(/^3 timers failed/);
  expect(await estate.table.get(left)).toEqual(left);
});
