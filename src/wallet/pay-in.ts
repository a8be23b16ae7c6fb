import { type Account, type Posting, receivableAccount, walletAccount } from '../ledger/ledger.ts';
import type { Wallet } from './wallet.ts';

/**
 * The postings of a deposit (wallet.ts): all of it into the wallet, and out of it again what settled a debt. `before`
 * and `after` are the wallet around the deposit.
 */
export function payInPostings(
  from: Account,
  before: Wallet,
  after: Wallet,
  amountFen: number,
  memo: string,
): Posting[] {
  const wallet = walletAccount(before.householdId);
  const settledFen = before.owedFen - after.owedFen;
  const paidIn: Posting = { debit: from, credit: wallet, amountFen, memo };
  if (settledFen === 0) return [paidIn];
  const settled: Posting = {
    debit: wallet,
    credit: receivableAccount(before.householdId),
    amountFen: settledFen,
    memo,
  };
  return [paidIn, settled];
}
