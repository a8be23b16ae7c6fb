import { describe, expect, test } from 'vitest';
import { receiptSchema } from '../../contract/shapes/receipt.ts';
import type { Purchase } from '../../src/wallet/purchase.ts';
import { eveningMs, type Terms } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

const minuteMs = 60_000;
const purchase = (kind: Purchase['kind'], left: number, validUntilMs = eveningMs + 1e9): Purchase => ({
  packageId: 'p',
  tariffVersion: '2026-01',
  kind,
  left,
  boughtAtMs: 0,
  validUntilMs,
});

/** A household with such money and packages, whose card is held to a port. */
async function held(
  money: {
    balanceFen?: number;
    owedFen?: number;
    purchases?: Record<string, Purchase>;
    monthLimitFen?: number;
  },
  terms: Terms = {},
): Promise<SessionStory> {
  const story = await SessionStory.begin(terms);
  const { monthLimitFen, ...rest } = money;
  await story.hasWallet((wallet) => ({
    ...wallet,
    ...rest,
    budget: monthLimitFen === undefined ? wallet.budget : { ...wallet.budget, monthLimitFen },
  }));
  await story.authorise();
  return story;
}

const stops = ({ board }: SessionStory) => board.toldTo('stop');

describe('a hold is what may be spent', () => {
  test('of the money, less what is owed and what the month has left', async () => {
    expect(await (await held({ balanceFen: 2000 })).agreement()).toMatchObject({ holdFen: 300 });
    expect(await (await held({ balanceFen: 200 })).agreement()).toMatchObject({ holdFen: 200 });
    expect(await (await held({ balanceFen: 200, owedFen: 50 })).agreement()).toMatchObject({ holdFen: 150 });
    const limited = await held({ balanceFen: 2000, monthLimitFen: 120 });
    // 119 fen at 0.917 yuan/kWh.
    expect(await limited.agreement()).toMatchObject({ holdFen: 120, energyLimitWh: 1297 });
  });

  test.each([
    ['too-little-money', { balanceFen: 1 }],
    ['too-little-money', { balanceFen: 200, owedFen: 200 }],
    ['spend-limit-reached', { balanceFen: 2000, monthLimitFen: 1 }],
  ])('and is refused as %s where that is nothing', async (refusal, money) => {
    const story = await held(money);
    expect(story.estate.refusals()).toEqual([refusal]);
    // 5: too little money, which is what the board can say of all of these.
    expect(story.board.told().at(-1)).toMatchObject({ result: 5 });
  });

  test('and counts in the month in which the session ended', async () => {
    const story = await held({ balanceFen: 2000 });
    await story.settled(60, 3600, 1000);
    expect((await story.wallet()).budget.spent).toMatchObject({
      month: '2026-11',
      totalFen: 92,
      byMember: {},
    });
  });
});

test('a hold below the minimum of a session starts nothing', async () => {
  const terms = { minimumPerSessionFen: 150 };
  const story = await held({ balanceFen: 149 }, terms);
  expect(story.estate.refusals()).toEqual(['too-little-money']);
  expect(await (await held({ balanceFen: 150 }, terms)).agreement()).toMatchObject({ holdFen: 150 });
});

