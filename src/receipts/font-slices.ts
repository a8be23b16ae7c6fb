import { create, type Font } from 'fontkit';
import * as z from 'zod/mini';

/** One point of an outline, in font units. */
export interface OutlinePoint {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
  readonly endContour: boolean;
}

/** One glyph: how far it moves on, and its contours, point after point. */
export interface Outline {
  readonly advance: number;
  readonly points: readonly OutlinePoint[];
}

/** A font of one weight, as far as it is asked for. */
export interface OutlineFont {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  /** The box that stands for a character which the font does not have. */
  readonly missing: Outline;
  outline(codePoint: number): Outline | undefined;
}

/** Where the slices of a font package are: its `unicode.json`, and its files by the name of the slice. */
export interface FontPackage {
  readonly unicodeRanges: unknown;
  /** The woff2 file of a slice, e.g. `119` or `latin`. */
  readSlice(slice: string): Uint8Array;
}

const rangesSchema = z.record(z.string(), z.string());

interface Range {
  readonly from: number;
  readonly to: number;
  readonly slice: string;
}

/**
 * A variable font that is cut into slices by Unicode ranges, at one weight. A slice is read when the first of its
 * characters is asked for, and remembered: a receipt needs a dozen of a hundred.
 */
export function slicedFont(files: FontPackage, weight: number): OutlineFont {
  const ranges = rangesOf(rangesSchema.parse(files.unicodeRanges));
  const fonts = new Map<string, Font>();
  const fontOf = (slice: string): Font => {
    const known = fonts.get(slice);
    if (known !== undefined) return known;
    const font = create(files.readSlice(slice));
    font.variationCoords = [weight];
    fonts.set(slice, font);
    return font;
  };
  const outlines = new Map<number, Outline | undefined>();
  const find = (codePoint: number): Outline | undefined => {
    for (const { from, to, slice } of ranges) {
      if (codePoint < from || codePoint > to) continue;
      const font = fontOf(slice);
      if (font.hasGlyphForCodePoint(codePoint)) return outlineOf(font, font.glyphForCodePoint(codePoint).id);
    }
    return undefined;
  };
  const latin = fontOf('latin');
  return {
    unitsPerEm: latin.unitsPerEm,
    ascent: latin.ascent,
    descent: latin.descent,
    missing: outlineOf(latin, 0),
    outline(codePoint) {
      if (!outlines.has(codePoint)) outlines.set(codePoint, find(codePoint));
      return outlines.get(codePoint);
    },
  };
}

/** As in CSS, what is declared later is preferred. */
function rangesOf(declared: Readonly<Record<string, string>>): Range[] {
  return Object.entries(declared)
    .flatMap(([name, ranges]) =>
      ranges.split(',').map((range): Range => {
        // What is before the digits of a range after a comma is a space, or nothing.
        const [from = '', to = from] = range.replace('U+', '').split('-');
        return {
          from: Number.parseInt(from, 16),
          to: Number.parseInt(to, 16),
          slice: name.replace(/[[\]]/g, ''),
        };
      }),
    )
    .reverse();
}

/**
 * A glyph at the font's weight. fontkit moves the points of a variable glyph itself, except in woff2, where it leaves
 * them at the lightest weight; so they are moved here, with its own tables, once for each glyph. No slice has a
 * composite glyph.
 */
function outlineOf(font: Font, glyphId: number): Outline {
  const glyph = font.getGlyph(glyphId);
  const points = (glyph._decode()?.points ?? []).map(movable);
  // Four more points carry the metrics of a glyph; those come from their own table.
  const phantoms = Array.from({ length: 4 }, () => movable({ x: 0, y: 0, onCurve: false, endContour: true }));
  font._variationProcessor?.transformPoints(glyphId, [...points, ...phantoms]);
  return { advance: Math.round(glyph.advanceWidth), points };
}

function movable({ x, y, onCurve, endContour }: OutlinePoint) {
  return {
    x,
    y,
    onCurve,
    endContour,
    copy() {
      return movable(this);
    },
  };
}
