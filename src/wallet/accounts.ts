import { type Posting, receivableAccount, walletAccount } from '../ledger/ledger.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { heldFen } from './wallet.ts';
import { readWallet } from './wallet-store.ts';

export interface Account {
  readonly account: string;
  /** What the postings add up to. Over all accounts the sum is zero. */
  readonly balanceFen: number;
  /** For a wallet: what is set aside for sessions that run. */
  readonly heldFen?: number;
  /** For a wallet: the balance that the wallet itself says; for a receivable: what it says is owed, below zero. */
  readonly walletFen?: number;
}

/** From the first moment to, and without, the last; open where a bound is absent. */
export interface Period {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** So many lines are in memory at once, however long the ledger is. */
const linesAtOnce = 1000;

/**
 * What the postings of a period add up to, by account; the sum of all is zero. Hot accounts keep no running balance, so
 * this reads every line of the period: a month for who wants to look, the whole ledger for who wants to be certain.
 */
export async function trialBalance(
  table: Table,
  estateId: string,
  { fromMs = 0, toMs = 9_999_999_999_999 }: Period = {},
): Promise<Map<string, number>> {
  const { pk } = keys.ledgerAfter(estateId);
  const end = time(toMs);
  const sums = new Map<string, number>();
  let from = time(fromMs);
  for (;;) {
    const lines = await table.query({ pk, between: [from, end], limit: linesAtOnce });
    for (const { debit, credit, amountFen } of lines.flatMap((line) => line['postings'] as Posting[])) {
      sums.set(debit, (sums.get(debit) ?? 0) - amountFen);
      sums.set(credit, (sums.get(credit) ?? 0) + amountFen);
    }
    const last = lines.at(-1);
    if (lines.length < linesAtOnce || last === undefined) return sums;
    // The bounds are inclusive: the next page begins right behind the last line of this one.
    from = `${last.sk}\u0000`;
  }
}

/** Every account of an estate, with what wallets say of themselves where the whole ledger is added up. */
export async function accountsOf(table: Table, estateId: string, period: Period = {}): Promise<Account[]> {
  const sums = [...(await trialBalance(table, estateId, period))].sort();
  const whole = period.fromMs === undefined && period.toMs === undefined;
  const accounts: Account[] = [];
  for (let from = 0; from < sums.length; from += walletsAtOnce) {
    const some = sums.slice(from, from + walletsAtOnce);
    accounts.push(
      ...(await Promise.all(
        some.map(async ([account, balanceFen]) => ({
          account,
          balanceFen,
          ...(whole ? await sayOfWallet(table, estateId, account) : {}),
        })),
      )),
    );
  }
  return accounts;
}

const walletsAtOnce = 25;

async function sayOfWallet(
  table: Table,
  estateId: string,
  account: string,
): Promise<Pick<Account, 'heldFen' | 'walletFen'>> {
  const householdId = account.slice(account.indexOf(':') + 1);
  if (account !== walletAccount(householdId) && account !== receivableAccount(householdId)) return {};
  const wallet = await readWallet(table, estateId, householdId);
  return account === walletAccount(householdId)
    ? { heldFen: heldFen(wallet), walletFen: wallet.balanceFen }
    : { walletFen: 0 - wallet.owedFen };
}
