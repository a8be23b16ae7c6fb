import fc from 'fast-check';
import { expect } from 'vitest';
import type { Bill, Reading, SessionToPrice, Slice } from '../../src/billing/bill.ts';
import { price, pricedWindow } from '../../src/billing/price.ts';
import { type Case, hourMs } from './arbitraries.ts';

// What docs/billing.md says to follow from its rules: a session is the sum of its parts, and more never costs less.

/** What makes other sessions of a session. Shares are of the whole, from 0 to 1. */
export interface Change {
  /** Where it is split, and to which whole time the splits are put back: prices change at some of them. */
  readonly splitShares: readonly [number, number];
  readonly splitToMs: number;
  /** How it goes on. */
  readonly longer: { readonly ms: number; readonly wh: number; readonly powerW?: number | undefined };
  /** The first of the stretches between two readings that has more energy, how much more, and whether all later have. */
  readonly more: { readonly stretchShare: number; readonly wh: number; readonly isAllLater: boolean };
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
export const changes: fc.Arbitrary<Change> = fc.record({
  splitShares: fc.tuple(share, share),
  splitToMs: fc.constantFrom(1, 60_000, 900_000),
  longer: fc.record({
    ms: fc.integer({ min: 1, max: 3 * hourMs }),
    wh: fc.integer({ min: 0, max: 600 }),
    powerW: fc.option(fc.integer({ min: 0, max: 1100 }), { nil: undefined }),
  }),
  more: fc.record({
    stretchShare: share,
    // Only a few Wh can be less than what rounding moves.
    wh: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 300 })),
    isAllLater: fc.boolean(),
  }),
});

/** The parts of a session, cut in any two moments, cost what the whole does in each line, to the grain. */
export function partsAddUp({ tariff, session }: Case, { splitShares, splitToMs }: Change): void {
  const [startMs, endMs] = spanOf(session);
  const outMs = Math.max(endMs, session.removedAtMs ?? 0) + 1;
  const splits = splitShares.map((one) => {
    const atMs = startMs + Math.floor(one * (outMs - startMs));
    return Math.max(startMs, atMs - (atMs % splitToMs));
  });
  const edges = [startMs, ...splits.sort((a, b) => a - b), outMs];
  const parts = edges.slice(1).map((toMs, index) => {
    const { electricity, service, overstay } = pricedWindow(tariff, session, edges[index] ?? startMs, toMs);
    return exactOf(electricity, [...service, ...overstay]);
  });
  const add = (of: (part: Exact) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const together: Exact = {
    electricity: add((part) => part.electricity),
    service: add((part) => part.service),
    overstay: add((part) => part.overstay),
    energyWh: add((part) => part.energyWh),
  };
  const whole = exactOfBill(price(tariff, session));
  // A matcher for every one of them would take longer than the prices.
  if (JSON.stringify(together) !== JSON.stringify(whole)) expect(together, 'all parts').toEqual(whole);
}

/** A session that goes on costs no less, however much or little energy comes then, and whatever the caps. */
export function longerCostsNoLess({ tariff, session }: Case, { longer }: Change): void {
  const last = lastOf(session);
  const next: Reading = {
    atMs: last.atMs + longer.ms,
    energyWh: last.energyWh + longer.wh,
    powerW: longer.powerW,
  };
  const removedAtMs = session.removedAtMs === undefined ? undefined : session.removedAtMs + longer.ms;
  const after = price(tariff, { ...session, readings: [...session.readings, next], removedAtMs });
  costsNoLess(price(tariff, session), after, 0);
}

/**
 * A session with more energy costs no less, but for the one Wh that rounding may move over a cut that was not read: at
 * most the difference of the prices before and after that cut.
 */
export function moreEnergyCostsNoLess({ tariff, session }: Case, { more }: Change): void {
  const { readings } = session;
  const stretch = 1 + Math.floor(more.stretchShare * (readings.length - 1.001));
  const dearer = readings.map((reading, index): Reading => {
    const stretches = index < stretch ? 0 : more.isAllLater ? index - stretch + 1 : 1;
    return { ...reading, energyWh: reading.energyWh + stretches * more.wh };
  });
  const [before, after] = [price(tariff, session), price(tariff, { ...session, readings: dearer })];
  const read = new Set(readings.map(({ atMs }) => atMs));
  costsNoLess(before, after, (movable(before, read) + movable(after, read)) / 2);
}

/** In grains: what the unread cuts of a bill's energy would cost more or less, were a Wh on their other side. */
function movable({ lines }: Bill, read: ReadonlySet<number>): number {
  const grainsPerWh = ({ priceMilliYuan, free }: Slice) => (free === undefined ? priceMilliYuan * 3600 : 0);
  let grains = 0;
  for (const { slices } of lines) {
    const stretches = slices.filter(({ kind }) => kind === 'energy');
    for (const [index, slice] of stretches.entries()) {
      const next = stretches[index + 1];
      if (next === undefined || read.has(next.fromMs)) continue;
      grains += Math.abs(grainsPerWh(slice) - grainsPerWh(next));
    }
  }
  return grains;
}

/**
 * Exactly, a line is at most so much less. Rounding once for each line may take a fen where a cap moves an amount from
 * one line to the other, or where the overstay is rounded with the service: no more than that one, and none elsewhere.
 */
function costsNoLess(before: Bill, after: Bill, slackGrains: number): void {
  const [less, more] = [exactOfBill(before), exactOfBill(after)];
  const isCapped = [...before.remarks, ...after.remarks].some((remark) => remark.startsWith('capped'));
  const roundedFen = isCapped || less.overstay > 0 ? 1 : 0;
  const holds =
    more.electricity >= less.electricity - slackGrains &&
    more.service >= less.service - slackGrains &&
    more.overstay === less.overstay &&
    (slackGrains > 0 || after.totalFen >= before.totalFen - roundedFen);
  if (!holds) expect({ bill: after, slackGrains }, 'no less').toEqual({ bill: before, slackGrains: 0 });
}

/** Before any cap, the minimum of a session and rounding: grains and Wh. */
interface Exact {
  readonly electricity: number;
  readonly service: number;
  readonly overstay: number;
  readonly energyWh: number;
}

function exactOf(electricity: readonly Slice[], service: readonly Slice[]): Exact {
  let [electric, serving, overstaying, energyWh] = [0, 0, 0, 0];
  for (const slice of electricity) {
    if (slice.kind === 'cap') continue;
    electric += slice.amountGrains;
    energyWh += slice.energyWh;
  }
  for (const { kind, amountGrains } of service) {
    if (kind === 'overstay') overstaying += amountGrains;
    else if (kind !== 'cap' && kind !== 'up-to-minimum') serving += amountGrains;
  }
  return { electricity: electric, service: serving, overstay: overstaying, energyWh };
}

function exactOfBill({ lines }: Bill): Exact {
  return exactOf(lines[0]?.slices ?? [], lines[1]?.slices ?? []);
}

function lastOf({ readings }: SessionToPrice): Reading {
  const last = readings.at(-1);
  if (last === undefined) throw new Error('a session has readings');
  return last;
}

function spanOf(session: SessionToPrice): [startMs: number, endMs: number] {
  return [session.readings[0]?.atMs ?? 0, lastOf(session).atMs];
}
