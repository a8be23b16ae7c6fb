import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { eveningMs } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

const minuteMs = 60_000;
type Terms = Parameters<typeof SessionStory.begin>[0];

/** One session of some hours, told by everything that can be told of it. */
const sessions = fc.record({
  minutes: fc.integer({ min: 3, max: 300 }),
  powerW: fc.integer({ min: 60, max: 900 }),
  framesEvery: fc.integer({ min: 4, max: 40 }),
  frameDelayS: fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 4, maxLength: 4 }),
  settledAfterMinutes: fc.integer({ min: 0, max: 200 }),
  staysMinutes: fc.integer({ min: 0, max: 400 }),
  stopAskedAt: fc.option(fc.double({ min: 0.1, max: 1, noNaN: true }), { nil: undefined }),
});

const terms: fc.Arbitrary<Terms> = fc.record(
  {
    service: fc.constantFrom<NonNullable<NonNullable<Terms>['service']>>(
      { by: 'energy', priceMilliYuanPerKWh: 300 },
      { by: 'time', priceMilliYuanPerHour: 250 },
      {
        by: 'power',
        bands: [
          { upToW: 200, priceMilliYuanPerHour: 200 },
          { upToW: 1200, priceMilliYuanPerHour: 600 },
        ],
      },
    ),
    overstay: fc.constant({ graceMinutes: 30, priceMilliYuanPerHour: 500 }),
    capPerDayFen: fc.integer({ min: 50, max: 400 }),
    freeMinutes: fc.integer({ min: 1, max: 30 }),
    startFeeFen: fc.integer({ min: 1, max: 40 }),
    holdFen: fc.integer({ min: 150, max: 900 }),
  },
  { requiredKeys: [] },
);

interface World {
  readonly receipt: Receipt;
  readonly wallet: object;
  readonly netFen: number;
  readonly takenFen: number;
}

/** Tells the session in the order that `order` gives its messages, some of them twice. */
async function tell(
  wanted: Terms,
  session: typeof sessions extends fc.Arbitrary<infer T> ? T : never,
  money: { readonly balanceFen: number; readonly packageWh: number },
  order: (index: number) => number,
  repeated: (index: number) => boolean,
): Promise<World> {
  const story = await SessionStory.begin(wanted);
  await story.hasWallet((wallet) => ({
    ...wallet,
    balanceFen: money.balanceFen,
    purchases: money.packageWh === 0 ? {} : { p1: energyPackage(money.packageWh) },
  }));
  await story.passes('in', -3);
  await story.authorise(0);
  const energyAt = (minute: number) => (session.powerW * minute) / 60;
  if (session.stopAskedAt !== undefined) await story.asksToStop(session.stopAskedAt * session.minutes);
  // Everything is taken in long after it was heard, so that the watchdog may come at any point of it.
  story.estate.clockMs = eveningMs + 20 * 60 * minuteMs;
  const told: (() => Promise<unknown>)[] = [
    () => story.started(0.05),
    () =>
      story.settled(
        session.minutes + session.settledAfterMinutes,
        session.minutes * 60,
        energyAt(session.minutes),
      ),
    () => story.stopped(session.minutes),
    () => story.passes('out', session.minutes + session.staysMinutes),
    () => story.sweep(),
  ];
  for (let minute = session.framesEvery; minute < session.minutes; minute += session.framesEvery) {
    const delayS = session.frameDelayS[minute % 4] ?? 0;
    told.push(() => story.frame(minute + delayS / 60, minute * 60, energyAt(minute), session.powerW));
  }
  const sequence = told
    .flatMap((act, index) => (repeated(index) ? [act, act] : [act]))
    .map((act, index) => ({ act, at: order(index) }))
    .sort((a, b) => a.at - b.at);
  for (const { act } of sequence) await act();
  const receipt = await story.receipt();
  if (receipt === undefined) throw new Error('The session has no receipt');
  expect((await story.verified()).differences).toEqual([]);
  expect(story.takenFen()).toBe(receipt.chargedFen);
  const { balanceFen, owedFen, holds, purchases, budget, days } = await story.wallet();
  return {
    receipt,
    wallet: { holds, purchases, budget, days },
    netFen: balanceFen - owedFen,
    takenFen: story.takenFen(),
  };
}

function energyPackage(left: number) {
  const validUntilMs = eveningMs + 1e9;
  return {
    packageId: 'e',
    tariffVersion: '2026-01',
    kind: 'energy' as const,
    left,
    boughtAtMs: 0,
    validUntilMs,
  };
}

/** All that a resident pays for and sees, but for the ways in which it came about. */
function billOf({ receipt }: World) {
  const { adjustments: _a, revision: _r, remarks, ...bill } = receipt;
  return { ...bill, remarks: remarks.filter((remark) => remark !== 'late-truth-borne-by-us') };
}

describe('whatever is told in whatever order, and twice', () => {
  const shuffles = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 });
  const monies = fc.record({
    balanceFen: fc.integer({ min: 160, max: 3000 }),
    packageWh: fc.constantFrom(0, 0, 300, 5000),
  });

  test('a session ends with the same bill, and the wallet with the same money', async () => {
    await fc.assert(
      fc.asyncProperty(
        terms,
        sessions,
        monies,
        shuffles,
        shuffles,
        async (wanted, session, money, first, second) => {
          const orderly = await tell(
            wanted,
            session,
            money,
            (index) => index,
            () => false,
          );
          const muddled = await tell(
            wanted,
            session,
            money,
            (index) => first[index % 40] ?? 0,
            (index) => (second[index % 40] ?? 0) > 0.6,
          );
          expect(billOf(muddled)).toEqual(billOf(orderly));
          expect(muddled.wallet).toEqual(orderly.wallet);
          expect(muddled.netFen).toBe(orderly.netFen);
          expect(muddled.takenFen).toBe(orderly.takenFen);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});
