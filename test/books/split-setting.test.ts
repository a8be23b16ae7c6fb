import { expect, test } from 'vitest';
import { putBooks } from '../../src/books/close/month-store.ts';
import { divide, split } from '../../src/books/close/split.ts';
import { readSplitRule, readSplitRules, splitRuleSetting } from '../../src/books/close/split-store.ts';
import { keys } from '../../src/shared/keys.ts';
import { booksWorld, estateId } from './ledger-builder.ts';

const shares = (property: number) => ({ property, operator: 1000 - property, committee: 0 });
const rule = (property: number) => ({
  ...{ electricity: shares(property), service: shares(property), package: shares(property) },
});
const world = () => booksWorld('Asia/Shanghai');
const key = (month: string) => keys.splitRule(estateId, month);
const countKey = keys.splitRuleCount(estateId);

test('a split rule shows what is written of its month, and else what holds there', async () => {
  const { backend, table } = await world();
  const read = (month: string) => splitRuleSetting(backend, estateId, month).read();
  const none = await read('2026-10');
  expect(none).toMatchObject({ members: undefined, defaults: { shares: rule(1000) }, version: 0 });
  await table.commit(await none.write({ shares: rule(600) }));
  expect(await read('2026-10')).toMatchObject({
    ...{ members: { shares: rule(600) }, defaults: { shares: rule(600) }, version: 1 },
  });
  expect(await read('2026-11')).toMatchObject({
    members: undefined,
    defaults: { shares: rule(600) },
    version: 0,
  });
  expect(await read('2026-09')).toMatchObject({ defaults: { shares: rule(1000) } });
  expect(splitRuleSetting(backend, estateId, '2026-10')).toMatchObject({ kind: 'split-rule', id: '2026-10' });
});

test('a split rule is written under what was read: the rule, how many were written, and the books', async () => {
  const { backend, table } = await world();
  const setting = splitRuleSetting(backend, estateId, '2026-10');
  const first = await setting.read();
  expect(first.write({ shares: rule(600) })).toEqual([
    {
      put: { ...key('2026-10'), rule: { fromMonth: '2026-10', shares: rule(600) } },
      when: { version: undefined },
    },
    { put: countKey, when: { version: undefined } },
    { check: keys.books(estateId), when: { version: undefined } },
  ]);
  await table.commit(await first.write({ shares: rule(600) }));
  await table.commit([putBooks(estateId, { firstMonth: '2026-08', lastMonth: '2026-09' })]);
  const second = await setting.read();
  expect(second.write({ shares: rule(500) })).toEqual([
    { put: { ...key('2026-10'), rule: { fromMonth: '2026-10', shares: rule(500) } }, when: { version: 1 } },
    { put: countKey, when: { version: 1 } },
    { check: keys.books(estateId), when: { version: 1 } },
  ]);
  expect(await table.commit(await first.write({ shares: rule(1) }))).toMatchObject({ committed: false });
  const closed = await splitRuleSetting(backend, estateId, '2026-09').read();
  expect(() => closed.write({ shares: rule(1) })).toThrow('2026-09 is closed; let the rule begin later');
  expect(() => second.write({ shares: { ...rule(1), service: { ...shares(1), operator: 1 } } })).toThrow();
});

test('the rule of a month comes with the check that none was written since', async () => {
  const { backend, table } = await world();
  const unwritten = { check: countKey, when: { version: undefined } };
  expect(await readSplitRule(table, estateId, '2026-10')).toEqual({ rule: undefined, unchanged: unwritten });
  for (const [month, property] of [
    ['2026-12', 100],
    ['2026-10', 300],
  ] as const)
    await table.commit(
      await (await splitRuleSetting(backend, estateId, month).read()).write({ shares: rule(property) }),
    );
  const [first, second] = [
    { fromMonth: '2026-10', shares: rule(300) },
    { fromMonth: '2026-12', shares: rule(100) },
  ];
  expect(await readSplitRules(table, estateId)).toEqual([first, second]);
  const unchanged = { check: countKey, when: { version: 2 } };
  expect(await readSplitRule(table, estateId, '2026-09')).toEqual({ rule: undefined, unchanged });
  expect(await readSplitRule(table, estateId, '2026-11')).toEqual({ rule: first, unchanged });
  expect(await readSplitRule(table, estateId, '2026-12')).toEqual({ rule: second, unchanged });
});

test('what a month earned is divided line by line, and says by which rule', () => {
  const by = { fromMonth: '2026-10', shares: { ...rule(600), package: shares(0) } };
  expect(split({ electricity: 10, service: -5, package: 7 }, by)).toStrictEqual({
    ruleFromMonth: '2026-10',
    lines: {
      electricity: { totalFen: 10, shares: shares(600), parts: { property: 6, operator: 4, committee: 0 } },
      service: { totalFen: -5, shares: shares(600), parts: { property: -3, operator: -2, committee: 0 } },
      package: { totalFen: 7, shares: shares(0), parts: { property: 0, operator: 7, committee: 0 } },
    },
  });
  expect(split({ electricity: 0, service: 0, package: 0 }, undefined)).not.toHaveProperty('ruleFromMonth');
});

test.each([
  [0, [334, 333, 333], [0, 0, 0]],
  [1, [334, 333, 333], [1, 0, 0]],
  [2, [334, 333, 333], [1, 1, 0]],
  [2, [200, 400, 400], [0, 1, 1]],
  [-1, [250, 250, 500], [0, 0, -1]],
  [-2, [0, 500, 500], [0, -1, -1]],
  [7, [0, 0, 1000], [0, 0, 7]],
])('%i fen in shares of %j are %j', (totalFen, [a = 0, b = 0, c = 0], [property, operator, committee]) => {
  expect(divide(totalFen, { property: a, operator: b, committee: c })).toStrictEqual({
    ...{ property, operator, committee },
  });
});
