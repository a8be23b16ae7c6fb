import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { ReceiptInput } from '../../src/billing/receipt.ts';
import { receiptDocument } from '../../src/receipts/receipt-document.ts';
import { words } from '../../src/receipts/words.ts';
import { readings, sampleReceipt, startMs, surroundings } from './sample.ts';

const laidOut = (changes: Partial<ReceiptInput> = {}, written: Partial<Receipt> = {}) =>
  receiptDocument({ ...sampleReceipt(changes), ...written }, surroundings);
const factsOf = (changes: Partial<ReceiptInput> = {}) =>
  Object.fromEntries(laidOut(changes).facts.map(({ label, value }) => [label.en, value.en]));
const readingsOf = (shown: Receipt['readings']) =>
  laidOut({}, { readings: shown }).sections.find(({ title }) => title === words.readings);

describe('the facts of a receipt', () => {
  test('say where and when it was, how much, and by which prices', () => {
    expect(factsOf()).toEqual({
      Place: 'Ziyun Garden · Underground garage',
      Session: '861317069234387-3812',
      Began: '2026-11-23 21:30:00',
      Ended: '2026-11-23 22:45:00',
      'Bike removed': '2026-11-23 23:45:00',
      Energy: '0.22 kWh',
      'Tariff version': '2026-11',
      'Time zone': 'Asia/Shanghai',
    });
  });

  test('name the package that paid', () => {
    const allowance = { purchaseId: 'purchase-1', energyWh: 100 };
    expect(factsOf({ allowance })[words.package.en]).toBe('purchase-1');
  });

  test('show milliseconds where there are any', () => {
    const odd = readings.map((reading) => ({ ...reading, atMs: reading.atMs + 7 }));
    expect(factsOf({ readings: odd })).toMatchObject({
      Began: '2026-11-23 21:30:00.007',
      Ended: '2026-11-23 22:45:00.007',
    });
  });

  test('show a period over midnight with both its days', () => {
    const late = readings.map((reading) => ({ ...reading, atMs: reading.atMs + 105 * 60_000 }));
    const periods = laidOut({ readings: late, removedAtMs: startMs + 300 * 60_000 }).tables.flatMap(
      ({ rows }) => rows.map(({ period }) => period),
    );
    expect(periods).toContain('2026-11-23 23:25:00 – 2026-11-24 00:30:00');
  });
});

describe('what a receipt rests on', () => {
  test('is told with its power where it was measured', () => {
    const measured = readings.map((reading, index) => (index === 1 ? { ...reading, powerW: 180 } : reading));
    expect(readingsOf(measured)).toMatchObject({
      paragraphs: [],
      verbatim: [
        '2026-11-23 21:30:00   0 Wh',
        '2026-11-23 21:55:00   75 Wh   180 W',
        '2026-11-23 22:20:00   151 Wh',
        '2026-11-23 22:45:00   220 Wh',
      ],
    });
  });

  test('is told from the beginning where there is too much of it, and that there is more', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      atMs: startMs + index * 30_000,
      energyWh: index,
    }));
    const section = readingsOf(many);
    expect(section?.paragraphs).toEqual([words.moreReadings]);
    expect(section?.verbatim?.[0]).toBe('2026-11-23 21:30:00   0 Wh');
    expect(section?.verbatim).toHaveLength(40);
    expect(readingsOf(many.slice(0, 40))?.paragraphs).toEqual([]);
  });

  test('is no correction where nothing was corrected', () => {
    expect(laidOut().sections.map(({ title }) => title.en)).not.toContain(words.history.en);
  });
});

describe('what the board claimed', () => {
  const claimed = (fen: number, whyDifferent: Receipt['whyDifferent']) => {
    const boardClaim = { fen, energyWh: 220, stopReason: 'full' as const };
    return laidOut({}, { boardClaim, whyDifferent }).sections;
  };
  const { chargedFen } = sampleReceipt();

  test('is said to be the same as ours only where it is', () => {
    const same = claimed(chargedFen, []).find(({ title }) => title === words.boardClaimed);
    expect(same?.paragraphs).toContain(words.sameAsBoard);
    const other = claimed(chargedFen + 1, []).find(({ title }) => title === words.boardClaimed);
    expect(other?.paragraphs).not.toContain(words.sameAsBoard);
  });

  test('has its reasons where it is another amount, and no title for them where there is none', () => {
    const titles = (sections: ReturnType<typeof claimed>) => sections.map(({ title }) => title);
    expect(titles(claimed(chargedFen, []))).not.toContain(words.whyDifferent);
    expect(titles(claimed(chargedFen + 1, ['package']))).toContain(words.whyDifferent);
  });

  test('is not spoken of where it claimed nothing', () => {
    const { boardClaim: _, ...receipt } = sampleReceipt();
    const { sections } = receiptDocument(receipt, surroundings);
    expect(sections.map(({ title }) => title)).not.toContain(words.boardClaimed);
  });
});
