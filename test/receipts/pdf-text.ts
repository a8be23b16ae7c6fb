import { inflateSync } from 'node:zlib';

/** What a reader that selects and copies would get from each page of a PDF of ours, in the order of drawing. */
export function pdfText(pdf: Uint8Array): string {
  const streams = streamsOf(Buffer.from(pdf));
  const letters = streams.filter((stream) => stream.includes('begincmap')).map(lettersOf);
  const pages = streams.filter((stream) => / Tf\n/.test(stream));
  const fonts = fontNames(Buffer.from(pdf).toString('latin1'));
  return pages.map((page) => textOf(page, fonts, letters)).join('\n');
}

function streamsOf(pdf: Buffer): string[] {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/\/Length (\d+)[^>]*>>\s*stream\r?\n/g)].map((match) => {
    const from = match.index + match[0].length;
    const bytes = pdf.subarray(from, from + Number(match[1]));
    return match[0].includes('FlateDecode')
      ? inflateSync(bytes).toString('latin1')
      : bytes.toString('latin1');
  });
}

/** Glyph → letters, by the font's own ToUnicode table. */
function lettersOf(cmap: string): Map<number, string> {
  const letters = new Map<number, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
      const units = hex.split(' ').map((unit) => Number.parseInt(unit, 16));
      letters.set(Number.parseInt(from, 16) + index, String.fromCharCode(...units));
    }
  }
  return letters;
}

/** F1, F2, … in the order in which their tables are written. */
function fontNames(text: string): string[] {
  const named = new Map<string, string>();
  for (const [, name = '', object = ''] of text.matchAll(/\/(F\d+) (\d+) 0 R/g)) named.set(object, name);
  const tables = [...text.matchAll(/(\d+) 0 obj\s*<<[^>]*?\/Subtype \/Type0[\s\S]*?\/ToUnicode (\d+) 0 R/g)];
  return tables
    .map(([, object = '', table = '']) => ({ name: named.get(object) ?? '', table: Number(table) }))
    .sort((a, b) => a.table - b.table)
    .map(({ name }) => name);
}

function textOf(page: string, fonts: readonly string[], letters: readonly Map<number, string>[]): string {
  let current: Map<number, string> | undefined;
  let text = '';
  for (const [, font, glyphs] of page.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>[-\d. ]*)+)\] TJ/g)) {
    if (font !== undefined) current = letters[fonts.indexOf(font)];
    for (const [, hex = ''] of (glyphs ?? '').matchAll(/<([0-9a-f]*)>/g))
      for (const [glyph] of hex.matchAll(/.{4}/g)) text += current?.get(Number.parseInt(glyph, 16)) ?? '?';
    if (glyphs !== undefined) text += '\n';
  }
  return text;
}
