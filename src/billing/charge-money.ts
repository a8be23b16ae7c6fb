import { wallClock } from '../shared/local-time.ts';
import { type Budget, spentMore } from './budget.ts';
import { type Posting, payInPostings, receivableAccount, walletAccount } from './ledger.ts';
import { price } from './price.ts';
import { chargedByLine, type Receipt } from './receipt.ts';
import type { Tariff } from './tariff.ts';
import { capture, claim, deposit, type Wallet } from './wallet.ts';

/** Who pays for a charge, and by what. */
export interface Payer {
  readonly credentialId: string;
  readonly memberId?: string | undefined;
  /** What was taken out of a package until the charge is over. */
  readonly reserved?: { readonly purchaseId: string; readonly amount: number } | undefined;
}

const lines = ['electricity', 'service'] as const;

/**
 * Moves what a charge costs now, less what was moved for it before, line by line: out of its hold where there is one,
 * else back to the wallet, or claimed from it as far as free money goes; the rest is owed. In which steps a charge came
 * to its price makes no difference to the balance less what is owed.
 */
export function payCharge(
  wallet: Wallet,
  payer: Payer,
  tariff: Tariff,
  before: Receipt | undefined,
  after: Receipt,
): { readonly wallet: Wallet; readonly postings: Posting[] } {
  const { chargeId } = after;
  const due = chargedByLine(after);
  const paid = before === undefined ? { electricity: 0, service: 0 } : chargedByLine(before);
  const heldFen = wallet.holds[chargeId]?.amountFen ?? 0;
  const used = usedOfPackage(tariff, payer, after) - (before ? usedOfPackage(tariff, payer, before) : 0);
  const fromHoldFen = Math.min(after.chargedFen, heldFen);

  let next = wallet;
  const month = monthOf(tariff, after);
  if (wallet.holds[chargeId] === undefined) next = takenFromPackage(next, payer, used);
  else next = capture(next, chargeId, { amountFen: fromHoldFen, usedOfPackage: used, month });
  const postings: Posting[] = [];
  for (const line of lines) {
    const backFen = paid[line] - due[line];
    if (backFen <= 0) continue;
    const refunded = deposit(next, backFen);
    postings.push(...payInPostings(`revenue:${line}`, next, refunded, backFen, chargeId));
    next = refunded;
  }
  const more = {
    electricity: Math.max(0, due.electricity - paid.electricity),
    service: Math.max(0, due.service - paid.service),
  };
  const claimFen = more.electricity + more.service - fromHoldFen;
  const claimed = claimFen > 0 ? claim(next, claimFen) : { wallet: next, owedFen: 0 };
  postings.push(...takenPostings(wallet.householdId, chargeId, more, claimed.owedFen));
  const spent = { before, after, fromHoldFen, month };
  return {
    wallet: {
      ...claimed.wallet,
      budget: spentInMonths(claimed.wallet.budget, payer, tariff, spent),
      days: spentOnDays(claimed.wallet.days, payer, tariff, before, after),
    },
    postings,
  };
}

/** What is owed is owed for the service first: electricity is passed on. */
function takenPostings(
  householdId: string,
  chargeId: string,
  more: Readonly<Record<(typeof lines)[number], number>>,
  owedFen: number,
): Posting[] {
  const owed = {
    service: Math.min(owedFen, more.service),
    electricity: owedFen - Math.min(owedFen, more.service),
  };
  return lines.flatMap((line) => {
    const credit = `revenue:${line}`;
    const from = [
      { debit: walletAccount(householdId), amountFen: more[line] - owed[line] },
      { debit: receivableAccount(householdId), amountFen: owed[line] },
    ];
    return from
      .filter(({ amountFen }) => amountFen > 0)
      .map(({ debit, amountFen }): Posting => ({ debit, credit, amountFen, memo: chargeId }));
  });
}

