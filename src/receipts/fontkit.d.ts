/** What we use of fontkit 2.0.4, which comes without types. The members with an underscore are its own. */
declare module 'fontkit' {
  export interface Point {
    x: number;
    y: number;
    readonly onCurve: boolean;
    readonly endContour: boolean;
  }
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
    /** The outline at the font's default weight; the same objects at every call. */
    _decode(): { readonly numberOfContours?: number; readonly points?: Point[] } | null;
  }
  export interface Font {
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly numGlyphs: number;
    variationCoords: readonly number[] | null;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(id: number): Glyph;
    readonly _variationProcessor: {
      transformPoints(glyphId: number, points: { x: number; y: number }[]): void;
    } | null;
  }
  export function create(bytes: Uint8Array): Font;
}
