import { describe, expect, test } from 'vitest';
import { slicedFont } from '../../src/receipts/font-slices.ts';
import { fontPackage } from './sample.ts';

const A = 'A'.codePointAt(0) ?? 0;
const one = '一'.codePointAt(0) ?? 0;

/** The installed font, of which other ranges are said, and some slices are the file of another. */
function cutFont(unicodeRanges: Record<string, string>, files: Record<string, string> = {}) {
  const installed = fontPackage();
  const read: string[] = [];
  const readSlice = (slice: string) => {
    read.push(slice);
    return installed.readSlice(files[slice] ?? slice);
  };
  return { font: slicedFont({ unicodeRanges, readSlice }, 400), read };
}

describe('a font in slices', () => {
  test.each([
    [400, 608, [44, 431, 960, 349]],
    [700, 641, [38, 455, 964, 324]],
  ])('has at weight %i the letters of the font that is made at that weight alone', (weight, advance, box) => {
    const font = slicedFont(fontPackage(), weight);
    const [left, top, right, bottom] = box;
    expect(font).toMatchObject({ unitsPerEm: 1000, ascent: 1160, descent: -288 });
    expect(font.outline(one)).toMatchObject({
      advance: 1000,
      points: [
        { x: left, y: top, onCurve: true, endContour: false },
        { x: right, y: top, onCurve: true, endContour: false },
        { x: right, y: bottom, onCurve: true, endContour: false },
        { x: left, y: bottom, onCurve: true, endContour: true },
      ],
    });
    expect(font.outline(A)?.advance).toBe(advance);
    expect(font.outline(A)?.points.filter(({ endContour }) => endContour)).toHaveLength(2);
    expect(font.missing).toMatchObject({ advance: 1000 });
    expect(font.missing.points).toHaveLength(16);
  });

  test('reads a slice for the letters of its ranges alone, each of them from its first to its last', () => {
    const { font, read } = cutFont({ '[119]': 'U+4DFF, U+4E00-4E02', latin: 'U+0000-00FF' });
    expect(read).toEqual(['latin']);
    for (const outside of [0x4dfe, 0x4e03]) expect(font.outline(outside)).toBeUndefined();
    expect(read).toEqual(['latin']);
    font.outline(0x4dff);
    expect(read).toEqual(['latin', '119']);
    for (const last of ['U+4E00', 'U+4DFF-4E00', 'U+4E00-4E01'])
      expect(cutFont({ '[119]': last, latin: 'U+20' }).font.outline(one)?.advance, last).toBe(1000);
  });

  test('asks first the slice that is declared last, and where that has not the letter, the one before', () => {
    const ranges = { '[1]': 'U+4E00', '[2]': 'U+4E00', '[3]': 'U+4E00', latin: 'U+20' };
    const { font, read } = cutFont(ranges, { 1: '119', 2: '119', 3: 'latin' });
    expect(font.outline(one)?.advance).toBe(1000);
    expect(read).toEqual(['latin', '3', '2']);
  });

  test('reads each slice and makes each letter once, one that is missing too', () => {
    const { font, read } = cutFont({ '[119]': 'U+4E00-4E09', latin: 'U+20' });
    expect(font.outline(one)).toBe(font.outline(one));
    for (const letter of ['七', '丂', '丂']) font.outline(letter.codePointAt(0) ?? 0);
    expect(read).toEqual(['latin', '119']);
  });
});
