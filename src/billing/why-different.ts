import type { BoardClaim, WhyDifferent } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Bill, Line, Reading } from './bill.ts';
import { fenOf, grainsOfTime } from './grains.ts';

/** What of a receipt explains it. */
interface Explained extends Pick<Bill, 'totalFen'> {
  readonly lines: readonly Line[];
  readonly readings: readonly Pick<Reading, 'energyWh'>[];
  readonly remarks: readonly string[];
  readonly chargedFen: number;
  readonly estimated: boolean;
  readonly boardClaim?: BoardClaim | undefined;
}

export function whyDifferent(receipt: Explained, tariff: Tariff): WhyDifferent[] {
  const { boardClaim: claim, chargedFen } = receipt;
  if (claim === undefined) return receipt.estimated ? ['estimated'] : [];
  if (claim.fen === chargedFen) return [];
  const reasons = [...ofTheBoard(receipt, tariff, claim), ...ofOurs(receipt, claim)];
  return reasons.length === 0 ? ['unexplained'] : reasons;
}

function ofTheBoard({ lines, totalFen }: Explained, tariff: Tariff, claim: BoardClaim): WhyDifferent[] {
  const { bands = [], priceVersion } = claim;
  const lineFen = (name: string) => lines.find(({ line }) => line === name)?.amountFen ?? 0;
  const prices = hourPrices(tariff);
  const reasons: WhyDifferent[] = [];
  if (bands.length > 0 && fenOf(sumOfBands(claim)) !== claim.fen) reasons.push('board-rounds');
  if (claim.fen > 0 && claim.fen === lineFen('electricity') && claim.fen < totalFen)
    reasons.push('board-knows-no-service-line');
  if (bands.length > 0 && prices.length === 0) reasons.push('board-counts-hours');
  const otherBands = prices.length > 0 && bands.some((band) => !prices.includes(band.priceMilliYuanPerHour));
  if (otherBands || (priceVersion !== undefined && priceVersion !== tariff.tariffVersion))
    reasons.push('other-prices-on-board');
  return reasons;
}

function ofOurs(
  { lines, totalFen, chargedFen, readings, remarks }: Explained,
  claim: BoardClaim,
): WhyDifferent[] {
  const slices = lines.flatMap((line) => line.slices);
  const reasons: WhyDifferent[] = [];
  if ((readings.at(-1)?.energyWh ?? 0) !== claim.energyWh) reasons.push('energy-corrected');
  if (slices.some(({ free }) => free === 'package')) reasons.push('package');
  if (slices.some(({ free }) => free === 'free-minutes')) reasons.push('free-minutes');
  if (remarks.some((remark) => remark.startsWith('capped-'))) reasons.push('capped');
  if (slices.some(({ kind }) => kind === 'overstay')) reasons.push('overstay');
  if (chargedFen < totalFen) reasons.push('limited-to-hold');
  return reasons;
}

/** What a board's own bands come to, exact, in grains. */
export function sumOfBands({ bands = [] }: BoardClaim): number {
  return bands.reduce(
    (sum, { seconds, priceMilliYuanPerHour }) => sum + grainsOfTime(seconds * 1000, priceMilliYuanPerHour),
    0,
  );
}

function hourPrices({ service }: Tariff): number[] {
  if (service.by === 'time') return [service.priceMilliYuanPerHour];
  return service.by === 'power' ? service.bands.map((band) => band.priceMilliYuanPerHour) : [];
}
