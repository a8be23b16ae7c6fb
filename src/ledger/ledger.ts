/**
 * Money moved: one amount, from one account to another, in fen. A posting is its own counter-posting, so the ledger
 * sums to zero by its shape; it is never changed, and a correction is another posting.
 *
 * Accounts: `cash`, `provider:wechat-pay`, `provider:alipay` (what came in there), `refund-pending:<provider>` (on its
 * way back), `wallet:<household>`, `receivable:<household>` (claimed and not yet paid), `revenue:electricity`,
 * `revenue:service`, `revenue:package`, `written-off`. An account that is debited falls, one that is credited rises, so
 * wallets and revenue are positive, and `cash`, the providers and receivables negative: what others owe the estate's
 * books.
 */
export interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amountFen: number;
  readonly memo: string;
}

export const walletAccount = (householdId: string): string => `wallet:${householdId}`;
/** What the estate gives, or keeps, of what others say is due. */
export const writtenOff = 'written-off';
export const receivableAccount = (householdId: string): string => `receivable:${householdId}`;

/** The sum of what was moved into (credit) and out of (debit) each account. The values add up to zero. */
export function balances(postings: Iterable<Posting>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { debit, credit, amountFen } of postings) {
    sums.set(debit, (sums.get(debit) ?? 0) - amountFen);
    sums.set(credit, (sums.get(credit) ?? 0) + amountFen);
  }
  return sums;
}
