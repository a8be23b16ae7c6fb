import { beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { householdsOf } from '../../src/views/household-list.ts';
import { testEstate } from '../support/estate.ts';

const estateId = 'pagoda';
const all = Array.from({ length: 1203 }, (_, index) => ({
  householdId: `H${String(index).padStart(4, '0')}`,
  building: String((index % 12) + 1),
  unit: String(101 + index),
}));
let table: Table;

beforeAll(async () => {
  ({ table } = await testEstate());
  for (const household of all)
    await table.commit([
      { put: { ...keys.household(estateId, household.householdId), ...household }, when: 'always' },
    ]);
});

describe('the households of an estate', () => {
  test.each([1, 50, 500])(
    'are all listed, once and in order, %i to a page, and no page is empty',
    async (limit) => {
      const found: unknown[] = [];
      let pages = 0;
      for (let after: string | undefined; ; ) {
        const page = await householdsOf(table, estateId, { after, limit });
        found.push(...page.households);
        pages += 1;
        expect(page.households.length).toBeLessThanOrEqual(limit);
        if (page.next === undefined) break;
        after = page.next;
      }
      expect(found).toEqual(all);
      expect(pages).toBe(Math.ceil(all.length / limit));
    },
  );

  test('are told with who answers for each, where somebody does', async () => {
    const alone = memoryTable();
    const household = { ...all[0], householdId: 'H', holderId: 'Wang' };
    await alone.commit([{ put: { ...keys.household('e', 'H'), ...household }, when: 'always' }]);
    expect(await householdsOf(alone, 'e', { limit: 1 })).toEqual({ households: [household] });
  });

  test.each([
    ['h0007', ['H0007']],
    // The last of those that are read at once.
    ['h0499', ['H0499']],
    [' 1-1301 ', ['H1200']],
    ['12-11', ['H0011', 'H1007', 'H1019', 'H1031', 'H1043', 'H1055', 'H1067', 'H1079', 'H1091']],
    ['nobody', []],
  ])('are found by %j', async (search, ids) => {
    const { households } = await householdsOf(table, estateId, { search, limit: 500 });
    expect(households.map(({ householdId }) => householdId)).toEqual(ids);
  });

  test('of another estate are not among them', async () => {
    expect(await householdsOf(table, 'pagod', { limit: 10 })).toEqual({ households: [] });
  });
});
