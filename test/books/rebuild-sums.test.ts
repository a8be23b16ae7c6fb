import { expect, test } from 'vitest';
import type { RebuildPage } from '../../contract/shapes/rebuild.ts';
import { allDifferences, rebuildAll } from '../../src/books/rebuild/sums.ts';

const page = (more: Partial<RebuildPage> & { cursor?: string }): RebuildPage => ({
  checked: { sessions: 1, receipts: 2, entries: 3, households: 4, payments: 5 },
  ...{ differences: [], accounts: {}, packagesUsed: {}, packages: {}, ...more },
});

async function sumsOf(...pages: readonly RebuildPage[]) {
  const asked: (string | undefined)[] = [];
  const sums = await rebuildAll(async (cursor) => {
    asked.push(cursor);
    return pages[asked.length - 1] ?? page({});
  });
  return { asked, sums };
}

test('pages are asked for one behind the other, and what each has checked is added up', async () => {
  const { asked, sums } = await sumsOf(page({ cursor: 'a' }), page({ cursor: 'b' }), page({}));
  expect(asked).toEqual([undefined, 'a', 'b']);
  expect(sums.checked).toEqual({ sessions: 3, receipts: 6, entries: 9, households: 12, payments: 15 });
});

test('a ledger that sums to zero over all its pages is right, and one that does not is found', async () => {
  const first = page({ accounts: { cash: -500, 'wallet:h1': 300 }, cursor: 'a' });
  const right = await sumsOf(first, page({ accounts: { 'wallet:h1': 100, 'wallet:h2': 100 } }));
  expect(right.sums.accounts).toEqual({ cash: -500, 'wallet:h1': 400, 'wallet:h2': 100 });
  expect(allDifferences(right.sums)).toEqual([]);
  const wrong = await sumsOf(first, page({ accounts: { 'wallet:h1': 101, 'wallet:h2': 100 } }));
  expect(allDifferences(wrong.sums)).toEqual([
    { what: 'ledger', of: 'all accounts', where: 'sum', recorded: '1', recomputed: '0' },
  ]);
});

test('what a package has left is compared with what the sessions of all pages have used of it', async () => {
  const first = page({
    packagesUsed: { p: 4, q: 20 },
    packages: { p: { bought: 10, left: 3 } },
    cursor: 'a',
  });
  const last = page({
    packagesUsed: { p: 3 },
    packages: { q: { bought: 10, left: 0 }, r: { bought: 5, left: 5 } },
  });
  expect(allDifferences((await sumsOf(first, last)).sums)).toEqual([]);
  const more = page({ packages: { p: { bought: 10, left: 9 } } });
  const wrong = await sumsOf({ ...first, cursor: 'a' }, { ...last, cursor: 'b' }, more);
  expect(allDifferences(wrong.sums)).toEqual([
    { what: 'package', of: 'p', where: 'left', recorded: '9', recomputed: '3' },
  ]);
});

test('what the pages so far come to is told after each', async () => {
  const pages = [page({ cursor: 'a', accounts: { cash: 5 } }), page({ accounts: { cash: -5 } })];
  const told: unknown[] = [];
  const sums = await rebuildAll(
    async (cursor) => pages[cursor === undefined ? 0 : 1] ?? page({}),
    ({ checked, accounts }) => told.push([checked.sessions, accounts]),
  );
  expect(told).toEqual([
    [1, { cash: 5 }],
    [2, { cash: 0 }],
  ]);
  expect(sums).toMatchObject({ accounts: { cash: 0 }, packagesUsed: {}, packages: {}, differences: [] });
});
