import { describe, expect, test } from 'vitest';
import { receiptCodeOf } from '../../src/billing/receipt.ts';
import type { SessionEvidence } from '../../src/charging/evidence.ts';
import { newestFrame, readFrames } from '../../src/charging/frame-store.ts';
import { readSteps, receiptSteps, stepsOf } from '../../src/charging/steps.ts';
import { verifySession } from '../../src/charging/verify-session.ts';
import type { ChargingBoard } from '../../src/estate/device.ts';
import { keys } from '../../src/shared/keys.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, eveningMs } from '../support/estate.ts';

// What a receipt rests on, and what follows from it.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const at = (minute: number) => eveningMs + minute * minuteMs;

const story = storyOfEachTest();

/** Closed, then accounted for, then corrected by a frame that came late; a stop was asked for, the bike taken away. */
async function eventful(): Promise<void> {
  await story.begin({
    capPerDayFen: 900,
    overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 },
  });
  await story.passes('in', -5);
  await story.authorise(0);
  await story.started(1);
  await story.frame(61, 3600, 500);
  await story.asksToStop(70);
  await story.sweepAt(13 * 60);
  await story.settled(300, 4 * 3600, 1000);
  await story.frame(181, 3 * 3600, 900);
  await story.passes('out', 400);
}

test('the evidence of a session is all that was told of it, and every receipt with its money', async () => {
  await eventful();
  const { backend } = story.estate;
  const { receipts, ...evidence } = await story.evidence();
  const reading = { port: 2, powerW: 200 };
  expect(evidence).toMatchObject({
    code: receiptCodeOf(backend.vault.mac(`receipt ${story.sessionId}`)),
    ...{ agreement: await story.agreement(), tariff: { tariffVersion: '2026-01', capPerDayFen: 900 } },
    frames: [
      { ...reading, chargingS: 3600, energyWh: 500, receivedAtMs: at(61) },
      { ...reading, chargingS: 3 * 3600, energyWh: 900, receivedAtMs: at(181) },
    ],
    ...{ startedAtMs: at(1), stopAskedAtMs: at(70), closed: { atMs: at(13 * 60), reason: 'end-never-told' } },
    settlement: {
      receivedAtMs: at(300),
      durationS: 4 * 3600,
      claim: { fen: 0, energyWh: 1000, stopReason: 'full' },
    },
    ...{ removedAtMs: at(400), packageReturned: false },
  });
  // After a stop that was lost nobody pays for standing there: the removal makes no receipt.
  const steps = ['closed', 'settled', 'adjusted#2'];
  expect(receipts.map(({ step, receipt: { revision } }) => [step, revision])).toEqual(
    steps.map((step, revision) => [`SESSION#${story.order}#${step}`, revision]),
  );
  for (const { step, atMs, receipt, postings } of receipts) {
    const entry = story.estate.entries().find(({ sk }) => sk === step);
    expect([entry?.receivedAtMs, entry?.facts['receipt'], entry?.postings ?? []]).toEqual([
      atMs,
      receipt,
      postings,
    ]);
  }
  expect((await story.verified()).differences).toEqual([]);
});

test('a session that is priced again and again counts what the card has spent on other sessions of the day, and not itself', async () => {
  await story.begin({ capPerDayFen: 120 });
  await story.authorise(0);
  await story.settled(10, 600, 100);
  await story.starts(20);
  await story.frame(80, 3600, 500);
  await story.sweepAt(20 + 13 * 60);
  await story.settled(200, 3 * 3600, 1000);
  await story.frame(110, 5400, 600);
  const { spentBefore, receipts } = await story.evidence();
  // The first cost 6 and 3 fen.
  expect([spentBefore, receipts.length]).toEqual([{ '2026-11-23': 9 * 36_000_000 }, 3]);
  expect((await story.wallet()).days).toEqual({ 'c1|2026-11-23': (9 + 89) * 36_000_000 });
  expect((await story.verified()).differences).toEqual([]);
});

test('two sessions have two codes', async () => {
  const codes = new Set<string>();
  for (const minute of [0, 20]) {
    await story.authorise(minute);
    codes.add((await story.evidence()).code);
    await story.settled(minute + 10, 600, 100);
  }
  expect(codes.size).toBe(2);
});

