import type { OfficeOrder } from './office-order.ts';
import type { Wallet } from './wallet.ts';

/** What one person booked alone for one household on one local day, in fen. */
export type CashAlone = NonNullable<Wallet['cashAlone']>;

/** Up to so much cash for one household is booked alone on one day; an estate may say otherwise. Five hundred yuan. */
export const cashApprovalFen = 50_000;

/** Which of the two sums of a day an order counts towards; undefined for what nobody books alone. */
function sumOfKind(kind: OfficeOrder['kind']): 'topUpFen' | 'refundFen' | undefined {
  if (kind === 'correction') return undefined;
  return kind === 'cash-top-up' ? 'topUpFen' : 'refundFen';
}

/**
 * What is booked alone on a day with one order more, or undefined where a second person has to see it: together with
 * what was booked alone on that day it is more than the limit. So it is on a day that is over for the household, which
 * can no longer be counted.
 */
export function withOrderAlone(
  before: CashAlone | undefined,
  { kind, amountFen }: Pick<OfficeOrder, 'kind' | 'amountFen'>,
  date: string,
  limitFen: number,
): CashAlone | undefined {
  const sum = sumOfKind(kind);
  if (sum === undefined || (before !== undefined && date < before.date)) return undefined;
  const day = before?.date === date ? before : { date, topUpFen: 0, refundFen: 0 };
  const after = { ...day, [sum]: day[sum] + amountFen };
  return after[sum] > limitFen ? undefined : after;
}
