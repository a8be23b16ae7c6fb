import * as z from 'zod/mini';
import { type Account, accountOf, balances, postingSchema } from '../ledger/ledger.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { heldFen } from './wallet.ts';
import { readWallet } from './wallet-store.ts';

export interface AccountShown {
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
): Promise<Map<Account, number>> {
  const { pk } = keys.ledgerAfter(estateId);
  const end = time(toMs);
  const sums = new Map<Account, number>();
  let from = time(fromMs);
  for (;;) {
    const lines = await table.query({ pk, between: [from, end], limit: linesAtOnce });
    for (const line of lines) balances(z.array(postingSchema).parse(line['postings']), sums);
    const last = lines.at(-1);
    if (lines.length < linesAtOnce || last === undefined) return sums;
    // The bounds are inclusive: the next page begins right behind the last line of this one.
    from = `${last.sk}\u0000`;
  }
}

/** Every account of an estate, with what wallets say of themselves where the whole ledger is added up. */
export async function accountsOf(
  table: Table,
  estateId: string,
  period: Period = {},
): Promise<AccountShown[]> {
  const sums = [...(await trialBalance(table, estateId, period))].sort();
  const whole = period.fromMs === undefined && period.toMs === undefined;
  const accounts: AccountShown[] = [];
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
): Promise<Pick<AccountShown, 'heldFen' | 'walletFen'>> {
  const known = accountOf(account);
  if (known?.is !== 'wallet' && known?.is !== 'receivable') return {};
  const wallet = await readWallet(table, estateId, known.householdId);
  return known.is === 'wallet'
    ? { heldFen: heldFen(wallet), walletFen: wallet.balanceFen }
    : { walletFen: 0 - wallet.owedFen };
}
