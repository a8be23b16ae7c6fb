import { create, type Font } from 'fontkit';
import { describe, expect, test } from 'vitest';
import type { Outline, OutlineFont, OutlinePoint } from '../../src/receipts/font-slices.ts';
import { madeFont } from '../../src/receipts/made-font.ts';

const point = (x: number, y: number, onCurve = true): OutlinePoint => ({ x, y, onCurve, endContour: false });
const contour = (...points: OutlinePoint[]): OutlinePoint[] =>
  points.map((one, index) => ({ ...one, endContour: index === points.length - 1 }));

const missing: Outline = {
  advance: 500,
  points: contour(point(50, 100), point(450, 100), point(450, 800), point(50, 800)),
};
const space: Outline = { advance: 224, points: [] };
/** Steps to both sides that just have room in a byte, and that just have none; curves; two contours. */
const twoParts: Outline = {
  advance: 600,
  points: [
    ...contour(point(10, 20), point(265, 20), point(265, 275, false), point(9, 276)),
    ...contour(point(-246, 20), point(10, -235), point(-246, 21, false)),
  ],
};
const triangle: Outline = {
  advance: 1001,
  points: contour(point(300, 400), point(301, 400), point(300, 401)),
};
const outlines = new Map([
  [0x20, space],
  [0x41, twoParts],
  [0x20000, triangle],
]);

const font: OutlineFont = {
  unitsPerEm: 1000,
  ascent: 880,
  descent: -120,
  missing,
  outline: (codePoint) => outlines.get(codePoint),
};
const text = 'B\u{20000}A A';
const bytes = madeFont('Ab-C', text, font);

interface TableEntry {
  readonly tag: string;
  readonly checkSum: number;
  readonly offset: number;
  readonly length: number;
}
/** What a reader of fonts, which is not ours, finds in the tables. */
type ReadFont = Font & {
  readonly characterSet: readonly number[];
  readonly postscriptName: string;
  readonly directory: Readonly<Record<string, unknown>> & { readonly tables: Record<string, TableEntry> };
  readonly hmtx: { readonly metrics: { get(glyph: number): { advance: number; bearing: number } } };
} & Readonly<Record<'head' | 'hhea' | 'maxp' | 'post' | 'loca' | 'name', Record<string, unknown>>>;
const readFont = (file: Uint8Array) => create(file) as ReadFont;
const read = readFont(bytes);
const outlineAt = (glyph: number) => ({
  advance: read.getGlyph(glyph).advanceWidth,
  points: (read.getGlyph(glyph)._decode()?.points ?? []).map(({ x, y, onCurve, endContour }) => ({
    ...{ x, y, onCurve, endContour },
  })),
});

describe('a font that was made, read back', () => {
  test('has the box and one glyph for each letter, in the order of the letters, each as it was drawn', () => {
    expect(read.numGlyphs).toBe(5);
    expect(read.characterSet).toEqual([0x20, 0x41, 0x42, 0x20000]);
    const glyphs = [0x20, 0x41, 0x42, 0x20000].map((letter) => read.glyphForCodePoint(letter).id);
    expect(glyphs).toEqual([1, 2, 3, 4]);
    expect([0, ...glyphs].map(outlineAt)).toEqual([missing, space, twoParts, missing, triangle]);
    expect(read.hasGlyphForCodePoint(0x43)).toBe(false);
  });

  test('says how far each glyph moves on and where it begins, and what the largest of them is', () => {
    expect([0, 1, 2, 3, 4].map((glyph) => ({ ...read.hmtx.metrics.get(glyph) }))).toMatchObject([
      { advance: 500, bearing: 50 },
      { advance: 224, bearing: 0 },
      { advance: 600, bearing: -246 },
      { advance: 500, bearing: 50 },
      { advance: 1001, bearing: 300 },
    ]);
    expect(read.hhea).toEqual({
      ...{ version: 0x10000, ascent: 880, descent: -120, lineGap: 0, advanceWidthMax: 1001 },
      ...{ minLeftSideBearing: 0, minRightSideBearing: 0, xMaxExtent: 1001 },
      ...{ caretSlopeRise: 1, caretSlopeRun: 0, caretOffset: 0, metricDataFormat: 0, numberOfMetrics: 5 },
    });
    expect(read.maxp).toEqual({
      ...{ version: 0x10000, numGlyphs: 5, maxPoints: 7, maxContours: 2, maxZones: 2 },
      ...{ maxComponentPoints: 0, maxComponentContours: 0, maxTwilightPoints: 0, maxStorage: 0 },
      ...{ maxFunctionDefs: 0, maxInstructionDefs: 0, maxStackElements: 0, maxSizeOfInstructions: 0 },
      ...{ maxComponentElements: 0, maxComponentDepth: 0 },
    });
  });

  test('is an upright font of its units, made at no moment, in a box around all its glyphs', () => {
    expect(read.head).toEqual({
      ...{ version: 0x10000, revision: 0x10000, checkSumAdjustment: 0, magicNumber: 0x5f0f3cf5 },
      ...{ flags: 3, unitsPerEm: 1000, created: [0, 0], modified: [0, 0] },
      ...{ xMin: -246, yMin: -235, xMax: 450, yMax: 800 },
      ...{ lowestRecPPEM: 6, fontDirectionHint: 2, indexToLocFormat: 1, glyphDataFormat: 0 },
      macStyle: {
        ...{ bold: false, italic: false, underline: false, outline: false, shadow: false },
        ...{ condensed: false, extended: false },
      },
    });
    expect(read.postscriptName).toBe('Ab-C');
    expect(read.name).toEqual({
      ...{ version: 0, count: 1, stringOffset: 18, records: { postscriptName: { en: 'Ab-C' } } },
    });
    expect(read.post).toEqual({
      ...{ version: 3, italicAngle: 0, underlinePosition: 0, underlineThickness: 0, isFixedPitch: 0 },
      ...{ minMemType42: 0, maxMemType42: 0, minMemType1: 0, maxMemType1: 0 },
    });
  });

  test.each([0, 1, 2, 3])('is in a box around its points, whichever of them is the first: %i', (first) => {
    for (const [dx, dy] of [
      [0, 0],
      [100, 200],
      [-100, -200],
    ] as const) {
      const corners = [
        point(-5 + dx, 1 + dy),
        point(2 + dx, -7 + dy),
        point(9 + dx, 3 + dy),
        point(4 + dx, 11 + dy),
      ];
      const points = contour(...corners.slice(first), ...corners.slice(0, first));
      const { head } = readFont(madeFont('Box', '', { ...font, missing: { advance: 10, points } }));
      expect(head).toMatchObject({ xMin: -5 + dx, yMin: -7 + dy, xMax: 9 + dx, yMax: 11 + dy });
    }
  });

  test('of which nothing is drawn has a box of no size', () => {
    const { head, maxp } = readFont(madeFont('Empty', ' ', { ...font, missing: space }));
    expect(head).toMatchObject({ xMin: 0, yMin: 0, xMax: 0, yMax: 0 });
    expect(maxp).toMatchObject({ numGlyphs: 2, maxPoints: 0, maxContours: 0 });
  });
});

