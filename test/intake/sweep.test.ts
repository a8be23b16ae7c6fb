import { describe, expect, test } from 'vitest';
import { TimersFailed } from '../../src/intake/sweep.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { type Key, type Table, timerShards } from '../../src/shared/table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId } from '../support/estate.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

/** A timer that belongs to nothing, as a defect might leave it. */
const oddTimer = (name: string, dueAtMs = estate.clockMs) =>
  estate.table.commit([{ put: { pk: name, sk: 'ODD', dueAtMs, kept: 'x' }, when: { version: undefined } }]);
const odd = (name: string) => estate.item({ pk: name, sk: 'ODD' });
const smoke = () => estate.says('smoke-1', 'smoke', { level: 'alarm' });

describe('a timer that fails', () => {
  test('is kept, and looked at again a minute later', async () => {
    await oddTimer('a');
    await expect(estate.sweep()).rejects.toThrow(TimersFailed);
    expect(await odd('a')).toMatchObject({ dueAtMs: estate.clockMs + minuteMs, kept: 'x' });
    estate.clockMs += minuteMs - 1;
    expect(await estate.sweep()).toBe(0);
    estate.clockMs += 1;
    await expect(estate.sweep()).rejects.toThrow(TimersFailed);
  });

  test('is told by its name with two others, and with how many there are', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await oddTimer(name);
    const error = await estate.sweep().catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/^TimersFailed: 5 timers failed, e\.g\. /);
    expect(String(error).match(/[a-e] ODD: RangeError: No timer belongs to [a-e] ODD/g)).toHaveLength(3);
  });

  test('keeps no other from its turn', async () => {
    for (let index = 0; index < 20; index += 1) await oddTimer(`odd-${index}`);
    await smoke();
    estate.clockMs += minuteMs;
    await expect(estate.sweep()).rejects.toThrow(/^20 timers failed/);
    expect(estate.entries('evacuation-repeated')).toHaveLength(1);
  });

  test('is looked at once in a sweep, also where the index still has it', async () => {
    await oddTimer('a');
    const stale: Table = {
      ...estate.table,
      due: async (shard) => (shard === 0 ? [{ pk: 'a', sk: 'ODD' }] : []),
    };
    await expect(estate.sweep(stale)).rejects.toThrow(/^1 timers failed/);
  });
});

test('a sweep answers how many timers it has looked at', async () => {
  expect(await estate.sweep()).toBe(0);
  await smoke();
  estate.clockMs += minuteMs;
  // The evacuation, and its alert.
  expect(await estate.sweep()).toBe(2);
});

test('fire is looked at before corridors, however long these have been due', async () => {
  for (let index = 1; index <= 12; index += 1) {
    const deviceId = `corridor-${index}`;
    const place = { zh: '楼道', en: 'Corridor' };
    await provision(estate.backend, estate.by('o'), { kind: 'sensor', deviceId, sensor: 'corridor', place });
    await estate.says(deviceId, 'corridor', { vehicles: 1, confidence: 0.9 });
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
  await estate.sweep(watched);
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
  await expect(estate.sweep(endless)).rejects.toThrow(/^1000 timers failed/);
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
  await expect(estate.sweep(busy)).rejects.toThrow(TimersFailed);
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
  await expect(estate.sweep(watched)).rejects.toThrow(/^8 timers failed/);
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
  for (const item of left) await estate.put(item);
  const stale: Table = {
    ...estate.table,
    due: async (shard) => (shard === 0 ? left.map(({ pk, sk }) => ({ pk, sk })) : []),
  };
  await expect(estate.sweep(stale)).rejects.toThrow(/^3 timers failed/);
  expect(await estate.table.get(left)).toEqual(left);
});