/** Charges or Wh of a package that a charge has used. One that costs nothing without it has used nothing. */
export function usedOfPackage(tariff: Tariff, { reserved }: Payer, { allowance, readings }: Receipt): number {
  if (reserved === undefined || allowance === undefined) return 0;
  if (price(tariff, { readings }).totalFen === 0) return 0;
  return allowance.energyWh === undefined
    ? reserved.amount
    : Math.min(allowance.energyWh, readings.at(-1)?.energyWh ?? 0);
}

/** After the fact: what is not there any more was used by others, and is not missed. */
function takenFromPackage(wallet: Wallet, { reserved }: Payer, more: number): Wallet {
  const purchase = reserved === undefined ? undefined : wallet.purchases[reserved.purchaseId];
  if (reserved === undefined || purchase === undefined || more === 0) return wallet;
  // A package of days is not used up; but what was used is not given back.
  if (purchase.kind === 'days') {
    const purchases = { ...wallet.purchases, [reserved.purchaseId]: { ...purchase, used: true } };
    return { ...wallet, purchases };
  }
  const left = Math.max(0, purchase.left - more);
  return { ...wallet, purchases: { ...wallet.purchases, [reserved.purchaseId]: { ...purchase, left } } };
}

/** Limits count a charge in the month in which it ended, with all that was taken; `capture` has counted its part. */
function spentInMonths(
  budget: Budget,
  { memberId }: Payer,
  tariff: Tariff,
  {
    before,
    after,
    fromHoldFen,
    month,
  }: { before: Receipt | undefined; after: Receipt; fromHoldFen: number; month: string },
): Budget {
  const without =
    before === undefined ? budget : spentMore(budget, monthOf(tariff, before), memberId, -before.chargedFen);
  return spentMore(without, month, memberId, after.chargedFen - fromHoldFen);
}

/** The local month of a moment, as limits count it: YYYY-MM. */
export function monthAt({ timeZone }: Tariff, atMs: number): string {
  return wallClock(atMs, timeZone).date.slice(0, 7);
}

/** A charge belongs to the month in which it ended. */
function monthOf(tariff: Tariff, { readings }: Receipt): string {
  return monthAt(tariff, readings.at(-1)?.atMs ?? 0);
}

/** Days before the newest that are still asked for: a charge may be corrected days after its end. */
const daysKept = 8;

/** What counts towards the cap of each local day of this card. */
function spentOnDays(
  days: Wallet['days'],
  { credentialId }: Payer,
  tariff: Tariff,
  before: Receipt | undefined,
  after: Receipt,
): Wallet['days'] {
  if (tariff.capPerDayFen === undefined) return days;
  const sums = { ...days };
  const add = (receipt: Receipt, sign: 1 | -1) => {
    const { readings, allowance, spentBefore } = receipt;
    for (const [date, grains] of Object.entries(price(tariff, { readings, allowance, spentBefore }).spent)) {
      const name = `${credentialId}|${date}`;
      sums[name] = (sums[name] ?? 0) + sign * grains;
    }
  };
  if (before !== undefined) add(before, -1);
  add(after, 1);
  const dateOf = (name: string) => name.slice(name.lastIndexOf('|') + 1);
  const newestMs = Math.max(...Object.keys(sums).map((name) => Date.parse(dateOf(name))));
  return Object.fromEntries(
    Object.entries(sums).filter(
      ([name, grains]) => grains > 0 && Date.parse(dateOf(name)) >= newestMs - daysKept * 86_400_000,
    ),
  );
}

/** What counted towards the caps of a charge's days, from the day on which it began; undefined without such a cap. */
export function spentBeforeOf(
  { days }: Wallet,
  credentialId: string,
  tariff: Tariff,
  authorisedAtMs: number,
): Record<string, number> | undefined {
  if (tariff.capPerDayFen === undefined) return undefined;
  const firstDate = wallClock(authorisedAtMs, tariff.timeZone).date;
  const own = `${credentialId}|`;
  return Object.fromEntries(
    Object.entries(days)
      .filter(([name]) => name.startsWith(own) && name.slice(own.length) >= firstDate)
      .map(([name, grains]) => [name.slice(own.length), grains]),
  );
}