describe('the file of a font', () => {
  const { tables, ...directory } = read.directory;
  const ofLength = (length: number) => length + ((4 - (length % 4)) % 4);

  test('has the tables in the order of their names, one behind the other at multiples of four', () => {
    const entries = Object.values(tables);
    expect(Buffer.from(bytes).readUInt32BE()).toBe(0x10000);
    expect(directory).toMatchObject({ numTables: 9, searchRange: 128, entrySelector: 3, rangeShift: 16 });
    expect(entries.map(({ tag, length }) => [tag, length])).toEqual([
      ...[
        ['cmap', 76],
        ['glyf', 136],
        ['head', 54],
        ['hhea', 36],
        ['hmtx', 20],
        ['loca', 24],
      ],
      ...[
        ['maxp', 32],
        ['name', 26],
        ['post', 32],
      ],
    ]);
    let at = 12 + 16 * 9;
    for (const { tag, offset, length } of entries) {
      expect(offset, tag).toBe(at);
      at += ofLength(length);
    }
    expect(bytes.length).toBe(at);
  });

  test('has of each table the sum of its words', () => {
    const view = Buffer.from(bytes);
    for (const { tag, checkSum, offset, length } of Object.values(tables)) {
      let sum = 0n;
      for (let at = offset; at < offset + ofLength(length); at += 4) sum += BigInt(view.readUInt32BE(at));
      expect(BigInt(checkSum), tag).toBe(sum % 2n ** 32n);
    }
  });

  test('says which letters it has in one list for every plane, letter by letter', () => {
    const { offset, length } = tables['cmap'] as TableEntry;
    const cmap = Buffer.from(bytes).subarray(offset, offset + length);
    // One table, of Windows and all of Unicode; its format, its length and no language; how many; from, to, glyph.
    expect(cmap.toString('hex')).toBe(
      [
        ...['00000001', '0003000a0000000c', '000c0000', '00000040', '00000000', '00000004'],
        ...['000000200000002000000001', '000000410000004100000002'],
        ...['000000420000004200000003', '000200000002000000000004'],
      ].join(''),
    );
  });

  test('has a step of less than 256 in one byte, with its sign among the flags, and each glyph at a multiple of four', () => {
    expect(read.loca).toMatchObject({ offsets: [0, 32, 32, 76, 108, 136] });
    const { offset, length } = tables['glyf'] as TableEntry;
    const glyf = Buffer.from(bytes).subarray(offset, offset + length);
    expect(glyf.subarray(108).toString('hex')).toBe(
      // One contour, its box, its last point, no instructions; flags; steps to the side; steps up; filled up.
      '0001012c0190012d0191' + '0002' + '0000' + '013727' + '012c0101' + '01900001' + '000000',
    );
  });
});
