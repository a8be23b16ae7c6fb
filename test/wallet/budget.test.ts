import { describe, expect, test } from 'vitest';
import { budgetSchema } from '../../contract/shapes/wallet.ts';
import { monthAt } from '../../src/shared/local-time.ts';
import {
  type Budget,
  checkLimits,
  crossingsBetween,
  emptyBudget,
  leftOfLimits,
  spentMore,
  withMember,
  withMonthLimit,
  withoutMember,
} from '../../src/wallet/budget.ts';

const month = '2026-11';
const spent = (totalFen: number, more: Partial<Budget['spent']> = {}): Budget['spent'] => ({
  ...{ month, totalFen, byMember: {}, noticed: [] },
  ...more,
});
const budget = (more: Partial<Budget>): Budget => ({ ...emptyBudget, ...more });

test('what a household has agreed and spent is read back as it was written', () => {
  const full: Budget = {
    monthLimitFen: 10_000_000,
    members: { m: { name: '小明', monthLimitFen: 1 }, n: {} },
    spent: spent(90, { byMember: { m: 90 }, noticed: ['household:100'] }),
  };
  expect(budgetSchema.parse(full)).toEqual(full);
  // Written before there were notices.
  const { noticed: _, ...old } = full.spent;
  expect(budgetSchema.parse({ ...full, spent: old }).spent.noticed).toEqual([]);
});

test.each([0, 10_000_001, 0.5])('a limit of %d fen is none that was written here', (monthLimitFen) => {
  expect(() => budgetSchema.parse({ ...emptyBudget, monthLimitFen })).toThrow();
  expect(() => budgetSchema.parse({ ...emptyBudget, members: { m: { monthLimitFen } } })).toThrow();
});

test('a month is the one on the wall of the estate', () => {
  const midnightMs = Date.UTC(2026, 9, 31, 16);
  expect(monthAt(midnightMs - 1, 'Asia/Shanghai')).toBe('2026-10');
  expect(monthAt(midnightMs, 'Asia/Shanghai')).toBe('2026-11');
});

describe('what is left of a month', () => {
  const held = [{ amountFen: 5, memberId: 'm' }, { amountFen: 20 }];
  const limited = budget({
    monthLimitFen: 1000,
    members: { m: { monthLimitFen: 300 }, free: {} },
    spent: spent(130, { byMember: { m: 100, free: 30 } }),
  });

  test.each([
    ['without a limit has no end', emptyBudget, undefined, Number.POSITIVE_INFINITY],
    ['for a member without one has none either', emptyBudget, 'm', Number.POSITIVE_INFINITY],
    ['of a household is less all that it holds', limited, undefined, 845],
    ['of a member is less what that one spent and holds', limited, 'm', 195],
    ['of a member without a limit is what the household has', limited, 'free', 845],
    ['of whoever is called as what every object has is what the household has', limited, 'constructor', 845],
    ['of a member is never more than the household has', { ...limited, monthLimitFen: 200 }, 'm', 45],
  ])('%s', (_, of, memberId, leftFen) => {
    expect(leftOfLimits(of, held, memberId, month)).toBe(leftFen);
  });

  test('may be set aside to the last fen, and nothing may where more was spent', () => {
    const check = (amountFen: number, of = limited) => checkLimits(of, held, { amountFen }, month);
    expect(() => check(845)).not.toThrow();
    expect(() => check(846)).toThrow(expect.objectContaining({ error: 'spend-limit-reached' }));
    const overspent = { ...limited, monthLimitFen: 50 };
    expect(() => check(0, overspent)).not.toThrow();
    expect(() => check(1, overspent)).toThrow(/^0 fen are left/);
  });
});

describe('what is spent', () => {
  const before = budget({ spent: spent(90, { byMember: { m: 50 }, noticed: ['household:100'] }) });

  const november = (totalFen: number, byMember: Budget['spent']['byMember']) => ({
    ...{ ...before.spent, totalFen, byMember },
  });
  const december = { month: '2026-12', totalFen: 10, byMember: { m: 10 }, noticed: [] };
  const withNew = { m: 50, constructor: 10 };
  test.each<[string, string, string | undefined, number, Budget['spent']]>([
    ['counts for the household alone where nobody is named', month, undefined, 10, november(100, { m: 50 })],
    ['counts for the member too', month, 'm', 10, november(100, { m: 60 })],
    ['counts for a new member, whatever the name', month, 'constructor', 10, november(100, withNew)],
    ['and is given back is never less than nothing', month, 'm', -91, november(0, { m: 0 })],
    ['in a new month begins anew, and nothing of it was told', '2026-12', 'm', 10, december],
    ['in a month gone by is not counted any more', '2026-10', 'm', 10, before.spent],
  ])('%s', (_, when, memberId, amountFen, after) => {
    expect(spentMore(before, when, memberId, amountFen)).toEqual({ ...before, spent: after });
  });
});

