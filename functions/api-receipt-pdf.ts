import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { receiptPdfContract } from '../contract/routes/receipts.ts';
import { findReceipt, placeOf } from '../src/receipts/find-receipt.ts';
import { slicedFont } from '../src/receipts/font-slices.ts';
import { receiptDocument } from '../src/receipts/receipt-document.ts';
import { receiptUrl } from '../src/receipts/receipt-url.ts';
import { renderPdf } from '../src/receipts/render-pdf.ts';
import { registry, table } from './wiring/backend.ts';
import { servePublic } from './wiring/public-http.ts';

const addresses = z.parse(z.object({ PAGES_URL: z.string(), API_URL: z.string() }), process.env);

/** The font package lies beside the bundle: infra/bundle.ts puts it there. */
const besides = (file: string) => readFileSync(new URL(`fonts/${file}`, import.meta.url));
const files = {
  unicodeRanges: JSON.parse(besides('unicode.json').toString()),
  readSlice: (slice: string) => besides(`files/noto-sans-sc-${slice}-wght-normal.woff2`),
};
const fonts = { regular: slicedFont(files, 400), bold: slicedFont(files, 700) };

/** A receipt to print, with its letters. */
export const handler = servePublic<typeof receiptPdfContract>({
  'GET /receipts/{code}/pdf': async ({ code = '' }) => {
    const { receipt, agreement } = await findReceipt(table, code);
    const { estate, facility, timeZone } = await placeOf(registry, agreement);
    const place = { zh: `${estate.zh} · ${facility.zh}`, en: `${estate.en} · ${facility.en}` };
    const url = receiptUrl(addresses, receipt.code);
    const pdf = await renderPdf(receiptDocument(receipt, { place, timeZone, url }), fonts);
    return {
      statusCode: 200,
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="pengyou-${receipt.code}.pdf"`,
        'cache-control': 'no-cache',
      },
      body: Buffer.from(pdf).toString('base64'),
      isBase64Encoded: true,
    };
  },
});
