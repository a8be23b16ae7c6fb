import type { Table } from '../shared/table.ts';
import { holderOf } from '../wallet/household.ts';
import { heldFen, spendableFen, type Wallet } from '../wallet/wallet.ts';

/** A wallet as its household, and the staff, are shown it. */
export function shownWallet(wallet: Wallet) {
  const { householdId, balanceFen, creditLimitFen, owedFen, holds, budget, purchases } = wallet;
  return {
    householdId,
    balanceFen,
    heldFen: heldFen(wallet),
    sessionsRunning: Object.keys(holds),
    creditLimitFen,
    owedFen,
    spendableFen: spendableFen(wallet),
    budget,
    purchases: Object.entries(purchases).map(([purchaseId, purchase]) => ({ purchaseId, ...purchase })),
  };
}

/** The same with who answers for the household's account, where its configuration names somebody. Throws `not-found`. */
export async function shownWithHolder(table: Table, wallet: Wallet) {
  const holderId = await holderOf(table, wallet.estateId, wallet.householdId);
  return { ...shownWallet(wallet), ...(holderId === undefined ? {} : { holderId }) };
}
