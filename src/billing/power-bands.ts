import type { Reading } from './bill.ts';
import type { PowerBand } from './tariff.ts';

/**
 * The band of each stretch between two readings, by the index of the reading at its end: the power that the board told
 * there, else the mean of the stretch. A power above the last band has the index after it.
 */
export function bandIndexes(bands: readonly PowerBand[], readings: readonly Reading[]): number[] {
  return readings.map((right, index) => {
    const left = readings[index - 1];
    if (left === undefined) return 0;
    const found = bands.findIndex(({ upToW }) => isUpTo(upToW, left, right));
    return found === -1 ? bands.length : found;
  });
}

/** Without a quotient: energy in watt-milliseconds on both sides. */
function isUpTo(upToW: number, left: Reading, right: Reading): boolean {
  if (right.powerW !== undefined) return right.powerW <= upToW;
  return (right.energyWh - left.energyWh) * 3_600_000 <= upToW * (right.atMs - left.atMs);
}

export interface BandPrices {
  /** The price per hour in force from a moment on. */
  readonly priceAt: (atMs: number) => number;
  /** Whether some stretch drew more than the last band covers; it is charged at the last band's price. */
  readonly beyond: boolean;
}

export function bandPrices(bands: readonly PowerBand[], readings: readonly Reading[]): BandPrices {
  const indexes = bandIndexes(bands, readings);
  return {
    priceAt(atMs) {
      const stretch = readings.findIndex((reading) => reading.atMs > atMs);
      const index = Math.min(indexes[stretch] ?? 0, bands.length - 1);
      return bands[index]?.priceMilliYuanPerHour ?? 0;
    },
    beyond: indexes.includes(bands.length),
  };
}

/**
 * The readings without which a stretch could come into another band. Between two of them every stretch is in the same
 * band and known in the same way, and so is the whole of it: a mean of means within a band lies within the band.
 */
export function bandReadings(bands: readonly PowerBand[], readings: readonly Reading[]): Reading[] {
  const indexes = bandIndexes(bands, readings);
  return readings.filter((reading, index) => {
    const next = readings[index + 1];
    if (index === 0 || next === undefined) return true;
    const sameBand = indexes[index] === indexes[index + 1];
    const sameSource = (reading.powerW === undefined) === (next.powerW === undefined);
    return !(sameBand && sameSource);
  });
}
