import PDFDocument from 'pdfkit';
import type { Bilingual } from './words.ts';

/** Sizes in points. */
export const margin = 46;
const pageWidth = 595.28;
const pageHeight = 841.89;
export const width = pageWidth - 2 * margin;
const footerHeight = 22;
export const ink = '#1d2623';
export const quiet = '#5a6662';
export const rule = '#c9c2b2';

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** A4 pages that are written from top to bottom; `y` is where the next thing goes. */
export class Paper {
  y = margin;
  readonly #pdf: PDFKit.PDFDocument;
  readonly #done: Promise<Uint8Array>;

  constructor(
    fonts: { readonly regular: Uint8Array; readonly bold: Uint8Array },
    title: string,
    datedMs: number,
  ) {
    const date = new Date(datedMs);
    this.#pdf = new PDFDocument({
      size: 'A4',
      // Nothing flows by itself: what does not fit is moved to the next page here.
      margin: 0,
      bufferPages: true,
      lang: 'zh-CN',
      displayTitle: true,
      font: Buffer.from(fonts.regular) as unknown as string,
      // The file's identity is made from these: the same receipt gives the same bytes.
      info: { Title: title, Producer: 'Pengyou', Creator: 'Pengyou', CreationDate: date, ModDate: date },
    });
    this.#pdf.registerFont('regular', Buffer.from(fonts.regular));
    this.#pdf.registerFont('bold', Buffer.from(fonts.bold));
    const chunks: Buffer[] = [];
    this.#done = new Promise((resolve, reject) => {
      this.#pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.#pdf.on('end', () => resolve(Buffer.concat(chunks)));
      this.#pdf.on('error', reject);
    });
  }

  /** Begins a new page unless so much fits below; says whether it did. */
  need(height: number): boolean {
    if (this.y + height <= pageHeight - margin - footerHeight) return false;
    this.#pdf.addPage();
    this.y = margin;
    return true;
  }

  /** Text in a box that begins at `x` and `y`; answers its height. */
  text(text: string, x: number, y: number, boxWidth: number, style: TextStyle = {}): number {
    const height = this.height(text, boxWidth, style);
    this.#pdf
      .fillColor(style.colour ?? ink)
      .text(text, x, y, { width: boxWidth, align: style.align ?? 'left' });
    return height;
  }

  height(text: string, boxWidth: number, { size = 10, bold = false }: TextStyle): number {
    this.#pdf.font(bold ? 'bold' : 'regular').fontSize(size);
    return this.#pdf.heightOfString(text, { width: boxWidth });
  }

  /** Chinese, and below it English, smaller; once where both are the same. Answers the height of both. */
  both({ zh, en }: Bilingual, x: number, y: number, boxWidth: number, style: TextStyle = {}): number {
    const size = style.size ?? 10;
    const height = this.text(zh, x, y, boxWidth, style);
    if (en === zh) return height;
    return height + this.text(en, x, y + height, boxWidth, { ...style, ...english(size) });
  }

  heightOfBoth({ zh, en }: Bilingual, boxWidth: number, style: TextStyle = {}): number {
    const height = this.height(zh, boxWidth, style);
    return en === zh
      ? height
      : height + this.height(en, boxWidth, { ...style, ...english(style.size ?? 10) });
  }

  line(y: number, colour = rule, thickness = 0.6): void {
    this.#pdf
      .moveTo(margin, y)
      .lineTo(margin + width, y)
      .lineWidth(thickness)
      .strokeColor(colour)
      .stroke();
  }

  /** Dark squares as one filled shape, so that no gaps show between them. */
  squares(rows: readonly (readonly boolean[])[], x: number, y: number, side: number): void {
    const step = side / rows.length;
    for (const [row, columns] of rows.entries()) {
      for (const [column, dark] of columns.entries()) {
        if (dark) this.#pdf.rect(x + column * step, y + row * step, step, step);
      }
    }
    this.#pdf.fillColor('#000').fill();
  }

  /** Writes a foot on every page and ends the file. */
  end(foot: (page: number, of: number) => string): Promise<Uint8Array> {
    const { count } = this.#pdf.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#pdf.switchToPage(page);
      const y = pageHeight - margin - 4;
      this.text(foot(page + 1, count), margin, y, width, { size: 8, colour: quiet, align: 'center' });
    }
    this.#pdf.end();
    return this.#done;
  }
}

const english = (size: number): TextStyle => ({
  size: Math.max(7.5, size * 0.78),
  bold: false,
  colour: quiet,
});
