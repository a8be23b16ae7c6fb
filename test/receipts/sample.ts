import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Reading } from '../../src/billing/bill.ts';
import { type ReceiptInput, receiptOf } from '../../src/billing/receipt.ts';
import { type FontPackage, slicedFont } from '../../src/receipts/font-slices.ts';
import type { Surroundings } from '../../src/receipts/receipt-document.ts';
import type { PaperFonts } from '../../src/receipts/render-pdf.ts';

const packageDirectory = join(import.meta.dirname, '../../node_modules/@fontsource-variable/noto-sans-sc');

/** The font as it is installed, and which of its slices were read. */
export function fontPackage(): FontPackage & { readonly read: string[] } {
  const read: string[] = [];
  return {
    read,
    unicodeRanges: JSON.parse(readFileSync(join(packageDirectory, 'unicode.json'), 'utf8')),
    readSlice(slice) {
      read.push(slice);
      return readFileSync(join(packageDirectory, `files/noto-sans-sc-${slice}-wght-normal.woff2`));
    },
  };
}

export const paperFonts = (): PaperFonts => ({
  regular: slicedFont(fontPackage(), 400),
  bold: slicedFont(fontPackage(), 700),
});

/** 2026-11-23 21:30 in Shanghai. */
export const startMs = Date.UTC(2026, 10, 23, 13, 30);
const minuteMs = 60_000;

/** Every component that leaves a slice of its own. */
export const tariff: Tariff = {
  ...{ tariffVersion: '2026-11', timeZone: 'Asia/Shanghai', currency: 'CNY', effectiveFromMs: 0 },
  electricity: [
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
    { fromHalfHour: 12, toHalfHour: 44, priceMilliYuanPerKWh: 617 },
    { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
  ],
  service: { by: 'time', priceMilliYuanPerHour: 250 },
  ...{ startFeeFen: 10, freeMinutes: 10, capPerSessionFen: 50, holdFen: 300 },
  overstay: { graceMinutes: 30, priceMilliYuanPerHour: 500 },
};

/** A session of 75 minutes across the price boundary at 22:00, whose bike stood there for another hour. */
export const readings: readonly Reading[] = [
  { atMs: startMs, energyWh: 0 },
  { atMs: startMs + 25 * minuteMs, energyWh: 75 },
  { atMs: startMs + 50 * minuteMs, energyWh: 151 },
  { atMs: startMs + 75 * minuteMs, energyWh: 220 },
];

const band = { seconds: 4500, priceMilliYuanPerHour: 250 };

export function sampleReceipt(changes: Partial<ReceiptInput> = {}): Receipt {
  return receiptOf({
    ...{ sessionId: '861317069234387-3812', code: '7K3Q9X2MAB', tariff, readings, holdFen: 300 },
    ...{ removedAtMs: startMs + 135 * minuteMs, estimated: false, remarks: [] },
    boardClaim: { fen: 50, energyWh: 220, stopReason: 'full', bands: [band] },
    ...changes,
  });
}

export const surroundings: Surroundings = {
  place: { zh: '紫云花园 · 地下车库', en: 'Ziyun Garden · Underground garage' },
  timeZone: 'Asia/Shanghai',
  url: 'https://pengyou.example/r/7K3Q9X2MAB',
};
