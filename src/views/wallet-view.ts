import { heldFen, spendableFen, type Wallet } from '../billing/wallet.ts';

/** A wallet as its household, and the staff, are shown it. */
export function shownWallet(wallet: Wallet) {
  const { householdId, balanceFen, creditLimitFen, owedFen, budget, purchases } = wallet;
  return {
    householdId,
    balanceFen,
    heldFen: heldFen(wallet),
    creditLimitFen,
    owedFen,
    spendableFen: spendableFen(wallet),
    budget,
    purchases: Object.entries(purchases).map(([purchaseId, purchase]) => ({ purchaseId, ...purchase })),
  };
}
