import * as z from 'zod/mini';
import { notCharged } from '../billing/hold-limit.ts';
import { receiptSchema } from '../billing/receipt.ts';
import { tariffSchema } from '../billing/tariff.ts';
import { evidenceOf } from '../charging/evidence.ts';
import { type FieldDifference, verifyCharge } from '../charging/verify-charge.ts';
import type { Backend } from '../journal/commit.ts';
import { findReceipt, placeOf } from './find-receipt.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });

/** A value of the receipt that the journal says otherwise: where in the receipt, and both values as text. */
export const differenceSchema = z.object({ where: z.string(), receipt: z.string(), journal: z.string() });
export type ReceiptDifference = z.infer<typeof differenceSchema>;

/** What anybody may see who has the code: no household, no card, no person. */
export const publicReceiptSchema = z.object({
  receipt: receiptSchema,
  /** What makes the receipt's total what was charged, where that is less. Beside the receipt: it follows from it. */
  notCharged: z.optional(z.object({ why: z.literal('limited-to-hold'), amountFen: z.int() })),
  estate: bilingual,
  facility: bilingual,
  /** The whole version, so that everybody can compute the bill again. */
  tariff: tariffSchema,
  /** What the messages of the board come to now. */
  evidence: z.object({
    readings: z.array(z.object({ atMs: z.int(), energyWh: z.int(), powerW: z.optional(z.int()) })),
    removedAtMs: z.optional(z.int()),
  }),
  /** The receipt computed again by us, from the journal and the tariff alone. */
  verification: z.object({ same: z.boolean(), differences: z.array(differenceSchema) }),
});
export type PublicReceipt = z.infer<typeof publicReceiptSchema>;

/** A receipt for whoever has its code, computed again before it is shown. Throws `not-found`. */
export async function publicReceipt(
  { table, registry }: Pick<Backend, 'table' | 'registry'>,
  typedCode: string,
): Promise<PublicReceipt> {
  const { receipt, agreement } = await findReceipt(table, typedCode);
  const [evidence, place] = await Promise.all([
    // That it is the charge's code was found out by looking it up: who shows receipts to anybody can make no codes.
    evidenceOf({ table, registry }, agreement, receipt.code),
    placeOf(registry, agreement),
  ]);
  const { same, differences, recomputed } = verifyCharge(evidence);
  const { readings, removedAtMs } = recomputed;
  const deduction = notCharged(receipt);
  return {
    receipt,
    ...(deduction === undefined ? {} : { notCharged: deduction }),
    estate: place.estate,
    facility: place.facility,
    tariff: evidence.tariff,
    evidence: { readings, ...(removedAtMs === undefined ? {} : { removedAtMs }) },
    verification: { same, differences: differences.map(differenceText) },
  };
}

export function differenceText({ path, recorded, recomputed }: FieldDifference): ReceiptDifference {
  return { where: path, receipt: asText(recorded), journal: asText(recomputed) };
}

const asText = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value));
