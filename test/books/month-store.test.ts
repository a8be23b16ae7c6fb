import { describe, expect, test } from 'vitest';
import {
  closedMonth,
  itemsAfter,
  itemsBetween,
  type MonthItem,
  monthItemSchema,
  putMonth,
  readMonth,
} from '../../src/books/close/month-store.ts';
import type { Query, Table } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

const shares = { property: 334, operator: 333, committee: 333 };
const line = { totalFen: 3, shares, parts: { property: 1, operator: 1, committee: 1 } };
const month: MonthItem = {
  ...{ estateId: 'ziyun', month: '2026-10', timeZone: 'Asia/Shanghai', state: 'running', phase: 'seal' },
  ...{ cursor: 'h1', startedBy: 'manager-1', startedAtMs: 1, cutoffMs: 2 },
  facilities: { garage: { zh: '车库', en: 'Garage' } },
  accounts: { cash: { openingFen: 1, debitFen: 2, creditFen: 3 } },
  ...{ entries: 4, lateEntries: 5, postings: 6, rows: 7, statements: 8 },
  sealed: { statements: 9, balancesFen: 10, owedFen: 11, hash: 'x' },
  split: { ruleFromMonth: '2026-09', lines: { electricity: line, service: line, package: line } },
  reconciliation: [{ provider: 'alipay', differences: 1, differenceFen: 2, atMs: 3 }],
  ...{ withoutReconciliation: 'no bill', closedBy: 'manager-2', closedAtMs: 12 },
};

describe('a month that is stored', () => {
  test('is read back whole, and is closed only when it says so', async () => {
    const table = memoryTable();
    await expect(closedMonth(table, 'ziyun', '2026-10')).rejects.toMatchObject({ error: 'not-found' });
    await table.commit([putMonth(month)]);
    expect(await readMonth(table, 'ziyun', '2026-10')).toStrictEqual({ ...month, version: 1 });
    await expect(closedMonth(table, 'ziyun', '2026-10')).rejects.toMatchObject({ error: 'month-open' });
    const closed = { ...month, state: 'closed', phase: 'closed' } as const;
    await table.commit([putMonth({ ...closed, version: 1 })]);
    expect(await closedMonth(table, 'ziyun', '2026-10')).toStrictEqual({ ...closed, version: 2 });
    // Of two who have read the same month one alone writes it.
    expect(await table.commit([putMonth({ ...closed, version: 1 })])).toMatchObject({ committed: false });
    expect(await table.commit([putMonth(month)])).toMatchObject({ committed: false });
  });

  test.each(Object.keys(month).filter((name) => !/^(split|reconciliation|without.*|closed.*)$/.test(name)))(
    'is none without its %s',
    (name) => {
      const { [name]: _, ...rest } = { ...month } as Record<string, unknown>;
      expect(monthItemSchema.safeParse(rest).success).toBe(false);
      expect(monthItemSchema.safeParse({ ...month, [name]: null }).success).toBe(false);
    },
  );
});

describe('items of a partition', () => {
  const table = memoryTable();
  const names = ['!', 'a', 'b', 'b#1', 'c', '~'];
  const put = () => table.commit(names.map((sk) => ({ put: { pk: 'P', sk }, when: 'always' }) as const));
  const sks = (items: readonly { sk: string }[]) => items.map(({ sk }) => sk);

  test.each([
    ['', 10, names],
    ['', 3, ['!', 'a', 'b']],
    ['a', 10, ['b', 'b#1', 'c', '~']],
    ['a', 2, ['b', 'b#1']],
    ['aa', 2, ['b', 'b#1']],
    ['~', 10, []],
  ])('behind %j, at most %i, are %j', async (after, limit, expected) => {
    await put();
    expect(sks(await itemsAfter(table, 'P', after, limit))).toEqual(expected);
  });

  test.each([
    ['a', 'c', ['b', 'b#1', 'c']],
    ['a', 'b', ['b']],
    ['a', 'a', []],
    ['c', 'b', []],
    ['', 'a', ['!', 'a']],
  ])('behind %j up to %j are %j', async (after, until, expected) => {
    await put();
    const asked: Query[] = [];
    const counting: Table = {
      ...table,
      query: (query) => {
        asked.push(query);
        return table.query(query);
      },
    };
    expect(sks(await itemsBetween(counting, 'P', after, until, 10))).toEqual(expected);
    // DynamoDB takes no empty key; and one more is asked for, because the first may be the one that is there already.
    expect(asked).toEqual([{ pk: 'P', between: [after === '' ? ' ' : after, until], limit: 11 }]);
  });
});
