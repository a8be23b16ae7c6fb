import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { balances, type Posting } from './ledger.ts';
import { readWallet } from './wallet-store.ts';

export interface Account {
  readonly account: string;
  /** What the postings add up to. Over all accounts the sum is zero. */
  readonly balanceFen: number;
  /** For a wallet: what is set aside for charges that run. */
  readonly heldFen?: number;
  /** For a wallet: the balance that the wallet itself says, which must be the same. */
  readonly walletFen?: number;
}

/** Every account of an estate, added up from its postings. Hot accounts keep no running balance, so this reads all. */
export async function accountsOf(table: Table, estateId: string): Promise<Account[]> {
  const lines = await table.query({ pk: keys.postingsOfEstate(estateId, 0, '').pk });
  const sums = balances(lines.flatMap((line) => line['postings'] as Posting[]));
  return Promise.all(
    [...sums].sort().map(async ([account, balanceFen]): Promise<Account> => {
      if (!account.startsWith('wallet:')) return { account, balanceFen };
      const wallet = await readWallet(table, estateId, account.slice('wallet:'.length));
      const heldFen = Object.values(wallet.holds).reduce((sum, hold) => sum + hold.amountFen, 0);
      return { account, balanceFen, heldFen, walletFen: wallet.balanceFen };
    }),
  );
}
