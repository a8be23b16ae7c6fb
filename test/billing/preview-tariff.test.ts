import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { addPreviews, type PastSession, previewTariff } from '../../src/billing/preview-tariff.ts';
import { flat } from '../support/tariffs.ts';

const hourMs = 3_600_000;
/** 2026-11-23 20:00 in Shanghai. */
const eveningMs = Date.UTC(2026, 10, 23, 12);

const draft = flat(500, 100);

/** One kWh in two hours, billed at so much electricity and service before. */
function session(householdId: string, electricity: number, service: number, more: Partial<PastSession> = {}) {
  return {
    householdId,
    credentialId: `c-${householdId}`,
    beforeFen: { electricity, service },
    readings: [
      { atMs: eveningMs, energyWh: 0 },
      { atMs: eveningMs + 2 * hourMs, energyWh: 1000 },
    ],
    framesGone: false,
    ...more,
  } satisfies PastSession;
}

describe('a preview', () => {
  test('says who would pay more and who less, by household and by line', () => {
    const { preview } = previewTariff(draft, [
      session('a', 40, 10),
      session('b', 60, 30),
      session('a', 50, 10),
      session('c', 50, 10),
    ]);
    expect(preview).toEqual({
      sessions: 4,
      interpolated: 0,
      leftOut: { paidAtBoard: 0, unfinished: 0 },
      households: [
        { householdId: 'a', sessions: 2, beforeFen: 110, afterFen: 120, differenceFen: 10 },
        { householdId: 'b', sessions: 1, beforeFen: 90, afterFen: 60, differenceFen: -30 },
        { householdId: 'c', sessions: 1, beforeFen: 60, afterFen: 60, differenceFen: 0 },
      ],
      totals: { beforeFen: 260, afterFen: 240, differenceFen: -20 },
      byLine: [
        { line: 'electricity', beforeFen: 200, afterFen: 200, differenceFen: 0 },
        { line: 'service', beforeFen: 60, afterFen: 40, differenceFen: -20 },
      ],
      payMore: 1,
      payLess: 1,
      paySame: 1,
    });
  });

  test('is the same in pages as in one', () => {
    const capped = { ...draft, capPerDayFen: 100 };
    const sessions = ['a', 'b', 'a', 'a', 'c', 'b'].map((householdId, index) =>
      session(householdId, 40 + index, 10),
    );
    const whole = previewTariff(capped, sessions).preview;
    for (let cut = 0; cut <= sessions.length; cut += 1) {
      const first = previewTariff(capped, sessions.slice(0, cut), { paidAtBoard: 1, unfinished: 3 });
      const handedOn = JSON.parse(JSON.stringify(first.spent));
      const second = previewTariff(capped, sessions.slice(cut), { paidAtBoard: 4, unfinished: 2 }, handedOn);
      expect(addPreviews(first.preview, second.preview)).toEqual({
        ...whole,
        leftOut: { paidAtBoard: 5, unfinished: 5 },
      });
    }
  });

  test('is what would be charged, and not what a bill above the hold says', () => {
    // 60 fen for charging, and half an hour of overstay.
    const removedAtMs = eveningMs + 3.5 * hourMs;
    const leaving = (holdFen: number, priceMilliYuanPerHour: number): Tariff => ({
      ...draft,
      holdFen,
      overstay: { graceMinutes: 60, priceMilliYuanPerHour },
    });
    const totals = (tariff: Tariff) => {
      const { preview } = previewTariff(tariff, [session('a', 50, 10, { removedAtMs })]);
      return [...preview.byLine.map(({ afterFen }) => afterFen), preview.totals.afterFen];
    };
    expect(totals(leaving(300, 1000))).toEqual([50, 60, 110]);
    expect(totals(leaving(300, 6000))).toEqual([50, 250, 300]);
    expect(totals(leaving(300, 9000))).toEqual([50, 250, 300]);
    // A draft that differs in the hold alone.
    expect(totals(leaving(80, 6000))).toEqual([50, 30, 80]);
    expect(totals(leaving(40, 6000))).toEqual([40, 0, 40]);
  });

  test('holds no more of a session than was there for it', () => {
    const held = (heldFen: number | undefined, holdFen: number) =>
      previewTariff({ ...draft, holdFen }, [session('a', 50, 0, { heldFen })]).preview.totals.afterFen;
    expect(held(50, 300)).toBe(50);
    expect(held(50, 40)).toBe(40);
    expect(held(undefined, 300)).toBe(60);
    expect(held(0, 300)).toBe(0);
  });

  test('counts what the day has cost under the draft, credential by credential', () => {
    const capped = { ...draft, capPerDayFen: 100 };
    const bills = (sessions: PastSession[]) => previewTariff(capped, sessions).preview.totals.afterFen;
    expect(bills([session('a', 0, 0), session('a', 0, 0)])).toBe(100);
    expect(bills([session('a', 0, 0), session('a', 0, 0, { credentialId: 'another' })])).toBe(120);
    const tomorrow = session('a', 0, 0).readings.map((reading) => ({
      ...reading,
      atMs: reading.atMs + 24 * hourMs,
    }));
    expect(bills([session('a', 0, 0), session('a', 0, 0, { readings: tomorrow })])).toBe(120);
  });

  test('forgets days that no session can fall on any more', () => {
    const capped = { ...draft, capPerDayFen: 100 };
    const days = [0, 1, 2].map((day) =>
      session('a', 0, 0, {
        readings: session('a', 0, 0).readings.map((it) => ({ ...it, atMs: it.atMs + day * 24 * hourMs })),
      }),
    );
    expect(Object.keys(previewTariff(capped, days).spent)).toEqual(['c-a|2026-11-25']);
  });

  test('counts sessions whose energy at a boundary of the draft is not known any more', () => {
    const cutting: Tariff = {
      ...draft,
      electricity: [
        { fromHalfHour: 0, toHalfHour: 42, priceMilliYuanPerKWh: 500 },
        { fromHalfHour: 42, toHalfHour: 48, priceMilliYuanPerKWh: 300 },
      ],
    };
    const gone = session('a', 0, 0, { framesGone: true });
    expect(previewTariff(cutting, [gone, session('b', 0, 0)]).preview.interpolated).toBe(1);
    expect(previewTariff(draft, [gone]).preview.interpolated).toBe(0);
  });
});
