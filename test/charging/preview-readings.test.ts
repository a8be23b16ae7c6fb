import { describe, expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { previewPage } from '../../src/charging/preview-past.ts';
import { keys } from '../../src/shared/keys.ts';
import { saveTariff } from '../../src/tariffs/save-tariff.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

// Which readings a preview takes for a session's own: at 19:30 the draft's price falls, and the bill had no boundary there.

const hourMs = 3_600_000;
const draft: Tariff = {
  ...{
    tariffVersion: 'draft',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    effectiveFromMs: eveningMs,
    holdFen: 300,
  },
  electricity: [
    { fromHalfHour: 0, toHalfHour: 39, priceMilliYuanPerKWh: 600 },
    { fromHalfHour: 39, toHalfHour: 48, priceMilliYuanPerKWh: 100 },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 0 },
};
type Frame = [heardMinute: number, chargingS: number, energyWh: number];

/** An hour from 19:00 with 400 Wh in all, and what the draft makes of it. */
async function charged(frames: Frame[]) {
  const story = await SessionStory.running();
  for (const [minute, chargingS, energyWh] of frames) await story.frame(minute, chargingS, energyWh);
  await story.settled(60, 3600, 400);
  return story;
}

async function previewOf(story: SessionStory, more: Partial<Tariff> = {}, fromMs = 0) {
  const { estate } = story;
  await writeViews(estate);
  const tariff = tariffSchema.parse({ ...draft, ...more });
  const { preview } = await previewPage(estate.backend, estateId, {
    tariff,
    fromMs,
    untilMs: eveningMs + 1e9,
  });
  return preview;
}

describe('a reading at 19:30', () => {
  // 300 Wh until then are 18 fen, and one for the rest; interpolated between the ends, 200 Wh are 12 and two.
  test.each<[string, Frame[], afterFen: number, interpolated: number]>([
    ['counts', [[30, 1800, 300]], 19, 0],
    ['that was heard a minute early counts', [[29, 1800, 300]], 19, 0],
    ['that was heard earlier is of another session', [[28.9, 1800, 300]], 14, 0],
    ['that was heard ten minutes late counts', [[40, 1800, 300]], 19, 0],
    ['that was heard later is of another session', [[40.1, 1800, 300]], 14, 0],
    ['that shows more than the end is none', [[30, 1800, 410]], 14, 0],
    // 310 Wh at 19:20, and from there a line to the end: 333 Wh.
    [
      'that shows less than one before is none',
      [
        [20, 1200, 310],
        [30, 1800, 300],
      ],
      21,
      0,
    ],
    [
      'of which there are two is the lesser',
      [
        [30, 1800, 310],
        [30.1, 1800, 300],
      ],
      19,
      0,
    ],
    [
      'that is heard after a later one is in its place',
      [
        [39.9, 2400, 360],
        [40, 1800, 300],
      ],
      19,
      0,
    ],
    ['that there is not is interpolated, and said so', [], 14, 1],
  ])('%s', async (_, frames, afterFen, interpolated) => {
    const preview = await previewOf(await charged(frames));
    expect(preview).toMatchObject({ sessions: 1, totals: { beforeFen: 25 + 12, afterFen }, interpolated });
  });

  test('does not count where the bill was cut before it, and that is said', async () => {
    const story = await SessionStory.running();
    await story.frame(10, 600, 150);
    await story.asksToStop(39);
    await story.frame(50, 3000, 380);
    await story.settled(60, 3600, 400);
    // Until 19:40: the receipt has 150 Wh at 19:10 and 322 at the end, and at 19:30 there were 264.
    expect(await previewOf(story)).toMatchObject({ sessions: 1, totals: { afterFen: 16 }, interpolated: 0 });
  });
});

test('a reading that was heard up to ten minutes after the end counts', async () => {
  const story = await SessionStory.running();
  await story.frame(40, 1800, 300);
  await story.settled(45, 31 * 60, 400);
  expect(await previewOf(story)).toMatchObject({ totals: { afterFen: 19 }, interpolated: 0 });
});

test('where the board is gone nobody can read what it told: 19:30 is interpolated, and that is said', async () => {
  const story = await charged([
    [30, 1800, 300],
    [35, 2100, 320],
  ]);
  expect(await previewOf(story)).toMatchObject({ totals: { afterFen: 19 }, interpolated: 0 });
  await story.estate.table.commit([{ remove: keys.device(boardId) }]);
  // The bill has kept the reading before the end, 320 Wh at 19:35: 274 Wh until 19:30.
  expect(await previewOf(story)).toMatchObject({ totals: { afterFen: 18 }, interpolated: 1 });
});

test('a session that never began is one that costs nothing', async () => {
  const story = await SessionStory.begin();
  await story.authorise(0);
  await story.sweepAt(2);
  expect(await previewOf(story)).toMatchObject({
    sessions: 1,
    totals: { beforeFen: 0, afterFen: 0 },
    interpolated: 0,
  });
});

test('a draft that holds more may take more, where it was the tariff that limited a session', async () => {
  const story = await charged([]);
  const dear = { service: { by: 'energy', priceMilliYuanPerKWh: 10_000 }, holdFen: 500 } as const;
  expect((await previewOf(story, dear)).totals.afterFen).toBe(414);
});

test('sessions are those that were authorised from one moment on', async () => {
  const story = await charged([]);
  expect((await previewOf(story, {}, eveningMs)).sessions).toBe(1);
  expect((await previewOf(story, {}, eveningMs + 1)).sessions).toBe(0);
});

test('an estate’s draft is not the price where a facility has its own by then', async () => {
  const story = await charged([]);
  const own = {
    ...draft,
    tariffVersion: 'own',
    facilityId: 'garage',
    effectiveFromMs: eveningMs + 3 * hourMs,
  };
  const noElectricity = { electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }] };
  const wanted = tariffSchema.parse({ ...own, ...noElectricity });
  await saveTariff(story.estate.backend, story.estate.by('m'), wanted, 1100);
  const sessions = async (effectiveFromMs: number) => (await previewOf(story, { effectiveFromMs })).sessions;
  expect(await sessions(own.effectiveFromMs - 1)).toBe(1);
  expect(await sessions(own.effectiveFromMs)).toBe(0);
});
