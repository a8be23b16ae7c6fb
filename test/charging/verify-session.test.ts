import { expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { fieldDifferences, verifySession } from '../../src/charging/verify-session.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardId } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

/** A session that was estimated, corrected by the board, and corrected again by a frame that came late. */
async function corrected(): Promise<SessionStory> {
  const story = await SessionStory.running();
  await story.frame(60, 3600, 500);
  await story.sweepAt(13 * 60);
  await story.settled(300, 4 * 3600, 1000);
  await story.frame(180, 3 * 3600, 900);
  return story;
}

test('a receipt with a history follows from its evidence, to the last field', async () => {
  const story = await corrected();
  const { same, recorded, recomputed } = await story.verified();
  expect(same).toBe(true);
  expect(recomputed).toEqual(recorded);
  expect(recorded).toMatchObject({
    revision: 2,
    adjustments: [
      { why: 'board-settlement', beforeFen: 46 },
      { why: 'late-reading', afterFen: 89 },
    ],
  });
});

test.each<[string, (receipt: Receipt) => Receipt, string]>([
  ['what was taken', (receipt) => ({ ...receipt, chargedFen: receipt.chargedFen - 1 }), 'chargedFen'],
  [
    'a reading',
    (receipt) => ({
      ...receipt,
      readings: receipt.readings.map((reading, index) =>
        index === 1 ? { ...reading, energyWh: 1 } : reading,
      ),
    }),
    'readings.1.energyWh',
  ],
  [
    'its history',
    (receipt) => ({ ...receipt, adjustments: receipt.adjustments.slice(1) }),
    'adjustments.0.afterFen',
  ],
  ['its code', (receipt) => ({ ...receipt, code: '0000000000' }), 'code'],
])('a receipt that is not what it was is found out: %s', async (_, forge, path) => {
  const story = await corrected();
  const evidence = await story.evidence();
  const receipts = evidence.receipts.map((made, index) =>
    index === evidence.receipts.length - 1 ? { ...made, receipt: forge(made.receipt) } : made,
  );
  const { same, differences } = verifySession({ ...evidence, receipts });
  expect(same).toBe(false);
  expect(differences.map((difference) => difference.path)).toContain(path);
});

test('a tariff that is not what it was is found out', async () => {
  const story = await corrected();
  const evidence = await story.evidence();
  const tariff = { ...evidence.tariff, startFeeFen: 1 };
  expect(verifySession({ ...evidence, tariff }).differences).toContainEqual({
    path: 'totalFen',
    recorded: 89,
    recomputed: 90,
  });
});

test('a session that is not over has nothing to verify', async () => {
  const story = await SessionStory.begin();
  await story.authorise();
  expect(await story.verified()).toMatchObject({ same: false, recorded: undefined, differences: [] });
});

test('fields that are undefined and absent are the same, and everything else is told by its path', () => {
  expect(fieldDifferences({ a: undefined, b: [1, { c: 2 }] }, { b: [1, { c: 2 }] })).toEqual([]);
  expect(fieldDifferences({ b: [1, { c: 2 }] }, { b: [1, { c: 3 }, 4] })).toEqual([
    { path: 'b.1.c', recorded: 2, recomputed: 3 },
    { path: 'b.2', recorded: undefined, recomputed: 4 },
  ]);
});

test('a receipt is found by its code, which says nothing of the session', async () => {
  const story = await corrected();
  await writeViews(story.estate);
  const { code = '' } = (await story.receipt()) ?? {};
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
  expect(await story.estate.item(keys.receiptCode(code))).toMatchObject({
    estateId: 'ziyun',
    sessionId: `${boardId}-${story.order}`,
  });
});
