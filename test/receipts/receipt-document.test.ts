import { describe, expect, test } from 'vitest';
import { durationOfMs, yuanOfFen, yuanOfGrains } from '../../src/receipts/amounts.ts';
import { receiptDocument } from '../../src/receipts/receipt-document.ts';
import { remarkWords, words } from '../../src/receipts/words.ts';
import * as pageEn from '../../web/src/words/words-en.ts';
import * as pageZh from '../../web/src/words/words-zh.ts';
import { sampleReceipt, startMs, surroundings, tariff } from './sample.ts';

const receipt = sampleReceipt();
const document = receiptDocument(receipt, surroundings);
const [electricity, service] = document.tables;

describe('a receipt laid out', () => {
  test('shows every slice with start, end, energy, price and amount', () => {
    expect(
      electricity?.rows.map(({ period, energy, price, amount }) => [period, energy, price, amount]),
    ).toEqual([
      ['2026-11-23 21:30:00 – 21:40:00', '0.03 kWh *', '0.617', '¥0.00'],
      ['2026-11-23 21:40:00 – 22:00:00', '0.06 kWh *', '0.617', '¥0.03702'],
      ['2026-11-23 22:00:00 – 22:45:00', '0.13 kWh *', '0.307', '¥0.03991'],
    ]);
    expect(electricity?.exactSum).toBe('¥0.07693');
    expect(electricity?.sum).toBe('¥0.08');
  });

  test('says of each slice what it is, and why it costs nothing', () => {
    const notes = (service?.rows ?? []).flatMap(({ note }) => (note === undefined ? [] : [note.en]));
    expect(notes).toEqual(expect.arrayContaining(['Start fee', 'free minutes', 'Overstay after charging']));
    const overstay = service?.rows.find(({ note }) => note?.en.startsWith('Overstay'));
    expect(overstay).toMatchObject({ duration: '0:30:00', price: '0.50', amount: '¥0.25' });
  });

  test('adds up: the rows to each line, and the lines to the total', () => {
    const fen = (text: string) => Math.round(Number(text.replace('−', '-').replace('¥', '')) * 100);
    for (const table of document.tables) {
      const sum = table.rows.reduce(
        (all, { amount }) => all + Number(amount.replace('−', '-').replace('¥', '')),
        0,
      );
      expect(sum).toBeCloseTo(Number(table.exactSum.replace('¥', '')), 6);
    }
    expect(document.totals[0]?.value).toBe(yuanOfFen(receipt.totalFen));
    expect(document.tables.reduce((sum, table) => sum + fen(table.sum), 0)).toBe(receipt.totalFen);
  });

  test('shows a cap as what it takes off', () => {
    const capped = receiptDocument(
      sampleReceipt({ tariff: { ...tariff, capPerSessionFen: 20 } }),
      surroundings,
    );
    const row = capped.tables[1]?.rows.find(({ note }) => note?.en === 'Taken off by the cap');
    expect(row?.amount).toMatch(/^−¥0\./);
    expect(capped.sections.flatMap(({ paragraphs }) => paragraphs)).toContainEqual(
      remarkWords['capped-per-session'],
    );
  });

  test.each([20, 32, 33, 40])(
    'adds up to what was charged where no more than %i fen were held',
    (holdFen) => {
      const limited = sampleReceipt({ holdFen });
      const shown = receiptDocument(limited, surroundings);
      const fen = (text = '') => Math.round(Number(text.replace('−', '-').replace('¥', '')) * 100);
      const [total, notCharged, charged, ...none] = shown.totals;
      expect(none).toEqual([]);
      expect(shown.tables.reduce((sum, table) => sum + fen(table.sum), 0)).toBe(fen(total?.value));
      expect(notCharged).toMatchObject({ label: words.notCharged });
      expect(fen(notCharged?.value)).toBeLessThan(0);
      expect(fen(total?.value) + fen(notCharged?.value)).toBe(fen(charged?.value));
      expect(fen(charged?.value)).toBe(limited.chargedFen);
    },
  );

  test('says nothing of a hold that was enough', () => {
    expect(document.totals.map(({ label }) => label)).toEqual([words.total]);
  });

  test('tells what the board claimed, how it came to it, and why ours differs', () => {
    const claim = document.sections.find(({ title }) => title.en.startsWith('What the board claimed'));
    expect(claim?.paragraphs[0]?.zh).toBe('¥0.50, 0.22 kWh');
    expect(claim?.verbatim).toEqual(['1:15:00 × 0.25 /小时 = ¥0.3125']);
    expect(
      document.sections.find(({ title }) => title.en === 'Why ours differs')?.paragraphs.length,
    ).toBeGreaterThan(0);
  });

  test('keeps the history of corrections, and is dated by the last of them', () => {
    const atMs = startMs + 86_400_000;
    const corrected = receiptDocument(
      sampleReceipt({ adjustments: [{ atMs, why: 'board-settlement', beforeFen: 60, afterFen: 58 }] }),
      surroundings,
    );
    const history = corrected.sections.find(({ title }) => title.en === 'History of corrections');
    expect(history?.paragraphs[0]?.en).toBe(
      '2026-11-24 21:30:00 ¥0.60 → ¥0.58 the settlement of the board came',
    );
    expect(corrected.datedMs).toBe(atMs);
  });

  test('ends with how anybody can check it', () => {
    expect(document.sections.at(-1)).toMatchObject({
      verbatim: [surroundings.url, 'npm run verify -- 7K3Q9-X2MAB'],
    });
  });
});

describe('amounts', () => {
  test.each([
    [0, '¥0.00'],
    [3600, '¥0.000001'],
    [1799, '¥0.00'],
    [1800, '¥0.000001'],
    [36_000_000, '¥0.01'],
    [-36_000_000, '−¥0.01'],
  ])('%i grains are %s', (grains, text) => expect(yuanOfGrains(grains)).toBe(text));

  test.each([
    [75 * 60_000, '1:15:00'],
    [250, '0:00:00.250'],
    [36 * 3_600_000, '36:00:00'],
  ])('%i ms are %s', (ms, text) => expect(durationOfMs(ms)).toBe(text));
});

test('the page has words for every remark that the paper has words for', () => {
  for (const words of [pageZh, pageEn])
    expect(Object.keys(words.remarks)).toEqual(expect.arrayContaining(Object.keys(remarkWords)));
});
