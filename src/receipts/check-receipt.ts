import type { Receipt } from '../../contract/shapes/receipt.ts';
import { receiptAgain } from '../billing/receipt.ts';
import { fieldDifferences } from '../charging/verify-session.ts';
import { differenceText, type PublicReceipt, type ReceiptDifference } from './public-receipt.ts';

/** Two things that have to be the same, and in what they are not. */
export interface Comparison {
  readonly what: 'saved-and-published' | 'computed-here' | 'computed-from-evidence' | 'computed-by-server';
  readonly differences: readonly ReceiptDifference[];
}

/**
 * Everything that can be checked about a receipt without trusting who published it: a saved copy against the published
 * one, the published one against its own readings and tariff, against the readings that the journal gives today, and
 * what the server itself found. Pure.
 */
export function checkReceipt(published: PublicReceipt, saved?: Receipt): Comparison[] {
  const { receipt, tariff, evidence, verification } = published;
  const fromEvidence = receiptAgain(tariff, {
    ...receipt,
    readings: evidence.readings,
    removedAtMs: evidence.removedAtMs,
  });
  return [
    ...(saved === undefined ? [] : [compared('saved-and-published', saved, receipt)]),
    compared('computed-here', receipt, receiptAgain(tariff, receipt)),
    compared('computed-from-evidence', receipt, fromEvidence),
    { what: 'computed-by-server', differences: verification.differences },
  ];
}

function compared(what: Comparison['what'], one: unknown, other: unknown): Comparison {
  return { what, differences: fieldDifferences(one, other).map(differenceText) };
}
