import type * as z from 'zod/mini';
import type { differenceSchema, publicReceiptSchema } from '../../contract/shapes/public-receipt.ts';
import { notCharged } from '../billing/hold-limit.ts';
import { evidenceOf } from '../charging/evidence.ts';
import { type FieldDifference, verifySession } from '../charging/verify-session.ts';
import type { Backend } from '../journal/commit.ts';
import { findReceipt, placeOf } from './find-receipt.ts';

export type ReceiptDifference = z.infer<typeof differenceSchema>;

export type PublicReceipt = z.infer<typeof publicReceiptSchema>;

/** A receipt for whoever has its code, computed again before it is shown. Throws `not-found`. */
export async function publicReceipt(
  { table, registry }: Pick<Backend, 'table' | 'registry'>,
  typedCode: string,
): Promise<PublicReceipt> {
  const { receipt, agreement } = await findReceipt(table, typedCode);
  const [evidence, place] = await Promise.all([
    // That it is the session's code was found out by looking it up: who shows receipts to anybody can make no codes.
    evidenceOf({ table, registry }, agreement, receipt.code),
    placeOf(registry, agreement),
  ]);
  const { same, differences, recomputed } = verifySession(evidence);
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