test('the receipts of a session are in the order in which they were made, also from the tenth on', async () => {
  await story.authorise(0);
  await story.sweepAt(3);
  for (let minute = 4; minute < 16; minute += 1) await story.frame(minute, minute * 60, minute * 10);
  const steps = await readSteps(story.estate.backend, boardId, story.order);
  const names = ['closed', ...Array.from({ length: 12 }, (_, index) => `adjusted#${index + 1}`)];
  const shuffled = story.estate
    .entries()
    .filter(({ sk }) => sk.startsWith(`SESSION#${story.order}#`))
    .reverse();
  for (const known of [steps, stepsOf(shuffled)]) {
    expect(receiptSteps(known).map(({ sk }) => sk.split('#').slice(2).join('#'))).toEqual(names);
    expect(known.adjusted).toHaveLength(12);
  }
  expect((await story.receipt())?.readings.at(-1)?.energyWh).toBe(150);
});

test('steps are known by their names, whatever else a session has', async () => {
  await eventful();
  const steps = await readSteps(story.estate.backend, boardId, story.order);
  const names = (['authorised', 'started', 'stopAsked', 'closed', 'settled', 'removed'] as const).map(
    (name) => steps[name]?.sk.split('#')[2],
  );
  expect(names).toEqual(['authorised', 'started', 'stop-asked', 'closed', 'settled', 'removed']);
  expect(steps.stopAnswered).toBeUndefined();
  expect(receiptSteps({ ...steps, settled: undefined }).map(({ kind }) => kind)).toEqual([
    ...['session-closed', 'session-adjusted'],
  ]);
});

describe('of the frames of a board', () => {
  test('those of one port are read, from one moment to another and with both, and never beyond what a session lasts', async () => {
    const board = (await story.estate.backend.registry.device(boardId)) as ChargingBoard;
    const longest = 12 * 60 + 10;
    for (const minute of [-1, 0, 5, longest, longest + 1]) await story.frame(minute, 60, 10 + minute);
    const read = async (port: number, untilMinute: number) =>
      (await readFrames(story.estate.table, board, port, eveningMs, at(untilMinute))).map(
        ({ receivedAtMs }) => (receivedAtMs - eveningMs) / minuteMs,
      );
    expect(await read(2, 5)).toEqual([0, 5]);
    expect(await read(2, 4)).toEqual([0]);
    expect(await read(2, 2 * longest)).toEqual([0, 5, longest]);
    expect(await read(3, 5)).toEqual([]);
    expect(await newestFrame(story.estate.table, board)).toMatchObject([
      { port: 2, receivedAtMs: at(longest + 1) },
    ]);
  });

  test('there is none before the first', async () => {
    const board = (await story.estate.backend.registry.device(boardId)) as ChargingBoard;
    expect(await newestFrame(story.estate.table, board)).toEqual([]);
  });
});

test('a history is compared step by step: what is not a change is none', () => {
  const receipt = (chargedFen: number, revision: number, adjustments: object[]) => ({
    chargedFen,
    revision,
    adjustments,
  });
  const made = (chargedFen: number, revision: number, adjustments: object[]) => ({
    ...{ step: '', atMs: 100 + revision, postings: [], receipt: receipt(chargedFen, revision, adjustments) },
  });
  const first = { atMs: 101, why: 'board-settlement', beforeFen: 5, afterFen: 7 };
  const third = { atMs: 103, why: 'late-reading', beforeFen: 7, afterFen: 9 };
  const receipts = [made(5, 0, []), made(7, 1, [first]), made(7, 2, [first]), made(9, 3, [first, third])];
  const tariff = { tariffVersion: 'v', timeZone: 'Asia/Shanghai', electricity: [], holdFen: 300 };
  const evidence = {
    agreement: { authorisedAtMs: hourMs, holdFen: 300 },
    tariff: { ...tariff, service: { by: 'time', priceMilliYuanPerHour: 0 } },
  };
  const verified = (list: typeof receipts) =>
    verifySession({ ...evidence, code: 'C', frames: [], receipts: list } as unknown as SessionEvidence);
  expect(verified(receipts).recomputed).toMatchObject({ revision: 3, adjustments: [first, third] });
  expect(verified(receipts.slice(0, 1)).recomputed).toMatchObject({ revision: 0, adjustments: [] });
  expect(verified([]).recomputed).toMatchObject({ revision: 0, adjustments: [] });
  expect(verified([]).same).toBe(false);
});

test('an account of an order that nobody knew settles nothing', async () => {
  await story.settled(0, 600, 20, { order: 77 });
  const { settled } = await readSteps(story.estate.backend, boardId, 77);
  expect(settled?.sk).toBe(keys.session(boardId, 77, 'settled').sk);
  expect(receiptSteps(await readSteps(story.estate.backend, boardId, 77))).toEqual([]);
});
