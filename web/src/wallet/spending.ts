import type { Payment } from '../../../contract/shapes/payment.ts';
import type { Movement } from '../../../contract/shapes/wallet.ts';
import type { Budget } from '../../../contract/shapes/wallet-shown.ts';
import { ownOf } from '../cloud/own.ts';

/** From so much of a limit on a household is told; the server tells it once a month. */
export const markPercent = 80;

export interface Spending {
  readonly spentFen: number;
  readonly limitFen: number | undefined;
  /** Of the limit, rounded down, so that 100 is only said when it is reached; above 100 stays 100. */
  readonly percent: number;
  readonly state: 'no-limit' | 'below' | 'near' | 'reached';
}

/** The household's month, or, with a member, that member's. What was spent in a month gone by does not count. */
export function spendingOf(
  { members, monthLimitFen, spent }: Budget,
  month: string,
  memberId?: string,
): Spending {
  const isNow = spent.month === month;
  const total = memberId === undefined ? spent.totalFen : (ownOf(spent.byMember, memberId) ?? 0);
  const spentFen = isNow ? total : 0;
  const limitFen = memberId === undefined ? monthLimitFen : ownOf(members, memberId)?.monthLimitFen;
  if (limitFen === undefined) return { spentFen, limitFen, percent: 0, state: 'no-limit' };
  const percent = Math.min(100, Math.floor((spentFen * 100) / limitFen));
  const state = percent >= 100 ? 'reached' : percent >= markPercent ? 'near' : 'below';
  return { spentFen, limitFen, percent, state };
}

/** The kinds of entries that a session leaves in the books; their memo is the session. */
const sessionKinds = ['settlement', 'session-closed', 'session-adjusted'];

/** The sessions that moved money, the latest first, each once. */
export function sessionsIn(movements: readonly Movement[], atMost: number): string[] {
  const ids = movements
    .filter(({ kind }) => sessionKinds.includes(kind))
    .toReversed()
    .map(({ memo }) => memo);
  return [...new Set(ids)].slice(0, atMost);
}

/** What may still go back of a top-up to who paid it: what did not go back before, and no more than is free. */
export function refundableFen({ state, amountFen, refundedFen }: Payment, freeFen: number): number {
  return state === 'paid' ? Math.max(0, Math.min(amountFen - refundedFen, freeFen)) : 0;
}

/** What nobody has used, set aside, or is owed: the part of a balance that goes back on request. */
export function freeFenOf(wallet: { balanceFen: number; heldFen: number; owedFen: number }): number {
  return Math.max(0, wallet.balanceFen - wallet.heldFen - wallet.owedFen);
}
