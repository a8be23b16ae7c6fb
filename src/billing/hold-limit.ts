import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Bill } from './bill.ts';
import { fenOf, sumOf } from './grains.ts';

/** What of a total is not taken, as it stands between the total and what was charged: negative, in fen. */
export interface NotCharged {
  readonly why: 'limited-to-hold';
  readonly amountFen: number;
}

/**
 * What may be taken of a bill, in fen, where so much was held: rule 10 of docs/billing.md. Charging never takes more
 * than was agreed, whatever is learned later. The fee for overstaying was not held for and comes on top, until all of it
 * reaches the most that the tariff takes for one session. Pure.
 */
export function chargeable(
  tariff: Pick<Tariff, 'holdFen'>,
  { lines, totalFen }: Pick<Bill, 'lines' | 'totalFen'>,
  heldFen: number,
): number {
  const chargingFen = lines.reduce(
    (sum, { slices }) => sum + fenOf(sumOf(slices.filter(({ kind }) => kind !== 'overstay'))),
    0,
  );
  const overstayFen = totalFen - chargingFen;
  return Math.min(Math.min(chargingFen, heldFen) + overstayFen, Math.max(heldFen, tariff.holdFen));
}

/** The deduction that makes a total what was charged; undefined where nothing was taken off. */
export function notCharged({
  totalFen,
  chargedFen,
}: {
  readonly totalFen: number;
  readonly chargedFen: number;
}): NotCharged | undefined {
  return chargedFen < totalFen ? { why: 'limited-to-hold', amountFen: chargedFen - totalFen } : undefined;
}
