import { describe, expect, test } from 'vitest';
import type * as z from 'zod/mini';
import type { budgetSchema } from '../../contract/shapes/wallet.ts';
import { allDifferences } from '../../src/books/rebuild/sums.ts';
import type { Origin } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { changeHousehold } from '../../src/wallet/household.ts';
import { askOrder } from '../../src/wallet/office.ts';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { estateId, eveningMs, type TestEstate } from '../support/estate.ts';
import { plant, rebuilt } from '../support/rebuilt.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

const name = { zh: '十度', en: '10 kWh' };
const ten = { packageId: 'ten', name, kind: 'energy', amount: 10_000, priceFen: 500, validDays: 30 } as const;
/** Minutes from the beginning of a story, at 19:00 on 23 November, to the first of December. */
const december = 7 * 1440 + 300;
const walletKey = keys.wallet(estateId, 'h1');
const place = `${walletKey.pk}|${walletKey.sk}`;

const by = ({ clockMs }: Pick<TestEstate, 'clockMs'>, sender: string): Origin => ({
  ...{ estateId, deviceId: 'api', receivedAtMs: clockMs, topic: 'api', sender, fact: '' },
  payload: new Uint8Array(),
});

function cash({ backend }: TestEstate, clockMs: number, orderId: string, amountFen: number) {
  const kind = amountFen > 0 ? 'cash-top-up' : 'cash-refund';
  const order = { kind, orderId, householdId: 'h1', amountFen: Math.abs(amountFen) } as const;
  const office = { ...backend, sessionCost: async () => undefined };
  return askOrder(office, by({ clockMs }, 'cashier'), order);
}

/** Closed on an estimate, and settled late by more, or less, than that. */
async function session(story: SessionStory, atMinute: number, energyWh: number): Promise<void> {
  await story.authorise(atMinute);
  await story.started(atMinute + 1);
  await story.frame(atMinute + 31, 1800, 500);
  story.estate.clockMs = eveningMs + (atMinute + 740) * 60_000;
  await story.sweep();
  await story.settled(atMinute + 800, 3600, energyWh);
  story.estate.clockMs = eveningMs + (atMinute + 800) * 60_000;
}

/**
 * What happens in some weeks: sessions, priced again when their truth came late, one of them over the turn of the month;
 * cash in and out, a limit of which most is spent, a package that is kept and one that is given back.
 */
async function weeks(): Promise<SessionStory> {
  const story = await SessionStory.begin({ packages: [ten], capPerDayFen: 60 });
  const { estate } = story;
  const { backend } = estate;
  await session(story, 0, 800);
  await session(story, december - 45, 300);
  const limit = { change: 'month-limit', monthLimitFen: 620 } as const;
  const more = { ...limit, monthLimitFen: 5000 };
  await changeHousehold(backend, by(estate, 'r1'), 'h1', 'request-0', limit);
  await session(story, december + 1440, 700);
  await cash(estate, estate.clockMs, 'in-1', 3000);
  await cash(estate, estate.clockMs, 'in-2', 400);
  await cash(estate, estate.clockMs, 'out-1', -700);
  const tariff = await backend.registry.tariff(estateId, '2026-01');
  for (const requestId of ['request-1', 'request-2'])
    await changeHousehold(backend, by(estate, 'r1'), 'h1', `limit-${requestId}`, more).then(() =>
      buyPackage(backend, by(estate, 'r1'), { householdId: 'h1', requestId, packageId: 'ten' }, tariff),
    );
  await returnPackage(backend, by(estate, 'r1'), {
    ...{ householdId: 'h1', requestId: 'request-3', purchaseId: 'request-2' },
  });
  await changeHousehold(backend, by(estate, 'r1'), 'h1', 'request-4', limit);
  await writeViews(estate);
  return story;
}

const planted = async (change: (item: Item) => object) => {
  const { estate } = await weeks();
  await plant(estate, walletKey, (item) => ({ ...item, ...change(item) }));
  return allDifferences(await rebuilt(estate));
};
type Spent = z.infer<typeof budgetSchema>['spent'];
const withSpent = (change: (spent: Spent) => Partial<Spent>) => (item: Item) => {
  const budget = item['budget'] as { spent: Spent };
  return { budget: { ...budget, spent: { ...budget.spent, ...change(budget.spent) } } };
};

