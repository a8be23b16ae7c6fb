import type { Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { price } from '../billing/price.ts';
import { chargedByLine } from '../billing/receipt.ts';
import { type Posting, receivableAccount, revenueAccount, walletAccount } from '../ledger/ledger.ts';
import { wallClock } from '../shared/local-time.ts';
import { ownOf } from '../shared/own.ts';
import { type Budget, spentMore } from './budget.ts';
import { payInPostings } from './pay-in.ts';
import { withMore } from './purchase.ts';
import { capture, claim, deposit, type Wallet } from './wallet.ts';

/** Who pays for a session, and by what. */
export interface Payer {
  readonly credentialId: string;
  readonly memberId?: string | undefined;
  /** What was taken out of a package until the session is over. */
  readonly reserved?: { readonly purchaseId: string; readonly amount: number } | undefined;
  /** What corrections have given back for this session. */
  readonly givenBackFen?: number | undefined;
}

const lines = ['electricity', 'service'] as const;
type ByLine = Readonly<Record<(typeof lines)[number], number>>;

/**
 * Moves what a session costs now, less what was moved for it before, line by line: out of its hold where there is one,
 * else back to the wallet, or claimed from it as far as free money goes; the rest is owed. In which steps a session came
 * to its price makes no difference to the balance less what is owed.
 *
 * What a correction has given back already is not given back again: as far as a session now costs less than that, the
 * difference is the estate's, and comes back from there when it costs more again.
 */
export function paySession(
  wallet: Wallet,
  payer: Payer,
  tariff: Tariff,
  before: Receipt | undefined,
  after: Receipt,
): { readonly wallet: Wallet; readonly postings: Posting[] } {
  const { sessionId } = after;
  const due = chargedByLine(after);
  const paid = before === undefined ? { electricity: 0, service: 0 } : chargedByLine(before);
  const heldFen = ownOf(wallet.holds, sessionId)?.amountFen ?? 0;
  const used = usedOfPackage(tariff, payer, after) - (before ? usedOfPackage(tariff, payer, before) : 0);
  const fromHoldFen = Math.min(after.chargedFen, heldFen);

  let next = wallet;
  const month = monthOf(tariff, after);
  if (ownOf(wallet.holds, sessionId) === undefined) next = takenFromPackage(next, payer, used);
  else next = capture(next, sessionId, { amountFen: fromHoldFen, usedOfPackage: used, month });
  const keptFen = beyondPrice(payer, after) - (before === undefined ? 0 : beyondPrice(payer, before));
  const { left: back, taken: kept } = takenFirst(risen(due, paid), keptFen);
  const { left: more, taken: settled } = takenFirst(risen(paid, due), -keptFen);
  const postings: Posting[] = writtenOffPostings(sessionId, kept, settled);
  for (const line of lines) {
    if (back[line] === 0) continue;
    const refunded = deposit(next, back[line]);
    postings.push(...payInPostings(revenueAccount(line), next, refunded, back[line], sessionId));
    next = refunded;
  }
  const claimFen = more.electricity + more.service - fromHoldFen;
  const claimed = claimFen > 0 ? claim(next, claimFen) : { wallet: next, owedFen: 0 };
  postings.push(...takenPostings(wallet.householdId, sessionId, more, claimed.owedFen));
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

/** How much more corrections have given back than a session costs. */
const beyondPrice = ({ givenBackFen = 0 }: Payer, { chargedFen }: Receipt): number =>
  Math.max(0, givenBackFen - chargedFen);

/** By how much each line is more than it was. */
const risen = (from: ByLine, to: ByLine): ByLine => ({
  electricity: Math.max(0, to.electricity - from.electricity),
  service: Math.max(0, to.service - from.service),
});

/** The first so many fen of two lines, and what is left of them. */
function takenFirst(of: ByLine, amountFen: number): { readonly left: ByLine; readonly taken: ByLine } {
  const electricity = Math.min(of.electricity, Math.max(0, amountFen));
  const service = Math.min(of.service, Math.max(0, amountFen - electricity));
  return {
    left: { electricity: of.electricity - electricity, service: of.service - service },
    taken: { electricity, service },
  };
}

/** What the estate keeps of what a session costs less now, and gives of what it costs more. */
function writtenOffPostings(sessionId: string, kept: ByLine, settled: ByLine): Posting[] {
  return lines
    .flatMap((line): Posting[] => [
      { debit: revenueAccount(line), credit: 'written-off', amountFen: kept[line], memo: sessionId },
      { debit: 'written-off', credit: revenueAccount(line), amountFen: settled[line], memo: sessionId },
    ])
    .filter(({ amountFen }) => amountFen > 0);
}

/** What is owed is owed for the service first: electricity is passed on. */
function takenPostings(householdId: string, sessionId: string, more: ByLine, owedFen: number): Posting[] {
  const owed = {
    service: Math.min(owedFen, more.service),
    electricity: owedFen - Math.min(owedFen, more.service),
  };
  return lines.flatMap((line) => {
    const credit = revenueAccount(line);
    const from = [
      { debit: walletAccount(householdId), amountFen: more[line] - owed[line] },
      { debit: receivableAccount(householdId), amountFen: owed[line] },
    ];
    return from
      .filter(({ amountFen }) => amountFen > 0)
      .map(({ debit, amountFen }): Posting => ({ debit, credit, amountFen, memo: sessionId }));
  });
}

/** Sessions or Wh of a package that a session has used. One that costs nothing without it has used nothing. */
export function usedOfPackage(
  tariff: Tariff,
  { reserved }: Payer,
  { allowance, readings, spentBefore }: Receipt,
): number {
  if (reserved === undefined || allowance === undefined) return 0;
  if (price(tariff, { readings, spentBefore }).totalFen === 0) return 0;
  return allowance.energyWh === undefined
    ? reserved.amount
    : Math.min(allowance.energyWh, readings.at(-1)?.energyWh ?? 0);
}

/** After the fact: what is not there any more was used by others, and is not missed. */
function takenFromPackage(wallet: Wallet, { reserved }: Payer, more: number): Wallet {
  const purchase = reserved === undefined ? undefined : ownOf(wallet.purchases, reserved.purchaseId);
  if (reserved === undefined || purchase === undefined || more === 0) return wallet;
  // A package of days is not used up; but what was used is not given back.
  if (purchase.kind === 'days') {
    const purchases = { ...wallet.purchases, [reserved.purchaseId]: { ...purchase, used: true } };
    return { ...wallet, purchases };
  }
  return { ...wallet, purchases: { ...wallet.purchases, [reserved.purchaseId]: withMore(purchase, -more) } };
}

/** Limits count a session in the month in which it ended, with all that was taken; `capture` has counted its part. */
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

/** A session belongs to the month in which it ended. */
function monthOf(tariff: Tariff, { readings }: Receipt): string {
  return monthAt(tariff, readings.at(-1)?.atMs ?? 0);
}

/** Days before the newest that are still asked for: a session may be corrected days after its end. */
export const daysKept = 8;

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
    for (const [date, grains] of Object.entries(spentBy(tariff, receipt))) {
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

/**
 * What other sessions of the card count towards the caps of a session's days, from the day on which it began; undefined
 * without such a cap. `before` is its own receipt so far, which is no other's: priced again, it keeps within what those
 * leave that came after it. What the wallet has forgotten is what it was then.
 */
export function spentBeforeOf(
  { days }: Wallet,
  credentialId: string,
  tariff: Tariff,
  authorisedAtMs: number,
  before?: Receipt,
): Record<string, number> | undefined {
  if (tariff.capPerDayFen === undefined) return undefined;
  const firstDate = wallClock(authorisedAtMs, tariff.timeZone).date;
  const card = `${credentialId}|`;
  const own = before === undefined ? {} : spentBy(tariff, before);
  const others = Object.entries(days)
    .filter(([name]) => name.startsWith(card) && name.slice(card.length) >= firstDate)
    .map(([name, grains]): [string, number] => {
      const date = name.slice(card.length);
      return [date, Math.max(0, grains - (own[date] ?? 0))];
    });
  const counted = { ...before?.spentBefore, ...Object.fromEntries(others) };
  return Object.fromEntries(Object.entries(counted).filter(([, grains]) => grains > 0));
}

/** What a session counts towards the cap of each of its days, in grains; nothing under a tariff without one. */
export function spentBy(tariff: Tariff, { readings, allowance, spentBefore }: Receipt) {
  return price(tariff, { readings, allowance, spentBefore }).spent;
}
