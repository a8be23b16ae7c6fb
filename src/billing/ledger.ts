/**
 * Money moved: one amount, from one account to another, in fen. A posting is its own counter-posting, so the ledger
 * sums to zero by its shape; it is never changed, and a correction is another posting.
 *
 * Accounts: `cash`, `wallet:<household>`, `revenue:electricity`, `revenue:service`.
 */
export interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amountFen: number;
  readonly memo: string;
}

export const walletAccount = (householdId: string): string => `wallet:${householdId}`;

/** The sum of what was moved into (credit) and out of (debit) each account. The values add up to zero. */
export function balances(postings: Iterable<Posting>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { debit, credit, amountFen } of postings) {
    sums.set(debit, (sums.get(debit) ?? 0) - amountFen);
    sums.set(credit, (sums.get(credit) ?? 0) + amountFen);
  }
  return sums;
}