describe('what a wallet counts, computed again', () => {
  test('is the same after a turn of the month, late corrections, cash, limits and packages', async () => {
    const story = await weeks();
    const { budget, days, cashAlone } = await story.wallet();
    // None of it is empty: otherwise nothing would have been compared.
    expect(budget.spent).toMatchObject({
      month: '2026-12',
      byMember: { r1: 500 },
      noticed: ['household:620'],
    });
    expect(budget.spent.totalFen).toBeGreaterThan(500);
    expect(Object.keys(days).length).toBeGreaterThan(1);
    expect(cashAlone).toMatchObject({ topUpFen: 3400, refundFen: 700 });
    expect(allDifferences(await rebuilt(story.estate))).toEqual([]);
  });

  test('shows what was spent of the household’s limit, and of a member’s', async () => {
    const found = await planted(
      withSpent(({ totalFen, byMember }) => ({ totalFen: totalFen - 500, byMember: { ...byMember, r1: 1 } })),
    );
    expect(found).toMatchObject([
      { where: `${place} budget.spent.byMember.r1`, recorded: '1', recomputed: '500' },
      { where: `${place} budget.spent.totalFen` },
    ]);
    for (const one of found) expect(one).toMatchObject({ what: 'budget', of: 'h1' });
    expect(Number(found[1]?.recomputed) - Number(found[1]?.recorded)).toBe(500);
  });

  test('shows a month that is over, or has not come: nothing would be counted in it', async () => {
    const next = await planted(
      withSpent(() => ({ month: '2099-01', totalFen: 0, byMember: {}, noticed: [] })),
    );
    expect(next).toContainEqual({
      ...{ what: 'budget', of: 'h1', where: `${place} budget.spent.month` },
      ...{ recorded: '"2099-01"', recomputed: '"2026-12"' },
    });
    const last = await planted(withSpent(() => ({ month: '2026-11' })));
    expect(last.map(({ where }) => where)).toContain(`${place} budget.spent.month`);
  });

  test.each(['2099-01', 'never'])('shows the month %s where nothing was ever spent', async (month) => {
    const { estate } = await SessionStory.begin();
    await writeViews(estate);
    const spent = { month, totalFen: 0, byMember: {}, noticed: [] };
    await plant(estate, walletKey, (item) => ({ ...item, budget: { members: {}, spent } }));
    expect(allDifferences(await rebuilt(estate))).toEqual([
      {
        ...{ what: 'budget', of: 'h1', where: `${place} budget.spent.month` },
        ...{ recorded: JSON.stringify(month), recomputed: '""' },
      },
    ]);
  });

  test('shows a limit that was told without a notice, and a notice that left no mark', async () => {
    const found = await planted(withSpent(() => ({ noticed: ['household:5000'] })));
    expect(found).toEqual([
      {
        ...{ what: 'budget', of: 'h1', where: `${place} budget.spent.noticed.household:5000` },
        ...{ recorded: 'true', recomputed: 'absent' },
      },
      {
        ...{ what: 'budget', of: 'h1', where: `${place} budget.spent.noticed.household:620` },
        ...{ recorded: 'absent', recomputed: 'true' },
      },
    ]);
  });

  test('takes a mark that does not say of which limit for what its notice told', async () => {
    const { estate } = await weeks();
    const noticeId = '2026-12:household:620';
    const key = keys.noticed(estateId, 'h1', noticeId);
    const [told] = await estate.table.get([key]);
    if (told === undefined) throw new Error('Nothing was told');
    const facts = { ...(told['facts'] as object), noticeId: '2026-12:household' };
    await estate.table.commit([
      { remove: key },
      { put: { ...told, ...keys.noticed(estateId, 'h1', '2026-12:household'), facts }, when: 'absent' },
    ]);
    expect(allDifferences(await rebuilt(estate))).toEqual([]);
    await plant(estate, walletKey, (item) => ({
      ...item,
      ...withSpent(() => ({ noticed: ['household'] }))(item),
    }));
    expect(allDifferences(await rebuilt(estate))).toEqual([]);
  });

  test('shows what counts towards the cap of a day: more, less, and on a day without a session', async () => {
    const story = await weeks();
    const [first, second] = Object.keys((await story.wallet()).days)
      .sort()
      .slice(-2);
    if (first === undefined || second === undefined) throw new Error('Too few days are counted');
    const found = await planted((item) => {
      const { [first]: _, ...days } = item['days'] as Record<string, number>;
      return { days: { ...days, [second]: Number(days[second]) + 36_000_000, 'c1|2099-01-01': 1 } };
    });
    expect(found.every(({ what, of }) => what === 'day-cap' && of === 'h1')).toBe(true);
    expect(found.map(({ where }) => where)).toEqual(
      [first, second, 'c1|2099-01-01'].map((name) => `${place} days.${name}`),
    );
    expect(found[0]).toMatchObject({ recorded: 'absent' });
    expect(Number(found[1]?.recorded) - Number(found[1]?.recomputed)).toBe(36_000_000);
    expect(found[2]).toMatchObject({ recorded: '1', recomputed: 'absent' });
  });

  test('shows what one person booked alone on a day', async () => {
    const found = await planted(() => ({ cashAlone: undefined }));
    expect(found).toMatchObject([
      { what: 'cash-alone', of: 'h1', where: `${place} cashAlone`, recorded: 'absent' },
    ]);
    const less = await planted((item) => ({
      cashAlone: { ...(item['cashAlone'] as object), topUpFen: 400 },
    }));
    expect(less).toEqual([
      {
        ...{ what: 'cash-alone', of: 'h1', where: `${place} cashAlone.topUpFen` },
        ...{ recorded: '400', recomputed: '3400' },
      },
    ]);
  });

  test('knows a session that counts on its day and has moved no money', async () => {
    const story = await SessionStory.begin({ packages: [ten], capPerDayFen: 60 });
    const { estate } = story;
    await story.hasWallet((wallet) => ({
      ...wallet,
      purchases: {
        p1: {
          ...{ packageId: 'ten', tariffVersion: '2026-01', kind: 'energy', left: 100 },
          ...{ boughtAtMs: 0, validUntilMs: eveningMs + 86_400_000 },
        },
      },
      balanceFen: 0,
    }));
    await story.authorise(0);
    await story.started(1);
    await story.settled(61, 3600, 150);
    await writeViews(estate);
    expect((await story.receipt())?.chargedFen).toBe(0);
    const { days } = await story.wallet();
    const [[name, grains] = ['', 0], ...others] = Object.entries(days);
    expect(others).toEqual([]);
    expect(grains).toBeGreaterThan(0);
    const ofDays = async () => allDifferences(await rebuilt(estate)).filter(({ what }) => what === 'day-cap');
    expect(await ofDays()).toEqual([]);
    await plant(estate, walletKey, (item) => ({ ...item, days: { [name]: 1 } }));
    expect(await ofDays()).toMatchObject([{ recorded: '1', recomputed: String(grains) }]);
  });
});
