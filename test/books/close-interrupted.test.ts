import { describe, expect, test } from 'vitest';
import { closeMonth } from '../../src/books/close/close-month.ts';
import {
  type BooksWorld,
  booksOf,
  booksWorld,
  close,
  closeInTime,
  cost,
  december,
  dyingTable,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';

describe('a closing that is interrupted', () => {
  /** Enough households for several transactions of every phase. */
  async function busyMonths(): Promise<BooksWorld> {
    const households = Array.from({ length: 45 }, (_, index) => `h${index}`);
    const of = await booksWorld(zone, ...households);
    for (const [index, householdId] of households.entries()) {
      await of.topUp(october + index * hour, householdId, 1000);
      const startedAtMs = october + (index + 1) * hour;
      const facts = ran(index + 1, householdId, startedAtMs, startedAtMs + hour, 100 + index);
      await of.session(startedAtMs + hour, 'settled', facts, cost(householdId, 10 + index, 3));
    }
    await of.topUp(november + 20 * hour, 'h7', 500);
    return of;
  }

  const months = Object.entries({ '2026-10': november + 14 * hour, '2026-11': december + 14 * hour });
  async function closeBoth(of: BooksWorld): Promise<void> {
    for (const [month] of months) await closeInTime(of, month);
  }

  test('ends in the same books, wherever it died and whether the answer was lost or nothing was written', async () => {
    const undisturbed = await busyMonths();
    await closeBoth(undisturbed);
    const expected = booksOf(undisturbed.table);
    expect(expected.length).toBeGreaterThan(3 * 90);

    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at += 1) {
        const of = await busyMonths();
        let died = 0;
        const dying = { ...of.backend, table: dyingTable(of.table, at, when) };
        for (const [month, nowMs] of months) {
          of.nowMs = nowMs;
          await close(of, month, undefined, dying).catch(async () => {
            died += 1;
            await close(of, month);
          });
        }
        expect(booksOf(of.table)).toEqual(expected);
        if (died === 0) break;
        expect(at).toBeLessThan(60);
      }
    }
  });

  test('goes on step by step, and never goes back', async () => {
    const of = await busyMonths();
    of.nowMs = november + 14 * hour;
    let before = 0;
    let calls = 0;
    for (;;) {
      const { done, state } = await closeMonth(of.backend, of.origin(), '2026-10', { steps: 1 });
      expect(done).toBeGreaterThanOrEqual(before);
      before = done;
      calls += 1;
      if (state === 'closed') break;
    }
    expect(calls).toBeGreaterThan(4);
    expect(before).toBe(1000);
  });

  test('by several callers at once ends in the same books', async () => {
    const undisturbed = await busyMonths();
    await closeBoth(undisturbed);
    const of = await busyMonths();
    for (const [month, nowMs] of months) {
      of.nowMs = nowMs;
      const answers = await Promise.all([close(of, month, 1), close(of, month, 2), close(of, month)]);
      expect(answers.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
    }
    expect(booksOf(of.table)).toEqual(booksOf(undisturbed.table));
  });
});
