import type { Difference } from '../../../contract/shapes/books.ts';

/** One movement at a provider: what its bill says, or what our ledger says. */
export interface Moved {
  readonly kind: 'payment' | 'refund';
  /** Our number of the order, or of the refund. */
  readonly number: string;
  /** Always positive. */
  readonly amountFen: number;
  /** The day of the provider's bill, in Beijing; for the ledger, of the booking. */
  readonly day: string;
}

export interface Reconciled {
  readonly billFen: number;
  readonly ledgerFen: number;
  /** The sum of `billFen - ledgerFen` over the differences: 0 when both sides are equal to the fen. */
  readonly differenceFen: number;
  readonly compared: number;
  readonly differences: readonly Difference[];
}

interface Side {
  readonly fen: number;
  readonly days: readonly string[];
}

/**
 * Compares the provider's bill of a month with the ledger, number by number. What stands in the other's neighbouring
 * months (`bill` and `ledger` reach beyond the month on both sides) is found there and is a matter of days, not of
 * money. Every fen by which the two sides of the month differ is in one difference.
 */
export function reconcile(month: string, bill: readonly Moved[], ledger: readonly Moved[]): Reconciled {
  const [billed, booked] = [byNumber(bill), byNumber(ledger)];
  const names = [...new Set([...billed.keys(), ...booked.keys()])].sort();
  const differences: Difference[] = [];
  const sums = { billFen: 0, ledgerFen: 0, compared: 0 };
  for (const name of names) {
    const [theirs, ours] = [billed.get(name) ?? [], booked.get(name) ?? []];
    const first = theirs[0] ?? ours[0];
    const [inBill, inLedger] = [sideOf(theirs, month), sideOf(ours, month)];
    if (first === undefined || inBill.days.length + inLedger.days.length === 0) continue;
    sums.billFen += inBill.fen;
    sums.ledgerFen += inLedger.fen;
    sums.compared += 1;
    const difference = differenceOf(theirs, ours);
    if (difference === undefined) continue;
    differences.push({
      difference,
      kind: first.kind,
      number: first.number,
      billFen: inBill.fen,
      ledgerFen: inLedger.fen,
      billDays: [...sideOf(theirs).days],
      ledgerDays: [...sideOf(ours).days],
    });
  }
  const differenceFen = differences.reduce((sum, { billFen, ledgerFen }) => sum + billFen - ledgerFen, 0);
  return { ...sums, differenceFen, differences };
}

function differenceOf(
  theirs: readonly Moved[],
  ours: readonly Moved[],
): Difference['difference'] | undefined {
  if (theirs.length === 0) return 'missing-in-bill';
  if (ours.length === 0) return 'missing-in-ledger';
  const [inBill, inLedger] = [sideOf(theirs), sideOf(ours)];
  if (inBill.fen !== inLedger.fen) return 'amount-differs';
  return byDay(theirs) === byDay(ours) ? undefined : 'day-differs';
}

/** What was moved on which day: only where that is the same, every month has the same. */
function byDay(rows: readonly Moved[]): string {
  return rows
    .map(({ day, amountFen }) => `${day} ${amountFen}`)
    .sort()
    .join();
}

function byNumber(rows: readonly Moved[]): Map<string, Moved[]> {
  return Map.groupBy(rows, ({ kind, number }) => `${number}\n${kind}`);
}

/** What one side says of a number; with a month, what falls into it. */
function sideOf(rows: readonly Moved[], month?: string): Side {
  const own = rows.filter(({ day }) => month === undefined || day.startsWith(month));
  return {
    fen: own.reduce((sum, { kind, amountFen }) => sum + (kind === 'payment' ? amountFen : -amountFen), 0),
    days: own.map(({ day }) => day).sort(),
  };
}
