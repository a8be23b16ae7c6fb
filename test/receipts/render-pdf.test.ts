import { create } from 'fontkit';
import { describe, expect, test } from 'vitest';
import { slicedFont } from '../../src/receipts/font-slices.ts';
import { madeFont } from '../../src/receipts/made-font.ts';
import { receiptDocument } from '../../src/receipts/receipt-document.ts';
import { renderPdf } from '../../src/receipts/render-pdf.ts';
import { pdfText } from './pdf-text.ts';
import { fontPackage, paperFonts, sampleReceipt, startMs, surroundings, tariff } from './sample.ts';

const document = receiptDocument(sampleReceipt(), surroundings);

describe('a receipt as PDF', () => {
  test('is the same file, byte for byte, whenever and wherever it is made', async () => {
    const fonts = paperFonts();
    const [first, again, elsewhere] = [
      await renderPdf(document, fonts),
      await renderPdf(document, fonts),
      await renderPdf(document, paperFonts()),
    ];
    expect(Buffer.from(again).equals(Buffer.from(first))).toBe(true);
    expect(Buffer.from(elsewhere).equals(Buffer.from(first))).toBe(true);
  });

  test('can be copied as text, in both languages, with every amount', async () => {
    const text = pdfText(await renderPdf(document, paperFonts()));
    for (const line of ['充电收据', 'Charging receipt', '7K3Q9-X2MAB', '紫云花园 · 地下车库', '起步费'])
      expect(text).toContain(line);
    for (const table of document.tables)
      for (const row of table.rows) {
        expect(text).toContain(row.period);
        expect(text).toContain(row.amount);
      }
    for (const { value } of document.totals) expect(text).toContain(value);
    expect(text).not.toContain('?');
  });

  test('shows what was not charged, with its words', async () => {
    const limited = receiptDocument(sampleReceipt({ holdFen: 20 }), surroundings);
    const text = pdfText(await renderPdf(limited, paperFonts()));
    for (const { label, value } of limited.totals)
      for (const part of [label.zh, label.en, value]) expect(text).toContain(part);
    expect(limited.totals).toHaveLength(3);
  });

  test('has its own letters in it, and no other font', async () => {
    const pdf = Buffer.from(await renderPdf(document, paperFonts())).toString('latin1');
    expect(pdf).toMatch(/\/FontName \/[A-Z]{6}\+NotoSansSC-Regular/);
    expect(pdf).toMatch(/\/FontName \/[A-Z]{6}\+NotoSansSC-Bold/);
    expect(pdf.match(/\/FontDescriptor\b(?= \d)/g)).toHaveLength(pdf.match(/\/FontFile2 \d/g)?.length ?? 0);
    expect(pdf).not.toContain('Helvetica');
  });

  test('is small, and grows with its pages and no more', async () => {
    const fonts = paperFonts();
    const many = Array.from({ length: 400 }, (_, index) => ({
      atMs: startMs + index * 60_000,
      energyWh: index * 3,
    }));
    const long = receiptDocument(
      sampleReceipt({
        readings: many.map((reading, index) => ({ ...reading, powerW: index % 2 === 0 ? 90 : 310 })),
        tariff: {
          ...tariff,
          service: {
            by: 'power',
            bands: [
              { upToW: 200, priceMilliYuanPerHour: 200 },
              { upToW: 800, priceMilliYuanPerHour: 300 },
            ],
          },
        },
      }),
      surroundings,
    );
    expect(long.tables[1]?.rows.length).toBeGreaterThan(300);
    expect((await renderPdf(document, fonts)).length).toBeLessThan(100_000);
    expect((await renderPdf(long, fonts)).length).toBeLessThan(300_000);
  });
});

describe('the letters of a receipt', () => {
  test('come from no more slices than they need', () => {
    const files = fontPackage();
    const font = slicedFont(files, 400);
    madeFont('Test', '充电收据 abc 012', font);
    expect(new Set(files.read).size).toBe(files.read.length);
    expect(files.read.length).toBeLessThan(8);
  });

  test('are of regular and bold weight, not the lightest, at which the font’s files begin', () => {
    const thickness = (weight: number) => {
      // The character for one is a single stroke: its height is how thick the stroke is.
      const points = slicedFont(fontPackage(), weight).outline(0x4e00)?.points ?? [];
      const ys = points.map(({ y }) => y);
      return Math.max(...ys) - Math.min(...ys);
    };
    const [thin, regular, bold] = [thickness(100), thickness(400), thickness(700)];
    expect(regular).toBeGreaterThan(1.5 * thin);
    expect(bold).toBeGreaterThan(1.5 * regular);
  });

  test('of a name that nobody has a glyph for are boxes, and keep their meaning', async () => {
    const rare = '\u{2A6D6}';
    const font = slicedFont(fontPackage(), 400);
    expect(font.outline(0x2a6d6)).toBeUndefined();
    const made = create(madeFont('Test', `${rare}充`, font));
    expect(made.hasGlyphForCodePoint(0x2a6d6)).toBe(true);
    expect(made.glyphForCodePoint(0x2a6d6)._decode()?.points).toHaveLength(font.missing.points.length);
    const place = { zh: `${rare}园`, en: 'A garden' };
    const text = pdfText(
      await renderPdf(receiptDocument(sampleReceipt(), { ...surroundings, place }), paperFonts()),
    );
    expect(text).toContain(`${rare}(U+2A6D6)园`);
  });

  // Names may be written with them: GB 18030-2022, implementation level 2.
  test('of rare names have their codes beside their boxes, so that they can be told apart', async () => {
    const place = { zh: '𬭎䶮㙦㛃棚', en: 'Shed 𬭎' };
    const fonts = paperFonts();
    const text = pdfText(
      await renderPdf(receiptDocument(sampleReceipt(), { ...surroundings, place }), fonts),
    );
    const shown = (name: string) =>
      [...name]
        .map((letter) => {
          const codePoint = letter.codePointAt(0) ?? 0;
          const isThere = fonts.regular.outline(codePoint) !== undefined;
          return isThere ? letter : `${letter}(U+${codePoint.toString(16).toUpperCase()})`;
        })
        .join('');
    expect(shown('𬭎䶮㙦㛃棚')).toBe('𬭎(U+2CB4E)䶮(U+4DAE)㙦(U+3666)㛃(U+36C3)棚');
    expect(text).toContain(shown(place.zh));
    expect(text).toContain(shown(place.en));
  });

  test('are found again in the font that was made of them', () => {
    const text = '电费 Electricity ¥1.23 －〔2024〕';
    const source = slicedFont(fontPackage(), 400);
    const made = create(madeFont('NotoSansSC-Regular', text, source));
    for (const letter of text) {
      const codePoint = letter.codePointAt(0) ?? 0;
      const outline = source.outline(codePoint);
      const glyph = made.glyphForCodePoint(codePoint);
      expect(glyph.advanceWidth, letter).toBe(outline?.advance);
      const drawn = (glyph._decode()?.points ?? []).map(({ x, y, onCurve }) => ({ x, y, onCurve }));
      expect(drawn, letter).toEqual(outline?.points.map(({ x, y, onCurve }) => ({ x, y, onCurve })));
    }
  });
});