describe('a package pays first', () => {
  test('of energy: without any money too, and goes on where time costs money, until it is used up', async () => {
    const story = await held(
      { balanceFen: 0, purchases: { e1: purchase('energy', 500) } },
      { service: { by: 'time', priceMilliYuanPerHour: 250 } },
    );
    expect(await story.agreement()).toMatchObject({ holdFen: 0, energyLimitWh: 500 });
    await story.started(0);
    await story.frame(60, 3600, 490);
    expect(stops(story)).toEqual([]);
    await story.frame(90, 5400, 540);
    expect(stops(story)).toHaveLength(1);
  });

  test('but is not used by a session that the cap of its day makes free', async () => {
    const story = await held({ balanceFen: 2000 }, { capPerDayFen: 50 });
    await story.settled(60, 3600, 1000);
    await story.hasWallet((wallet) => ({ ...wallet, purchases: { c1: purchase('sessions', 3) } }));
    await story.authorise(70);
    await story.settled(130, 3600, 1000);
    expect(await story.receipt()).toMatchObject({ chargedFen: 0, allowance: { purchaseId: 'c1' } });
    expect((await story.wallet()).purchases['c1']?.left).toBe(3);
  });

  test('of days: a household with an empty wallet charges, and pays nothing', async () => {
    const story = await held({ balanceFen: 0, purchases: { m1: purchase('days', 1) } }, { startFeeFen: 20 });
    expect(await story.agreement()).toMatchObject({ holdFen: 0, allowance: { purchaseId: 'm1' } });
    // The board must not take the package for an empty wallet, and end the session by its own prices.
    expect(await story.authorise()).toMatchObject({ availableFen: 300 });
    await story.settled(60, 3600, 1000);
    expect(await story.receipt()).toMatchObject({ totalFen: 0, allowance: { purchaseId: 'm1' } });
    expect(story.takenFen()).toBe(0);
    expect(await story.wallet()).toMatchObject({ holds: {}, purchases: { m1: { left: 1 } } });
    expect((await story.verified()).same).toBe(true);
  });

  test('of sessions: one of them, and none for a session that never began', async () => {
    const story = await held({ balanceFen: 0, purchases: { c: purchase('sessions', 3) } });
    expect((await story.wallet()).purchases).toMatchObject({ c: { left: 2 } });
    await story.settled(60, 3600, 1000);
    expect((await story.wallet()).purchases).toMatchObject({ c: { left: 2 } });
    await story.authorise(70);
    await story.started(70.1, 2);
    expect((await story.wallet()).purchases).toMatchObject({ c: { left: 2 } });
  });

  test('of sessions: what proves to have begun after all has used one', async () => {
    const story = await held({ balanceFen: 0, purchases: { c: purchase('sessions', 3) } });
    await story.sweepAt(2);
    expect((await story.wallet()).purchases).toMatchObject({ c: { left: 3 } });
    await story.settled(60, 3600, 1000);
    expect((await story.wallet()).purchases).toMatchObject({ c: { left: 2 } });
    expect(story.takenFen()).toBe(0);
  });

  test('of energy: its Wh, then the money; what is not used goes back', async () => {
    const story = await held({ balanceFen: 2000, purchases: { e: purchase('energy', 400) } });
    expect(await story.agreement()).toMatchObject({ energyLimitWh: 400 + 3260, holdFen: 300 });
    expect((await story.wallet()).purchases).toMatchObject({ e: { left: 0 } });
    await story.settled(60, 3600, 1000);
    expect(await story.receipt()).toMatchObject({ chargedFen: 37 + 18 });
    expect((await story.wallet()).purchases).toMatchObject({ e: { left: 0 } });

    const little = await held({ balanceFen: 0, purchases: { e: purchase('energy', 400) } });
    await little.settled(60, 3600, 250);
    expect(await little.receipt()).toMatchObject({ chargedFen: 0 });
    expect((await little.wallet()).purchases).toMatchObject({ e: { left: 150 } });
  });

  test('of energy pays no fee that is due once', async () => {
    const story = await held(
      { balanceFen: 10, purchases: { e: purchase('energy', 400) } },
      { startFeeFen: 20 },
    );
    expect(story.estate.refusals()).toEqual(['too-little-money']);
  });

  test('and leaving the bike is claimed afterwards', async () => {
    const overstay = { graceMinutes: 30, priceMilliYuanPerHour: 600 };
    const story = await SessionStory.begin({ overstay });
    await story.hasWallet((wallet) => ({
      ...wallet,
      balanceFen: 10,
      purchases: { m1: purchase('days', 1) },
    }));
    await story.passes('in', -5);
    await story.authorise();
    await story.settled(60, 3600, 1000);
    await story.passes('out', 150);
    expect(await story.receipt()).toMatchObject({ chargedFen: 60, whyDifferent: ['package', 'overstay'] });
    expect(await story.wallet()).toMatchObject({ balanceFen: 0, owedFen: 50 });
    expect((await story.verified()).same).toBe(true);
  });
});

