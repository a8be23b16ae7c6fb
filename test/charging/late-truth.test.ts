import { describe, expect, test } from 'vitest';
import { payInPostings } from '../../src/wallet/pay-in.ts';
import { deposit } from '../../src/wallet/wallet.ts';
import { eveningMs, type Terms } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

const minuteMs = 60_000;
const hours = (count: number) => count * 60;

/** 2000 fen in the wallet; 0.617 and 0.300 yuan/kWh, so that 1000 Wh cost 92 fen. */
async function story(terms: Terms = {}): Promise<SessionStory> {
  const begun = await SessionStory.begin(terms);
  await begun.authorise();
  return begun;
}

const closedByWatchdog = (session: SessionStory) => session.sweepAt(hours(13));

describe('an estimate', () => {
  test('that was too much goes back by itself, line by line', async () => {
    const session = await SessionStory.running();
    await session.frame(60, 3600, 1000);
    await closedByWatchdog(session);
    expect(await session.receipt()).toMatchObject({ estimated: true, chargedFen: 92, adjustments: [] });
    await session.settled(hours(13), 3000, 800);
    expect(await session.receipt()).toMatchObject({ estimated: false, chargedFen: 73 });
    expect(session.estate.entries('settlement')[0]?.postings).toEqual([
      expect.objectContaining({ debit: 'revenue:electricity', credit: 'wallet:h1', amountFen: 13 }),
      expect.objectContaining({ debit: 'revenue:service', credit: 'wallet:h1', amountFen: 6 }),
    ]);
    expect(await session.wallet()).toMatchObject({ balanceFen: 2000 - 73, owedFen: 0 });
    await session.expectSound();
  });

  test('that was too little is claimed from free money, and the rest is owed', async () => {
    const session = await story();
    await closedByWatchdog(session);
    await session.hasWallet((wallet) => ({ ...wallet, balanceFen: 40 }));
    await session.settled(hours(13), 3600, 1000);
    expect(await session.receipt()).toMatchObject({ chargedFen: 92 });
    expect(await session.wallet()).toMatchObject({ balanceFen: 0, owedFen: 52 });
    const postings = session.estate.entries('settlement')[0]?.postings ?? [];
    expect(postings).toContainEqual(
      expect.objectContaining({ debit: 'receivable:h1', credit: 'revenue:service', amountFen: 30 }),
    );
    expect(postings).toContainEqual(
      expect.objectContaining({ debit: 'receivable:h1', credit: 'revenue:electricity', amountFen: 22 }),
    );
    await session.expectSound();
  });

  test('that proves wrong never costs more than the hold that was agreed', async () => {
    const session = await story();
    await session.hasWallet((wallet) => ({ ...wallet, balanceFen: 5000 }));
    await closedByWatchdog(session);
    await session.settled(hours(13), 36_000, 9000);
    expect(await session.receipt()).toMatchObject({
      totalFen: 602,
      chargedFen: 300,
      remarks: ['late-truth-borne-by-us', 'limited-to-hold'],
    });
    await session.expectSound();
  });

  test('pays a debt with what it gives back', async () => {
    const session = await story();
    await session.frame(60, 3600, 1000);
    await closedByWatchdog(session);
    await session.hasWallet((wallet) => ({ ...wallet, owedFen: 10 }));
    const before = await session.wallet();
    await session.settled(hours(13), 3000, 800);
    expect(await session.wallet()).toMatchObject({ balanceFen: before.balanceFen + 9, owedFen: 0 });
    const toWallet = payInPostings('revenue:electricity', before, deposit(before, 13), 13, session.sessionId);
    expect(session.estate.entries('settlement')[0]?.postings?.slice(0, 2)).toEqual(toWallet);
    await session.expectSound();
  });

  test('grows with frames of the session that come after it, and shrinks with none', async () => {
    const session = await story();
    await closedByWatchdog(session);
    expect(await session.receipt()).toMatchObject({ chargedFen: 0, remarks: ['estimated', 'not-started'] });
    await session.frame(60, 3595, 1000);
    expect(await session.receipt()).toMatchObject({
      chargedFen: 92,
      remarks: ['end-never-told', 'estimated'],
      adjustments: [{ why: 'late-reading', beforeFen: 0, afterFen: 92 }],
    });
    await session.frame(60, 3595, 1000);
    await session.frame(30, 1795, 500);
    await session.frame(hours(13), 60, 10);
    expect(await session.receipt()).toMatchObject({ chargedFen: 92, adjustments: [{ afterFen: 92 }] });
    await session.expectSound();
  });
});

