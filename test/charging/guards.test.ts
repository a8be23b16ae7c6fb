import { beforeEach, describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { foldSession } from '../../src/charging/fold.ts';
import { termsOf } from '../../src/charging/terms.ts';
import { redeliver } from '../../src/journal/redeliver.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong } from '../support/moments.ts';

// Guards that stand alone: no other would catch what they catch.

const story = storyOfEachTest();

const kinds = () => story.board.told().map((down) => down?.kind);

describe('a card that was refused for want of money', () => {
  test('starts nothing when its request is told again after a top-up, and is refused in the same words', async () => {
    await story.hasWallet((wallet) => ({ ...wallet, balanceFen: 0 }));
    await story.authorise(0);
    await story.hasWallet((wallet) => ({ ...wallet, balanceFen: 2000 }));
    await story.authorise(0);
    expect(kinds()).toEqual(['card-answer', 'card-answer']);
    expect(story.estate.published[1]).toEqual(story.estate.published[0]);
  });

  test('starts when it is held there anew', async () => {
    await story.hasWallet((wallet) => ({ ...wallet, balanceFen: 0 }));
    await story.authorise(0);
    await story.hasWallet((wallet) => ({ ...wallet, balanceFen: 2000 }));
    await story.authorise(1);
    expect(kinds()).toEqual(['card-answer', 'start']);
  });
});

describe('a session that was stopped', () => {
  beforeEach(async () => {
    await story.authorise(0);
  });

  test('and never settles gives its hold back within minutes, though the sweep has seen it begin', async () => {
    await story.started();
    await story.sweepAt(2);
    await story.stopped(30);
    await story.sweepAt(41);
    expect((await story.wallet()).holds).toEqual({});
  });

  test('by the number of another order goes on, and its settlement is waited for', async () => {
    await story.started();
    await story.board.stopAnswer(story.order, 2);
    await story.sweepAt(20);
    expect(await story.openOrder()).toBe(story.order);
  });

  test('is not started again by a late repetition of its start', async () => {
    await story.stopped(0.1);
    const [authorised] = story.estate.entries('session-authorised');
    story.estate.published.length = 0;
    await redeliver(story.estate.backend, authorised as NonNullable<typeof authorised>);
    expect(kinds()).toEqual([]);
  });
});

test.each([
  [0, true],
  [1, true],
  [2, false],
] as const)('a start that is answered with %i has its port: %s', async (answer, open) => {
  await story.authorise(0);
  await story.started(0.1, answer);
  await story.sweepAt(5);
  expect((await story.openOrder()) !== undefined).toBe(open);
  expect(story.estate.entries('session-start-answered')).toHaveLength(open ? 1 : 0);
});

test('a start that nobody has answered is sent again while it holds, and not after', async () => {
  await story.authorise(0);
  const [authorised] = story.estate.entries('session-authorised');
  const again = () => redeliver(story.estate.backend, authorised as NonNullable<typeof authorised>);
  expect(await again()).toBe(1);
  expect(kinds()).toEqual(['start', 'start']);
  story.estate.clockMs = eveningMs + 30_000;
  expect(await again()).toBe(0);
  expect(kinds()).toEqual(['start', 'start']);
});

test('a frame that comes while a session is being closed is in its bill, without another frame', async () => {
  await story.starts(0);
  await story.frame(10, 600, 20);
  story.minute = 12 * 60 + 11;
  // The frames have been read: what comes now is in nobody's sight.
  const race = interruptedAfter(story.estate.table, looksAmong('FRAME#'), () => story.frame(20, 1200, 60));
  await story.sweep(race);
  expect((await story.receipt())?.readings.at(-1)?.energyWh).toBe(60);
  expect((await story.verified()).differences).toEqual([]);
});

test('a reading of no seconds is not the first of a session', () => {
  const { readings } = foldSession({
    authorisedAtMs: eveningMs,
    frames: [
      { receivedAtMs: eveningMs, chargingS: 0, energyWh: 10 },
      { receivedAtMs: eveningMs + 600_000, chargingS: 600, energyWh: 50 },
    ],
  });
  expect(readings).toEqual([
    { atMs: eveningMs, energyWh: 0 },
    { atMs: eveningMs + 600_000, energyWh: 50 },
  ]);
});

test('money that pays for the fee, and for no moment beside it, starts nothing', () => {
  const tariff: Tariff = {
    ...{ estateId: 'e', tariffVersion: 'v', currency: 'CNY', timeZone: 'Asia/Shanghai', effectiveFromMs: 0 },
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 0 }],
    service: { by: 'time', priceMilliYuanPerHour: 300 },
    startFeeFen: 99,
    holdFen: 300,
  };
  const asked = { memberId: undefined, atMs: eveningMs };
  const withFen = (balanceFen: number) => termsOf({ ...emptyWallet('e', 'h'), balanceFen }, tariff, asked);
  expect(() => withFen(100)).toThrow(expect.objectContaining({ error: 'too-little-money' }));
  expect(withFen(101).timeLimitMs).toBeGreaterThan(0);
});

test('a balance is asked for without starting anything', async () => {
  await story.board.balance(2);
  expect(kinds()).toEqual(['card-answer']);
  expect(await story.openOrder()).toBeUndefined();
});
