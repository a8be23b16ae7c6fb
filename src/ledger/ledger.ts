import * as z from 'zod/mini';
import { type Provider, providerNames, type SplitLine, splitLines } from '../../contract/words/words.ts';

/**
 * Where money is: `cash` in the office's till; `provider:<name>`, what came in there; `refund-pending:<name>`, what is on
 * its way back; what a household has, and what it owes; what was earned in each line; and what the estate gave, or kept,
 * of what others say is due. The text is what is stored: here alone it is made and taken apart.
 */
export type Account =
  | 'cash'
  | 'written-off'
  | `provider:${Provider}`
  | `refund-pending:${Provider}`
  | `wallet:${string}`
  | `receivable:${string}`
  | `revenue:${SplitLine}`;

export const walletAccount = (householdId: string): Account => `wallet:${householdId}`;
export const receivableAccount = (householdId: string): Account => `receivable:${householdId}`;
export const providerAccount = (provider: Provider): Account => `provider:${provider}`;
export const refundPendingAccount = (provider: Provider): Account => `refund-pending:${provider}`;
export const revenueAccount = (line: SplitLine): Account => `revenue:${line}`;

type Known =
  | { readonly is: 'cash' | 'written-off' }
  | { readonly is: 'wallet' | 'receivable'; readonly householdId: string }
  | { readonly is: 'provider' | 'refund-pending'; readonly provider: Provider }
  | { readonly is: 'revenue'; readonly line: SplitLine };

/** What an account is, and whose; undefined for text that names none. */
export function accountOf(text: string): Known | undefined {
  if (text === 'cash' || text === 'written-off') return { is: text };
  const [, is, of = ''] = /^([a-z-]+):(.+)$/.exec(text) ?? [];
  const provider = providerNames.find((name) => name === of);
  const line = splitLines.find((name) => name === of);
  if (is === 'wallet' || is === 'receivable') return { is, householdId: of };
  if (is === 'provider' || is === 'refund-pending') return provider && { is, provider };
  return is === 'revenue' && line !== undefined ? { is, line } : undefined;
}

/**
 * Money moved: one amount, from one account to another, in fen. A posting is its own counter-posting, so the ledger
 * sums to zero by its shape; it is never changed, and a correction is another posting.
 *
 * Debit and credit are on the sides on which an accountant writes them: cash paid in is debited to `cash`, which is an
 * asset, and credited to the wallet, which is a liability. Only the balance has one sign for all accounts, credit less
 * debit, so that all of them add up to zero. Liabilities and revenue are positive, as in other books; assets (`cash`,
 * the providers, the receivables) are below zero, where an accountant would show the same amount above it.
 */
export const postingSchema = z.object({
  debit: z.custom<Account>((text) => typeof text === 'string'),
  credit: z.custom<Account>((text) => typeof text === 'string'),
  amountFen: z.int(),
  memo: z.string(),
});
export type Posting = Readonly<z.infer<typeof postingSchema>>;

/** The sum of what was moved into (credit) and out of (debit) each account. The values add up to zero. */
export function balances(
  postings: Iterable<Posting>,
  sums = new Map<Account, number>(),
): Map<Account, number> {
  for (const { debit, credit, amountFen } of postings) {
    sums.set(debit, (sums.get(debit) ?? 0) - amountFen);
    sums.set(credit, (sums.get(credit) ?? 0) + amountFen);
  }
  return sums;
}

/** The same of one account. */
export const movedInto = (account: Account, postings: readonly Posting[]): number =>
  balances(postings).get(account) ?? 0;

/** The households whose wallets or receivables are moved. */
export const householdsOf = (postings: readonly Posting[]): Set<string> =>
  new Set(
    postings
      .flatMap(({ debit, credit }) => [accountOf(debit), accountOf(credit)])
      .flatMap((account) => (account && 'householdId' in account ? [account.householdId] : [])),
  );
