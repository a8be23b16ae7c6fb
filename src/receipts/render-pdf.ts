import { encode } from 'uqr';
import type { OutlineFont } from './font-slices.ts';
import { madeFont } from './made-font.ts';
import { ink, margin, Paper, quiet, width } from './paper.ts';
import type { LineTable, ReceiptDocument, Section, SliceRow } from './receipt-document.ts';
import { words } from './words.ts';

export interface PaperFonts {
  readonly regular: OutlineFont;
  readonly bold: OutlineFont;
}

/** The receipt as a PDF of one or more A4 pages. The same document gives the same bytes. */
export function renderPdf(plain: ReceiptDocument, fonts: PaperFonts): Promise<Uint8Array> {
  const document = withCodes(plain, fonts.regular);
  const letters = textOf(document);
  const made = {
    regular: madeFont('NotoSansSC-Regular', letters, fonts.regular),
    bold: madeFont('NotoSansSC-Bold', letters, fonts.bold),
  };
  const paper = new Paper(made, `${words.title.zh} ${document.code}`, document.datedMs);
  head(paper, document);
  facts(paper, document.facts);
  totals(paper, document.totals);
  for (const table of document.tables) lineTable(paper, table);
  for (const part of document.sections) section(paper, part);
  return paper.end((page, of) => {
    const { zh, en } = words.page(page, of);
    return `${document.code}   ${zh} ${en}`;
  });
}

/** Every letter that is printed: the fonts are made of these. */
function textOf(document: ReceiptDocument): string {
  return JSON.stringify([document, words, words.page(0, 0), '0123456789']);
}

/**
 * The same texts, with its code point after each character that the font does not have: `□(U+2CB4E)`. GB 18030-2022 has
 * more characters of names than any font here, and a box alone could be any of them.
 */
function withCodes<T>(value: T, font: OutlineFont): T {
  if (typeof value === 'string') return namedIn(value, font) as T;
  if (Array.isArray(value)) return value.map((member) => withCodes(member, font)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withCodes(member, font)]),
  ) as T;
}

