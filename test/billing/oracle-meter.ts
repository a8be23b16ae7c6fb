import Fraction from 'fraction.js';
import type { SessionToPrice } from '../../src/billing/bill.ts';

// What the oracle knows of a meter, in fractions: see oracle.ts.

/** The exact energy at a moment, a fraction of a Wh. */
export function exactEnergyAt({ readings }: SessionToPrice, atMs: number): Fraction {
  for (const [index, right] of readings.entries()) {
    if (right.atMs < atMs) continue;
    const left = readings[index - 1];
    if (right.atMs === atMs || left === undefined) return new Fraction(right.energyWh);
    const share = new Fraction(atMs - left.atMs, right.atMs - left.atMs);
    return share.mul(right.energyWh - left.energyWh).add(left.energyWh);
  }
  throw new RangeError('After the session');
}

/** The first whole millisecond at which so much energy was reached; after the session, where it never was. */
export function momentOf({ readings }: SessionToPrice, energyWh: number): number {
  for (const [index, right] of readings.entries()) {
    if (right.energyWh < energyWh) continue;
    const left = readings[index - 1];
    if (left === undefined) return right.atMs;
    const share = new Fraction(energyWh - left.energyWh, right.energyWh - left.energyWh);
    return (
      left.atMs +
      share
        .mul(right.atMs - left.atMs)
        .ceil()
        .valueOf()
    );
  }
  return Number.POSITIVE_INFINITY;
}

export function powerOfStretch({ readings }: SessionToPrice, atMs: number): Fraction {
  const index = readings.findIndex((reading) => atMs < reading.atMs);
  const right = readings[index];
  const left = readings[index - 1];
  if (right === undefined || left === undefined) throw new RangeError('Outside of the session');
  if (right.powerW !== undefined) return new Fraction(right.powerW);
  return new Fraction(right.energyWh - left.energyWh).div(new Fraction(right.atMs - left.atMs, 3_600_000));
}