describe('a settled session', () => {
  test('is priced again by a reading from before its end that was on its way', async () => {
    const session = await SessionStory.running();
    // From 19:00 to 23:00; at 22:00 it costs half. Interpolated there: 750 Wh.
    await session.settled(hours(4), hours(4) * 60, 1000);
    expect((await session.receipt())?.chargedFen).toBe(54 + 30);
    await session.frame(hours(3), hours(3) * 60, 900);
    const receipt = await session.receipt();
    expect(receipt).toMatchObject({
      chargedFen: 59 + 30,
      adjustments: [{ why: 'late-reading', beforeFen: 84, afterFen: 89 }],
    });
    expect(receipt?.lines[0]?.slices.map(({ energyWh, measured }) => [energyWh, measured])).toEqual([
      [900, true],
      [100, true],
    ]);
    await session.expectSound();
  });

  test('is not changed by what is heard after its settlement', async () => {
    const session = await story();
    await session.settled(60, 3600, 1000);
    await session.frame(61, 3500, 970);
    await session.frame(hours(2), 600, 30);
    expect(session.estate.entries('session-adjusted')).toEqual([]);
    await session.expectSound();
  });

  test('begins when its start was answered, though the answer comes last', async () => {
    const session = await story();
    // The account was resent for two hours: without the answer it would begin at 22:00, at half the price.
    await session.settled(hours(4), 3600, 1000);
    expect((await session.receipt())?.chargedFen).toBe(31 + 30);
    await session.started(0);
    expect(await session.receipt()).toMatchObject({ chargedFen: 92 });
    await session.expectSound();
  });

  test('is found by a frame of it after two others on its port', async () => {
    const session = await SessionStory.running();
    await session.settled(10, 600, 100);
    const first = session.order;
    for (const minute of [20, 40]) {
      await session.authorise(minute);
      await session.settled(minute + 10, 600, 100);
    }
    expect(session.order).not.toBe(first);
    await session.frame(5, 300, 90);
    expect(session.estate.entries('meter-frame')).toHaveLength(1);
    expect((await session.slot())?.earlier).toHaveLength(2);
    await session.expectSound();
  });

  test('costs nothing for seconds without power: they are not among the board’s', async () => {
    const session = await story({
      service: { by: 'time', priceMilliYuanPerHour: 600 },
      electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 600 }],
    });
    await session.started(0);
    await session.frame(10, 600, 100);
    // Two hours without power, and then on under the same order.
    await session.frame(140, 1200, 200);
    await session.settled(150, 1800, 300);
    expect((await session.receipt())?.lines.map(({ amountFen }) => amountFen)).toEqual([18, 30]);
    await session.expectSound();
  });
});

describe('a stop that was asked for', () => {
  test('and did not reach the port in time ends the session all the same', async () => {
    const session = await SessionStory.running();
    await session.frame(29, 29 * 60, 480);
    await session.asksToStop(29);
    await session.frame(59, 59 * 60, 980);
    await session.settled(60, 3600, 1000);
    expect(await session.receipt()).toMatchObject({
      // A minute after the question, interpolated between 480 Wh and 980 Wh thirty minutes later.
      readings: [{ energyWh: 0 }, { energyWh: 480 }, { atMs: eveningMs + 30 * minuteMs, energyWh: 496 }],
      remarks: ['stop-lost-borne-by-us'],
      chargedFen: 31 + 15,
      boardClaim: { energyWh: 1000 },
      whyDifferent: ['energy-corrected'],
    });
    await session.expectSound();
  });

  test('and reached it is nothing to remark on', async () => {
    const session = await SessionStory.running();
    await session.asksToStop(59.5);
    await session.settled(60, 3600, 1000);
    expect(await session.receipt()).toMatchObject({ chargedFen: 92, remarks: [] });
  });

  test('is counted in the board’s own seconds where it had been without power', async () => {
    const session = await SessionStory.running();
    await session.frame(10, 600, 100);
    await session.frame(130, 610, 100);
    await session.asksToStop(131);
    await session.settled(191, 600 + 61 * 60, 1100);
    // Two hours of the wall, and two minutes of the board, after its reading.
    expect((await session.receipt())?.readings.at(-1)).toEqual({
      atMs: eveningMs + (610 + 120) * 1000,
      // That reading is too late for the fold, and ten minutes is the last before it.
      energyWh: 100 + Math.floor((1000 * 130) / (61 * 60)),
    });
  });

  test('is told twice when asked twice, and counts from the first time', async () => {
    const session = await SessionStory.running();
    await session.asksToStop(10);
    await session.asksToStop(20);
    await session.settled(60, 3600, 1000);
    expect(session.estate.entries('stop-asked')).toHaveLength(2);
    expect((await session.receipt())?.readings.at(-1)?.atMs).toBe(eveningMs + 11 * minuteMs);
  });
});