describe('where time costs money', () => {
  const byTime = { service: { by: 'time' as const, priceMilliYuanPerHour: 600 }, holdFen: 100 };

  test('the session is ended when it has used up its hold', async () => {
    const story = await SessionStory.running(byTime);
    // 90 minutes and 90 Wh: 90 fen and 6 fen.
    await story.frame(90, 5400, 90);
    expect(stops(story)).toEqual([]);
    await story.frame(94, 5640, 100);
    expect(stops(story)).toHaveLength(1);
    await story.settled(95, 5700, 100);
    expect(await story.receipt()).toMatchObject({ chargedFen: 100, remarks: ['limited-to-hold'] });
  });

  test('and also a port that is not heard of, by its timer', async () => {
    const story = await SessionStory.running(byTime);
    const { timeLimitMs = 0 } = await story.agreement();
    expect(timeLimitMs).toBeGreaterThan(60 * minuteMs);
    await story.sweepAt(2);
    expect(stops(story)).toEqual([]);
    story.estate.clockMs = eveningMs + timeLimitMs + minuteMs;
    await story.sweep();
    expect(stops(story)).toHaveLength(1);
    expect((await story.slot())?.dueAtMs).toBe(eveningMs + (12 * 60 + 10) * minuteMs);
  });

  test('but not one whose frames say that money is left', async () => {
    const story = await SessionStory.running(byTime);
    const { timeLimitMs = 0 } = await story.agreement();
    await story.sweepAt(2);
    await story.frame(timeLimitMs / minuteMs - 1, timeLimitMs / 1000 - 60, 30);
    story.estate.clockMs = eveningMs + timeLimitMs + minuteMs;
    await story.sweep();
    expect(stops(story)).toEqual([]);
  });
});

test('a cap of the day counts what the card has charged before', async () => {
  const story = await held({}, { capPerDayFen: 120 });
  await story.settled(60, 3600, 1000);
  expect((await story.receipt())?.chargedFen).toBe(92);
  await story.authorise(70);
  await story.settled(130, 3600, 1000);
  expect(await story.receipt()).toMatchObject({
    chargedFen: 28,
    spentBefore: { '2026-11-23': 92 * 36_000_000 },
    remarks: ['capped-per-day'],
  });
  expect((await story.wallet()).days).toEqual({ 'c1|2026-11-23': 120 * 36_000_000 });
  expect((await story.verified()).same).toBe(true);
});

test('a cap of the day holds over a session that proves dearer after another came under it', async () => {
  const story = await held({}, { capPerDayFen: 120 });
  const first = story.order;
  await story.started(0);
  await story.frame(60, 3600, 800);
  await story.sweepAt(13 * 60);
  expect((await story.receipt())?.chargedFen).toBe(73);
  // Told late by two hours: on the day of the first session, whose account is still to come.
  await story.authorise(90);
  await story.settled(150, 3600, 1000);
  expect(await story.receipt()).toMatchObject({ chargedFen: 47, remarks: ['capped-per-day'] });
  await story.board.settles({ port: 2, order: first }, 4000, 1000);
  const settlementOf = (order: number) =>
    receiptSchema.parse(
      story.estate.entries('settlement').find(({ sk }) => sk.startsWith(`SESSION#${order}#`))?.facts[
        'receipt'
      ],
    );
  expect(settlementOf(story.order)).toMatchObject({ chargedFen: 47 });
  expect(settlementOf(first)).toMatchObject({
    chargedFen: 73,
    spentBefore: { '2026-11-23': 47 * 36_000_000 },
    remarks: ['capped-per-day'],
  });
  expect((await story.wallet()).days).toEqual({ 'c1|2026-11-23': 120 * 36_000_000 });
});