describe('a limit', () => {
  test('is set, changed and removed, and of what was spent nothing is lost', () => {
    const of = budget({ members: { m: { name: 'M' } }, spent: spent(10) });
    const limited = withMonthLimit(of, 100, month);
    expect(limited).toEqual({ ...of, monthLimitFen: 100 });
    expect(withMonthLimit(limited, null, month)).toEqual(of);
  });

  test('of a member keeps what is not spoken of, and null takes it away', () => {
    const of = withMember(emptyBudget, { memberId: 'm', name: 'M', monthLimitFen: 100 }, month);
    expect(of).toEqual({ members: { m: { name: 'M', monthLimitFen: 100 } }, spent: spent(0) });
    const members = (change: Parameters<typeof withMember>[1]) => withMember(of, change, month).members;
    expect(members({ memberId: 'm', name: 'N' })).toEqual({ m: { name: 'N', monthLimitFen: 100 } });
    expect(members({ memberId: 'm', monthLimitFen: null })).toEqual({ m: { name: 'M' } });
    expect(members({ memberId: 'constructor' })).toEqual({ ...of.members, constructor: {} });
    expect(() => withoutMember(of, 'constructor')).toThrow(expect.objectContaining({ error: 'not-found' }));
  });

  test('is changed of the thirtieth member, and the thirty-first cannot be', () => {
    const members = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`m${index}`, {}]));
    const full = budget({ members });
    expect(withMember(full, { memberId: 'm29', name: 'N' }, month).members['m29']).toEqual({ name: 'N' });
    expect(() => withMember(full, { memberId: 'm30' }, month)).toThrow(
      expect.objectContaining({ error: 'bad-request' }),
    );
  });

  test('of a member who goes goes too, and what was told of it stays told', () => {
    const of = budget({
      members: { m: { monthLimitFen: 100 }, n: {} },
      spent: spent(90, { byMember: { m: 90 }, noticed: ['member:m'] }),
    });
    expect(withoutMember(of, 'm')).toEqual({
      members: { n: {} },
      spent: { ...of.spent, noticed: ['member:m:100'] },
    });
  });
});

describe('a crossing', () => {
  const limited = budget({ monthLimitFen: 1000, members: { m: { monthLimitFen: 100 } } });

  test('is told of each limit of which 80 % are spent, with what was spent of it', () => {
    const near = spentMore(limited, month, 'm', 79);
    expect(crossingsBetween(limited, near)).toEqual([]);
    const after = spentMore(near, month, 'm', 721);
    expect(crossingsBetween(near, after)).toEqual([
      { noticeId: '2026-11:household:1000', month, limitFen: 1000, spentFen: 800 },
      { noticeId: '2026-11:member:m:100', month, memberId: 'm', limitFen: 100, spentFen: 800 },
    ]);
    expect(crossingsBetween(after, spentMore(after, month, 'm', 1))).toEqual([]);
  });

  test('needs something spent: the smallest limit is not told of where that is nothing', () => {
    const of = withMember(emptyBudget, { memberId: 'm', monthLimitFen: 1 }, month);
    expect(of.spent.noticed).toEqual([]);
    expect(spentMore(of, month, 'm', 1).spent.noticed).toEqual(['member:m:1']);
  });

  test('that was told last month is told this month again', () => {
    const before = spentMore(limited, month, undefined, 900);
    expect(crossingsBetween(before, spentMore(before, '2026-12', undefined, 900))).toEqual([
      { noticeId: '2026-12:household:1000', month: '2026-12', limitFen: 1000, spentFen: 900 },
    ]);
  });

  test('of which an old mark says no amount is of the limit that held, and stands once', () => {
    const old = {
      ...limited,
      spent: spent(850, { noticed: ['household', 'household:1000', 'member:gone'] }),
    };
    const after = spentMore(old, month, undefined, 1);
    expect(after.spent.noticed).toEqual(['household:1000', 'member:gone']);
    expect(crossingsBetween(old, after)).toEqual([]);
  });

  test('is told two hundred times in a month at most, so that the wallet stays small', () => {
    const told = (times: number) => Array.from({ length: times }, (_, index) => `household:${index + 1}`);
    const crossed = (times: number) => {
      const before = { ...limited, spent: spent(700, { noticed: told(times) }) };
      const after = spentMore(before, month, undefined, 100);
      return [after.spent.noticed.length, crossingsBetween(before, after).length];
    };
    expect(crossed(199)).toEqual([200, 1]);
    expect(crossed(200)).toEqual([200, 0]);
  });
});
