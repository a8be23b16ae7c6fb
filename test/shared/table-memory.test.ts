import { describe, expect, test } from 'vitest';
import { timerShard, timerShards } from '../../src/shared/table.ts';
import { type Change, memoryTable } from '../../src/shared/table-memory.ts';
import { tableContract } from '../support/table-contract.ts';

describe('the table in memory', () => {
  test.each(Object.entries(tableContract))('%s', async (_, holds) => {
    await holds(memoryTable());
  });

  const key = { pk: 'p', sk: 's' };

  test('copies what goes in and what comes out, as a network would', async () => {
    const table = memoryTable();
    const item = { ...key, list: [1] };
    const stored = { ...key, list: [1] };
    await table.commit([{ put: item, when: 'absent' }]);
    item.list.push(2);
    const lost = await table.commit([{ put: item, when: 'absent' }]);
    for (const read of [
      (await table.get([key]))[0],
      (await table.query(key))[0],
      'existing' in lost && lost.existing,
    ]) {
      expect(read).toEqual(stored);
      (read as typeof item).list.push(3);
    }
    expect(await table.get([key])).toEqual([stored]);
  });

  test('tells each change once it is done, in the order of the writes, and a look or a loss is none', async () => {
    const changes: Change[] = [];
    const table = memoryTable((change) => changes.push(change));
    const [one, two] = [
      { ...key, n: 1 },
      { ...key, n: 2 },
    ];
    await table.commit([{ put: one, when: 'absent' }, { remove: { ...key, sk: 'never' } }]);
    await table.commit([
      { check: { ...key, sk: 'never' }, when: { version: undefined } },
      { put: two, when: 'always' },
    ]);
    await table.commit([{ put: one, when: 'absent' }]);
    await table.commit([{ remove: key }, { put: { ...key, sk: 't' }, when: 'absent' }]);
    expect(changes).toEqual([
      { before: undefined, after: one },
      { before: one, after: two },
      { before: two, after: undefined },
      { before: undefined, after: { ...key, sk: 't' } },
    ]);
  });

  test('gives all that it has in the order of keys, in which capitals come before the others', async () => {
    const table = memoryTable();
    const keys = ['B b', 'B a', 'B B', 'a a', 'A c'].map((text) => ({
      pk: text.slice(0, 1),
      sk: text.slice(2),
    }));
    for (const put of keys) await table.commit([{ put, when: 'absent' }]);
    await table.commit([{ put: { pk: 'C', sk: 'x' }, when: 'absent' }]);
    await table.commit([{ remove: { pk: 'C', sk: 'x' } }]);
    expect([...table.all()].map(({ pk, sk }) => `${pk} ${sk}`)).toEqual(['A c', 'B B', 'B a', 'B b', 'a a']);
  });

  test('finds as many timers as are wanted, the soonest of a shard, over all partitions', async () => {
    const table = memoryTable();
    const shards = new Map<number, { key: typeof key; dueAtMs: number }[]>();
    for (let index = 0; index < 80; index += 1) {
      const of = { pk: `p${index % 7}`, sk: `s${index}` };
      const timer = { key: of, dueAtMs: (index * 7) % 80 };
      await table.commit([{ put: { ...of, dueAtMs: timer.dueAtMs }, when: 'absent' }]);
      shards.set(timerShard(of), [...(shards.get(timerShard(of)) ?? []), timer]);
    }
    for (let shard = 0; shard < timerShards; shard += 1) {
      const due = (shards.get(shard) ?? [])
        .filter(({ dueAtMs }) => dueAtMs <= 60)
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .map((timer) => timer.key);
      expect(due.length).toBeGreaterThan(3);
      expect(await table.due(shard, 60, 100)).toEqual(due);
      expect(await table.due(shard, 60, 3)).toEqual(due.slice(0, 3));
    }
  });
});
