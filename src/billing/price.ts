import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Bill, Line, Reading, SessionToPrice, Slice } from './bill.ts';
import { capped } from './caps.ts';
import { fenOf, sumOf } from './grains.ts';
import { bandReadings, powerPricesOf } from './power-bands.ts';
import { type ExactSlices, slicesOf } from './slices.ts';

/**
 * What one session may be at most: far beyond what a port can do, and near enough that every exact amount is a safe
 * integer. With a rate of at most 100 yuan, energy costs at most 1,000,000 Wh × 100,000 × 3600 = 3.6e14 grains in each
 * line, time and overstay together at most 400 days × 100,000 = 3.5e15, fees and the minimum 1.1e13: together 4.3e15, below 2^53 = 9.0e15.
 * Between two readings twice the energy times the time is at most 2 × 1,000,000 × 31 days = 5.4e15.
 */
export const most = {
  sessionMs: 31 * 86_400_000,
  energyWh: 1_000_000,
  /** From the start until the bike is taken away. */
  stayMs: 400 * 86_400_000,
} as const;

/**
 * What a session costs under a tariff, by the rules of docs/billing.md. Pure. A session of fewer than two readings, or
 * of no duration, never began and costs nothing. Throws RangeError for what is beyond `most`, which no board delivers.
 */
export function price(tariff: Tariff, session: SessionToPrice): Bill {
  if (!began(session)) return { lines: linesOf([], []), totalFen: 0, remarks: [], spent: {} };
  const slices = slicesOf(tariff, session);
  const caps = capped(tariff, session, slices);
  const lines = linesOf(
    [...slices.electricity, ...caps.electricity],
    [...slices.service, ...caps.service, ...slices.overstay],
  );
  return {
    lines,
    totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
    remarks: [...slices.remarks, ...caps.remarks],
    spent: caps.spent,
  };
}

/**
 * The exact slices of a part of a session, before caps and rounding, which are of the whole. A session that is split
 * anywhere into parts is the sum of them, to the grain. A fee is due in the part that its moment is in.
 */
export function pricedWindow(
  tariff: Tariff,
  session: SessionToPrice,
  fromMs: number,
  toMs: number,
): ExactSlices {
  if (!began(session)) return { electricity: [], service: [], overstay: [], remarks: [] };
  return slicesOf(tariff, session, { fromMs, toMs });
}

/**
 * The readings that a bill rests on: the first, the last, those around each boundary, and those that tell the band of
 * a power. Priced again, they give the same bill; a receipt keeps these, however many there were.
 */
export function decisive(tariff: Tariff, readings: readonly Reading[], { lines }: Bill): Reading[] {
  const boundaries = new Set(
    lines.flatMap(({ slices }) => slices.flatMap(({ fromMs, toMs }) => [fromMs, toMs])),
  );
  const kept = new Set<Reading | undefined>([readings[0], readings.at(-1)]);
  for (const boundaryMs of boundaries) {
    kept.add(readings.findLast(({ atMs }) => atMs < boundaryMs));
    kept.add(readings.find(({ atMs }) => atMs >= boundaryMs));
  }
  const powerPrices = powerPricesOf(tariff);
  if (powerPrices !== undefined) for (const reading of bandReadings(powerPrices, readings)) kept.add(reading);
  return readings.filter((reading) => kept.has(reading));
}

function began({ readings, removedAtMs }: SessionToPrice): boolean {
  const first = readings[0];
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return false;
  if (last.atMs - first.atMs > most.sessionMs || last.energyWh > most.energyWh)
    throw new RangeError(`No session lasts ${last.atMs - first.atMs} ms or takes ${last.energyWh} Wh`);
  if (removedAtMs !== undefined && removedAtMs - first.atMs > most.stayMs)
    throw new RangeError(`No bike stays for ${removedAtMs - first.atMs} ms`);
  return true;
}

function linesOf(electricity: readonly Slice[], service: readonly Slice[]): Line[] {
  return [
    { line: 'electricity', amountFen: fenOf(sumOf(electricity)), slices: electricity },
    { line: 'service', amountFen: fenOf(sumOf(service)), slices: service },
  ];
}