function namedIn(text: string, font: OutlineFont): string {
  return [...text]
    .map((character) => {
      const codePoint = character.codePointAt(0) ?? 0;
      if (font.outline(codePoint) !== undefined) return character;
      return `${character}(U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
    })
    .join('');
}

const qrSide = 92;

function head(paper: Paper, { title, code, url }: ReceiptDocument): void {
  const textWidth = width - qrSide - 20;
  const top = paper.y;
  paper.y += paper.both(title, margin, paper.y, textWidth, { size: 24, bold: true }) + 6;
  paper.y += paper.text(code, margin, paper.y, textWidth, { size: 17, bold: true }) + 2;
  paper.y += paper.text(url, margin, paper.y, textWidth, { size: 8.5, colour: quiet });
  // A quiet border belongs to a QR code; the paper around it is that border.
  paper.squares(encode(url, { ecc: 'M', border: 0 }).data, margin + width - qrSide, top, qrSide);
  paper.y = Math.max(paper.y, top + qrSide) + 14;
}

function facts(paper: Paper, all: ReceiptDocument['facts']): void {
  paper.line(paper.y, ink, 1.2);
  paper.y += 8;
  const column = (width - 20) / 2;
  for (let index = 0; index < all.length; index += 2) {
    const pair = all.slice(index, index + 2);
    paper.need(30);
    const heights = pair.map(({ label, value }, side) => {
      const x = margin + side * (column + 20);
      const labelText = label.zh === label.en ? label.zh : `${label.zh}  ${label.en}`;
      const labelHeight = paper.text(labelText, x, paper.y, column, { size: 8, colour: quiet });
      return labelHeight + paper.both(value, x, paper.y + labelHeight, column, { size: 10.5 });
    });
    paper.y += Math.max(...heights) + 4;
  }
  paper.y += 6;
}

const columns = { period: 208, duration: 70, energy: 72, price: 74, amount: width - 424 } as const;
type Column = keyof typeof columns;
const columnNames = Object.keys(columns) as Column[];

const left = (column: Column): number =>
  margin + columnNames.slice(0, columnNames.indexOf(column)).reduce((sum, name) => sum + columns[name], 0);

function lineTable(paper: Paper, table: LineTable): void {
  paper.need(70);
  const titleHeight = paper.text(table.title.zh, margin, paper.y, 90, { size: 14, bold: true });
  paper.text(table.title.en, margin + 70, paper.y + 5, 150, { size: 10, colour: quiet });
  paper.text(table.sum, margin, paper.y, width, { size: 14, bold: true, align: 'right' });
  paper.y += titleHeight + 2;
  columnTitles(paper);
  for (const row of table.rows) tableRow(paper, row);
  if (table.rows.length === 0)
    paper.y +=
      paper.text(`${words.nothing.zh} ${words.nothing.en}`, margin, paper.y + 3, width, { size: 9 }) + 6;
  paper.need(24);
  const label = `${words.exactSum.zh}  ${words.exactSum.en}`;
  paper.text(label, margin, paper.y + 4, width - columns.amount, { size: 8, colour: quiet });
  paper.text(table.exactSum, left('amount'), paper.y + 3, columns.amount, { size: 9.5, align: 'right' });
  paper.y += 28;
}

function columnTitles(paper: Paper): void {
  paper.line(paper.y, ink, 0.9);
  const heights = columnNames.map((column) =>
    paper.both(words[column], left(column), paper.y + 3, columns[column], {
      size: 9,
      colour: quiet,
      align: column === 'period' ? 'left' : 'right',
    }),
  );
  paper.y += Math.max(...heights) + 6;
  paper.line(paper.y);
}

function tableRow(paper: Paper, row: SliceRow): void {
  const noteHeight = row.note === undefined ? 0 : paper.heightOfBoth(row.note, columns.period, { size: 9 });
  if (paper.need(20 + noteHeight)) columnTitles(paper);
  const cell = (column: Column, text: string) =>
    paper.text(text, left(column), paper.y + 4, columns[column], {
      size: 9,
      align: column === 'period' ? 'left' : 'right',
    });
  const height = cell('period', row.period);
  cell('duration', row.duration);
  cell('energy', row.energy);
  cell('price', row.price === '' ? '' : `${row.price} ${row.per.zh}`);
  cell('amount', row.amount);
  if (row.note !== undefined)
    paper.both(row.note, margin, paper.y + 4 + height, columns.period, { size: 9, colour: quiet });
  paper.y += height + noteHeight + 7;
  paper.line(paper.y);
}

function totals(paper: Paper, all: ReceiptDocument['totals']): void {
  for (const { label, value, takenOff } of all) {
    paper.need(34);
    if (takenOff) {
      const height = paper.both(label, margin, paper.y, width - 120, { size: 11 });
      paper.text(value, margin, paper.y, width, { size: 13, align: 'right' });
      paper.y += height + 8;
      continue;
    }
    paper.line(paper.y, ink, 1.2);
    paper.text(label.zh, margin, paper.y + 6, 120, { size: 16, bold: true });
    paper.text(label.en, margin + 70, paper.y + 12, 120, { size: 10, colour: quiet });
    paper.text(value, margin, paper.y + 6, width, { size: 18, bold: true, align: 'right' });
    paper.y += 36;
  }
  paper.y += 4;
}

function section(paper: Paper, { title, paragraphs, verbatim = [] }: Section): void {
  paper.need(44);
  paper.y += paper.text(`${title.zh}  ${title.en}`, margin, paper.y, width, { size: 10.5, bold: true }) + 2;
  for (const paragraph of paragraphs) {
    paper.need(paper.heightOfBoth(paragraph, width, { size: 9.5 }));
    paper.y += paper.both(paragraph, margin, paper.y, width, { size: 9.5 }) + 3;
  }
  for (const text of verbatim) {
    paper.need(14);
    paper.y += paper.text(text, margin, paper.y, width, { size: 9 });
  }
  paper.y += 10;
}
