import * as z from 'zod/mini';
import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import { parseSessionId } from '../../charging/session.ts';
import { readSteps } from '../../charging/steps.ts';
import type { Backend } from '../../journal/commit.ts';
import { balances, receivableAccount, walletAccount } from '../../ledger/ledger.ts';
import { keys } from '../../shared/keys.ts';
import type { Table } from '../../shared/table.ts';
import type { Wallet } from '../../wallet/wallet.ts';
import { readWallet } from '../../wallet/wallet-store.ts';
import { checkBudget } from './budget.ts';
import { asText, twiceIfDifferent } from './compare.ts';
import { checkCashAlone, checkDays } from './days.ts';
import { type History, hear, noHistory } from './history.ts';
import { checkLines, linesAtOnce } from './lines.ts';
import type { CursorOf, PartOfPage } from './page.ts';
import { unlistedOrders } from './payments.ts';
import { checkPurchases } from './purchases.ts';

const householdsAtOnce = 10;
const householdSchema = z.looseObject({ householdId: z.string() });

/**
 * Households: the wallet against the postings of its entries, its holds against open sessions, its packages, and what it
 * counts: limits, caps of the day, cash.
 */
export async function checkHouseholds(
  backend: Backend,
  estateId: string,
  { after }: CursorOf<'households'>,
): Promise<PartOfPage> {
  const items = await backend.table.query({
    ...keys.householdsAfter(estateId, after),
    limit: householdsAtOnce,
  });
  const ids = items.map((item) => householdSchema.parse(item).householdId);
  const differences: RebuildDifference[] = [];
  const packages: Record<string, { bought: number; left: number }> = {};
  for (const householdId of ids) {
    const found = await twiceIfDifferent(() => checkHousehold(backend, estateId, householdId));
    differences.push(...found.differences);
    Object.assign(packages, found.packages);
  }
  const last = ids.at(-1);
  return {
    checked: { households: ids.length },
    differences,
    packages,
    next:
      ids.length < householdsAtOnce || last === undefined
        ? { part: 'payments' }
        : { part: 'households', after: last },
  };
}

async function checkHousehold(backend: Backend, estateId: string, householdId: string) {
  const wallet = await readWallet(backend.table, estateId, householdId);
  const [money, holds, purchases] = await Promise.all([
    moneyDifferences(backend, wallet),
    holdsOfNothing(backend.table, wallet),
    checkPurchases(backend, wallet),
  ]);
  const { history } = money;
  return {
    differences: [
      ...money.differences,
      ...holds,
      ...purchases.differences,
      ...(await checkBudget(backend, wallet, history)),
      ...(await checkDays(backend, wallet, history)),
      ...checkCashAlone(backend, wallet, history),
      ...(await unlistedOrders(backend, estateId, householdId, history.paidOrders)),
    ],
    packages: purchases.packages,
  };
}

/** The household's own list of postings is that of its entries, and its sums are what the wallet says. */
async function moneyDifferences(
  backend: Backend,
  { estateId, householdId, balanceFen, owedFen }: Wallet,
): Promise<{ readonly differences: readonly RebuildDifference[]; readonly history: History }> {
  const lines = await backend.table.query({ pk: keys.movement(estateId, householdId, 0, '').pk });
  const wallet = walletAccount(householdId);
  const receivable = receivableAccount(householdId);
  const sums = new Map([wallet, receivable].map((account) => [account, 0]));
  const differences: RebuildDifference[] = [];
  const history = noHistory();
  for (let from = 0; from < lines.length; from += linesAtOnce) {
    const checked = await checkLines(backend, lines.slice(from, from + linesAtOnce));
    differences.push(...checked.differences);
    for (const entry of checked.entries) hear(history, householdId, entry);
    for (const [account, fen] of balances(checked.postings))
      if (sums.has(account)) sums.set(account, (sums.get(account) ?? 0) + fen);
  }
  const { pk, sk } = keys.wallet(estateId, householdId);
  const compared = (field: string, recorded: number, recomputed: number): RebuildDifference[] => {
    if (recorded === recomputed) return [];
    const place = { what: 'wallet', of: householdId, where: `${pk}|${sk} ${field}` };
    return [{ ...place, recorded: asText(recorded), recomputed: asText(recomputed) }];
  };
  return {
    differences: [
      ...differences,
      ...compared('balanceFen', balanceFen, sums.get(wallet) ?? 0),
      ...compared('owedFen', owedFen, 0 - (sums.get(receivable) ?? 0)),
    ],
    history,
  };
}

/** A hold whose session the journal does not know, or knows to be over, keeps money from its owner. */
async function holdsOfNothing(
  table: Table,
  { estateId, householdId, holds }: Wallet,
): Promise<RebuildDifference[]> {
  const { pk, sk } = keys.wallet(estateId, householdId);
  const differences: RebuildDifference[] = [];
  for (const [sessionId, { amountFen }] of Object.entries(holds)) {
    const named = parseSessionId(sessionId);
    const steps = named && (await readSteps({ table }, named.deviceId, named.order));
    const isOpen =
      steps?.agreement !== undefined && steps.closed === undefined && steps.settled === undefined;
    if (isOpen && steps.agreement?.householdId === householdId) continue;
    differences.push({
      ...{ what: 'hold', of: householdId, where: `${pk}|${sk} holds.${sessionId}.amountFen` },
      ...{ recorded: asText(amountFen), recomputed: 'absent' },
    });
  }
  return differences;
}
