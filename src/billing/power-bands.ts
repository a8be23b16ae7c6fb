import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { Reading } from './bill.ts';

/** A service price that depends on power, whatever it is a price of. */
export interface PowerPrices {
  readonly per: 'kWh' | 'hour';
  /** Each reaches from above the one before up to, and with, `upToW`. */
  readonly bands: readonly PowerBand[];
}

interface PowerBand {
  readonly upToW: number;
  readonly priceMilliYuan: number;
}

/** Undefined where the power does not matter to the price. */
export function powerPricesOf({ service }: Pick<Tariff, 'service'>): PowerPrices | undefined {
  switch (service.by) {
    case 'energy':
    case 'time':
      return undefined;
    case 'power': {
      const bands = service.bands.map(({ upToW, priceMilliYuanPerHour }) => ({
        upToW,
        priceMilliYuan: priceMilliYuanPerHour,
      }));
      return { per: 'hour', bands };
    }
    case 'energy-by-power': {
      const bands = service.bands.map(({ upToW, priceMilliYuanPerKWh }) => ({
        upToW,
        priceMilliYuan: priceMilliYuanPerKWh,
      }));
      return { per: 'kWh', bands };
    }
  }
}

/**
 * The band of each stretch between two readings, by the index of the reading at its end: the power that the board told
 * there, else the mean of the stretch. A power above the last band has the index after it.
 */
export function bandIndexes({ bands }: PowerPrices, readings: readonly Reading[]): number[] {
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
  /** The price in force from a moment on, per kWh or per hour. */
  readonly priceAt: (atMs: number) => number;
  /** Whether some stretch drew more than the last band covers; it is charged at the last band's price. */
  readonly beyond: boolean;
}

export function bandPrices(prices: PowerPrices, readings: readonly Reading[]): BandPrices {
  const { bands } = prices;
  const indexes = bandIndexes(prices, readings);
  return {
    priceAt(atMs) {
      const stretch = readings.findIndex((reading) => reading.atMs > atMs);
      const index = Math.min(indexes[stretch] ?? 0, bands.length - 1);
      return bands[index]?.priceMilliYuan ?? 0;
    },
    beyond: indexes.includes(bands.length),
  };
}

/**
 * The readings without which a stretch could come into another band. Between two of them every stretch is in the same
 * band and known in the same way, and so is the whole of it: a mean of means within a band lies within the band.
 */
export function bandReadings(prices: PowerPrices, readings: readonly Reading[]): Reading[] {
  const indexes = bandIndexes(prices, readings);
  return readings.filter((reading, index) => {
    const next = readings[index + 1];
    if (index === 0 || next === undefined) return true;
    const sameBand = indexes[index] === indexes[index + 1];
    const sameSource = (reading.powerW === undefined) === (next.powerW === undefined);
    return !(sameBand && sameSource);
  });
}
