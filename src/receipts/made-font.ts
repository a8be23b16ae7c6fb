import type { Outline, OutlineFont } from './font-slices.ts';

/**
 * A TrueType font with just the characters of a text, made for one document, whatever slices they came from. A
 * character that the font does not have gets its box, and keeps its own meaning when the text is copied.
 *
 * The tables are those that PDF and fontkit need: https://learn.microsoft.com/typography/opentype/spec/.
 */
export function madeFont(name: string, text: string, font: OutlineFont): Uint8Array {
  const codePoints = [...new Set([...text].flatMap((character) => character.codePointAt(0) ?? []))].sort(
    (a, b) => a - b,
  );
  const outlines = [font.missing, ...codePoints.map((codePoint) => font.outline(codePoint) ?? font.missing)];
  const glyphs = outlines.map(glyphBytes);
  return sfnt({
    cmap: cmapTable(codePoints),
    glyf: joined(glyphs),
    head: headTable(font, outlines),
    hhea: hheaTable(font, outlines),
    hmtx: joined(outlines.flatMap(({ advance, points }) => [u16(advance), i16(bounds(points).xMin)])),
    loca: locaTable(glyphs),
    maxp: maxpTable(outlines),
    name: nameTable(name),
    // Version 3: no names of glyphs.
    post: joined([u32(0x00030000), new Uint8Array(28)]),
  });
}

/** Every outline here is simple; a space has none. Lengths are kept even, as the format wants. */
function glyphBytes({ points }: Outline): Uint8Array {
  if (points.length === 0) return new Uint8Array();
  const { xMin, yMin, xMax, yMax } = bounds(points);
  const ends = points.flatMap(({ endContour }, index) => (endContour ? [index] : []));
  const xs = deltas(points.map(({ x }) => x));
  const ys = deltas(points.map(({ y }) => y));
  const flags = points.map(({ onCurve }, index) => {
    const short = (delta: number | undefined, isShort: number, isPositive: number) =>
      delta !== undefined && Math.abs(delta) < 256 ? isShort | (delta >= 0 ? isPositive : 0) : 0;
    return (onCurve ? 0x01 : 0) | short(xs[index], 0x02, 0x10) | short(ys[index], 0x04, 0x20);
  });
  const coordinate = (delta: number) =>
    Math.abs(delta) < 256 ? new Uint8Array([Math.abs(delta)]) : i16(delta);
  return padded(
    joined([
      ...[i16(ends.length), i16(xMin), i16(yMin), i16(xMax), i16(yMax)],
      ...ends.map(u16),
      u16(0),
      new Uint8Array(flags),
      ...xs.map(coordinate),
      ...ys.map(coordinate),
    ]),
  );
}

/** Format 12: a group for each character; enough for a font of a few hundred. */
function cmapTable(codePoints: readonly number[]): Uint8Array {
  const groups = codePoints.map((codePoint, index) =>
    joined([u32(codePoint), u32(codePoint), u32(index + 1)]),
  );
  const length = 16 + 12 * groups.length;
  return joined([
    ...[u16(0), u16(1), u16(3), u16(10), u32(12)],
    ...[u16(12), u16(0), u32(length), u32(0), u32(groups.length)],
    ...groups,
  ]);
}

function headTable({ unitsPerEm }: OutlineFont, outlines: readonly Outline[]): Uint8Array {
  const { xMin, yMin, xMax, yMax } = bounds(outlines.flatMap(({ points }) => points));
  return joined([
    ...[u32(0x00010000), u32(0x00010000), u32(0), u32(0x5f0f3cf5)],
    // Baseline and side bearing at 0; no moments of making, so that the same text gives the same bytes.
    ...[u16(0x0003), u16(unitsPerEm), new Uint8Array(16)],
    ...[i16(xMin), i16(yMin), i16(xMax), i16(yMax)],
    // Not slanted, smallest size 6, mixed directions, long offsets, glyph format 0.
    ...[u16(0), u16(6), i16(2), i16(1), i16(0)],
  ]);
}

function hheaTable({ ascent, descent }: OutlineFont, outlines: readonly Outline[]): Uint8Array {
  const widest = Math.max(...outlines.map(({ advance }) => advance));
  return joined([
    ...[u32(0x00010000), i16(ascent), i16(descent), i16(0), u16(widest)],
    ...[i16(0), i16(0), i16(widest), i16(1), new Uint8Array(14)],
    u16(outlines.length),
  ]);
}

function locaTable(glyphs: readonly Uint8Array[]): Uint8Array {
  let offset = 0;
  const offsets = glyphs.map(({ length }) => {
    offset += length;
    return u32(offset);
  });
  return joined([u32(0), ...offsets]);
}

function maxpTable(outlines: readonly Outline[]): Uint8Array {
  const most = (count: (outline: Outline) => number) => Math.max(...outlines.map(count));
  const points = most((outline) => outline.points.length);
  const contours = most((outline) => outline.points.filter(({ endContour }) => endContour).length);
  return joined([
    ...[u32(0x00010000), u16(outlines.length), u16(points), u16(contours)],
    ...[u16(0), u16(0), u16(2), new Uint8Array(16)],
  ]);
}

/** The PostScript name alone, for Windows in Unicode. */
function nameTable(name: string): Uint8Array {
  const text = joined([...name].map((letter) => u16(letter.charCodeAt(0))));
  return joined([
    ...[u16(0), u16(1), u16(18)],
    ...[u16(3), u16(1), u16(0x0409), u16(6), u16(text.length), u16(0)],
    text,
  ]);
}

/** The file: a directory of the tables, which come in the order of their names, and the tables at multiples of four. */
function sfnt(tables: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(tables);
  const log = Math.floor(Math.log2(entries.length));
  const range = 16 * 2 ** log;
  let offset = 12 + 16 * entries.length;
  const directory = entries.map(([tag, content]) => {
    const entry = joined([
      new TextEncoder().encode(tag),
      ...[u32(checksum(content)), u32(offset), u32(content.length)],
    ]);
    offset += content.length + rest(content.length);
    return entry;
  });
  return joined([
    ...[u32(0x00010000), u16(entries.length), u16(range), u16(log), u16(16 * entries.length - range)],
    ...directory,
    ...entries.map(([, content]) => joined([content, new Uint8Array(rest(content.length))])),
  ]);
}

function checksum(content: Uint8Array): number {
  return content.reduce((sum, byte, index) => (sum + (byte << (24 - 8 * (index % 4)))) >>> 0, 0);
}

function bounds(points: readonly { readonly x: number; readonly y: number }[]) {
  const box = { xMin: 0, yMin: 0, xMax: 0, yMax: 0 };
  for (const [index, { x, y }] of points.entries()) {
    box.xMin = index === 0 ? x : Math.min(box.xMin, x);
    box.yMin = index === 0 ? y : Math.min(box.yMin, y);
    box.xMax = index === 0 ? x : Math.max(box.xMax, x);
    box.yMax = index === 0 ? y : Math.max(box.yMax, y);
  }
  return box;
}

const deltas = (values: readonly number[]) => values.map((value, index) => value - (values[index - 1] ?? 0));
const rest = (length: number) => (4 - (length % 4)) % 4;
const padded = (content: Uint8Array) => joined([content, new Uint8Array(rest(content.length))]);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const u16 = (value: number) => new Uint8Array([(value >> 8) & 255, value & 255]);
const i16 = u16;
const u32 = (value: number) =>
  new Uint8Array([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
