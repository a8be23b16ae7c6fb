import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitRuleSchema } from '../../contract/shapes/books.ts';
import { parties } from '../../contract/words/words.ts';
import { closeMonth } from '../../src/books/close/close-month.ts';
import { closedMonth } from '../../src/books/close/month-store.ts';
import { divide, ruleFor, type Shares, type SplitRule, split } from '../../src/books/close/split.ts';
import { readSplitRule, splitRuleSetting } from '../../src/books/close/split-store.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { change, decideChange } from '../../src/settings/change.ts';
import { keys } from '../../src/shared/keys.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import {
  type BooksWorld,
  booksWorld,
  closeInTime,
  cost,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';

const shares = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]): Shares => {
  const [low, high] = a < b ? [a, b] : [b, a];
  return { property: low, operator: high - low, committee: 1000 - high };
});
const amount = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.maxSafeInteger());

describe('the split of an amount', () => {
  test('adds up to it, each part within a fen of its exact share and of its sign', () => {
    fc.assert(
      fc.property(amount, shares, (totalFen, of) => {
        const parts = divide(totalFen, of);
        expect(parties.reduce((sum, party) => sum + BigInt(parts[party]), 0n)).toBe(BigInt(totalFen));
        for (const party of parties) {
          const thousandfold = BigInt(parts[party]) * 1000n - BigInt(totalFen) * BigInt(of[party]);
          expect(thousandfold > -1000n && thousandfold < 1000n).toBe(true);
          if (of[party] === 0) expect(parts[party]).toBe(0);
          expect(parts[party] === 0 || Math.sign(parts[party]) === Math.sign(totalFen)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('gives a fen that is left to the largest remainder, and among equals in the order of the parties', () => {
    const of = (property: number, operator: number, committee: number) => ({ property, operator, committee });
    expect(divide(100, of(333, 333, 334))).toEqual(of(33, 33, 34));
    expect(divide(1, of(500, 500, 0))).toEqual(of(1, 0, 0));
    expect(divide(-10, of(0, 250, 750))).toEqual(of(0, -3, -7));
  });
});

const equal: Shares = { property: 400, operator: 500, committee: 100 };
const rule = (fromMonth: string, electricity: Shares = equal) => ({
  fromMonth,
  shares: { electricity, service: equal, package: equal },
});

describe('the rule of a split', () => {
  test('is refused unless every line adds up to a thousand', () => {
    expect(splitRuleSchema.safeParse(rule('2026-10')).success).toBe(true);
    for (const wrong of [
      { property: 400, operator: 500, committee: 99 },
      { property: 1001, operator: 0, committee: -1 },
      { property: 333.5, operator: 333.5, committee: 333 },
    ])
      expect(splitRuleSchema.safeParse(rule('2026-10', wrong)).success).toBe(false);
    expect(splitRuleSchema.safeParse(rule('2026-13')).success).toBe(false);
  });

  test('is the latest that has begun; before any, everything is the property manager’s', () => {
    const rules = [rule('2026-10'), rule('2026-12'), rule('2027-01')];
    expect(ruleFor(rules, '2026-09')).toBeUndefined();
    expect(ruleFor(rules, '2026-11')?.fromMonth).toBe('2026-10');
    expect(ruleFor(rules, '2026-12')?.fromMonth).toBe('2026-12');
    expect(ruleFor(rules, '2027-06')?.fromMonth).toBe('2027-01');
    expect(split({ electricity: 7, service: 0, package: -3 }, undefined).lines).toMatchObject({
      electricity: { parts: { property: 7, operator: 0, committee: 0 } },
      package: { parts: { property: -3, operator: 0, committee: 0 } },
    });
  });

  test('is journalled, may be replaced while its month is open, and divides what that month earned', async () => {
    const world = await booksWorld(zone, 'h1');
    await world.topUp(october + hour, 'h1', 1000);
    const session = ran(1, 'h1', october + hour, october + 2 * hour, 500);
    await world.session(october + 3 * hour, 'settled', session, cost('h1', 31, 17));
    await setRule(world, rule('2026-10', { property: 1000, operator: 0, committee: 0 }));
    await setRule(world, rule('2026-10'));
    await setRule(world, rule('2026-10'));
    expect(world.entries().filter(({ kind }) => kind === 'setting')).toHaveLength(4);

    await closeInTime(world, '2026-10');
    const { split: result } = await closedMonth(world.table, estateId, '2026-10');
    expect(result).toMatchObject({
      ruleFromMonth: '2026-10',
      lines: {
        electricity: { totalFen: 31, parts: { property: 12, operator: 16, committee: 3 } },
        service: { totalFen: 17, parts: { property: 7, operator: 8, committee: 2 } },
      },
    });
    const late = setRule(world, rule('2026-10', divideEqually));
    await expect(late).rejects.toMatchObject({ error: 'month-closed' });
    await setRule(world, rule('2026-11', divideEqually));
    const { rule: later } = await readSplitRule(world.table, estateId, '2026-12');
    expect(later?.shares.electricity).toEqual(divideEqually);
    expect(await closeMonth(world.backend, world.origin(), '2026-10')).toMatchObject({ state: 'closed' });
    expect((await closedMonth(world.table, estateId, '2026-10')).split).toEqual(result);
  });

  test('asked for by two people over the same one is one of the two, and the other is told', async () => {
    const world = await booksWorld();
    const setting = splitRuleSetting(world.backend, estateId, '2026-10');
    const first = rule('2026-10');
    const second = rule('2026-10', divideEqually);
    const asked = [first, second].map(async ({ shares: parts }) => {
      const { waits } = await change(world.backend, world.origin(), setting, { shares: parts });
      return waits?.changeId ?? '';
    });
    const [firstId = '', secondId = ''] = await Promise.all(asked);
    expect(firstId).not.toBe(secondId);
    const approve = (changeId: string) =>
      decideChange(world.backend, { ...world.origin(), sender: 'second' }, changeId, 'approved', findSetting);
    await approve(firstId);
    await expect(approve(secondId)).rejects.toMatchObject({ error: 'changed-meanwhile' });
    expect((await readSplitRule(world.table, estateId, '2026-10')).rule).toEqual(first);
  });

  test.each(['2026-10', '2026-09'])(
    'from %s, written while a month is being closed, divides it',
    async (from) => {
      const world = await booksWorld(zone, 'h1');
      await world.topUp(october + hour, 'h1', 1000);
      world.nowMs = november + 14 * hour;
      const late = interruptedAfter(world.table, 'SPLITRULE#', () =>
        setRule(world, rule(from, divideEqually)),
      );
      await closeMonth({ ...world.backend, table: late }, world.origin(), '2026-10');
      const { state, split: result } = await closedMonth(world.table, estateId, '2026-10');
      expect({ state, rule: result?.ruleFromMonth }).toEqual({ state: 'closed', rule: from });
      expect(result?.lines.electricity.shares).toEqual(divideEqually);
    },
  );

  test('is the same rule in whatever order a table gives its members back', async () => {
    const world = await booksWorld();
    const write = () => setRule(world, rule('2026-10'));
    await write();
    const [item] = await world.table.get([keys.splitRule(estateId, '2026-10')]);
    const { fromMonth, shares } = splitRuleSchema.parse(item?.['rule']);
    const { electricity, service, package: packages } = shares;
    const turned = { shares: { package: packages, service, electricity }, fromMonth };
    if (item !== undefined) await world.table.commit([{ put: { ...item, rule: turned }, when: 'always' }]);
    await write();
    expect(world.entries().filter(({ kind }) => kind === 'setting')).toHaveLength(2);
  });
});

/** As an operator asks for it, and a second person approves. */
async function setRule(
  { backend, origin }: BooksWorld,
  { fromMonth, shares: parts }: SplitRule,
): Promise<void> {
  const setting = splitRuleSetting(backend, estateId, fromMonth);
  const { waits } = await change(backend, origin(), setting, { shares: parts });
  if (waits === undefined) return;
  const second = { ...origin(), sender: 'second' };
  await decideChange(backend, second, waits.changeId, 'approved', findSetting);
}

const divideEqually: Shares = { property: 334, operator: 333, committee: 333 };
