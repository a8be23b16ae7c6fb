import fc from 'fast-check';
import { expect } from 'vitest';
import { DomainError } from '../../src/shared/errors.ts';
import { type Table, timerShard, type Write } from '../../src/shared/table.ts';
import { poisonNames } from './poison-names.ts';

/** Plain data with its names as values, so that no name is special to whoever compares. */
function namesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namesIn);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]));
}

let partition = 0;
function newKey() {
  partition += 1;
  return { pk: `test-${partition}`, sk: 'A' };
}

/** One contract, two engines: what the simulation believes of the table is what DynamoDB does. */
export const tableContract: Readonly<Record<string, (table: Table) => Promise<void>>> = {
  'gives back what was put, in the order that was asked, and nothing for what is not there': async (
    table,
  ) => {
    const [one, two] = [newKey(), newKey()];
    await table.commit([
      { put: { ...one, list: [1, { deep: 'x' }], none: undefined, flag: false }, when: 'absent' },
    ]);
    expect(await table.get([two, one, two])).toEqual([
      undefined,
      { ...one, list: [1, { deep: 'x' }], flag: false },
      undefined,
    ]);
  },

  'gives back a map whatever its names are': async (table) => {
    const name = fc.oneof(fc.constantFrom(...poisonNames), fc.string({ maxLength: 8 }));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), tie('map'), fc.array(tie('tree'))),
      map: fc.dictionary(name, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (maps) => {
        const item = { ...newKey(), maps };
        await table.commit([{ put: item, when: 'absent' }]);
        expect(namesIn((await table.get([item]))[0])).toEqual(namesIn(item));
      }),
      { numRuns: 50 },
    );
  },

  'puts over nothing only once, and says what stood there': async (table) => {
    const key = newKey();
    const first: Write = { put: { ...key, who: 'first' }, when: 'absent' };
    const second: Write = { put: { ...key, who: 'second' }, when: 'absent' };
    expect(await table.commit([first])).toEqual({ committed: true });
    expect(await table.commit([second])).toEqual({
      committed: false,
      lost: second,
      existing: { ...key, who: 'first' },
    });
  },

  'counts versions, and lets a write through only under the one it was decided on': async (table) => {
    const key = newKey();
    const at = (version: number | undefined): Write => ({
      put: { ...key, seen: version ?? 0 },
      when: { version },
    });
    expect(await table.commit([at(undefined)])).toEqual({ committed: true });
    expect(await table.commit([at(1)])).toEqual({ committed: true });
    expect(await table.commit([at(1)])).toMatchObject({ committed: false, existing: { version: 2 } });
    expect(await table.commit([at(undefined)])).toMatchObject({ committed: false });
    expect(await table.get([key])).toEqual([{ ...key, seen: 1, version: 2 }]);
  },

  'counts from one what was there without a version, as long as nobody else does': async (table) => {
    const key = newKey();
    const first: Write = { put: { ...key, counted: true }, when: { version: 'none' } };
    expect(await table.commit([first])).toEqual({ committed: false, lost: first, existing: undefined });
    await table.commit([{ put: { ...key }, when: 'absent' }]);
    expect(await table.commit([first])).toEqual({ committed: true });
    expect(await table.get([key])).toEqual([{ ...key, counted: true, version: 1 }]);
    expect(await table.commit([first])).toMatchObject({ committed: false, existing: { version: 1 } });
  },

  'commits all or nothing, and names the write that lost': async (table) => {
    const [taken, free] = [newKey(), newKey()];
    await table.commit([{ put: { ...taken }, when: 'absent' }]);
    const lost: Write = { put: { ...taken, again: true }, when: 'absent' };
    expect(await table.commit([{ put: { ...free }, when: 'always' }, lost])).toEqual({
      committed: false,
      lost,
      existing: taken,
    });
    expect(await table.get([free, taken])).toEqual([undefined, taken]);
  },

  'commits only while what it was decided on still stands': async (table) => {
    const [decided, written] = [newKey(), newKey()];
    await table.commit([{ put: decided, when: { version: undefined } }]);
    const check = (version: number | undefined): Write => ({ check: decided, when: { version } });
    const put: Write = { put: { ...written }, when: 'always' };
    expect(await table.commit([put, check(2)])).toMatchObject({ committed: false, lost: check(2) });
    expect(await table.commit([put, check(undefined)])).toMatchObject({ committed: false });
    expect(await table.get([written])).toEqual([undefined]);
    expect(await table.commit([put, check(1)])).toEqual({ committed: true });
    expect(await table.get([decided])).toEqual([{ ...decided, version: 1 }]);
  },

  'of two who decide on the same version, one wins': async (table) => {
    const key = newKey();
    await table.commit([{ put: { ...key, total: 0 }, when: { version: undefined } }]);
    const add = async (): Promise<void> => {
      for (;;) {
        const [item] = await table.get([key]);
        const put = { ...key, total: Number(item?.['total']) + 1 };
        const other = { ...newKey(), part: true };
        try {
          const { committed } = await table.commit([
            { put, when: { version: item?.version } },
            { put: other, when: 'absent' },
          ]);
          if (committed) return;
        } catch (error) {
          if (!(error instanceof DomainError) || error.error !== 'table-busy') throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, add));
    expect((await table.get([key]))[0]).toMatchObject({ total: 8, version: 9 });
  },

  'keeps only the newest where only the newest matters': async (table) => {
    const key = newKey();
    const at = (atMs: number): Write => ({ put: { ...key, atMs }, when: 'newest' });
    expect((await table.commit([at(5)])).committed).toBe(true);
    expect((await table.commit([at(4)])).committed).toBe(false);
    expect((await table.commit([at(5)])).committed).toBe(false);
    expect((await table.commit([at(6)])).committed).toBe(true);
  },

  'queries by prefix, between bounds, from the newest, up to a limit': async (table) => {
    const { pk } = newKey();
    for (const sk of ['A#1', 'A#2', 'A#3', 'B#1']) await table.commit([{ put: { pk, sk }, when: 'absent' }]);
    const found = async (query: object) => (await table.query({ pk, ...query })).map(({ sk }) => sk);
    expect(await found({})).toEqual(['A#1', 'A#2', 'A#3', 'B#1']);
    expect(await found({ prefix: 'A#' })).toEqual(['A#1', 'A#2', 'A#3']);
    expect(await found({ between: ['A#2', 'B#1'] })).toEqual(['A#2', 'A#3', 'B#1']);
    expect(await found({ between: ['B#1', 'A#2'] })).toEqual([]);
    expect(await found({ between: ['B#1', 'A#2'], limit: 1 })).toEqual([]);
    expect(await found({ prefix: 'A#', newestFirst: true, limit: 2 })).toEqual(['A#3', 'A#2']);
  },

  'reads a partition that is larger than one page': async (table) => {
    const { pk } = newKey();
    const blob = 'x'.repeat(300_000);
    for (let number = 0; number < 5; number += 1) {
      await table.commit([{ put: { pk, sk: String(number), blob }, when: 'absent' }]);
    }
    expect((await table.query({ pk })).map(({ sk }) => sk)).toEqual(['0', '1', '2', '3', '4']);
    expect(await table.query({ pk, limit: 4 })).toHaveLength(4);
  },

  'finds what is due, soonest first, and forgets it with its timer': async (table) => {
    const key = newKey();
    const shard = timerShard(key);
    const mine = async (untilMs: number) =>
      (await table.due(shard, untilMs, 100)).filter(({ pk }) => pk === key.pk);
    await table.commit([{ put: { ...key, dueAtMs: 500 }, when: { version: undefined } }]);
    expect(await mine(499)).toEqual([]);
    expect(await mine(500)).toEqual([key]);
    expect((await table.get([key]))[0]).toEqual({ ...key, dueAtMs: 500, version: 1 });
    await table.commit([{ put: key, when: { version: 1 } }]);
    expect(await mine(500)).toEqual([]);
  },

  removes: async (table) => {
    const key = newKey();
    await table.commit([{ put: key, when: 'absent' }]);
    expect(await table.commit([{ remove: key }])).toEqual({ committed: true });
    expect(await table.commit([{ remove: key }])).toEqual({ committed: true });
    expect(await table.get([key])).toEqual([undefined]);
  },
};
