import { describe, expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { addPreviews } from '../../src/billing/preview-tariff.ts';
import { previewPage } from '../../src/charging/preview-past.ts';
import { newestReceiptStep, readSteps, receiptIn } from '../../src/charging/steps.ts';
import { keys } from '../../src/shared/keys.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';
import { reading } from '../support/board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { writeViews } from '../support/views.ts';

const minuteMs = 60_000;

/** As the estate's, but the valley begins at 21:00. */
const draft: Tariff = {
  tariffVersion: 'draft',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  effectiveFromMs: eveningMs,
  electricity: [
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
    { fromHalfHour: 12, toHalfHour: 42, priceMilliYuanPerKWh: 617 },
    { fromHalfHour: 42, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  holdFen: 300,
};

const estate = estateOfEachTest();

/** A session of so many Wh an hour, told every ten minutes, from now on. */
async function session(
  port: number,
  minutes: number,
  energyWhAt: (minute: number) => number,
): Promise<string> {
  const start = await estate.board.starts(port);
  const fromMs = estate.clockMs;
  for (let minute = 10; minute < minutes; minute += 10) {
    estate.clockMs = fromMs + minute * minuteMs;
    await estate.board.frame(reading(port, minute * 60, energyWhAt(minute)));
  }
  estate.clockMs = fromMs + minutes * minuteMs;
  await estate.board.settles(start, minutes * 60, energyWhAt(minutes));
  return `${boardId}-${start.order}`;
}

/** The list of sessions is written from the stream. */
const list = () => writeViews(estate);

const preview = (tariff: Tariff, more = {}) =>
  previewPage(estate.backend, estateId, {
    tariff: tariffSchema.parse(tariff),
    fromMs: 0,
    untilMs: estate.clockMs + 1,
    ...more,
  });

async function receipt(sessionId: string) {
  const order = Number(sessionId.split('-')[1]);
  return receiptIn(newestReceiptStep(await readSteps(estate.backend, boardId, order)));
}

/** All its energy in the first two hours, from 19:00 to 21:00. */
const early = (minute: number) => Math.min(minute, 120) * 5;

describe('a preview of what was', () => {
  test('is cut at the draft’s own boundaries by the frames, which the receipt does not have any more', async () => {
    const sessionId = await session(2, 240, early);
    await list();
    // The receipt's readings are those around 22:00: by them alone, energy at 21:00 would be interpolated.
    expect((await receipt(sessionId))?.readings.some(({ atMs }) => atMs === eveningMs + 120 * minuteMs)).toBe(
      false,
    );
    const { preview: page, cursor } = await preview(draft);
    // 600 Wh before 21:00, none after: 600 × 0.617 → 37 fen as before, and 600 × 0.300 = 18 fen.
    expect(page).toMatchObject({
      sessions: 1,
      interpolated: 0,
      totals: { beforeFen: 37 + 18, afterFen: 37 + 18 },
      households: [{ householdId: 'h1', sessions: 1, differenceFen: 0 }],
    });
    expect(cursor).toBeUndefined();
  });

  test('under the tariff that was in force is the bills themselves', async () => {
    for (const port of [1, 2, 3]) await session(port, 60 + port * 50, (minute) => minute * 3 * port);
    await list();
    const { preview: page } = await preview({ ...draft, electricity: householdElectricity });
    expect(page.sessions).toBe(3);
    expect(page.totals.differenceFen).toBe(0);
    expect(page.byLine.map(({ differenceFen }) => differenceFen)).toEqual([0, 0]);
    expect(page.totals.beforeFen).toBeGreaterThan(0);
  });

  test('of a session that was limited to its hold is what was taken', async () => {
    const terms = { holdFen: 50 };
    await estate.begin(terms);
    const sessionId = await session(2, 240, early);
    await list();
    expect(await receipt(sessionId)).toMatchObject({ totalFen: 55, chargedFen: 50 });
    const totals = async (more: Partial<Tariff>) => (await preview({ ...draft, ...more })).preview.totals;
    expect(await totals({ electricity: householdElectricity, ...terms })).toEqual({
      ...{ beforeFen: 50, afterFen: 50, differenceFen: 0 },
    });
    const dearer = { service: { by: 'energy', priceMilliYuanPerKWh: 900 } } as const;
    expect(await totals({ ...dearer, holdFen: 50 })).toMatchObject({ beforeFen: 50, afterFen: 50 });
    expect(await totals({ holdFen: 45 })).toMatchObject({ beforeFen: 50, afterFen: 45 });
    expect(await totals({ holdFen: 300 })).toMatchObject({ beforeFen: 50, afterFen: 55 });
  });

  test('holds no more than the wallet had', async () => {
    const { table } = estate;
    await table.commit([putWallet({ ...(await readWallet(table, estateId, 'h1')), balanceFen: 50 })]);
    const sessionId = await session(2, 240, early);
    await list();
    expect(await receipt(sessionId)).toMatchObject({ totalFen: 55, chargedFen: 50, holdFen: 50 });
    expect((await preview({ ...draft, holdFen: 400 })).preview.totals).toMatchObject({
      beforeFen: 50,
      afterFen: 50,
    });
  });

  test('says so where the frames are gone', async () => {
    await session(2, 240, early);
    await list();
    for (const { pk, sk } of [...estate.table.all()])
      if (sk.startsWith('FRAME#')) await estate.table.commit([{ remove: { pk, sk } }]);
    const { preview: page } = await preview(draft);
    expect(page).toMatchObject({ sessions: 1, interpolated: 1 });
    expect(page.totals.afterFen).toBeLessThan(page.totals.beforeFen);
  });

  test('leaves out what was paid at the board, what still runs, and other facilities', async () => {
    await session(2, 60, early);
    await estate.board.startsAlone(5, 77, 3, 0);
    await estate.board.card(7);
    await list();
    expect((await preview(draft)).preview).toMatchObject({
      sessions: 1,
      leftOut: { paidAtBoard: 1, unfinished: 1 },
    });
    expect((await preview({ ...draft, facilityId: 'garage' })).preview.sessions).toBe(1);
    expect((await preview({ ...draft, facilityId: 'shed' })).preview).toMatchObject({
      sessions: 0,
      leftOut: { paidAtBoard: 0, unfinished: 0 },
    });
    expect((await preview(draft, { untilMs: eveningMs - 1 })).preview.sessions).toBe(0);
  });

  test('goes on where the last page ended, and adds up to the whole', async () => {
    for (let round = 0; round < 43; round += 1) await session(1 + (round % 12), 20, (minute) => minute * 10);
    await list();
    const capped = { ...draft, capPerDayFen: 50 };
    const whole = await preview(capped);
    expect(whole).toMatchObject({ preview: { sessions: 43 } });
    expect(whole.cursor).toBeUndefined();
    // Its time is up after every twenty: the clock goes on while it reads.
    const { clock } = estate.backend;
    let lookedMs = 0;
    const now = () => {
      lookedMs += 10_000;
      return clock.now() + lookedMs;
    };
    const hasty = { ...estate.backend, clock: { now } };
    const page = (cursor?: string) =>
      previewPage(hasty, estateId, { tariff: capped, fromMs: 0, untilMs: estate.clockMs + 1, cursor });
    let sum = await page();
    const sizes = [sum.preview.sessions];
    while (sum.cursor !== undefined) {
      const next = await page(sum.cursor);
      sizes.push(next.preview.sessions);
      sum = { ...next, preview: addPreviews(sum.preview, next.preview) };
    }
    expect(sizes).toEqual([20, 20, 3]);
    expect(sum.preview).toEqual(whole.preview);
    expect(await preview(draft, { cursor: 'x' }).catch(({ error }) => error)).toBe('bad-request');
  });
});

test('a page ends after four hundred sessions, and the next goes on behind the last of them', async () => {
  await session(1, 60, (minute) => minute);
  await list();
  const { pk } = keys.sessionOfEstate(estateId, 0, '');
  const [row] = await estate.table.query({ pk });
  if (row === undefined) throw new Error('There is no session');
  for (let number = 1; number <= 400; number += 1)
    await estate.table.commit([{ put: { ...row, sk: `${row.sk}~${number}` }, when: 'always' }]);
  const first = await preview(draft);
  expect(first.preview.sessions).toBe(400);
  const next = await preview(draft, { cursor: first.cursor });
  expect(next).toMatchObject({ preview: { sessions: 1 } });
  expect(next.cursor).toBeUndefined();
});
